"""How many matches fall on each value of a filter, counted after the first hits are shown."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from bazaar.app.ports import FacetCount, FacetPage, SearchQuery
from bazaar.domain.listing import Condition, ListingState, ListingType
from store.catalogue.query import Match, match_of
from store.catalogue.rows import traits_of
from store.engine import error_name

MAX_COUNTED: Final = 10_000
MAX_CATEGORIES: Final = 100
NOTHING: Final = FacetPage(0, exact=True, counts=())


def facets(connection: Connection, query: SearchQuery) -> FacetPage:
    """Counts over the newest 10,000 matches; a query that FTS5 refuses has none."""
    match = match_of(connection, query)
    if match is None:
        return NOTHING
    try:
        rows = _rows(connection, match)
    except OperationalError as error:
        if error_name(error) != "SQLITE_ERROR":
            raise
        return NOTHING
    exact = len(rows) <= MAX_COUNTED
    return FacetPage(
        min(len(rows), MAX_COUNTED), exact, _counts(connection, rows[:MAX_COUNTED])
    )


def _rows(connection: Connection, match: Match) -> Sequence[Any]:
    exact = f" AND {match.exact}" if match.exact else ""
    matches = text(
        "SELECT l.first, l.second, l.third, l.traits, l.unit, l.store "  # noqa: S608 - our own text
        "FROM fts CROSS JOIN listing l ON l.id = fts.rowid "
        f"WHERE fts MATCH :q{exact} ORDER BY fts.rowid DESC LIMIT {MAX_COUNTED + 1}"
    )
    values = {"q": match.text(), **match.values}
    return connection.execute(matches, values).all()


def _counts(connection: Connection, rows: Sequence[Any]) -> tuple[FacetCount, ...]:
    if not rows:
        return ()
    first, second, third, traits, units, stores = (
        Counter(column) for column in zip(*rows, strict=True)
    )
    categories = first + second + third
    del categories[None]
    most = Counter(dict(categories.most_common(MAX_CATEGORIES)))
    return (
        *_of("category", most, _names(connection, "category", most)),
        *_of("unit", units, _names(connection, "unit", units)),
        *_of_traits(traits),
        *_of("rating", _stars(connection, stores), {}),
    )


def _of_traits(traits: Mapping[int, int]) -> Iterable[FacetCount]:
    types: Counter[int] = Counter()
    states: Counter[int] = Counter()
    conditions: Counter[int] = Counter()
    for packed, listings in traits.items():
        one = traits_of(packed)
        types[one.type] += listings
        states[one.state] += listings
        if one.condition is not None:
            conditions[one.condition] += listings
    yield from _of("type", types, {int(one): one.name.lower() for one in ListingType})
    yield from _of(
        "state", states, {int(one): one.name.lower() for one in ListingState}
    )
    yield from _of(
        "condition", conditions, {int(one): one.name.lower() for one in Condition}
    )


def _of(
    facet: str, counts: Counter[int], names: Mapping[int, str]
) -> Iterable[FacetCount]:
    for value, listings in counts.most_common():
        yield FacetCount(facet, names.get(value, str(value)), listings)


def _names(
    connection: Connection, table: str, numbers: Iterable[int]
) -> dict[int, str]:
    wanted = list(numbers)
    if not wanted:
        return {}
    every = f"SELECT no, name FROM {table}"  # noqa: S608 - our own names
    marks = ",".join("?" * len(wanted))
    rows = connection.exec_driver_sql(f"{every} WHERE no IN ({marks})", tuple(wanted))
    return {row[0]: row[1] for row in rows}


def _stars(connection: Connection, stores: Mapping[int, int]) -> Counter[int]:
    """Listings by half stars of their sellers."""
    rated = connection.exec_driver_sql("SELECT no, stars FROM store WHERE stars > 0")
    counts: Counter[int] = Counter()
    for no, stars in rated:
        if no in stores:
            counts[stars] += stores[no]
    return counts
