"""Vectors of phrases, keys, keystores and hashes (PROTOCOL.md 18, items 1, 4, 8 and 10)."""

import hashlib
import hmac
from typing import Any, Final

import msgspec
from nacl.bindings import crypto_core_ed25519_add
from nacl.signing import SigningKey

from bazaar.domain.keys.identity import Identity
from bazaar.domain.keys.keystore import Cost, Header, seal_keystore
from bazaar.domain.keys.peer_ids import PEER_ID_PREFIX, base58
from bazaar.domain.keys.phrase import seed_of

ORDER: Final = 2**252 + 27742317777372353535851937790883648493
SMALL: Final = (
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
)
NOT_CANONICAL: Final = (
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
)
OFF_CURVE: Final = "0200000000000000000000000000000000000000000000000000000000000000"
MESSAGE: Final = b"bazaar"
ENTROPIES: Final = (bytes(32), b"\xff" * 32, bytes(range(32)))
NONCE: Final = b"\xab" * 32


def identities() -> dict[str, Any]:
    """From 24 words to every label, the peer id and the fingerprint; and what is refused."""
    return {
        "identities": [_identity(entropy) for entropy in ENTROPIES],
        "refused_phrases": [
            "abandon " * 22 + "abandon",
            "abandon " * 24 + "art",
            "abandon " * 23 + "arts",
            "abandon " * 23 + "zoo",
            "art " + "abandon " * 22 + "abandon",
        ],
        "refused_peer_ids": [
            "",
            "12D3KooW",
            "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N",
            *(
                base58(PEER_ID_PREFIX + bytes.fromhex(key))
                for key in (SMALL[0], OFF_CURVE)
            ),
        ],
    }


def keys() -> dict[str, Any]:
    """Keys and signatures at the edges of what one verifier accepts."""
    honest = SigningKey(b"\x07" * 32)
    key = honest.verify_key.encode()
    mixed = crypto_core_ed25519_add(key, bytes.fromhex(SMALL[4]))
    refused = [*SMALL, *NOT_CANONICAL, OFF_CURVE, mixed.hex()]
    return {
        "keys": [{"key": key.hex(), "accept": True}]
        + [{"key": key, "accept": False} for key in refused],
        "signatures": _signatures(honest),
    }


def keystores() -> list[dict[str, Any]]:
    """Files that open with a passphrase, and twins that do not."""
    header = Header(Cost(1, 64), bytes(range(16)), bytes(range(24)))
    data = seal_keystore(b"\x11" * 32, 1_700_000_000, "correct horse", header)
    opened = {"accept": True, "entropy": "11" * 32, "created": 1_700_000_000}
    twins = {
        "wrong passphrase": (data, "correct hors"),
        "changed salt": (data[:15] + b"\xff" + data[16:], "correct horse"),
        "changed nonce": (data[:31] + b"\xff" + data[32:], "correct horse"),
        "changed last byte": (data[:-1] + bytes((data[-1] ^ 1,)), "correct horse"),
        "other magic": (b"BZKEY2" + data[6:], "correct horse"),
        "11 passes": (data[:7] + b"\0\0\0\x0b" + data[11:], "correct horse"),
        "1 KiB too much": (data[:11] + b"\0\x10\0\x01" + data[15:], "correct horse"),
        "cut": (data[:-1], "correct horse"),
    }
    good = {"why": "", "data": data.hex(), "passphrase": "correct horse", **opened}
    return [good] + [
        {"why": why, "data": twin.hex(), "passphrase": phrase, "accept": False}
        for why, (twin, phrase) in twins.items()
    ]


def hashes() -> dict[str, Any]:
    """Address and coupon hashes."""
    salt = bytes(range(16))
    blocks = [
        [""] * 10,
        ["Anna", "", "Street 1", "", "Berlin", "", "10115", "DE", "", ""],
    ]
    codes = ("SPRING26", "spring26", "A-B-C-D-E-F", "123456")
    tag = b"bazaar/1 address\0"
    return {
        "addresses": [
            {
                "salt": salt.hex(),
                "block": block,
                "hash": _sha256(tag + salt + msgspec.msgpack.encode(block)),
            }
            for block in blocks
        ],
        "coupons": [
            {
                "salt": salt.hex(),
                "code": code,
                "hash": _sha256(b"bazaar/1 coupon\0" + salt + code.upper().encode()),
            }
            for code in codes
        ],
    }


def _identity(entropy: bytes) -> dict[str, Any]:
    me = Identity(entropy)
    master = hmac.digest(b"bazaar/1 master", seed_of(entropy), "sha256")
    labels = ("identity", "box", "backup", f"rating/{NONCE.hex()}", "btc")
    derived = {
        label: hmac.digest(
            master, b"bazaar/1\0" + label.encode() + b"\x01", "sha256"
        ).hex()
        for label in labels
    }
    return {
        "entropy": entropy.hex(),
        "phrase": me.phrase,
        "seed": seed_of(entropy).hex(),
        "labels": derived,
        "key": SigningKey(bytes.fromhex(derived["identity"])).verify_key.encode().hex(),
        "peer_id": me.peer_id,
        "fingerprint": list(me.fingerprint.words),
        "colour": me.fingerprint.hex_colour,
    }


def _signatures(honest: SigningKey) -> list[dict[str, Any]]:
    good = honest.sign(MESSAGE).signature
    other = honest.sign(b"other").signature
    scalar = int.from_bytes(good[32:], "little") + ORDER
    twins = {
        "of another message": other,
        "a scalar above the order": good[:32] + scalar.to_bytes(32, "little"),
        "a point of small order": bytes.fromhex(SMALL[0]) + good[32:],
        "a flipped bit": bytes((good[0] ^ 1,)) + good[1:],
        "zeros": bytes(64),
    }
    key = honest.verify_key.encode().hex()
    base = {"key": key, "message": MESSAGE.hex()}
    return [{**base, "why": "", "signature": good.hex(), "accept": True}] + [
        {**base, "why": why, "signature": twin.hex(), "accept": False}
        for why, twin in twins.items()
    ]


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
