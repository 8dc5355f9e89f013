"""Slugs and percentages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bazaar.domain.amounts.percent import format_percent, parse_percent
from bazaar.domain.errors import InputError
from bazaar.domain.text.slug import MAX_SLUG, slug_of
from bazaar.domain.text.text import clean


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Restored desk lamp", "restored-desk-lamp"),
        ("  Caf\u00e9 & Cr\u00e8me!  ", "cafe-creme"),
        ("Stra\u00dfe 7", "strasse-7"),
        ("x" * 69 + " y", "x" * 69),
    ],
)
def test_slugs(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def test_a_title_without_latin_letters_gets_a_stable_slug() -> None:
    assert slug_of("\u6771\u4eac").startswith("item-")
    assert slug_of("\u6771\u4eac") == slug_of("\u6771\u4eac") != slug_of("\u4eac\u6771")


@given(st.text(min_size=1))
def test_each_title_has_a_slug(title: str) -> None:
    slug = slug_of(clean(title.encode(errors="ignore").decode()))
    assert 1 <= len(slug) <= MAX_SLUG
    assert slug.strip("-") == slug
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@pytest.mark.parametrize(
    ("words", "bp"),
    [("19", 1900), ("8.1", 810), ("0.05", 5), ("100 %", 10_000), ("7%", 700)],
)
def test_percentages(words: str, bp: int) -> None:
    assert parse_percent(words) == bp
    assert parse_percent(format_percent(bp)) == bp


@given(st.integers(0, 10_000))
def test_percentages_read_back(bp: int) -> None:
    assert parse_percent(format_percent(bp)) == bp


@pytest.mark.parametrize("words", ["", "-1", "1.234", "100.01", "101", "a", "1,5"])
def test_what_is_no_percentage(words: str) -> None:
    with pytest.raises(InputError, match="fee: "):
        parse_percent(words, "fee")
