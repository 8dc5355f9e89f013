"""Vectors of the text rules (PROTOCOL.md 18, item 17): code points, and who accepts them."""

import hashlib
import itertools
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

COUNT: Final = 300
EDGES: Final = (
    (0x00, 0x1F),
    (0x7F, 0x9F),
    (0x202A, 0x202E),
    (0x2066, 0x2069),
    (0x2028, 0x2029),
    (0x200B, 0x200D),
    (0xFEFF, 0xFEFF),
    (0xE000, 0xF8FF),
    (0xFDD0, 0xFDEF),
    (0xFFFE, 0xFFFF),
    (0xD800, 0xDFFF),
    (0xE0000, 0xE007F),
    (0xE0100, 0xE01EF),
    (0xF0000, 0x10FFFF),
    (0x378, 0x379),
    (0x530, 0x530),
    (0x1FAF7, 0x1FAFF),
    (0x20B9, 0x20C0),
    (0x2FE0, 0x2FEF),
)
JOINED_AFTER: Final = (
    0x61, 0x5FF, 0x627, 0x0915, 0x0DFA, 0xDFF, 0xE01, 0x17FE, 0x1801, 0x1820, 0x18AA, 0x18B0,
    0x2764, 0xFE0F, 0x1F3FD, 0x1F469, 0x5E, 0x2B, 0x200D,
)  # fmt: skip
WORDS: Final = (
    "", "a", "7", "two words", " a", "a ", "a  b", "\u00a0a", "a\u00a0", "a \u3000b", "--", "\u2764",
    "\u2764 1", "\u6771\u4eac", "\u0645\u0631\u062d\u0628\u0627", "a\nb", "\n", "\u00e9", "e\u0301",
    "\u212b", "\u00c5", "\uac00", "\u1100\u1161", "\ufb01", "\u0958", "\u0344", "\u0928\u093c\u0924",
    "<b>x</b>", "{0}", "%s", "../../x", "\u202eabc", "a\u0300\u0301", "\u05e9\u05c1\u05b8",
)  # fmt: skip


def texts() -> list[dict[str, Any]]:
    """300 strings as code points, each with the verdict of every kind of field."""
    return [
        {
            "code_points": [f"{ord(character):x}" for character in text],
            "text": _is_text(text),
            "line": _is_text(text) and "\n" not in text,
            "word": _is_text(text) and _is_word(text),
        }
        for text in itertools.islice(_distinct(), COUNT)
    ]


def _distinct() -> Iterator[str]:
    seen: set[str] = set()
    for text in _strings():
        if text not in seen:
            seen.add(text)
            yield text


def _strings() -> Iterator[str]:
    yield from WORDS
    for first, last in EDGES:
        for code in (first - 1, first, last, last + 1):
            if 0 <= code <= 0x10FFFF:
                yield f"a{chr(code)}b"
    for code, joiner in itertools.product(JOINED_AFTER, "\u200c\u200d"):
        yield f"a{chr(code)}{joiner}b"
    yield from ("\u200da", "\u200ca", "a\u200d")
    for mark, count in itertools.product("\u0325\u20dd\u0903\ufe0f", range(3, 7)):
        yield "x" + mark * count
    for number in itertools.count():
        drawn = hashlib.sha256(b"text%d" % number).digest()
        code = int.from_bytes(drawn[:3], "big") % (0x30000 if number % 4 else 0x3000)
        yield f"n{chr(code)}{drawn[3] % 10}"


def _is_text(text: str) -> bool:
    if unicodedata.normalize("NFC", text) != text or "M" * 5 in _categories(text):
        return False
    return all(
        _is_allowed(character, text[:place]) for place, character in enumerate(text)
    )


def _categories(text: str) -> str:
    return "".join(unicodedata.category(character)[0] for character in text)


def _is_allowed(character: str, before: str) -> bool:
    code = ord(character)
    if code in {0x200C, 0x200D}:
        return bool(before) and _joins(before[-1], code)
    bidi = 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069
    if bidi or 0xE0000 <= code <= 0xE007F or code in {0x2028, 0x2029, 0x200B, 0xFEFF}:
        return False
    return character == "\n" or unicodedata.category(character) not in {
        "Cc",
        "Cs",
        "Co",
        "Cn",
    }


def _joins(before: str, joiner: int) -> bool:
    if 0x600 <= ord(before) <= 0xDFF or 0x1800 <= ord(before) <= 0x18AF:
        return True
    return joiner == 0x200D and (
        before == "\ufe0f" or unicodedata.category(before) in {"So", "Sk"}
    )


def _is_word(text: str) -> bool:
    spaces = "".join(" " if unicodedata.category(c) == "Zs" else "." for c in text)
    if "\n" in text or "  " in spaces or spaces.strip(" ") != spaces:
        return False
    return any(letter in "LN" for letter in _categories(text))
