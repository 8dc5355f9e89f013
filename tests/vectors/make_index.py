"""Vectors of the trade index: key, plain bytes, blob, and twins that are refused (PROTOCOL.md 14)."""

import hashlib
import hmac
from typing import Any, Final

import msgspec
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt
from nacl.signing import SigningKey

from bazaar.domain.keys.identity import Identity

ENTROPY: Final = b"\x01" * 32
NETWORK: Final = hashlib.sha256(b"bazaar network\0" + b"main").digest()
NONCE: Final = bytes(range(24))
PARTNERS: Final = [bytes(SigningKey(bytes([n]) * 32).verify_key) for n in (2, 3)]
TRADE: Final = b"\xaa" * 32
CONTENT: Final = [
    1,
    1_700_000_000,
    PARTNERS,
    [[TRADE, 0, 2, [0, 1]], [b"\xbb" * 32, 1, None, [1]]],
    [[0, "EUR", 7]],
]


def indexes() -> dict[str, Any]:
    """One index as the words of PROTOCOL.md say it, without the code under test."""
    backup_key = Identity(ENTROPY).backup_key
    key = hmac.digest(backup_key, b"bazaar/1 trade index\0", "sha256")
    data = msgspec.msgpack.encode(CONTENT)
    plain = _plain(data)
    blob = _blob(plain, NETWORK, key)
    twins = {
        "another network": _blob(plain, bytes(32), key),
        "another key": _blob(plain, NETWORK, bytes(32)),
        "a changed byte": blob[:-1] + bytes((blob[-1] ^ 1,)),
        "no such size": blob + b"\0",
        "a byte behind is not zero": _blob(plain[:-1] + b"\1", NETWORK, key),
        "a newer version": _blob(
            _plain(msgspec.msgpack.encode([2, *CONTENT[1:]])), NETWORK, key
        ),
    }
    return {
        "backup_key": backup_key.hex(),
        "key": key.hex(),
        "network": NETWORK.hex(),
        "nonce": NONCE.hex(),
        "content": data.hex(),
        "blob": blob.hex(),
        "refused": [{"why": why, "blob": twin.hex()} for why, twin in twins.items()],
    }


def _plain(data: bytes) -> bytes:
    return (len(data).to_bytes(4, "big") + data).ljust(1024 - 40, b"\0")


def _blob(plain: bytes, network: bytes, key: bytes) -> bytes:
    return NONCE + crypto_aead_xchacha20poly1305_ietf_encrypt(
        plain, network, NONCE, key
    )
