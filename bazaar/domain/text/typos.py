"""Words that one slip of the fingers makes of another: a letter less, more, other or swapped."""

from collections.abc import Iterator
from typing import Final

LEAST_LETTERS: Final = 4
"""Of shorter words too many others are one letter away."""

MOST_LETTERS: Final = 24
ALPHABETS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "αβγδεζηθικλμνξοπρστυφχψω",
    "אבגדהוזחטיךכלםמןנסעףפץצקרשת",
)


def slips(word: str) -> frozenset[str]:
    """All words one slip away from ``word``; none of what is too short or too long.

    Other letters are tried of the first alphabet that ``word`` is written in; scripts
    without one here are only shortened and swapped.
    """
    if not LEAST_LETTERS <= len(word) <= MOST_LETTERS:
        return frozenset()
    letters = next((one for one in ALPHABETS if set(word) & set(one)), "")
    return frozenset(_made(word, letters)) - {word}


def _made(word: str, letters: str) -> Iterator[str]:
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in letters:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
