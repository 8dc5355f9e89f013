"""Text as the words that the index holds."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from bazaar.domain.text.fold import ASCII_CONTROLS, fold

PLAIN_WORD: Final = re.compile("[a-z0-9]+")
MAX_WORD: Final = 40
CACHED: Final = 4096


def words(text: str) -> list[str]:
    """The folded words of ``text``, in order; the index's tokenizer parts them at spaces only."""
    if text.isascii():  # folding it changes nothing else
        shown = text if text.isprintable() else text.translate(ASCII_CONTROLS)
        found: list[str] = PLAIN_WORD.findall(shown.lower())
        if len(shown) <= MAX_WORD or max(map(len, found), default=0) <= MAX_WORD:
            return found
        return [word[:MAX_WORD] for word in found]
    folded = fold(text)
    spaced = "".join(_or_space(letter) for letter in folded)
    return [word[:MAX_WORD] for word in spaced.split()]


def plain(code: str) -> str:
    """The ASCII letters and digits of a code, in lower case."""
    return "".join(PLAIN_WORD.findall(code.lower()))


@lru_cache(CACHED)
def _or_space(letter: str) -> str:
    return letter if unicodedata.category(letter)[0] in "LNM" else " "
