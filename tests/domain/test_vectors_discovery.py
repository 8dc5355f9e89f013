"""Replays the published vectors of mirrors, segments, packed pages and topics."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.stores import PackedPage, PagePacked
from bazaar.domain.listings.card import page_id, root
from bazaar.domain.stores.mirroring import (
    MirrorTell,
    SeenAnswer,
    SeenGet,
    coarse,
    mirror_token,
)
from bazaar.domain.stores.segment import SegmentGet, SegmentList, unpack
from bazaar.domain.wire.inflating import inflate
from net.dht.tokens import token_key
from net.gossip.shards import SHARD_TOPICS, shard_of, topic_of
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
    "page.packed": PagePacked,
    "packed": PackedPage,
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


@pytest.mark.parametrize("case", VECTORS["packed_pages"], ids=lambda case: case["what"])
def test_a_packed_page(case: dict[str, Any]) -> None:
    packed = decode(PackedPage, bytes.fromhex(case["answer"])).packed
    if case["page"] is None:
        with pytest.raises(MalformedMessageError):
            inflate(packed, case["size"])
        return
    page = inflate(packed, case["size"])
    assert page.hex() == case["page"]
    assert root([page_id(page)]).hex() == case["root"]


def test_the_topics_of_a_split_market() -> None:
    told = {row["store"]: row["topic"] for row in VECTORS["topics"]}
    assert {one: topic_of(shard_of(bytes.fromhex(one))) for one in told} == told
    assert set(told.values()) == SHARD_TOPICS
