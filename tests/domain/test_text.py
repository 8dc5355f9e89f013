"""The text rules: each allowed at its edge and refused one beyond."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bazaar.domain.text._unicode14 import is_refused
from bazaar.domain.text.text import check_line, check_text, check_word, clean

MARK = "\u0325"


def _refused_by_unicode(code: int) -> bool:
    bidi = 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069
    others = code in {0x2028, 0x2029, 0x200B, 0xFEFF} or 0xE0000 <= code <= 0xE007F
    return bidi or others or unicodedata.category(chr(code)) in {"Cc", "Cn", "Co", "Cs"}


@pytest.mark.skipif(
    unicodedata.unidata_version != "14.0.0", reason="the table is Unicode 14.0's"
)
def test_the_frozen_table_is_that_of_unicode_14() -> None:
    exceptions = {0x0A, 0x200C, 0x200D}
    differing = [
        code
        for code in range(0x110000)
        if code not in exceptions and is_refused(chr(code)) != _refused_by_unicode(code)
    ]
    assert differing == []
    assert not any(is_refused(chr(code)) for code in exceptions)
    printable = filter(str.isprintable, map(chr, range(0x110000)))
    assert not any(is_refused(character) for character in printable)


@pytest.mark.parametrize(
    "text",
    [
        "\x00",
        "\t",
        "\r",
        "\x7f",
        "\x85",
        "a\u200bb",
        "\u202e",
        "\u2066",
        "\u2028",
        "\ufeff",
        "\ue000",
        "\ufdd0",
        "\U000e0041",
        "\U0010ffff",
        "\u0378",
        "e\u0301",
        "\u212b",
        "a\u200d",
        "\u200db",
        "a\u200cb",
        "\u2764\u200c",
        "x" + MARK * 5,
    ],
)
def test_refused_everywhere(text: str) -> None:
    with pytest.raises(ValueError, match=r"allowed|normal form|in a row"):
        check_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "two\nlines",
        "\u00e9",
        "x" + MARK * 4,
        "\u0915\u094d\u200d\u0937",
        "\u0645\u06cc\u200c\u0631\u0648\u0645",
        "\u2764\ufe0f\u200d\U0001f525",
        "\U0001f469\U0001f3fd\u200d\U0001f4bb",
        "\u1820\u200d",
    ],
)
def test_allowed_in_a_text(text: str) -> None:
    check_text(text)


def test_a_line_has_no_new_line() -> None:
    check_line("one line")
    with pytest.raises(ValueError, match="new line"):
        check_line("two\nlines")


@pytest.mark.parametrize("word", ["a", "7", "two words", "\u6771\u4eac", "\u2764 1"])
def test_a_word(word: str) -> None:
    check_word(word)


@pytest.mark.parametrize(
    ("word", "rule"),
    [
        (" a", "beginning"),
        ("a ", "beginning"),
        ("a\u00a0", "beginning"),
        ("a  b", "two spaces"),
        ("a \u3000b", "two spaces"),
        ("--", "letter or digit"),
        ("\u2764\ufe0f", "letter or digit"),
        ("a\nb", "new line"),
    ],
)
def test_what_a_word_must_not_be(word: str, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        check_word(word)


def test_an_editor_cleans_what_a_verifier_would_refuse() -> None:
    assert clean("e\u0301\r\nx\ry") == "\u00e9\nx\ny"


@given(st.text())
def test_ascii_and_other_texts_follow_one_rule(text: str) -> None:
    def verdict(value: str) -> bool:
        try:
            check_text(value)
        except ValueError:
            return False
        return True

    if unicodedata.is_normalized("NFC", text):
        assert (
            verdict(text) == verdict("\u00e9" + text)
            or text[:1] in {"\u200c", "\u200d"}
            or (unicodedata.category(text[:1] or "a")[0] == "M")
        )
    else:
        assert not verdict(text)


@pytest.mark.parametrize("mark", [MARK, "\U0001e8d0", "\u0940"])
@pytest.mark.parametrize("place", range(7))
def test_a_row_of_marks_is_found_wherever_it_stands(mark: str, place: int) -> None:
    around = "я" * place
    check_text(around + mark * 4 + around)
    check_text((around + mark * 4 + "я") * 3)
    for text in (around + mark * 5 + around, "\n" + around + mark * 5):
        with pytest.raises(ValueError, match="in a row"):
            check_text(text)


@pytest.mark.parametrize("refused", ["\x7f", "\x00", "\u202e", "\ue000"])
@pytest.mark.parametrize("around", ["plain " * 100, "ё\n" * 100, "\u00a0ё" * 100])
def test_what_is_refused_is_found_in_a_long_text(refused: str, around: str) -> None:
    check_text(around)
    for text in (around + refused, refused + around, around + refused + around):
        with pytest.raises(ValueError, match="is not allowed"):
            check_text(text)
