"""Turns a search into the text that FTS5 gets; no word of a user reaches it unquoted."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, text

from bazaar.app.ports import SearchQuery
from bazaar.domain.countries import country_bit
from store.catalogue.entries import folded
from store.catalogue.words import (
    EVERYWHERE,
    MANY_COUNTRIES,
    SHOWN,
    category_word,
    country_word,
    price_word,
    store_word,
    type_word,
    unit_word,
    words,
)

MAX_QUERY_WORDS: Final = 8
MAX_QUERY_CHARACTERS: Final = 1000
MAX_PRICE_STEP: Final = 53


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
        return _all(self._said(), self.facets, *also) or _quoted(SHOWN)

    def tiers(self) -> Iterable[str]:
        """Expressions that part the matches: words in the title, in title or tags, elsewhere.

        FTS5's own ranking counts nothing in an index without texts and positions.
        """
        title, tags = self._said("title"), self._said("title tags")
        yield _all(title, self.facets)
        yield _all(f"({tags} NOT {title})", self.facets)
        yield _all(f"({self._said()} NOT {tags})", self.facets)

    def _said(self, columns: str = "title tags descr") -> str:
        said = " AND ".join(map(_quoted, self.words))
        return said and f"({{{columns}}} : ({said}))"


def match_of(connection: Connection, query: SearchQuery) -> Match | None:
    """The match of ``query``; None if it names something that no card here has."""
    said = tuple(dict.fromkeys(words(query.words[:MAX_QUERY_CHARACTERS])))[
        :MAX_QUERY_WORDS
    ]
    if query.words.strip() and not said:
        return None
    unit = _number(connection, "SELECT no FROM unit WHERE name = :it", query.unit)
    parts: list[str | None] = [
        _store(connection, query.store),
        _category(connection, query.category),
        None if query.unit is None else _either([unit_word(unit)]) if unit else "",
        None if query.type is None else _either([type_word(query.type)]),
        _prices(unit, query),
        _region(query.region),
    ]
    if "" in parts:
        return None
    facets = " AND ".join(part for part in parts if part)
    return Match(said, facets, unit, *_exact(query))


def _exact(query: SearchQuery) -> tuple[str, dict[str, Any]]:
    """What tokens cannot say: the price within its step, one of more than 16 countries."""
    said: list[str] = []
    values: dict[str, Any] = {}
    if query.price_to is not None and query.unit is not None:
        said.append("l.price <= :price_to")
        values["price_to"] = query.price_to
    bit = None if query.region is None else country_bit(query.region)
    if bit is not None:
        # the last byte's last bit says "everywhere"
        said.append(
            "(instr(:having, substr(l.countries, :byte, 1)) > 0 OR instr(:odd, substr(l.countries, 32, 1)) > 0)"
        )
        values |= {
            "byte": bit // 8 + 1,
            "having": _bytes_with(bit % 8),
            "odd": _bytes_with(7),
        }
    return " AND ".join(said), values


def _bytes_with(bit: int) -> bytes:
    return bytes(byte for byte in range(256) if byte >> (7 - bit) & 1)


def _store(connection: Connection, key: bytes | None) -> str | None:
    no = _number(connection, "SELECT no FROM store WHERE key = :it", key)
    return None if key is None else _either([store_word(no)]) if no else ""


def _category(connection: Connection, name: str | None) -> str | None:
    if name is None:
        return None
    no = _number(connection, "SELECT no FROM category WHERE folded = :it", folded(name))
    return _either([category_word(no)]) if no else ""


def _prices(unit: int | None, query: SearchQuery) -> str | None:
    """Price steps up to the greatest price; without a unit prices mean nothing."""
    if query.price_to is None or unit is None:
        return None
    top = min(max(query.price_to, 0).bit_length(), MAX_PRICE_STEP)
    return _either(price_word(unit, step) for step in range(top + 1))


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


def _all(*parts: str) -> str:
    return " AND ".join(part for part in parts if part)


def _either(hidden: Iterable[str]) -> str:
    return f"({' OR '.join(map(_quoted, hidden))})"


def _quoted(word: str) -> str:
    doubled = word.replace('"', '""')
    return f'"{doubled}"'
