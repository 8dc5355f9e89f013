"""Searches of the index: the total and one page of hits."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bazaar.app.ports import SearchPage, SearchQuery
from store.catalogue.candidates import Candidates
from store.catalogue.columns import Columns
from store.catalogue.hits import hits
from store.catalogue.order import (
    MAX_CANDIDATES,
    MAX_FEW,
    best_rated,
    by_price,
    by_price_steps,
    ranked,
)
from store.catalogue.query import Match, match_of
from store.engine import error_name

MAX_TOTAL: Final = 10_000
MAX_PAGE: Final = 200
NOTHING: Final = SearchPage(0, exact=True, found=())


def search(
    connection: Connection, query: SearchQuery, columns: Columns | None = None
) -> SearchPage:
    """One page of hits; a query that no card can match, or that FTS5 refuses, finds nothing."""
    columns = columns or Columns()
    match = match_of(connection, query, columns)
    if match is None:
        return NOTHING
    first = max(query.offset, 0)
    last = first + min(max(query.limit, 0), MAX_PAGE)
    try:
        total, ids = _ordered(connection, match, columns, query.sort, last)
    except OperationalError as error:
        if error_name(error) != "SQLITE_ERROR":
            raise
        return NOTHING
    found = hits(connection, ids[first:last])
    columns.expect(connection)
    return SearchPage(min(total, MAX_TOTAL), total <= MAX_TOTAL, found)


def _ordered(
    connection: Connection, match: Match, columns: Columns, sort: str, last: int
) -> tuple[int, Sequence[int]]:
    """How many match, above 10,000 it is 10,001; and their numbers up to the ``last`` one."""
    candidates = Candidates(connection, match, columns)
    if sort in {"price", "dearest"}:
        return _by_price(match, candidates, last, dearest=sort == "dearest")
    if sort == "rating":
        return candidates.total(MAX_TOTAL + 1), best_rated(match, candidates, last)
    if sort == "relevance" and match.says_enough:
        total, newest = _to_rank(match, candidates, last)
        return total, ranked(connection, match, candidates, newest, last)
    if candidates.are_filtered:
        newest = candidates.newest(max(last, MAX_TOTAL + 1))
        return _capped(newest), newest
    return candidates.total(MAX_TOTAL + 1), candidates.newest(last)


def _by_price(
    match: Match, candidates: Candidates, last: int, *, dearest: bool
) -> tuple[int, Sequence[int]]:
    newest = candidates.newest(MAX_TOTAL + 1)
    total = len(newest)
    if total <= MAX_TOTAL:
        return total, by_price(candidates, newest, dearest=dearest)
    if match.unit is None:
        some = newest[:MAX_CANDIDATES]
        return total, by_price(candidates, some, dearest=dearest)
    return total, by_price_steps(match, candidates, last, dearest=dearest)


def _to_rank(
    match: Match, candidates: Candidates, last: int
) -> tuple[int, Sequence[int]]:
    """How many match, and enough of the newest to rank; several lists are walked only once."""
    if len(match.words) > 1 or candidates.are_filtered:
        newest = candidates.newest(max(last, MAX_TOTAL + 1))
        return _capped(newest), newest
    total = candidates.total(MAX_TOTAL + 1)
    return total, candidates.newest(max(2 * last, MAX_FEW + 1))


def _capped(newest: Sequence[int]) -> int:
    return min(len(newest), MAX_TOTAL + 1)
