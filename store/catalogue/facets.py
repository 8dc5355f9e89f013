"""How many matches fall on each value of a filter, counted after the first hits are shown."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bazaar.app.ports import FacetCount, FacetPage, SearchQuery
from bazaar.domain.listings.listing import Condition, ListingState, ListingType
from store.catalogue.candidates import Candidates
from store.catalogue.columns import Columns
from store.catalogue.query import match_of
from store.catalogue.rows import traits_of
from store.engine import error_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_COUNTED: Final = 10_000
MAX_CATEGORIES: Final = 100
NOTHING: Final = FacetPage(0, exact=True, counts=())


def facets(
    connection: Connection, query: SearchQuery, columns: Columns | None = None
) -> FacetPage:
    """Counts over the newest 10,000 matches; a query that FTS5 refuses has none."""
    columns = columns or Columns()
    match = match_of(connection, query, columns)
    if match is None:
        return NOTHING
    candidates = Candidates(connection, match, columns)
    try:
        ids = candidates.newest(MAX_COUNTED + 1)
    except OperationalError as error:
        if error_name(error) != "SQLITE_ERROR":
            raise
        return NOTHING
    counted = ids[:MAX_COUNTED]
    counts = _counts(connection, candidates.rows(counted)) if counted else ()
    return FacetPage(len(counted), len(ids) <= MAX_COUNTED, counts)


def _counts(connection: Connection, rows: "NDArray[np.void]") -> tuple[FacetCount, ...]:
    named = np.concatenate([rows["first"], rows["second"], rows["third"]])
    categories = _counted(named[named >= 0])
    most = Counter(dict(categories.most_common(MAX_CATEGORIES)))
    units = _counted(rows["unit"])
    return (
        *_of("category", most, _names(connection, "category", most)),
        *_of("unit", units, _names(connection, "unit", units)),
        *_of_traits(_counted(rows["traits"])),
        *_of("rating", _stars(connection, _counted(rows["store"])), {}),
    )


def _counted(column: "NDArray[np.integer]") -> Counter[int]:
    values, listings = np.unique(column, return_counts=True)
    return Counter(dict(zip(values.tolist(), listings.tolist(), strict=True)))


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
