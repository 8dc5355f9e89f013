"""Parts of the text that FTS5 gets."""

from collections.abc import Iterable


def every(*parts: str) -> str:
    """All of the expressions ``parts`` that are not empty."""
    return " AND ".join(part for part in parts if part)


def either(said: Iterable[str]) -> str:
    """Any of the words ``said``; empty without words."""
    anyone = " OR ".join(map(quoted, said))
    return anyone and f"({anyone})"


def quoted(word: str) -> str:
    """One word as FTS5 takes it literally."""
    doubled = word.replace('"', '""')
    return f'"{doubled}"'
