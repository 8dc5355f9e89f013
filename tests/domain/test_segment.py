"""Segments: what goes in comes out, bombs and foreign heads do not."""

import random
import zlib

import pytest

from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.exchange.coding import encode
from bazaar.domain.listings.card import cut
from bazaar.domain.stores.segment import (
    LEAST_CARDS,
    MAX_RATIO,
    MAX_SEGMENT_BYTES,
    MOST_CARDS,
    Segment,
    SegmentStore,
    inflate,
    pack,
    parts,
    unpack,
)
from tests.bench.goods import Shop, Words, shops

NETWORK = bytes(32)


def stores(count: int) -> list[Shop]:
    return list(shops(Words(3), count * 20, NETWORK, bodies=False))


def packed(shop: Shop) -> SegmentStore:
    return SegmentStore(shop.head.envelope, cut(shop.cards))


@pytest.fixture(scope="module")
def three() -> list[Shop]:
    return stores(3)


def test_what_goes_in_comes_out(three: list[Shop]) -> None:
    opened = unpack(pack(map(packed, three)), NETWORK)
    assert opened.bad == 0
    assert [one.head.id for one in opened.stores] == [one.head.id for one in three]
    assert {card for one in opened.stores for card in one.cards} == {
        card for shop in three for card in shop.cards
    }


def test_a_store_under_a_foreign_head_is_left_out(three: list[Shop]) -> None:
    first, second, third = map(packed, three)
    foreign = SegmentStore(first.head, second.pages)
    opened = unpack(pack([foreign, third]), NETWORK)
    assert opened.bad == 1
    assert [one.head.id for one in opened.stores] == [three[2].head.id]


def test_a_head_of_another_network_is_left_out(three: list[Shop]) -> None:
    opened = unpack(pack(map(packed, three)), b"n" * 32)
    assert opened == ([], 3)


def noise(size: int) -> bytes:
    return random.Random(1).randbytes(size)


def test_what_inflates_to_the_limit_passes_and_one_byte_more_does_not() -> None:
    whole = noise(MAX_SEGMENT_BYTES)
    assert inflate(zlib.compress(whole, 1)) == whole
    with pytest.raises(MalformedMessageError):
        inflate(zlib.compress(whole + b"x", 1))


def test_a_ratio_at_the_limit_passes_and_one_byte_more_does_not() -> None:
    def grown(extra: int) -> bytes:
        return zlib.compress(noise(300) + bytes(extra), 9)

    extra = next(
        size for size in range(20_000) if 300 + size > MAX_RATIO * len(grown(size))
    )
    assert len(inflate(grown(extra - 1))) == 300 + extra - 1
    with pytest.raises(MalformedMessageError):
        inflate(grown(extra))


@pytest.mark.parametrize("size", [10**6, 10**8])
def test_a_bomb_is_refused_before_it_grows(size: int) -> None:
    with pytest.raises(MalformedMessageError):
        inflate(zlib.compress(bytes(size), 9))


def test_what_is_cut_or_goes_on_is_refused(three: list[Shop]) -> None:
    whole = pack(map(packed, three))
    for damaged in (whole[:-1], whole + b"x", b"", whole[2:]):
        with pytest.raises(MalformedMessageError):
            inflate(damaged)


def test_an_empty_segment_is_none() -> None:
    with pytest.raises(MalformedMessageError):
        unpack(zlib.compress(encode(Segment(()))), NETWORK)


def test_segments_have_about_ten_thousand_cards() -> None:
    many = [SegmentStore(number.to_bytes(4), (b"\x90",)) for number in range(5_000)]
    cards = [20] * len(many)
    sizes = [sum(cards[index] for index in part) for part in parts(many, cards)]
    assert sum(sizes) == 100_000
    assert all(LEAST_CARDS <= size <= MOST_CARDS for size in sizes[:-1])


def test_nodes_that_know_nearly_the_same_make_mostly_the_same() -> None:
    many = [SegmentStore(number.to_bytes(4), (b"\x90",)) for number in range(20_000)]
    fewer = many[37:]

    def made(known: list[SegmentStore]) -> set[tuple[bytes, ...]]:
        found = parts(known, [20] * len(known))
        return {tuple(known[index].head for index in part) for part in found}

    both = made(many) & made(fewer)
    assert len(both) >= len(made(many)) - 8


def test_a_store_too_large_for_a_segment_is_left_out() -> None:
    large = SegmentStore(b"large", (bytes(2**15),) * 300)
    small = SegmentStore(b"small", (b"\x90",))
    assert list(parts([large, small], [10_000, 0])) == [[1]]
