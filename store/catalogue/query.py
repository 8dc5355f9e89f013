"""Turns a search into the text that FTS5 gets; no word of a user reaches it unquoted."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, text

from bazaar.app.ports import SearchQuery
from bazaar.domain.card import CardFlag
from bazaar.domain.countries import country_bit
from bazaar.domain.listing import ListingState
from store.catalogue.entries import folded
from store.catalogue.rows import STATE_AT, STATE_MASK, TYPE_MASK
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
MAX_BY_ROWS: Final = 5_000
"""Of words that so few listings hold, common filters look at the rows."""

DOCUMENTS: Final = text("SELECT docs FROM term WHERE t IN :words").bindparams(
    bindparam("words", expanding=True)
)


class Condition(NamedTuple):
    """SQL over a row ``l`` and its bound values; empty if anything fits."""

    sql: str
    values: dict[str, Any]

    @classmethod
    def of(cls, said: Mapping[str, tuple[str, Any]]) -> "Condition":
        """All of several conditions, each with the value of its name."""
        sql = " AND ".join(one for one, _ in said.values())
        return cls(sql, {name: value for name, (_, value) in said.items()})

    @classmethod
    def both(cls, one: "Condition", other: "Condition") -> "Condition":
        """Both conditions."""
        sql = " AND ".join(part for part in (one.sql, other.sql) if part)
        return cls(sql, one.values | other.values)


class Match(NamedTuple):
    """What the index is asked.

    Attributes:
        facets: Expression over hidden words, or empty.
        docs: How many listings hold the rarest word; None without words.
        exact: SQL that a candidate's row ``l`` must satisfy too, or empty.
        values: Bound values of ``exact``.
    """

    words: tuple[str, ...]
    facets: str
    unit: int | None
    docs: int | None
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

    def _said(self, columns: str = "") -> str:
        """All words, in any column without ``columns``: nobody can type a hidden one."""
        said = " AND ".join(map(quoted, self.words))
        within = f"{{{columns}}} : " if columns else ""
        return said and f"({within}({said}))"


def match_of(connection: Connection, query: SearchQuery) -> Match | None:
    """The match of ``query``; None if it names something that no card here has."""
    said = tuple(dict.fromkeys(words(query.words[:MAX_QUERY_CHARACTERS])))[
        :MAX_QUERY_WORDS
    ]
    if query.words.strip() and not said:
        return None
    unit = _number(connection, "SELECT no FROM unit WHERE name = :it", query.unit)
    if query.unit is not None and unit is None:
        return None
    docs = fewest_documents(connection, said) if said else None
    by_rows = docs is not None and docs <= MAX_BY_ROWS
    parts = [*_named(connection, query), *_chosen(query)]
    if not by_rows:
        parts += _common(unit, query)
    if "" in parts:
        return None
    hidden = every(*(part for part in parts if part))
    exact = _exact_prices(query) if not by_rows else _of_rows(unit, query)
    both = Condition.both(exact, _exact_region(query))
    return Match(said, _without(connection, query, hidden), unit, docs, *both)


def fewest_documents(connection: Connection, said: Sequence[str]) -> int:
    """How many listings hold the rarest of the words ``said``, as last counted."""
    docs: Sequence[int] = connection.scalars(DOCUMENTS, {"words": said}).all()
    return min(docs) if len(docs) == len(said) else 0


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
    yield from _told(query)
    if query.least_stars > 0:
        steps = range(query.least_stars, MAX_RATING_STEP + 1)
        yield _either(map(stars_word, steps))
    yield from (quoted(flag_word(flag)) for flag in CardFlag if query.flags & flag)


def _common(unit: int | None, query: SearchQuery) -> Iterable[str | None]:
    """Filters that very many cards pass: walking their hidden words costs milliseconds."""
    if unit is not None:
        yield quoted(unit_word(unit))
    yield _prices(unit, query)
    if query.type is not None:
        yield quoted(type_word(query.type))
    if query.in_stock:
        yield quoted(state_word(ListingState.FOR_SALE))


def _of_rows(unit: int | None, query: SearchQuery) -> Condition:
    """The same filters for the few rows that a rare word leaves."""
    said: dict[str, tuple[str, Any]] = {}
    if unit is not None:
        said["unit"] = "l.unit = :unit", unit
        if query.price_from is not None:
            said["price_from"] = "l.price >= :price_from", query.price_from
        if query.price_to is not None:
            said["price_to"] = "l.price <= :price_to", query.price_to
    if query.type is not None:
        said["type"] = f"l.traits & {TYPE_MASK} = :type", query.type
    if query.in_stock:
        shown = f"l.traits >> {STATE_AT} & {STATE_MASK} = :state"
        said["state"] = shown, int(ListingState.FOR_SALE)
    return Condition.of(said)


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


def _exact_prices(query: SearchQuery) -> Condition:
    """What price steps cannot say: where within the first and the last step."""
    said: dict[str, tuple[str, Any]] = {}
    if query.unit is not None:
        if query.price_to is not None and not _is_step(query.price_to + 1):
            said["price_to"] = "l.price <= :price_to", query.price_to
        if query.price_from is not None and not _is_step(query.price_from):
            said["price_from"] = "l.price >= :price_from", query.price_from
    return Condition.of(said)


def _exact_region(query: SearchQuery) -> Condition:
    """Cards with few countries have them in the index, where NULL says so; others a bitmap."""
    bit = None if query.region is None else country_bit(query.region)
    if bit is None:
        return Condition("", {})
    sql = "(l.countries IS NULL OR instr(:having, substr(l.countries, :byte, 1)) > 0)"
    return Condition(sql, {"byte": bit // 8 + 1, "having": _bytes_with(bit % 8)})


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
