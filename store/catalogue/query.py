"""Turns a search into the text that FTS5 gets; no word of a user reaches it unquoted."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, text

from bazaar.app.ports import SearchQuery
from store.catalogue.columns import Columns
from store.catalogue.expression import either, every, quoted
from store.catalogue.filters import Filters, filters_of
from store.catalogue.hidden import IN_LABELS, IN_TITLE, SHOWN
from store.catalogue.row_filters import RowFilter
from store.catalogue.words import words

MAX_QUERY_WORDS: Final = 8
MAX_QUERY_CHARACTERS: Final = 1000
MAX_RANKED_DOCUMENTS: Final = 20_000
"""A query whose rarest word is commoner says too little to rank by; newest first then."""

LEAST_SHARE: Final = 0.125
"""What more cards pass than this costs less to look up in their rows than to walk as a list."""

DOCUMENTS: Final = text("SELECT docs FROM term WHERE t IN :words").bindparams(
    bindparam("words", expanding=True)
)


class Match(NamedTuple):
    """What the index is asked, and what is asked of the rows that it finds.

    Attributes:
        facets: Expression over hidden words, or empty.
        docs: How many listings hold the rarest word; None without words.
        rows: What the row of a candidate must satisfy too.
    """

    words: tuple[str, ...]
    facets: str
    unit: int | None
    docs: int | None
    rows: RowFilter

    @property
    def says_enough(self) -> bool:
        """Whether one of the words is rare enough to rank by."""
        return self.docs is not None and self.docs <= MAX_RANKED_DOCUMENTS

    def text(self, *also: str) -> str:
        """The FTS5 expression of all matches, narrowed by ``also``."""
        return every(*map(quoted, self.words), self.facets, *also) or quoted(SHOWN)

    def tiers(self) -> Iterable[str]:
        """Expressions of the best matches: all words in the title; in title or labels."""
        title = every(*(quoted(IN_TITLE + word) for word in self.words))
        labels = every(
            *(either((IN_TITLE + word, IN_LABELS + word)) for word in self.words)
        )
        yield every(title, self.facets)
        yield every(f"(({labels}) NOT ({title}))", self.facets)


def match_of(
    connection: Connection, query: SearchQuery, columns: Columns
) -> Match | None:
    """The match of ``query``; None if it names something that no card here has."""
    said = tuple(dict.fromkeys(words(query.words[:MAX_QUERY_CHARACTERS])))
    said = said[:MAX_QUERY_WORDS]
    if query.words.strip() and not said:
        return None
    filters = filters_of(connection, query)
    if filters is None:
        return None
    docs = _fewest_documents(connection, said) if said else None
    match = Match(said, "", filters.unit, docs, filters.always)
    return _planned(match, filters, columns)


def _planned(match: Match, filters: Filters, columns: Columns) -> Match:
    """Each filter of many cards as hidden words, or as a look at rows, whichever costs less."""
    hidden, rows = list(filters.hidden), match.rows
    for one in filters.common:
        share = columns.share(one.rows)
        few = match.says_enough and not one.is_rare
        if few or (share is not None and share >= LEAST_SHARE and match.words):
            rows = rows.and_also(one.rows)
        else:
            hidden.append(one.hidden)
    facets = every(*hidden)
    if filters.left_out:
        facets = f"({facets or quoted(SHOWN)}) NOT {filters.left_out}"
    return match._replace(facets=facets, rows=rows)


def _fewest_documents(connection: Connection, said: Sequence[str]) -> int:
    """How many listings hold the rarest of the words ``said``, as last counted."""
    docs: Sequence[int] = connection.scalars(DOCUMENTS, {"words": said}).all()
    return min(docs) if len(docs) == len(said) else 0
