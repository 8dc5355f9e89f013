"""The text rules of PROTOCOL.md 5: what a verifier refuses, and what an editor cleans.

A verifier never normalises; ``clean`` is for text that a person is still typing.
"""

import re
import sys
import unicodedata
from functools import cache
from itertools import pairwise
from typing import Final

from bazaar.domain.text._unicode14 import is_refused

MAX_MARKS_IN_A_ROW: Final = 4
_PLAIN_WORD: Final = re.compile("[!-~]+(?: [!-~]+)*")
"""ASCII without controls, and without spaces at the ends or in a row."""

_PLAIN_LETTER: Final = re.compile("[0-9A-Za-z]")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_PLAIN_BYTES: Final = bytes([ord("\n"), *range(ord(" "), ord("~") + 1)])
_LAST_OF_TWO_BYTES: Final = 0xFFFF
_PRINTABLE_IS_ALLOWED: Final = unicodedata.unidata_version == "14.0.0"
"""With these tables nothing that Python calls printable is refused; a test looks at all of it."""

_JOINER: Final = re.compile("[\u200c\u200d]")
_WIDE_JOINER: Final = "\u200d"
_NARROW_JOINER: Final = "\u200c"
_EMOJI_STYLE: Final = "\ufe0f"
_INDIC_FIRST, _INDIC_LAST = 0x0600, 0x0DFF
_MONGOLIAN_FIRST, _MONGOLIAN_LAST = 0x1800, 0x18AF


def check_text(text: str) -> None:
    """Check a field that may hold new lines. Raises ValueError naming the rule broken."""
    if text.isascii():
        _check_ascii(text)
        return
    _check_characters(text)
    if not unicodedata.is_normalized("NFC", text):
        raise ValueError("text is not in normal form NFC")
    _check_joiners(text)
    _check_marks_in_a_row(text)


def check_line(text: str) -> None:
    """Check a field of one line. Raises ValueError naming the rule broken."""
    if "\n" in text:
        raise ValueError("a new line is not allowed here")
    check_text(text)


def check_word(text: str) -> None:
    """Check a name or word. Raises ValueError naming the rule broken.

    Every code point of category Zs counts as a space.
    """
    if _PLAIN_WORD.fullmatch(text) and _PLAIN_LETTER.search(text):
        return  # nearly all words, 20 times sooner
    check_line(text)
    spaces = [unicodedata.category(character) == "Zs" for character in text]
    if spaces and (spaces[0] or spaces[-1]):
        raise ValueError("a space at the beginning or end is not allowed here")
    if any(one and other for one, other in pairwise(spaces)):
        raise ValueError("two spaces in a row are not allowed here")
    if not any(unicodedata.category(character)[0] in "LN" for character in text):
        raise ValueError("at least one letter or digit is needed here")


def clean(text: str) -> str:
    """What an editor makes of typed text: normal form NFC, new lines as U+000A alone."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _check_ascii(text: str) -> None:
    if not text.encode().translate(None, _PLAIN_BYTES):
        return  # four times sooner than a search
    found = _CONTROL.search(text)
    if found is not None:
        raise ValueError(f"the character U+{ord(found[0]):04X} is not allowed")


def _check_characters(text: str) -> None:
    if _PRINTABLE_IS_ALLOWED and text.replace("\n", " ").isprintable():
        return  # nearly all texts, ten times sooner
    for character in set(text):
        if is_refused(character):
            raise ValueError(f"the character U+{ord(character):04X} is not allowed")


def _check_joiners(text: str) -> None:
    if _WIDE_JOINER not in text and _NARROW_JOINER not in text:
        return  # ten times sooner than a search
    for found in _JOINER.finditer(text):
        before = text[found.start() - 1] if found.start() else ""
        if not _may_join(before, found[0]):
            raise ValueError(
                f"the joiner U+{ord(found[0]):04X} is not allowed at this place"
            )


def _may_join(before: str, joiner: str) -> bool:
    if not before:
        return False
    if _INDIC_FIRST <= ord(before) <= _INDIC_LAST:
        return True
    if _MONGOLIAN_FIRST <= ord(before) <= _MONGOLIAN_LAST:
        return True
    emoji = before == _EMOJI_STYLE or unicodedata.category(before) in {"So", "Sk"}
    return joiner == _WIDE_JOINER and emoji


def _check_marks_in_a_row(text: str) -> None:
    # A row that is too long holds one of every so many characters: most texts end here.
    if not _marks().search(text[MAX_MARKS_IN_A_ROW :: MAX_MARKS_IN_A_ROW + 1]):
        return
    run = 0
    for character in text:
        run = run + 1 if unicodedata.category(character)[0] == "M" else 0
        if run > MAX_MARKS_IN_A_ROW:
            raise ValueError(f"more than {MAX_MARKS_IN_A_ROW} combining marks in a row")


@cache
def _marks() -> re.Pattern[str]:
    """Every mark of the first 65,536 code points, and all code points above them."""
    letters = map(chr, range(_LAST_OF_TWO_BYTES + 1))
    marks = "".join(one for one in letters if unicodedata.category(one)[0] == "M")
    above = f"{chr(_LAST_OF_TWO_BYTES + 1)}-{chr(sys.maxunicode)}"
    return re.compile(f"[{marks}{above}]")
