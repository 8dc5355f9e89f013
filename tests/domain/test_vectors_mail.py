"""Replays the published vectors of mail."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from nacl.public import PrivateKey

from bazaar.domain.delivery.mail import (
    Pair,
    check_signed,
    drop_bytes,
    keep_bytes,
    kept_bytes,
    lock_of,
    receipt_bytes,
    take_bytes,
    token,
)
from bazaar.domain.delivery.seal import SEAL_BYTES, open_mail, padded, unpadded
from bazaar.domain.delivery.work import Work
from bazaar.domain.errors import MalformedMessageError

FILE = Path(__file__).parents[1] / "vectors" / "mail.json"
VECTORS: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
PAIR = Pair(b"\xa0" * 32, b"\xa1" * 32, b"\xa2" * 32)


@pytest.mark.parametrize("vector", VECTORS["padding"])
def test_padding(vector: dict[str, Any]) -> None:
    plain = padded(b"e" * vector["length"])
    assert len(plain) + SEAL_BYTES == vector["blob"]
    assert hashlib.sha256(plain).hexdigest() == vector["sha256"]


@pytest.mark.parametrize("vector", VECTORS["refused_plains"])
def test_refused_plains(vector: dict[str, str]) -> None:
    with pytest.raises(MalformedMessageError):
        unpadded(bytes.fromhex(vector["plain"]))


@pytest.mark.parametrize("vector", VECTORS["seals"])
def test_seals(vector: dict[str, str]) -> None:
    key = PrivateKey(bytes.fromhex(vector["secret"]))
    opened = open_mail(bytes.fromhex(vector["blob"]), [key])
    assert opened.hex() == vector["envelope"]


@pytest.mark.parametrize("vector", VECTORS["work"])
def test_work(vector: dict[str, Any]) -> None:
    names = ("host", "recipient", "blob_sha256")
    host, recipient, blob = (bytes.fromhex(vector[name]) for name in names)
    work = Work(host, recipient, vector["hour"], blob)
    assert work.zeros(vector["nonce"]) >= vector["bits"]
    assert work.find(vector["bits"], range(vector["nonce"] + 1)) == vector["nonce"]
    assert work.find(vector["bits"], range(vector["nonce"])) is None


def test_token() -> None:
    vector = {key: bytes.fromhex(text) for key, text in VECTORS["token"].items()}
    pair = Pair(vector["network"], vector["host"], vector["recipient"])
    recipient = PrivateKey(vector["recipients_secret"])
    sender = PrivateKey(vector["senders_secret"])
    for own, other in ((recipient, sender), (sender, recipient)):
        made = token(own, bytes(other.public_key), pair, vector["sender"])
        assert made == vector["token"]
        assert lock_of(made) == vector["lock"]


def test_what_is_signed() -> None:
    lock, blob = b"\x55" * 32, b"\x66" * 32
    wish = keep_bytes(PAIR, 1, 2, [lock])
    said = {
        "keep": wish,
        "kept": kept_bytes(PAIR, 2, wish),
        "take": take_bytes(PAIR, lock, 7),
        "drop": drop_bytes(PAIR, lock, [7, 256]),
        "receipt": receipt_bytes(PAIR, blob, 9),
    }
    for vector in VECTORS["signed"]:
        assert said.pop(vector["what"]).hex() == vector["bytes"]
        key, signature = (bytes.fromhex(vector[k]) for k in ("key", "signature"))
        check_signed(key, bytes.fromhex(vector["bytes"]), signature)
    assert not said
