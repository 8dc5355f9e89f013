"""Simulated markets: the app's ports, on a clock that jumps, the same for the same seed."""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

import trio
from trio.testing import MockClock

from bazaar.app.ports import Directory, Gossip
from net.gossip.heads import HeadFacts
from net.limits import HEARD_PER_SECOND, PUBLISH_SECONDS
from net.sim.market import SimMarket, simulate
from net.sim.population import DAY, Habits, Population
from net.sim.tables import Tables
from tests.net.heads import check_head, head, signer

ALWAYS = Habits(servers=0.5, server_hours=24, guest_hours=24)
STORE = signer(1).verify_key.encode()


@asynccontextmanager
async def a_market(
    count: int, habits: Habits = ALWAYS, seed: int = 1
) -> AsyncGenerator[SimMarket]:
    market = SimMarket(Population(count, seed, habits), seed, check_head)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(market.run)
        yield market
        nursery.cancel_scope.cancel()


async def _day(seed: int) -> tuple[str, float]:
    async with a_market(300, Habits(), seed) as market:
        newest = head(signer(1), issued=market.wall())
        author = market.somebody()
        assert await market.directory(author).put_head(STORE, newest)
        for _ in range(10):
            finder = market.directory(market.somebody())
            assert await finder.find_head(STORE) == newest
        return market.links.trace(), trio.current_time()


def test_the_same_seed_gives_the_same_trace() -> None:
    first, again, other = (simulate(seed, partial(_day, seed)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


async def test_heads_are_put_and_found_through_the_port(
    autojump_clock: MockClock,
) -> None:
    async with a_market(500) as market:
        newest = head(signer(1), issued=market.wall())
        door: Directory = market.directory(market.somebody())
        assert await door.put_head(STORE, newest) >= 3
        assert await market.directory(market.somebody()).find_head(STORE) == newest
        await door.provide(b"c:lamps")
        assert (
            len(await market.directory(market.somebody()).find_providers(b"c:lamps"))
            == 1
        )


async def test_a_walk_that_is_cut_short_still_comes_near(
    autojump_clock: MockClock,
) -> None:
    """Of 20,000 nodes some are gone, so that walks run into their 4 s."""
    async with a_market(20_000, Habits()) as market:
        newest = head(signer(1), issued=market.wall())
        assert await market.directory(market.somebody()).put_head(STORE, newest)
        finders = [market.directory(market.somebody()) for _ in range(30)]
        found = [await one.find_head(STORE) for one in finders]
        assert found.count(newest) >= 28


async def test_gossip_reaches_all_that_are_there_and_pages_follow(
    autojump_clock: MockClock,
) -> None:
    async with a_market(400) as market:
        author = market.somebody()
        door: Gossip = market.gossip(author)
        newest = head(signer(1), issued=market.wall())
        told = list[bytes]()
        market.gossip(market.other_than(author)).on_head(
            lambda _, value: told.append(value)
        )
        market.fetching.publish(author, newest, trio.current_time())
        await door.publish_head(newest)
        await trio.sleep(PUBLISH_SECONDS)
        assert told == [newest]
        assert len(market.fetching.ready[newest]) == 400
        assert market.mesh.verdicts["news"] == 399


async def test_a_second_head_waits_for_the_end_of_the_ten_seconds(
    autojump_clock: MockClock,
) -> None:
    async with a_market(50) as market:
        author = market.somebody()
        door = market.gossip(author)
        for seq in (1, 2, 3):
            newest = head(signer(1), seq, issued=market.wall())
            market.fetching.publish(author, newest, trio.current_time())
            await door.publish_head(newest)
            await trio.sleep(1)
        assert market.mesh.verdicts["news"] == 49
        await trio.sleep(PUBLISH_SECONDS)
        assert market.mesh.verdicts["news"] == 2 * 49  # the second was never sent


CROWD = 80
CROWDED_PER_SECOND = 25.0


async def _busy(*, is_split: bool) -> Counter[str]:
    """What our rules say while 25 heads a second come for 8 s: two million nodes at one change a day."""
    people = Population(CROWD, 1, ALWAYS)
    market = SimMarket(people, 1, check_head)
    if is_split:
        market.mesh.split(CROWDED_PER_SECOND, market.chance)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(market.run)
        for number in range(int(8 * CROWDED_PER_SECOND)):
            author, now = number % CROWD, market.wall()
            facts = HeadFacts(people.key(author), number, now, now + int(DAY))
            value = number.to_bytes(8, "big")
            market.fetching.publish(author, value, trio.current_time())
            market.mesh.send(author, (facts, value), trio.current_time())
            await trio.sleep(1 / CROWDED_PER_SECOND)
        await trio.sleep(PUBLISH_SECONDS)
        nursery.cancel_scope.cancel()
    return market.mesh.verdicts


def test_shards_keep_a_large_market_from_refusing_honest_heads() -> None:
    one = simulate(1, partial(_busy, is_split=False))
    many = simulate(1, partial(_busy, is_split=True))
    assert one["forwarder too fast"] > 0
    assert many["forwarder too fast"] == 0
    assert 0 < many["news"] < one["news"] / 4


async def test_in_a_split_market_all_that_listen_to_a_shard_hear_it(
    autojump_clock: MockClock,
) -> None:
    async with a_market(400) as market:
        market.mesh.split(4 * HEARD_PER_SECOND, market.chance)
        author = market.somebody()
        newest = head(signer(1), issued=market.wall())
        facts = check_head(newest)
        market.fetching.publish(author, newest, trio.current_time())
        store = market.population.key(author)
        market.mesh.send(author, (facts._replace(author=store), newest), 0.0)
        await trio.sleep(PUBLISH_SECONDS)
        assert market.mesh.verdicts["news"] == market.mesh.hearers(store) - 1
        assert 50 < market.mesh.hearers(store) < 150


def test_who_is_there_follows_the_hours() -> None:
    people = Population(2_000, 1, Habits(0.5, server_hours=24, guest_hours=6))
    there = [people.is_there(one, DAY / 3) for one in range(people.count)]
    assert all(t for t, server in zip(there, people.is_server, strict=True) if server)
    assert (
        0.2
        < sum(t for t, s in zip(there, people.is_server, strict=True) if not s) / 1000
        < 0.3
    )


def test_tables_hold_servers_from_every_part_of_the_space() -> None:
    people = Population(2_000, 1, ALWAYS)
    table = Tables(people, 1).entries(5, 0.0)
    assert all(people.is_server[table])
    halves = people.places[table] >> 63
    assert 20 <= sum(halves != people.places[5] >> 63) <= 20
    assert len(set(table.tolist())) == len(table) > 60
