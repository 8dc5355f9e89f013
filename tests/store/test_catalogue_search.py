"""Searches: what the index finds is what a naive scan of all cards finds."""

import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event, text

from bazaar.app.ports import SearchQuery
from bazaar.domain.amounts.countries import COUNTRIES, country_bits, reaches
from bazaar.domain.keys.identity import Identity
from bazaar.domain.listings.card import Card, CardFlag
from bazaar.domain.listings.listing import ListingState, ListingType
from bazaar.domain.stores.head import MAX_CARDS
from store.catalogue import hits, search, typeahead
from store.catalogue.catalogue import SqlCatalogue, open_catalogue
from store.catalogue.hidden import MARK
from store.catalogue.order import MAX_CANDIDATES
from store.catalogue.schema import prepare
from store.catalogue.search import MAX_PAGE, MAX_TOTAL
from store.catalogue.words import words
from store.engine import WRITER_PRAGMAS, sqlite_engine
from tests.domain.samples import ARBITER, BACKUP, BUYER, NOW, SELLER
from tests.store.samples import SetClock, card, publish

WORDS = ("brass", "lamp", "green", "oak", "chair", "small", "红木", "椅子", "лампа")
CATEGORIES = ("Home", "Garden", "Books")
EDITS = 1000
HOSTILE = (
    '"',
    '""" OR "',
    "lamp AND NOT brass",
    "NEAR(lamp brass)",
    "lamp*",
    "title:lamp",
    "{title}:lamp",
    "^lamp",
    "-lamp",
    "(((((",
    "lamp\0brass",
    MARK + "a",
    MARK + "c1",
    "\ud800",
    "a" * 10_000,
    "a " * 5_000,
    "' OR 1=1; --",
    "%_%",
    "🙂",
    "e\u0301\u0327\u0301",
    "हिन्दी",
    "ไทย",
    "\U000323af",
    "!!!",
    "foo-bar_baz.qux",
)


@pytest.fixture
async def catalogue(tmp_path: Path) -> AsyncIterator[SqlCatalogue]:
    async with open_catalogue(tmp_path / "catalogue.db", SetClock()) as catalogue:
        yield catalogue


class Naive:
    """The same catalogue as dictionaries, searched by looking at every card."""

    def __init__(self) -> None:
        self.stores: dict[bytes, dict[str, Card]] = {}
        self.order: list[bytes] = []
        self.stars: dict[bytes, int] = {}
        self.by: dict[bytes, bytes] = {}

    def put(self, by: bytes, cards: list[Card]) -> None:
        before = {one.listing for one in self.stores.get(by, {}).values()}
        self.stores[by] = {one.slug: one for one in cards}
        now = {one.listing for one in cards}
        self.order = [lid for lid in self.order if lid not in before or lid in now]
        fresh = sorted(
            (one for one in cards if one.listing not in before),
            key=lambda one: (one.changed, one.slug),
        )
        self.order += [one.listing for one in fresh]
        self.by |= {one.listing: by for one in fresh}

    def search(self, query: SearchQuery) -> list[bytes]:
        hits = {
            one.listing: one
            for store, cards in self.stores.items()
            for one in cards.values()
            if query.store in {None, store} and self.fits(one, query)
            if query.stores is None or store in query.stores
            if self.stars.get(store, 0) >= query.least_stars
        }
        newest = [lid for lid in reversed(self.order) if lid in hits]
        if query.sort == "price":
            return sorted(newest, key=lambda lid: hits[lid].price_from)
        if query.sort == "dearest":
            return sorted(newest, key=lambda lid: -hits[lid].price_from)
        if query.sort == "rating":
            return sorted(newest, key=lambda lid: -self.stars.get(self.by[lid], 0))
        if query.sort == "relevance":
            said = set(words(query.words)[:8])
            return sorted(
                newest, key=lambda lid: not said <= set(words(hits[lid].title))
            )
        return newest

    @staticmethod
    def fits(one: Card, query: SearchQuery) -> bool:
        held = {
            word
            for text in (one.title, *one.tags, *one.categories)
            for word in words(text)
        }
        return (
            set(words(query.words)[:8]) <= held
            and query.category in {None, *one.categories}
            and query.unit in {None, one.unit}
            and (query.price_to is None or one.price_from <= query.price_to)
            and (query.region is None or reaches(one.countries, query.region))
            and query.type in {None, one.type}
            and (query.price_from is None or one.price_from >= query.price_from)
            and one.flags & query.flags == query.flags
            and (query.mature or not one.flags & CardFlag.NSFW)
            and (not query.in_stock or one.state == ListingState.FOR_SALE)
        )


class Shopkeeper:
    """Makes random cards and random questions."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.made = 0

    def card(self) -> Card:
        rng = self.rng
        self.made += 1
        reach = rng.choice((1, 3, 16, 17, 40))
        countries = ["ZZ"] if rng.random() < 0.1 else rng.sample(COUNTRIES[:60], reach)
        return card(
            f"c{self.made}",
            title=" ".join(rng.choices(WORDS, k=3)),
            tags=tuple(rng.sample(WORDS, 2)),
            categories=tuple(rng.sample(CATEGORIES, rng.randrange(3))),
            price_from=rng.choice((0, 1, 127, 128, 129, rng.randrange(1, 5000))),
            unit="EUR",
            type=rng.randrange(1, 4),
            state=rng.choice((1, 3, 4)),
            flags=rng.randrange(16),
            countries=country_bits(countries),
            changed=NOW - rng.randrange(1000),
        )

    def edit(self, cards: list[Card]) -> list[Card]:
        kept = [one for one in cards if self.rng.random() > 0.3]
        return [*kept, *(self.card() for _ in range(self.rng.randrange(1, 7)))]

    def query(self) -> SearchQuery:
        rng = self.rng

        def maybe(value: object) -> object:
            return value if rng.random() < 0.3 else None

        fields = {
            "category": maybe(rng.choice(CATEGORIES)),
            "price_to": maybe(rng.choice((0, 127, 128, 500, 2**53 - 1))),
            "region": maybe(rng.choice(COUNTRIES[:70])),
            "type": maybe(rng.randrange(1, 4)),
            "store": maybe(rng.choice((SELLER, BUYER)).key),
            "price_from": maybe(rng.choice((0, 1, 128, 129, 2000))),
            "stores": maybe((SELLER.key, ARBITER.key)),
            "least_stars": rng.choice((0, 0, 0, 0, 6, 10)),
            "flags": rng.choice((0, 0, 2, 10)),
            "mature": rng.random() < 0.7,
            "in_stock": rng.random() < 0.2,
        }
        said = " ".join(rng.sample(WORDS, rng.randrange(3)))
        sort = rng.choice(("newest", "price", "dearest", "rating", "relevance"))
        return SearchQuery(said, unit="EUR", sort=sort, limit=MAX_PAGE)._replace(
            **fields
        )


async def check(catalogue: SqlCatalogue, naive: Naive, query: SearchQuery) -> None:
    page = await catalogue.search(query)
    wanted = naive.search(query)
    await check_facets(catalogue, naive, query, wanted)
    found = [one.card.listing for one in page.found]
    assert (page.total, page.exact) == (len(wanted), True), query
    assert found == wanted[:MAX_PAGE], query


@pytest.mark.parametrize("seed", [1, 2])
async def test_after_random_edits_the_index_equals_a_naive_scan(
    tmp_path: Path, catalogue: SqlCatalogue, seed: int
) -> None:
    keeper, naive = Shopkeeper(seed), Naive()
    stores: dict[Identity, list[Card]] = {
        one: [] for one in (SELLER, BUYER, ARBITER, BACKUP)
    }
    seq = 0
    while keeper.made < EDITS / 2:
        seq += 1
        if seq % 25 == 0:
            rated = keeper.rng.choice(list(stores)).key
            naive.stars[rated] = await rate(
                catalogue, rated, keeper.rng.randrange(1, 6)
            )
        by = keeper.rng.choice(list(stores))
        stores[by] = keeper.edit(stores[by])
        await publish(catalogue, stores[by], seq=seq, by=by)
        naive.put(by.key, stores[by])
        await check(catalogue, naive, keeper.query())
    for _ in range(100):
        await check(catalogue, naive, keeper.query())
    await catalogue._write(check_index)
    await catalogue._write(check_counts)


async def check_facets(
    catalogue: SqlCatalogue, naive: Naive, query: SearchQuery, wanted: list[bytes]
) -> None:
    cards = {
        one.listing: one for them in naive.stores.values() for one in them.values()
    }
    types = Counter(ListingType(cards[lid].type).name.lower() for lid in wanted)
    categories = Counter(name for lid in wanted for name in cards[lid].categories)
    stars = Counter(str(naive.stars.get(naive.by[lid], 0)) for lid in wanted)
    del stars["0"]
    page = await catalogue.facets(query)
    told = {(one.facet, one.value): one.listings for one in page.counts}
    assert (page.counted, page.exact) == (len(wanted), True)
    for facet, counts in (("type", types), ("category", categories), ("rating", stars)):
        assert {v: n for (f, v), n in told.items() if f == facet} == counts, query


async def rate(catalogue: SqlCatalogue, ratee: bytes, overall: int) -> int:
    """Rate ``ratee`` once more; returns the half stars that follow."""

    def work(connection: Connection) -> int:
        values = (
            connection.exec_driver_sql("SELECT count(*) FROM rating").scalar(),
            ratee,
            overall,
        )
        connection.exec_driver_sql(
            "INSERT INTO rating VALUES(?, x'', 0, 0, ?, 1, ?, 0, x'')", values
        )
        given = "SELECT sum(overall) * 2 / count(*) FROM rating WHERE ratee = ?"
        return int(connection.exec_driver_sql(given, (ratee,)).scalar_one())

    stars = await catalogue._write(work)
    await catalogue.weigh(ratee)
    return stars


def check_index(connection: Connection) -> None:
    connection.execute(text("INSERT INTO fts(fts) VALUES('integrity-check')"))


def check_counts(connection: Connection) -> None:
    """Term and category counts are those of the cards that are there."""
    cards = [
        msgspec.msgpack.decode(row, type=Card)
        for row in connection.scalars(text("SELECT card FROM card"))
    ]
    terms: dict[str, int] = {}
    for one in cards:
        held = {
            word
            for said in (one.title, *one.tags, *one.categories)
            for word in words(said)
        }
        for word in held:
            terms[word] = terms.get(word, 0) + 1
    rows = connection.execute(text("SELECT t AS word, docs FROM term"))
    assert {row.word: row.docs for row in rows} == terms
    for name in CATEGORIES:
        docs = connection.scalar(
            text("SELECT docs FROM category WHERE name = :n"), {"n": name}
        )
        assert docs == sum(name in one.categories for one in cards)


@pytest.mark.parametrize("said", HOSTILE)
async def test_a_hostile_query_finds_something_or_nothing(
    catalogue: SqlCatalogue, said: str
) -> None:
    await publish(catalogue, [card("lamp")])
    for sort in ("relevance", "newest", "price", "dearest", "rating"):
        page = await catalogue.search(SearchQuery(said, sort=sort))
        assert page.total in {0, 1}
    await catalogue.search(SearchQuery(category=said, unit=said, region=said))
    everywhere = SearchQuery(said, category=said, language=said, place=(said, said))
    assert (await catalogue.search(everywhere)).total == 0
    assert (await catalogue.facets(everywhere)).counted == 0
    assert (await catalogue.facets(SearchQuery(said))).counted in {0, 1}
    await catalogue.complete(said, 5)


@given(
    said=st.text(max_size=60), limit=st.integers(-5, 300), offset=st.integers(-5, 2**40)
)
@settings(max_examples=150)
def test_no_query_raises(
    said: str, limit: int, offset: int, indexed: Connection
) -> None:
    for sort in ("relevance", "newest", "price", "unknown"):
        query = SearchQuery(said, sort=sort, limit=limit, offset=offset)
        search.search(indexed, query)
    typeahead.complete(indexed, said, limit)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Connection:
    path = tmp_path_factory.mktemp("indexed") / "catalogue.db"
    prepare(path)
    return sqlite_engine(path, WRITER_PRAGMAS).connect()


async def test_a_card_cannot_forge_a_facet(catalogue: SqlCatalogue) -> None:
    await publish(
        catalogue, [card("forged", title=f"lamp {MARK}t2 t2", tags=(MARK + "rw",))]
    )
    assert (await catalogue.search(SearchQuery(type=2))).total == 0
    assert (await catalogue.search(SearchQuery(region="FR"))).total == 0


@pytest.mark.parametrize(
    "query",
    [
        SearchQuery(category="Nothing"),
        SearchQuery(unit="USD"),
        SearchQuery(store=bytes(32)),
        SearchQuery("!!!"),
        SearchQuery(type=3),
        SearchQuery(region="XX"),
    ],
)
async def test_what_no_card_has_finds_nothing(
    catalogue: SqlCatalogue, query: SearchQuery
) -> None:
    await publish(catalogue, [card("lamp")])
    assert await catalogue.search(query) == search.NOTHING


async def test_eight_words_count(catalogue: SqlCatalogue) -> None:
    await publish(catalogue, [card("lamp", title="a b c d e f g h")])
    assert (await catalogue.search(SearchQuery("a b c d e f g h"))).total == 1
    assert (await catalogue.search(SearchQuery("a b c d e f g h missing"))).total == 1
    assert (await catalogue.search(SearchQuery("a b c d e f g missing"))).total == 0


async def test_a_title_weighs_more_than_a_tag(catalogue: SqlCatalogue) -> None:
    in_tag = card("tag", title="green chair of oak", tags=("lamp",))
    in_title = card(
        "title", title="lamp of green oak", tags=("chair",), changed=NOW - 9
    )
    await publish(catalogue, [in_tag, in_title])
    page = await catalogue.search(SearchQuery("lamp"))
    assert [found.card.slug for found in page.found] == ["title", "tag"]


async def test_a_full_store_is_counted_and_cut_to_pages(
    catalogue: SqlCatalogue,
) -> None:
    cards = [card(f"c{number}", price_from=number) for number in range(MAX_CARDS)]
    await publish(catalogue, cards)
    page = await catalogue.search(
        SearchQuery("brass", sort="price", limit=MAX_PAGE + 1)
    )
    assert (page.total, page.exact, len(page.found)) == (MAX_TOTAL, True, MAX_PAGE)
    await publish(catalogue, [card("more", price_from=0)], by=ARBITER)
    page = await catalogue.search(
        SearchQuery("brass", unit="EUR", sort="price", limit=3)
    )
    assert (page.total, page.exact) == (MAX_TOTAL, False)
    assert [found.card.price_from for found in page.found] == [0, 0, 1]
    for sort in ("newest", "relevance"):
        last = await catalogue.search(SearchQuery("brass", sort=sort, offset=MAX_CARDS))
        assert [found.card.slug for found in last.found] == ["c0"]
    cheap = SearchQuery("brass", sort="price", offset=MAX_CANDIDATES - 1)
    assert len((await catalogue.search(cheap)).found) == 1
    assert not (await catalogue.search(cheap._replace(offset=MAX_CANDIDATES))).found


async def test_no_search_scans_the_listings_or_sorts_all_matches(
    tmp_path: Path,
) -> None:
    path = tmp_path / "catalogue.db"
    async with open_catalogue(path, SetClock()) as catalogue:
        await publish(catalogue, [card(f"c{number}") for number in range(50)])
    plans = plans_of(path)
    assert len(plans) > 5
    assert not [one for one in plans if "SCAN l " in one or "SCAN listing" in one]
    assert not [
        one for one in plans if "rowid DESC LIMIT" in one and "TEMP B-TREE" in one
    ]


def plans_of(path: Path) -> set[str]:
    """Each question that searches ask, with its plan; sorting of candidates is left out."""
    asked: list[tuple[str, Any]] = []
    engine = sqlite_engine(path, WRITER_PRAGMAS)

    @event.listens_for(engine, "before_cursor_execute")
    def note(*args: object) -> None:
        asked.append((str(args[2]), args[3]))

    keeper = Shopkeeper(3)
    with engine.connect() as connection:
        for query in (keeper.query() for _ in range(60)):
            search.search(connection, query)
        hits.card(connection, bytes(32), NOW)
        typeahead.complete(connection, "la", 8)
        hits.listing_ids(connection, b"\xab", 2)
        questions = [(sql, values) for sql, values in asked if sql.startswith("SELECT")]
        found = {
            inner(sql) + plan(connection, inner(sql), values)
            for sql, values in questions
        }
    del note
    return found


def inner(sql: str) -> str:
    """The candidates of a question that sorts them afterwards."""
    return (
        sql[sql.index("(") + 1 : sql.rindex(")")]
        if sql.startswith("SELECT id FROM (")
        else sql
    )


def plan(connection: Connection, sql: str, values: Any) -> str:
    rows = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + sql, values)
    return " / ".join(row.detail for row in rows)
