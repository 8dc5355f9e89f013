"""Turns a search into the text that FTS5 gets; no word of a user reaches it unquoted."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, text

from bazaar.app.ports import SearchQuery
from bazaar.domain.card import CardFlag
from bazaar.domain.countries import country_bit
from bazaar.domain.listing import ListingState
from store.catalogue.entries import folded
from store.catalogue.words import (
    EVERYWHERE,
    MANY_COUNTRIES,
    MAX_RATING_STEP,
    SHOWN,
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
    words,
)

MAX_QUERY_WORDS: Final = 8
MAX_QUERY_CHARACTERS: Final = 1000
MAX_PRICE_STEP: Final = 53
MAX_STORES: Final = 200


class Match(NamedTuple):
    """What the index is asked.

    Attributes:
        facets: Expression over hidden words, or empty.
        exact: SQL that a candidate's row ``l`` must satisfy too, or empty.
        values: Bound values of ``exact``.
    """

    words: tuple[str, ...]
    facets: str
    unit: int | None
    exact: str
    values: dict[str, Any]

    def text(self, *also: str) -> str:
        """The FTS5 expression of all matches, narrowed by ``also``."""
        return every(self._said(), self.facets, *also) or quoted(SHOWN)

    def tiers(self) -> Iterable[str]:
        """Expressions that part the matches: words in the title, in title or tags, elsewhere.

        FTS5's own ranking counts nothing in an index without texts and positions.
        """
        title, tags = self._said("title"), self._said("title tags")
        yield every(title, self.facets)
        yield every(f"({tags} NOT {title})", self.facets)
        yield every(f"({self._said()} NOT {tags})", self.facets)

    def _said(self, columns: str = "title tags descr") -> str:
        said = " AND ".join(map(quoted, self.words))
        return said and f"({{{columns}}} : ({said}))"


def match_of(connection: Connection, query: SearchQuery) -> Match | None:
    """The match of ``query``; None if it names something that no card here has."""
    said = tuple(dict.fromkeys(words(query.words[:MAX_QUERY_CHARACTERS])))[
        :MAX_QUERY_WORDS
    ]
    if query.words.strip() and not said:
        return None
    unit = _number(connection, "SELECT no FROM unit WHERE name = :it", query.unit)
    parts = [
        *_named(connection, query),
        None if query.unit is None else _either([unit_word(unit)]) if unit else "",
        _prices(unit, query),
        *_chosen(query),
    ]
    if "" in parts:
        return None
    hidden = every(*(part for part in parts if part))
    return Match(said, _without(connection, query, hidden), unit, *_exact(query))


def every(*parts: str) -> str:
    """All of the expressions ``parts`` that are not empty."""
    return " AND ".join(part for part in parts if part)


def quoted(word: str) -> str:
    """One word as FTS5 takes it literally."""
    doubled = word.replace('"', '""')
    return f'"{doubled}"'


def _named(connection: Connection, query: SearchQuery) -> Iterable[str | None]:
    """Filters that name something which has a number here; empty if it has none."""
    for keys in (query.stores, None if query.store is None else (query.store,)):
        if keys is not None:
            found = (
                _number(connection, "SELECT no FROM store WHERE key = :it", key)
                for key in keys[:MAX_STORES]
            )
            yield _either(store_word(no) for no in found if no)
    if query.category is not None:
        form = folded(query.category)
        no = _number(connection, "SELECT no FROM category WHERE folded = :it", form)
        yield _either([category_word(no)]) if no else ""


def _chosen(query: SearchQuery) -> Iterable[str | None]:
    """Filters whose words need no look into the file."""
    yield _region(query.region)
    if query.type is not None:
        yield quoted(type_word(query.type))
    yield from _told(query)
    if query.least_stars > 0:
        steps = range(query.least_stars, MAX_RATING_STEP + 1)
        yield _either(map(stars_word, steps))
    if query.in_stock:
        yield quoted(state_word(ListingState.FOR_SALE))
    yield from (quoted(flag_word(flag)) for flag in CardFlag if query.flags & flag)


def _told(query: SearchQuery) -> Iterable[str]:
    """Filters on what only bodies say."""
    if query.condition is not None:
        yield quoted(condition_word(query.condition))
    if query.language is not None:
        yield quoted(language_word(query.language))
    if query.place is not None:
        yield quoted(area_word(*query.place))


def _without(connection: Connection, query: SearchQuery, hidden: str) -> str:
    """What is left out: mature goods, and those of sellers that the user blocked."""
    found = (
        _number(connection, "SELECT no FROM store WHERE key = :it", key)
        for key in query.without[:MAX_STORES]
    )
    left_out = [store_word(no) for no in found if no]
    if not query.mature:
        left_out.append(flag_word(CardFlag.NSFW))
    if not left_out:
        return hidden
    return f"({hidden or quoted(SHOWN)}) NOT {_either(left_out)}"


def _exact(query: SearchQuery) -> tuple[str, dict[str, Any]]:
    """What tokens cannot say: the price within its step, one of more than 16 countries."""
    said: list[str] = []
    values: dict[str, Any] = {}
    if query.unit is not None:
        if query.price_to is not None and not _is_step(query.price_to + 1):
            said.append("l.price <= :price_to")
            values["price_to"] = query.price_to
        if query.price_from is not None and not _is_step(query.price_from):
            said.append("l.price >= :price_from")
            values["price_from"] = query.price_from
    bit = None if query.region is None else country_bit(query.region)
    if bit is not None:
        # few countries are all in the index; NULL says so
        said.append(
            "(l.countries IS NULL OR instr(:having, substr(l.countries, :byte, 1)) > 0)"
        )
        values |= {"byte": bit // 8 + 1, "having": _bytes_with(bit % 8)}
    return " AND ".join(said), values


def _is_step(price: int) -> bool:
    """Whether a step of prices begins with ``price``: a power of two, or 0."""
    return price <= 0 or price & price - 1 == 0


def _bytes_with(bit: int) -> bytes:
    return bytes(byte for byte in range(256) if byte >> (7 - bit) & 1)


def _prices(unit: int | None, query: SearchQuery) -> str | None:
    """Price steps between the two prices; without a unit prices mean nothing."""
    if unit is None or (query.price_to is None and query.price_from is None):
        return None
    least = min(max(query.price_from or 0, 0).bit_length(), MAX_PRICE_STEP)
    top = MAX_PRICE_STEP
    if query.price_to is not None:
        top = min(max(query.price_to, 0).bit_length(), MAX_PRICE_STEP)
    return _either(price_word(unit, step) for step in range(least, top + 1))


def _region(region: str | None) -> str | None:
    if region is None:
        return None
    bit = country_bit(region)
    near = [] if bit is None else [country_word(bit), MANY_COUNTRIES]
    return _either([EVERYWHERE, *near])


def _number(connection: Connection, sql: str, it: str | bytes | None) -> int | None:
    if isinstance(it, str):
        it = it.encode(errors="replace").decode()  # half a surrogate pair has no UTF-8
    return None if it is None else connection.scalar(text(sql), {"it": it})


def _either(hidden: Iterable[str]) -> str:
    said = " OR ".join(map(quoted, hidden))
    return said and f"({said})"
