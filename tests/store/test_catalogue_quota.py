"""Room is made of what is fetched again most easily, and never of what the user deals with."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bazaar.app.ports import Keep, SearchQuery
from bazaar.domain.keys.identity import Identity
from store.catalogue.catalogue import SqlCatalogue, open_catalogue
from tests.domain.samples import ARBITER, BUYER, DAY, NOW, SELLER, lamp, signed
from tests.store.samples import SetClock, card, head, publish

NOBODY = Keep(frozenset(), frozenset())
KIB = 1024


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def catalogue(tmp_path: Path, clock: SetClock) -> AsyncIterator[SqlCatalogue]:
    async with open_catalogue(tmp_path / "catalogue.db", clock) as catalogue:
        yield catalogue


async def issue(
    catalogue: SqlCatalogue, by: Identity, issued: int, count: int = 300
) -> None:
    """A store whose head was issued then."""
    cards = [card(f"{by.key.hex()[:4]}-{n}") for n in range(count)]
    one = head(cards, issued=issued, by=by)
    await catalogue.apply_head(one, [b"p" * 32], cards, NOW)


async def opened(catalogue: SqlCatalogue, numbers: Sequence[int]) -> list[bytes]:
    """Listings of the seller whose pages were opened, in this order."""
    bodies = [
        signed(lamp(slug=f"s{n}", description=f"page{n} " + "lorem ipsum " * 900))
        for n in numbers
    ]
    cards = [card(one.body.slug, listing=one.id) for one in bodies]
    await publish(catalogue, cards)
    for one in bodies:
        await catalogue.keep_body(one.id, one.envelope)
    return [one.id for one in bodies]


async def stores(catalogue: SqlCatalogue) -> set[bytes]:
    return {
        one.key
        for one in (SELLER, ARBITER, BUYER)
        if await catalogue.store(one.key) is not None
    }


async def test_at_the_quota_nothing_goes_and_one_byte_beyond_something_does(
    catalogue: SqlCatalogue,
) -> None:
    await issue(catalogue, SELLER, NOW)
    used = await catalogue.used_bytes()
    assert await catalogue.evict(used, NOBODY) == 0
    assert await stores(catalogue) == {SELLER.key}
    assert await catalogue.evict(used - 1, NOBODY) == 1
    assert await stores(catalogue) == set()
    assert (await catalogue.search(SearchQuery("brass"))).total == 0
    assert await catalogue.complete("bra", 1) == []


async def test_what_was_looked_at_is_noted_once_a_day(
    catalogue: SqlCatalogue, clock: SetClock
) -> None:
    (lid,) = await opened(catalogue, [1])
    for later, noted in ((DAY, NOW), (DAY + 1, NOW + DAY + 1)):
        clock.time = NOW + later
        assert await catalogue.body(lid) is not None
        assert await catalogue._read(last_use) == noted


def last_use(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT used FROM body").scalar_one())


async def test_a_card_whose_page_went_is_found_by_its_title_still(
    catalogue: SqlCatalogue,
) -> None:
    lids = await opened(catalogue, range(5))
    keep = Keep(frozenset({SELLER.key}), frozenset())
    assert await catalogue.evict(0, keep) == 0
    assert await catalogue.body(lids[0]) is not None
    assert await catalogue.evict(0, Keep(frozenset(), frozenset(lids[:1]))) > 0
    assert await catalogue.body(lids[0]) is not None
    assert await catalogue.body(lids[1]) is None
    await catalogue._write(check_index)


async def test_without_its_page_a_card_stays_in_the_index(
    catalogue: SqlCatalogue,
) -> None:
    await opened(catalogue, range(40))
    await catalogue._writer.run(check_index)
    assert (await catalogue.search(SearchQuery("page3"))).total == 1
    used = await catalogue.used_bytes()
    await catalogue.evict(used - KIB, NOBODY)
    assert (await catalogue.search(SearchQuery("page3"))).total == 0
    assert (await catalogue.search(SearchQuery("brass"))).total == 40
    await catalogue._write(check_index)


async def test_expired_stores_go_first_then_the_longest_silent(
    catalogue: SqlCatalogue, clock: SetClock
) -> None:
    await issue(catalogue, SELLER, NOW - 20 * DAY)
    await issue(catalogue, ARBITER, NOW - 3 * DAY)
    await issue(catalogue, BUYER, NOW - 1 * DAY)
    clock.time = NOW + 11 * DAY
    await catalogue.counts()
    left = [{ARBITER.key, BUYER.key}, {BUYER.key}, set[bytes]()]
    for expected in left:
        await catalogue.evict(await catalogue.used_bytes() - 1, NOBODY)
        assert await stores(catalogue) == expected


async def test_whom_the_user_deals_with_stays_whatever_the_quota(
    catalogue: SqlCatalogue,
) -> None:
    for by in (SELLER, ARBITER, BUYER):
        await issue(catalogue, by, NOW)
    assert await catalogue.evict(0, Keep(frozenset({ARBITER.key}), frozenset())) == 2
    assert await stores(catalogue) == {ARBITER.key}


def check_index(connection: Connection) -> None:
    connection.exec_driver_sql("INSERT INTO fts(fts) VALUES('integrity-check')")
