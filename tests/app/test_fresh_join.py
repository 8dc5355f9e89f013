"""Somebody new gets the catalogue in segments, from several at once, whatever one of them does."""

import zlib
from collections.abc import Sequence

import pytest
import trio

from bazaar.app.catalogue import fresh_join, segments
from bazaar.app.ports import Request, SearchQuery
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.messages import BlobPart
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.listings.card import cut
from bazaar.domain.stores.segment import (
    SegmentList,
    SegmentsGet,
    SegmentStore,
    pack,
    unpack,
)
from tests.app.town import NETWORK, Person, Town
from tests.bench.filling import put
from tests.bench.goods import Shop, Words, shops
from tests.fakes import until

LISTINGS = 2_000


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments of a few hundred cards, as if they were of ten thousand."""
    monkeypatch.setattr("bazaar.domain.stores.segment.LEAST_CARDS", 300)
    monkeypatch.setattr("bazaar.domain.stores.segment.MOST_CARDS", 500)
    monkeypatch.setattr(fresh_join, "LEAST_OFFER", 1_000)


@pytest.fixture(scope="module")
def goods() -> list[Shop]:
    return list(shops(Words(5), LISTINGS, NETWORK.id, bodies=False))


async def stocked(town: Town, name: str, goods: Sequence[Shop]) -> Person:
    """A person who knows all of ``goods`` and has made segments of it."""
    person = await town.settle_in(name)
    town.wall.time = goods[0].head.body.issued
    await put(person.node.context.catalogue, goods)  # type: ignore[arg-type] # it is one
    assert await person.node.segments.make() >= 4
    return person


async def count(person: Person) -> int:
    return (await person.node.context.catalogue.counts())[0]


async def filled(person: Person, listings: int = LISTINGS) -> None:
    with trio.fail_after(20):
        while await count(person) < listings:  # noqa: ASYNC110 - a catalogue tells nobody
            await trio.sleep(0.01)


async def test_a_newcomer_gets_everything(town: Town, goods: list[Shop]) -> None:
    await stocked(town, "host", goods)
    newcomer = await town.settle_in("newcomer")
    await filled(newcomer)
    asked = [one for one in town.wire.asked if one.peer == newcomer.key]
    assert any(one.type == RequestType.SEGMENT_GET for one in asked)
    await until(lambda: newcomer.node.fresh_join.progress() is None)
    listed = await newcomer.node.segments.listed(
        Request(b"p" * 32, RequestType.SEGMENT_LIST, encode(SegmentsGet()))
    )
    assert decode(SegmentList, listed).segments


async def test_the_newest_stay_first(town: Town, goods: list[Shop]) -> None:
    host = await stocked(town, "host", goods)
    newcomer = await town.settle_in("newcomer")
    await filled(newcomer)
    query = SearchQuery(sort="newest", limit=200)
    at_host = await host.node.context.catalogue.search(query)
    here = await newcomer.node.context.catalogue.search(query)
    assert here.total == at_host.total == LISTINGS


async def test_a_second_peer_shares_the_work(town: Town, goods: list[Shop]) -> None:
    hosts = [await stocked(town, name, goods) for name in ("one", "two")]
    newcomer = await town.settle_in("newcomer")
    await filled(newcomer)
    for host in hosts:
        assert host.node.segments._made.rows == hosts[0].node.segments._made.rows


async def test_a_join_that_was_cut_off_goes_on(town: Town, goods: list[Shop]) -> None:
    host = await stocked(town, "host", goods)
    newcomer = await town.settle_in("newcomer")
    await until(newcomer.node.fresh_join._applied)
    await newcomer.leave()
    town.wire.asked.clear()
    await town.start(newcomer)
    await filled(newcomer)
    parts = {one.body for one in town.wire.asked if one.type == RequestType.SEGMENT_GET}
    assert len(parts) < len(host.node.segments._made.rows)


async def serve(person: Person, data: bytes) -> None:
    """Let ``person`` serve ``data`` under the name of its first segment."""
    rows = person.node.segments._made.rows
    kept = person.node.context.segments
    assert kept is not None
    from_list = rows[0]
    false = from_list.__class__(kept.put(data), len(data), 16_000, from_list.issued)

    async def listed(_: Request) -> bytes:
        await trio.lowlevel.checkpoint()
        return encode(SegmentList((false,)))

    async def part(_: Request) -> bytes:
        await trio.lowlevel.checkpoint()
        return encode(BlobPart(len(data), data))

    person.exchange._handlers[RequestType.SEGMENT_LIST] = listed
    person.exchange._handlers[RequestType.SEGMENT_GET] = part


BOMB = zlib.compress(bytes(10**7), 9)


@pytest.mark.parametrize("kind", ["bomb", "noise", "foreign"])
async def test_who_serves_rubbish_is_blamed_and_the_honest_one_is_asked(
    town: Town, goods: list[Shop], kind: str
) -> None:
    liar = await stocked(town, "liar", goods)
    one, other = goods[:2]
    foreign = SegmentStore(one.head.envelope, cut(other.cards))
    await serve(
        liar, {"bomb": BOMB, "noise": b"noise", "foreign": pack([foreign])}[kind]
    )
    await stocked(town, "honest", goods)
    newcomer = await town.settle_in("newcomer")
    await filled(newcomer)
    assert liar.key in newcomer.exchange.faults


async def test_who_knows_enough_asks_for_none(town: Town, goods: list[Shop]) -> None:
    host = await stocked(town, "host", goods)
    other = await stocked(town, "other", goods)
    town.wire.asked.clear()
    town.meet(other)
    await town.quiet()
    assert not [one for one in town.wire.asked if one.type == RequestType.SEGMENT_GET]
    assert host.node.fresh_join.progress() is None


async def test_few_listings_make_no_segments(town: Town, goods: list[Shop]) -> None:
    person = await town.settle_in("small")
    assert not await person.node.segments._is_due()
    assert segments.LEAST_LISTINGS > LISTINGS
    del goods


async def test_stores_of_somebody_blocked_are_in_no_segment(
    town: Town, goods: list[Shop]
) -> None:
    host = await stocked(town, "host", goods)
    blocked = goods[3].head.author
    host.node.talk.blocks.block(blocked)
    request = Request(b"p" * 32, RequestType.SEGMENT_LIST, encode(SegmentsGet()))
    assert not decode(SegmentList, await host.node.segments.listed(request)).segments
    await host.node.segments.make()
    rows = decode(SegmentList, await host.node.segments.listed(request)).segments
    kept = host.node.context.segments
    assert kept is not None
    opened = [unpack(kept.get(row.hash) or b"", NETWORK.id) for row in rows]
    authors = {one.head.author for each in opened for one in each.stores}
    assert authors == {shop.head.author for shop in goods} - {blocked}


async def test_at_most_so_many_are_asked_for_lists_in_an_hour(town: Town) -> None:
    person = await town.settle_in("curious")
    join = person.node.fresh_join
    join._asked.clear()
    assert [join._may_ask() for _ in range(fresh_join.MAX_ASKED + 1)] == [
        *[True] * fresh_join.MAX_ASKED,
        False,
    ]
    town.wall.time += fresh_join.ASK_SECONDS
    assert join._may_ask()
