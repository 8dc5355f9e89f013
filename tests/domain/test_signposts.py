"""Tokens under which a store is found: few, telling, folded as a query is."""

from bazaar.domain.amounts.countries import country_bits
from bazaar.domain.listings.card import Card
from bazaar.domain.stores import signposts
from bazaar.domain.stores.signposts import (
    MAX_CATEGORIES,
    MAX_KEYWORDS,
    MAX_REGIONS,
    SHARDS,
    category,
    keyword,
    own_shard,
    region,
    shard,
    words_of,
)

STORE = bytes([0xA7]) * 32
EUROPE = ("AT", "BE", "CH", "CZ", "DE", "DK", "FR", "IT", "NL")


def card(
    title: str,
    categories: tuple[str, ...] = (),
    countries: tuple[str, ...] = ("DE",),
    tags: tuple[str, ...] = (),
) -> Card:
    return Card(
        slug="one",
        listing=b"l" * 32,
        seq=1,
        title=title,
        unit="EUR",
        price_from=100,
        type=1,
        state=1,
        categories=categories,
        countries=country_bits(countries),
        flags=0,
        thumbnail=None,
        tags=tags,
        changed=1,
    )


def test_a_store_is_told_by_categories_countries_and_words() -> None:
    tokens = signposts.signposts(
        STORE, [card("Écru Lamp (new)", ("Home",), tags=("oak",))]
    )
    wanted = [
        category("home"),
        region("DE"),
        *map(keyword, ("ecru", "lamp", "new", "oak")),
    ]
    assert list(tokens[: len(wanted)]) == wanted
    assert list(tokens[len(wanted) :]) == [shard(one, 11) for one in wanted]
    assert own_shard(STORE) == 11


def test_query_and_title_meet_in_one_token() -> None:
    assert words_of("  ÉCRU, lamp!") == words_of("ecru Lamp")
    assert words_of("a - b") == []


def test_shards_are_one_to_sixteen() -> None:
    shards = {own_shard(bytes([first]) * 32) for first in range(256)}
    assert shards == set(range(1, SHARDS + 1))
    assert shard(b"k:a", 0) == b"k:a"
    assert shard(b"k:a", 16) == b"k:a\x00\x10"


def test_most_frequent_words_at_the_limit_and_beyond() -> None:
    rare = [card(f"word{number:03}") for number in range(MAX_KEYWORDS)]
    tokens = signposts.signposts(STORE, [*rare, card("lamp"), card("lamp")])
    words = [one for one in tokens if one.startswith(b"k:") and b"\0" not in one]
    assert len(words) == MAX_KEYWORDS
    assert words[0] == keyword("lamp")


def test_categories_at_the_limit_and_beyond() -> None:
    many = [card("x", (f"c{number}",)) for number in range(MAX_CATEGORIES + 1)]
    tokens = signposts.signposts(STORE, many)
    assert (
        sum(one.startswith(b"c:") and b"\0" not in one for one in tokens)
        == MAX_CATEGORIES
    )


def test_who_reaches_many_countries_says_everywhere() -> None:
    some = signposts.signposts(STORE, [card("x", countries=EUROPE[:MAX_REGIONS])])
    assert sum(one.startswith(b"g:") for one in some) == 2 * MAX_REGIONS
    many = signposts.signposts(STORE, [card("x", countries=EUROPE)])
    assert next(one for one in many if one.startswith(b"g:")) == region("ZZ")


def test_an_empty_store_is_told_by_nothing() -> None:
    assert signposts.signposts(STORE, []) == ()
