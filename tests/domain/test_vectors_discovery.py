"""Replays the published vectors of mirrors and segments."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.stores.mirroring import (
    MirrorTell,
    SeenAnswer,
    SeenGet,
    coarse,
    mirror_token,
)
from bazaar.domain.stores.segment import SegmentGet, SegmentList, unpack
from net.dht.tokens import token_key
from tests.vectors.make import text_of

FILE = Path(__file__).parents[1] / "vectors" / "discovery.json"
VECTORS: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
NETWORK = b"\xa0" * 32
KINDS: dict[str, Any] = {
    "mirror.tell": MirrorTell,
    "seen.get": SeenGet,
    "seen": SeenAnswer,
    "segments": SegmentList,
    "segment.get": SegmentGet,
}


def test_the_file_is_as_it_is_made() -> None:
    assert FILE.read_text(encoding="utf-8") == text_of("discovery")


def test_the_token_of_a_mirror() -> None:
    row = VECTORS["mirror"]
    token = mirror_token(bytes.fromhex(row["store"]))
    assert token.hex() == row["token"]
    assert token_key(token)[2:].hex() == row["key"]
    assert hashlib.sha256(b"bazaar/1 token\0" + token).hexdigest() == row["key"]


def test_times_of_presence() -> None:
    assert [coarse(row["at"]) for row in VECTORS["coarse"]] == [
        row["told"] for row in VECTORS["coarse"]
    ]


@pytest.mark.parametrize("name", KINDS)
def test_a_message(name: str) -> None:
    data = bytes.fromhex(VECTORS["messages"][name])
    assert encode(decode(KINDS[name], data)) == data


@pytest.mark.parametrize("case", VECTORS["segments"], ids=lambda case: case["what"])
def test_a_segment(case: dict[str, Any]) -> None:
    packed = bytes.fromhex(case["packed"])
    if case["heads"] is None:
        with pytest.raises(MalformedMessageError):
            unpack(packed, NETWORK)
        return
    opened = unpack(packed, NETWORK)
    assert [one.head.envelope.hex() for one in opened.stores] == case["heads"]
