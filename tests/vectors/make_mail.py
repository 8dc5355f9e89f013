"""Vectors of mail (PROTOCOL.md 18, item 9): padding, seals, work, tokens, what is signed."""

import hashlib
import hmac
from itertools import count
from typing import Any, Final

from nacl.bindings import (
    crypto_box,
    crypto_generichash_blake2b_salt_personal,
    crypto_scalarmult,
)
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from bazaar.domain.delivery.mail import (
    DROP_TAG,
    KEEP_TAG,
    KEPT_TAG,
    RECEIPT_TAG,
    TAKE_TAG,
    TOKEN_TAG,
)
from bazaar.domain.delivery.work import WORK_TAG

READER: Final = PrivateKey(b"\x01" * 32)
SENDER: Final = PrivateKey(b"\x02" * 32)
SIGNER: Final = SigningKey(b"\x03" * 32)
EPHEMERAL: Final = PrivateKey(b"\x09" * 32)
NETWORK, HOST, RECIPIENT, WHO = (bytes([n]) * 32 for n in (0xA0, 0xA1, 0xA2, 0xA3))
LENGTHS: Final = (1, 972, 973, 4044, 4045, 16_332, 16_333, 65_484)
SIZES: Final = (1024, 4096, 16_384, 65_536)
HOUR: Final = 500_000
BITS: Final = (0, 8, 12, 18)


def mail() -> dict[str, Any]:
    """Everything that a mailbox, its recipient and a sender compute."""
    return {
        "padding": [_padding(length) for length in LENGTHS],
        "refused_plains": _refused(),
        "seals": [_seal(b"an envelope"), _seal(b"m" * 973)],
        "work": [_work(bits) for bits in BITS],
        "token": _token(),
        "signed": _signed(),
    }


def _plain(envelope: bytes) -> bytes:
    data = len(envelope).to_bytes(4, "big") + envelope
    size = next(size for size in SIZES if size >= len(data) + 48)
    return data + bytes(size - 48 - len(data))


def _padding(length: int) -> dict[str, Any]:
    plain = _plain(b"e" * length)
    return {
        "length": length,
        "blob": len(plain) + 48,
        "sha256": hashlib.sha256(plain).hexdigest(),
    }


def _refused() -> list[dict[str, str]]:
    short, length = _plain(b"e"), 1024 - 48 - 4
    return [
        {"why": "a byte behind is not zero", "plain": (short[:-1] + b"\1").hex()},
        {"why": "it is empty", "plain": bytes(length + 4).hex()},
        {
            "why": "it is longer than the box",
            "plain": ((length + 1).to_bytes(4, "big") + bytes(length)).hex(),
        },
        {
            "why": "a smaller box would hold it",
            "plain": _plain(b"e")[:5].ljust(4096 - 48, b"\0").hex(),
        },
    ]


def _seal(envelope: bytes) -> dict[str, str]:
    """A libsodium sealed box with a fixed ephemeral key, from its definition."""
    public = bytes(EPHEMERAL.public_key)
    reader = bytes(READER.public_key)
    nonce = crypto_generichash_blake2b_salt_personal(public + reader, 24)
    box = crypto_box(_plain(envelope), nonce, reader, bytes(EPHEMERAL))
    return {
        "secret": bytes(READER).hex(),
        "envelope": envelope.hex(),
        "blob": (public + box).hex(),
    }


def _work(bits: int) -> dict[str, Any]:
    blob = hashlib.sha256(b"blob").digest()
    start = WORK_TAG + HOST + RECIPIENT + HOUR.to_bytes(4, "big") + blob

    def digest(nonce: int) -> bytes:
        return hashlib.sha256(start + nonce.to_bytes(8, "big")).digest()

    limit = 2 ** (256 - bits)
    nonce = next(n for n in count() if int.from_bytes(digest(n), "big") < limit)
    return {
        "host": HOST.hex(),
        "recipient": RECIPIENT.hex(),
        "hour": HOUR,
        "blob_sha256": blob.hex(),
        "bits": bits,
        "nonce": nonce,
        "hash": digest(nonce).hex(),
    }


def _token() -> dict[str, str]:
    shared = crypto_scalarmult(bytes(READER), bytes(SENDER.public_key))
    data = TOKEN_TAG + NETWORK + HOST + RECIPIENT + WHO
    token = hmac.digest(shared, data, "sha256")
    return {
        "recipients_secret": bytes(READER).hex(),
        "senders_secret": bytes(SENDER).hex(),
        "network": NETWORK.hex(),
        "host": HOST.hex(),
        "recipient": RECIPIENT.hex(),
        "sender": WHO.hex(),
        "token": token.hex(),
        "lock": hashlib.sha256(token).hexdigest(),
    }


def _signed() -> list[dict[str, Any]]:
    """Signed bytes with their fields, by what they say."""
    lock, blob = b"\x55" * 32, b"\x66" * 32
    wish = KEEP_TAG + NETWORK + HOST + b"\x93\x01\x02\x91\xc4\x20" + lock
    until = (2).to_bytes(8, "big")
    said = {
        "keep": wish,
        "kept": KEPT_TAG + NETWORK + RECIPIENT + until + hashlib.sha256(wish).digest(),
        "take": TAKE_TAG + NETWORK + HOST + lock + (7).to_bytes(8, "big"),
        "drop": DROP_TAG + NETWORK + HOST + lock + b"\x92\x07\xcd\x01\x00",
        "receipt": RECEIPT_TAG + NETWORK + RECIPIENT + blob + (9).to_bytes(8, "big"),
    }
    return [
        {
            "what": what,
            "bytes": data.hex(),
            "key": SIGNER.verify_key.encode().hex(),
            "signature": SIGNER.sign(data).signature.hex(),
        }
        for what, data in said.items()
    ]
