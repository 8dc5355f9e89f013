"""Another spelling of a search that finds nothing: words of the index one slip away."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, bindparam, text

from bazaar.domain.text.typos import slips
from store.catalogue.words import words

MAX_WORDS: Final = 8
MAX_CHARACTERS: Final = 200
DOCUMENTS: Final = text("SELECT t, docs FROM term WHERE t IN :words").bindparams(
    bindparam("words", expanding=True)
)


def spelled(connection: Connection, said: str) -> str:
    """``said`` with each unknown word replaced by the commonest one a slip away.

    Empty if no word is unknown, or one of them has no such neighbour. Costs a point read
    for each of about 50 neighbours of a letter.
    """
    wanted = words(said[:MAX_CHARACTERS])[:MAX_WORDS]
    known = _documents(connection, wanted)
    if all(word in known for word in wanted):
        return ""
    made = [word if word in known else _nearest(connection, word) for word in wanted]
    return " ".join(made) if all(made) else ""


def _nearest(connection: Connection, word: str) -> str:
    found = _documents(connection, sorted(slips(word)))
    return min(found, key=lambda one: (-found[one], one), default="")


def _documents(connection: Connection, wanted: Sequence[str]) -> dict[str, int]:
    if not wanted:
        return {}
    rows = connection.execute(DOCUMENTS, {"words": wanted})
    return {word: docs for word, docs in rows if docs > 0}
