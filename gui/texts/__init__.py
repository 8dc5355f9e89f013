"""Every text the app shows, by key; plural forms are pairs (one, other)."""

from functools import cache

from gui.texts import (
    editor,
    frame,
    goods,
    market,
    merchant,
    money,
    neighbours,
    people,
    standing,
    talk,
    trade,
)

Entry = str | tuple[str, str]


@cache
def entries() -> dict[str, Entry]:
    """Return all texts; a key that two areas define is an error of ours."""
    made: dict[str, Entry] = {}
    for area in (
        editor,
        frame,
        goods,
        market,
        merchant,
        money,
        neighbours,
        people,
        standing,
        talk,
        trade,
    ):
        if doubled := made.keys() & area.TEXTS.keys():
            raise KeyError(*sorted(doubled))
        made |= area.TEXTS
    return made


def tr(key: str, *, n: int | None = None, **values: object) -> str:
    """Return the text of ``key`` with ``values`` filled in; ``n`` chooses the plural.

    Raises KeyError for an unknown key.
    """
    entry = entries()[key]
    if isinstance(entry, tuple):
        entry = entry[0] if n == 1 else entry[1]
    if n is not None:
        values["n"] = f"{n:,}"
    return entry.format(**values) if values else entry


def tr_or(key: str, otherwise: str, **values: object) -> str:
    """Return the text of ``key``, or ``otherwise`` when there is none for it."""
    entry = entries().get(key, otherwise)
    text = entry if isinstance(entry, str) else entry[1]
    return text.format(**values) if values and key in entries() else text
