"""The filters of a search: hidden words that the index must hold, or conditions on rows."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from sqlalchemy import Connection, text

from bazaar.app.ports import SearchQuery
from bazaar.domain.amounts.countries import country_bit
from bazaar.domain.listings.card import CardFlag
from bazaar.domain.listings.listing import ListingState
from store.catalogue.entries import folded
from store.catalogue.expression import either, quoted
from store.catalogue.hidden import (
    EVERYWHERE,
    MANY_COUNTRIES,
    MAX_RATING_STEP,
    area_word,
    category_word,
    condition_word,
    country_word,
    flag_word,
    language_word,
    price_word,
    stars_word,
    state_word,
    store_word,
    type_word,
    unit_word,
)
from store.catalogue.row_filters import NO_FILTER, RowFilter

MAX_PRICE_STEP: Final = 53
MAX_STORES: Final = 200


class Common(NamedTuple):
    """A filter that both the index and the rows can answer.

    Attributes:
        is_rare: Whether few cards pass it as a rule, so that the index answers sooner.
    """

    hidden: str
    rows: RowFilter
    is_rare: bool


class Filters(NamedTuple):
    """All filters of one search.

    Attributes:
        hidden: What only the index answers.
        common: What either answers.
        always: What only rows answer.
        left_out: Expression of what must not be there, or empty.
    """

    hidden: tuple[str, ...]
    common: tuple[Common, ...]
    always: RowFilter
    left_out: str
    unit: int | None


def filters_of(connection: Connection, query: SearchQuery) -> Filters | None:
    """The filters of ``query``; None if one names something that no card here has."""
    unit = _number(connection, "SELECT no FROM unit WHERE name = :it", query.unit)
    category = _category(connection, query)
    if (query.unit is not None and unit is None) or (
        query.category is not None and category is None
    ):
        return None
    stores, prices = list(_stores(connection, query)), _prices(unit, query)
    if "" in (*stores, prices):
        return None
    return Filters(
        (*stores, *_chosen(query)),
        tuple(_common(query, unit, category, prices)),
        _always(query, unit),
        _left_out(connection, query),
        unit,
    )


def _stores(connection: Connection, query: SearchQuery) -> Iterable[str]:
    """Empty if none of the stores is known."""
    for keys in (query.stores, None if query.store is None else (query.store,)):
        if keys is not None:
            yield either(_store_words(connection, keys))


def _chosen(query: SearchQuery) -> Iterable[str]:
    """Filters that only the index answers, and whose words need no look into the file."""
    if query.region is not None:
        bit = country_bit(query.region)
        near = [] if bit is None else [country_word(bit), MANY_COUNTRIES]
        yield either([EVERYWHERE, *near])
    if query.condition is not None:
        yield quoted(condition_word(query.condition))
    if query.language is not None:
        yield quoted(language_word(query.language))
    if query.place is not None:
        yield quoted(area_word(*query.place))
    if query.least_stars > 0:
        steps = range(query.least_stars, MAX_RATING_STEP + 1)
        yield either(map(stars_word, steps))
    yield from (quoted(flag_word(flag)) for flag in CardFlag if query.flags & flag)


def _common(
    query: SearchQuery, unit: int | None, category: int | None, prices: str | None
) -> Iterable[Common]:
    if unit is not None and prices is None:
        rows = RowFilter(unit=unit)
        yield Common(quoted(unit_word(unit)), rows, is_rare=False)
    if prices is not None:  # their words name the unit too
        yield Common(prices, _always(query, unit), is_rare=False)
    if query.type is not None:
        rows = RowFilter(type=query.type)
        yield Common(quoted(type_word(query.type)), rows, is_rare=False)
    if query.in_stock:
        state = ListingState.FOR_SALE
        yield Common(
            quoted(state_word(state)), RowFilter(state=int(state)), is_rare=False
        )
    if category is not None:
        rows = RowFilter(category=category)
        yield Common(quoted(category_word(category)), rows, is_rare=True)


def _always(query: SearchQuery, unit: int | None) -> RowFilter:
    """What hidden words cannot say: where within a step of prices, which of many countries."""
    bit = None if query.region is None else country_bit(query.region)
    if unit is None or (query.price_from is None and query.price_to is None):
        return NO_FILTER if bit is None else RowFilter(country=bit)
    return RowFilter(
        unit=unit,
        price_from=query.price_from,
        price_to=query.price_to,
        country=bit,
    )


def _prices(unit: int | None, query: SearchQuery) -> str | None:
    """Price steps between the two prices, empty without any; without a unit they mean nothing."""
    if unit is None or (query.price_to is None and query.price_from is None):
        return None
    least = min(max(query.price_from or 0, 0).bit_length(), MAX_PRICE_STEP)
    top = MAX_PRICE_STEP
    if query.price_to is not None:
        top = min(max(query.price_to, 0).bit_length(), MAX_PRICE_STEP)
    return either(price_word(unit, step) for step in range(least, top + 1))


def _left_out(connection: Connection, query: SearchQuery) -> str:
    """Mature goods, and those of sellers that the user blocked."""
    left_out = _store_words(connection, query.without)
    if not query.mature:
        left_out.append(flag_word(CardFlag.NSFW))
    return either(left_out)


def _store_words(connection: Connection, keys: Iterable[bytes]) -> list[str]:
    found = (
        _number(connection, "SELECT no FROM store WHERE key = :it", key)
        for key in tuple(keys)[:MAX_STORES]
    )
    return [store_word(no) for no in found if no]


def _category(connection: Connection, query: SearchQuery) -> int | None:
    if query.category is None:
        return None
    form = folded(query.category)
    return _number(connection, "SELECT no FROM category WHERE folded = :it", form)


def _number(connection: Connection, sql: str, it: str | bytes | None) -> int | None:
    if isinstance(it, str):
        it = it.encode(errors="replace").decode()  # half a surrogate pair has no UTF-8
    return None if it is None else connection.scalar(text(sql), {"it": it})
