"""What only bodies and ratings say: condition, language, postal area, stars; and counted words."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trio
from sqlalchemy import Connection

from bazaar.app.ports import FacetCount, SearchQuery
from bazaar.domain.listings.listing import Condition, ShipsFrom
from store.catalogue import facets
from store.catalogue.catalogue import SqlCatalogue, open_catalogue
from store.catalogue.change import Arrival
from store.catalogue.facets import MAX_COUNTED
from store.catalogue.filters import MAX_STORES
from store.catalogue.heads import apply_heads
from store.catalogue.schema import prepare
from store.catalogue.word_counts import MAX_UNWRITTEN, WordCounts, counts_of
from store.engine import WRITER_PRAGMAS, sqlite_engine
from tests.domain.samples import ARBITER, BUYER, NOW, SELLER, lamp, signed
from tests.store.samples import SetClock, card, head, publish
from tests.store.test_catalogue_search import rate


@pytest.fixture
async def catalogue(tmp_path: Path) -> AsyncIterator[SqlCatalogue]:
    async with open_catalogue(tmp_path / "catalogue.db", SetClock()) as catalogue:
        yield catalogue


async def told(catalogue: SqlCatalogue, slug: str, postal: str, language: str) -> None:
    """Keep the body of the only card."""
    listing = signed(
        lamp(
            slug=slug,
            condition=Condition.GOOD,
            language=language,
            ships_from=ShipsFrom("DE", postal),
        )
    )
    await publish(catalogue, [card(slug, listing=listing.id)])
    await catalogue.keep_body(listing.id, listing.envelope)


async def total(catalogue: SqlCatalogue, **wanted: object) -> int:
    return (await catalogue.search(SearchQuery()._replace(**wanted))).total


async def test_the_body_brings_condition_language_and_area(
    catalogue: SqlCatalogue,
) -> None:
    await told(catalogue, "lamp", "10115", "de-AT")
    assert await total(catalogue, condition=Condition.GOOD) == 1
    assert await total(catalogue, condition=Condition.NEW) == 0
    assert await total(catalogue, language="de") == 1
    assert await total(catalogue, language="en") == 0
    (hit,) = (await catalogue.search(SearchQuery())).found
    assert hit.condition == Condition.GOOD
    counted = await catalogue.facets(SearchQuery())
    assert FacetCount("condition", "good", 1) in counted.counts


@pytest.mark.parametrize(
    ("place", "found"),
    [
        (("DE", ""), 1),
        (("de", "1"), 1),
        (("DE", "10"), 1),
        (("DE", "1011"), 1),
        (("DE", "10115"), 1),
        (("DE", "10119"), 1),
        (("DE", "1012"), 0),
        (("AT", "10"), 0),
    ],
)
async def test_near_is_the_beginning_of_a_postal_code(
    catalogue: SqlCatalogue, place: tuple[str, str], found: int
) -> None:
    """Four letters of it are compared, so that areas stay areas."""
    await told(catalogue, "lamp", "10 115", "de")
    assert await total(catalogue, place=place) == found


async def test_ratings_move_a_store_between_half_stars(catalogue: SqlCatalogue) -> None:
    await publish(catalogue, [card("a")])
    await publish(catalogue, [card("b")], by=ARBITER)
    assert await rate(catalogue, SELLER.key, 5) == 10
    assert await rate(catalogue, SELLER.key, 4) == 9
    assert await total(catalogue, least_stars=9) == 1
    assert await total(catalogue, least_stars=10) == 0
    page = await catalogue.search(SearchQuery(sort="rating"))
    assert [(one.card.slug, one.mean, one.votes) for one in page.found] == [
        ("a", 450, 2),
        ("b", 0, 0),
    ]


async def test_ratings_that_came_before_the_store_count(
    catalogue: SqlCatalogue,
) -> None:
    await rate(catalogue, SELLER.key, 4)
    await publish(catalogue, [card("a")])
    assert await total(catalogue, least_stars=8) == 1


async def test_two_hundred_sellers_can_be_named(catalogue: SqlCatalogue) -> None:
    await publish(catalogue, [card("a")])
    others = tuple(bytes([1, number]) * 16 for number in range(MAX_STORES))
    assert await total(catalogue, stores=(*others[1:], SELLER.key)) == 1
    assert await total(catalogue, stores=(*others, SELLER.key)) == 0
    assert await total(catalogue, stores=()) == 0


async def test_facets_are_exact_up_to_10000(catalogue: SqlCatalogue) -> None:
    await publish(catalogue, [card(f"c{number}") for number in range(MAX_COUNTED)])
    page = await catalogue.facets(SearchQuery("brass"))
    assert (page.counted, page.exact) == (MAX_COUNTED, True)
    assert FacetCount("category", "Home", MAX_COUNTED) in page.counts
    await publish(catalogue, [card("more", price_from=1)], by=BUYER)
    page = await catalogue.facets(SearchQuery("brass"))
    assert (page.counted, page.exact) == (MAX_COUNTED, False)
    assert await catalogue.facets(SearchQuery("nothing")) == facets.NOTHING


async def test_heads_that_wait_together_are_taken_in_as_if_one_by_one(
    catalogue: SqlCatalogue,
) -> None:
    async with trio.open_nursery() as nursery:
        for by in (SELLER, ARBITER, BUYER):
            for seq in (1, 2):
                cards = [card(f"{seq}-{number}") for number in range(20 + seq)]
                nursery.start_soon(publish, catalogue, cards, seq, by)
    assert await catalogue.counts() == (3 * 22, 3)
    assert (await catalogue.search(SearchQuery())).total == 3 * 22
    await catalogue.weigh(SELLER.key)  # a small write brings the counts up to date
    assert await catalogue.complete("bra", 1) == ["brass"]


def test_two_heads_of_one_store_in_one_batch(tmp_path: Path) -> None:
    with opened(tmp_path) as connection, connection.begin():
        first, second = [card("one"), card("two")], [card("two"), card("three")]
        old = Arrival(head(first), 1, first, NOW)
        new = Arrival(head(second, seq=2), 1, second, NOW)
        done = apply_heads(connection, [old, new, old])
        counts = [(one.changed, one.removed) for one in done]
        assert counts == [(2, 0), (1, 1), (0, 0)]
        ids = connection.exec_driver_sql("SELECT rowid FROM fts ORDER BY 1").scalars()
        rows = connection.exec_driver_sql("SELECT id FROM listing ORDER BY 1").scalars()
        assert list(ids) == list(rows)
        assert connection.exec_driver_sql("SELECT count(*) FROM named").scalar() == 2


def opened(folder: Path) -> Connection:
    prepare(folder / "catalogue.db")
    path = folder / "catalogue.db"
    return sqlite_engine(path, WRITER_PRAGMAS).execution_options(write=True).connect()


def test_words_of_a_crashed_node_are_counted_anew(tmp_path: Path) -> None:
    with opened(tmp_path) as connection:
        with connection.begin():
            cards = [card("one"), card("two", title="tin lamp")]
            apply_heads(connection, [Arrival(head(cards), 1, cards, NOW)])
            counts_of(connection).keep()
            counts_of(connection).write(connection, hurry=True)
        assert terms(connection) == {}
        connection.rollback()
        with connection.begin():
            WordCounts().write(connection, hurry=False)
        assert terms(connection)["lamp"] == 2
        assert terms(connection) == {
            "lamp": 2,
            "brass": 1,
            "tin": 1,
            "antique": 2,
            "home": 2,
        }


def test_words_are_written_in_a_hurry_too_once_there_are_too_many(
    tmp_path: Path,
) -> None:
    with opened(tmp_path) as connection, connection.begin():
        counts = WordCounts()
        counts.add(f"w{number}" for number in range(MAX_UNWRITTEN))
        counts.keep()
        counts.write(connection, hurry=True)
        assert terms(connection) == {}
        counts.add(["one more"])
        counts.keep()
        counts.write(connection, hurry=True)
        assert len(terms(connection)) == MAX_UNWRITTEN + 1


def test_words_of_work_that_failed_do_not_count(tmp_path: Path) -> None:
    with opened(tmp_path) as connection, connection.begin():
        counts = WordCounts()
        counts.add(["kept"])
        counts.keep()
        counts.add(["dropped"])
        counts.drop()
        counts.write(connection)
        assert terms(connection) == {"kept": 1}
        counts.remove(["kept"])
        counts.keep()
        counts.write(connection)
        assert terms(connection) == {}


def terms(connection: Connection) -> dict[str, int]:
    rows = connection.exec_driver_sql("SELECT t, docs FROM term")
    return {row[0]: row[1] for row in rows}
