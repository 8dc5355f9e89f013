"""Folding for search: the same for what is sought and what is found."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bazaar.domain.text.fold import MAX_FOLDED_WORD, MAX_QUERY_WORDS, fold, fold_words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Desk LAMP", "desk lamp"),
        ("Stra\u00dfe", "strasse"),
        ("\u0401\u043b\u043a\u0430", "\u0435\u043b\u043a\u0430"),
        ("\u0131\u015f\u0131k", "isik"),
        ("\u0130stanbul", "istanbul"),
        ("Caf\u00e9 Cr\u00e8me", "cafe creme"),
        ("\u1f08\u03b8\u03ae\u03bd\u03b1", "\u03b1\u03b8\u03b7\u03bd\u03b1"),
        ("\u0439\u043e\u0433", "\u0439\u043e\u0433"),
        ("\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd", "\u05e9\u05dc\u05d5\u05dd"),
        (
            "\u0645\u064e\u0631\u062d\u0640\u0628\u0627",
            "\u0645\u0631\u062d\u0628\u0627",
        ),
        ("\u0623\u062d\u0645\u062f", "\u0627\u062d\u0645\u062f"),
        ("\uff21\uff22\uff23", "abc"),
        ("\ufb01ne", "fine"),
        ("\ue000c12 lamp", "c12 lamp"),
        ("a\tb\n c\x00d", "a b cd"),
        ("\u6771\u4eac\u90fd", "\u6771\u4eac \u4eac\u90fd"),
        ("\u6771", "\u6771"),
        ("buy\u6771\u4eacnow", "buy \u6771\u4eac now"),
        ("\ud55c\uad6d\uc5b4", "\ud55c\uad6d \uad6d\uc5b4"),
        (
            "\uff84\uff73\uff77\uff6e\uff73",
            "\u30c8\u30a6 \u30a6\u30ad \u30ad\u30e7 \u30e7\u30a6",
        ),
        ("\u0e17\u0e35\u0e48\u0e19", "\u0e17\u0e19"),
        ("\u1781\u17d2\u1798\u17c2\u179a", "\u1781\u1798 \u1798\u179a"),
        ("\u05e9\u05dc\u05d5\u05dd", "\u05e9\u05dc\u05d5\u05dd"),
        ("\u0645\u0631\u062d\u0628\u0627", "\u0645\u0631\u062d\u0628\u0627"),
        ("\u0391\u03a3", "\u03b1\u03c3"),
        ("\u03b1\u03c2", "\u03b1\u03c3"),
        (
            "\u0928\u092e\u0938\u094d\u0924\u0947",
            "\u0928\u092e\u0938\u094d\u0924\u0947",
        ),
        ("", ""),
    ],
)
def test_scripts(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_long_words_are_cut() -> None:
    assert fold("x" * MAX_FOLDED_WORD) == "x" * MAX_FOLDED_WORD
    assert fold("x" * (MAX_FOLDED_WORD + 1)) == "x" * MAX_FOLDED_WORD


def test_a_query_has_at_most_eight_words() -> None:
    assert fold_words("a b c d e f g h") == list("abcdefgh")
    assert len(fold_words("a b c d e f g h i")) == MAX_QUERY_WORDS


@given(st.text())
def test_no_token_can_be_forged(text: str) -> None:
    assert not [c for c in fold(text) if unicodedata.category(c) in {"Co", "Cc", "Cs"}]
    assert fold(text) == " ".join(fold(text).split())


@given(st.text(alphabet=st.characters(max_codepoint=0x2FF)))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
