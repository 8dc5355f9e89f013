"""Rows in memory: what is loaded answers as the file does, also after the file has changed."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path

import pytest
import trio
from sqlalchemy import Connection, text

from bazaar.app.ports import FacetCount, SearchQuery
from bazaar.domain.keys.identity import Identity
from bazaar.domain.listings.card import Card
from bazaar.domain.listings.listing import Condition
from store.catalogue import facets, search
from store.catalogue.candidates import LEAST_STEP
from store.catalogue.catalogue import SqlCatalogue, open_catalogue
from store.catalogue.columns import LARGE, MANY, MAX_CHANGED
from store.catalogue.row_filters import NO_FILTER, RowFilter
from tests.domain.samples import BUYER, SELLER, lamp, signed
from tests.store.samples import SetClock, card, publish
from tests.store.test_catalogue_search import Shopkeeper

QUESTIONS = 60


@pytest.fixture
async def catalogue(tmp_path: Path) -> AsyncIterator[SqlCatalogue]:
    async with open_catalogue(tmp_path / "catalogue.db", SetClock()) as catalogue:
        yield catalogue


async def load(catalogue: SqlCatalogue) -> None:
    """Ask for many rows, then wait until they are in memory."""
    await catalogue.facets(SearchQuery())
    await trio.to_thread.run_sync(catalogue._columns.settle)


async def check(catalogue: SqlCatalogue, query: SearchQuery) -> None:
    """What the file says without anything loaded is what the catalogue says."""
    found = await catalogue._read(search.search, query)
    counted = await catalogue._read(facets.facets, query)
    assert await catalogue.search(query) == found, query
    assert sorted((await catalogue.facets(query)).counts) == sorted(counted.counts)


async def test_what_is_loaded_answers_as_the_file_does(catalogue: SqlCatalogue) -> None:
    keeper = Shopkeeper(5)
    stores: dict[Identity, Sequence[Card]] = {
        SELLER: [keeper.card() for _ in range(MANY)],
        BUYER: [keeper.card() for _ in range(MANY // 4)],
    }
    for by, cards in stores.items():
        await publish(catalogue, cards, by=by)
    await load(catalogue)
    assert catalogue._columns.share(NO_FILTER) == 1
    for seq in (2, 3):
        for _ in range(QUESTIONS):
            await check(catalogue, keeper.query())
        for by, cards in stores.copy().items():
            stores[by] = keeper.edit(list(cards))
            await publish(catalogue, stores[by], seq=seq, by=by)
    await catalogue.drop_store(BUYER.key)
    await publish(catalogue, [keeper.card() for _ in range(9)], seq=9, by=BUYER)
    for _ in range(QUESTIONS):
        await check(catalogue, keeper.query())


@pytest.mark.parametrize(("missing", "share"), [(MANY, None), (MANY + 1, 1.0)])
async def test_so_many_rows_are_loaded(
    catalogue: SqlCatalogue, missing: int, share: float | None
) -> None:
    await publish(catalogue, [card(f"c{number}") for number in range(missing)])
    await load(catalogue)
    assert catalogue._columns.share(NO_FILTER) == share


@pytest.mark.parametrize(("given", "share"), [(LARGE - 1, None), (LARGE, 1.0)])
async def test_the_first_search_of_a_large_catalogue_has_rows_loaded(
    catalogue: SqlCatalogue, given: int, share: float | None
) -> None:
    await catalogue.reserve(given - 1)  # numbers, without rows for them
    await catalogue.release()
    await publish(catalogue, [card("lamp")])
    await catalogue.search(SearchQuery("brass"))
    await trio.to_thread.run_sync(catalogue._columns.settle)
    assert catalogue._columns.share(NO_FILTER) == share


async def test_new_rows_are_loaded_beside_the_old_ones(catalogue: SqlCatalogue) -> None:
    cheap = [card(f"c{number}", price_from=1) for number in range(MANY + 1)]
    await publish(catalogue, cheap)
    await load(catalogue)
    dear = [card(f"d{number}", price_from=9) for number in range(MANY + 1)]
    await publish(catalogue, dear, by=BUYER)
    await load(catalogue)
    assert catalogue._columns.share(RowFilter(price_from=9)) == pytest.approx(0.5)


async def test_a_condition_told_later_is_counted(catalogue: SqlCatalogue) -> None:
    listing = signed(lamp(slug="lamp", condition=Condition.GOOD))
    cards = [card(f"c{number}") for number in range(MANY)]
    await publish(catalogue, [*cards, card("lamp", listing=listing.id)])
    await load(catalogue)
    await catalogue.keep_body(listing.id, listing.envelope)
    page = await catalogue.facets(SearchQuery())
    assert FacetCount("condition", "good", 1) in page.counts


async def test_so_many_changes_have_all_loaded_anew(
    catalogue: SqlCatalogue,
) -> None:
    columns = catalogue._columns
    columns.changed([1])
    assert not columns.has_changes  # nothing is loaded that could be older
    await publish(catalogue, [card(f"c{number}") for number in range(MANY + 1)])
    await load(catalogue)
    columns.changed(range(MAX_CHANGED))
    await load(catalogue)
    assert columns.has_changes
    columns.changed([MAX_CHANGED])
    columns._full_load_after = 0.0
    await load(catalogue)
    assert not columns.has_changes


async def test_a_number_is_never_given_twice(catalogue: SqlCatalogue) -> None:
    await publish(catalogue, [card("a"), card("b")])
    before = await catalogue._read(highest)
    await catalogue.drop_store(SELLER.key)
    await catalogue.reserve(10)
    await catalogue.release()
    await publish(catalogue, [card("c")], seq=2)
    assert await catalogue._read(highest) == before + 11


async def test_a_filter_of_many_cards_looks_at_rows(catalogue: SqlCatalogue) -> None:
    """Common words and common filters: the index is asked for the words alone."""
    made = [
        card(f"c{number}", price_from=number, categories=("Home",))
        for number in range(2 * MANY)
    ]
    await publish(catalogue, made)
    await load(catalogue)
    query = SearchQuery("brass", category="Home", unit="EUR", price_to=700)
    await catalogue._write(partial(counted_often, word="brass"))
    await check(catalogue, query)
    assert (await catalogue.search(query)).total == 701


async def test_the_one_row_that_passes_is_found_behind_many(
    catalogue: SqlCatalogue,
) -> None:
    cards = [card(f"c{n:04}", price_from=n) for n in range(2 * LEAST_STEP + 1)]
    await publish(catalogue, cards)
    found = await catalogue.search(SearchQuery("brass", unit="EUR", price_to=0))
    assert [one.card.price_from for one in found.found] == [0]


def highest(connection: Connection) -> int:
    return connection.scalar(text("SELECT max(id) FROM listing")) or 0


def counted_often(connection: Connection, word: str) -> None:
    """As if the word were in very many listings."""
    often = text("UPDATE term SET docs = 1000000 WHERE t = :word")
    connection.execute(often, {"word": word})


async def test_after_a_search_that_was_stopped_the_next_one_is_whole(
    catalogue: SqlCatalogue,
) -> None:
    await publish(catalogue, [card(f"c{number}") for number in range(4 * MANY)])
    query = SearchQuery("brass", unit="EUR", price_to=9999)
    for patience in range(20):
        with trio.CancelScope() as scope:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(catalogue.facets, query)
                nursery.start_soon(catalogue.search, query)
                for _ in range(patience):
                    await trio.lowlevel.checkpoint()
                scope.cancel()
        assert (await catalogue.search(query)).total == 4 * MANY
        assert (await catalogue.facets(query)).counted == 4 * MANY
