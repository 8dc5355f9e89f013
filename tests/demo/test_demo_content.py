"""The demonstration's goods are what the market accepts, and every picture can be drawn."""

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image as Pillow

from bazaar.demo import cast
from bazaar.demo.pictures import save
from bazaar.demo.shops import (
    CATEGORIES,
    SHOPS,
    Shop,
    load_shop,
    load_shops,
    write_pictures,
)
from bazaar.domain.amounts.money import parse_amount, parse_money
from bazaar.domain.listings.listing import Image, Listing
from bazaar.domain.listings.listing_file import (
    Setting,
    draft_of,
    form_slug,
    picture_paths,
    read_form,
)
from bazaar.domain.text.markdown import parse
from bazaar.domain.text.text import check_line, check_text, check_word
from bazaar.domain.wire import bounds

LEAST_LISTINGS = 64
MAX_PICTURE_BYTES = 300 * 1024
PICTURE_SIZE = (800, 600)
AUTHOR = bytes.fromhex(
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
)
LISTINGS = [
    pytest.param(shop, raw, id=raw["slug"])
    for shop in load_shops()
    for raw in shop.listings
]


def drafted(raw: dict[str, Any]) -> Listing:
    form = read_form(raw)
    images = [
        Image(bytes([i]) * 32, 1, *PICTURE_SIZE, "")
        for i in range(len(picture_paths(form)))
    ]
    return draft_of(form, Setting(AUTHOR, 1, 1_000, 2_000, images)).listing


def test_four_shops_offer_more_than_sixty_listings() -> None:
    shops = load_shops()
    assert len(shops) == len(SHOPS) == 4
    assert sum(len(shop.listings) for shop in shops) >= LEAST_LISTINGS
    assert all(len(shop.listings) >= 15 for shop in shops)


def test_every_type_of_goods_is_there_in_every_shop() -> None:
    for shop in load_shops():
        assert {raw["type"] for raw in shop.listings} == {
            "physical",
            "digital",
            "service",
        }


@pytest.mark.parametrize(("shop", "raw"), LISTINGS)
def test_a_listing_is_one_that_the_market_accepts(
    shop: Shop, raw: dict[str, Any]
) -> None:
    listing = drafted(raw)
    assert listing.title == raw["title"]
    assert raw["ships_from"]["country"] == shop.country


@pytest.mark.parametrize(("shop", "raw"), LISTINGS)
def test_a_listing_has_known_categories_and_drawable_pictures(
    shop: Shop, raw: dict[str, Any]
) -> None:
    assert raw["categories"]
    assert set(raw["categories"]) <= CATEGORIES
    assert raw["tags"]
    assert raw["images"]
    assert set(raw["images"]) <= set(shop.pictures)


@pytest.mark.parametrize(("shop", "raw"), LISTINGS)
def test_a_listing_describes_itself(shop: Shop, raw: dict[str, Any]) -> None:
    document = parse(raw["description"])
    assert len(document.blocks) >= 2
    assert not document.is_cut
    for name in ("short", "processing_time", "terms", "refund_policy"):
        assert raw[name], f"{shop.name}: {name}"


def test_titles_and_slugs_are_unique_over_the_market() -> None:
    raws = [raw for shop in load_shops() for raw in shop.listings]
    assert len({raw["title"] for raw in raws}) == len(raws)
    assert len({form_slug(read_form(raw)) for raw in raws}) == len(raws)


def test_most_prices_are_in_euros_and_some_services_in_hours() -> None:
    units = Counter(
        parse_money(raw["price"]).unit for shop in load_shops() for raw in shop.listings
    )
    assert set(units) == {"EUR", "HOUR"}
    assert units["HOUR"] == 3


def test_every_category_is_used() -> None:
    used = {
        c for shop in load_shops() for raw in shop.listings for c in raw["categories"]
    }
    assert used == CATEGORIES


@pytest.mark.parametrize("name", SHOPS)
def test_a_shop_introduces_itself_within_the_limits(name: str) -> None:
    shop = load_shop(name)
    profile = shop.profile
    for word in (profile["name"], profile["handle"], profile["location"]):
        check_word(word)
        assert len(word) <= bounds.MAX_WORD
    check_line(profile["short"])
    check_text(profile["about"])
    assert len(profile["short"]) <= bounds.MAX_SHORT
    assert len(profile["about"]) <= bounds.MAX_TERMS
    assert len(profile["colours"]) == 5
    assert all(0 <= colour < 2**24 for colour in profile["colours"])
    assert msgspec.convert(shop.country, bounds.Country) == shop.country


@pytest.mark.parametrize("name", SHOPS)
def test_pictures_are_small_and_all_of_them_are_used(name: str, tmp_path: Path) -> None:
    shop = load_shop(name)
    written = write_pictures(shop, tmp_path)
    assert {path.name for path in written} == set(shop.pictures)
    assert len(set(written)) == len(written)
    for path in written:
        assert path.stat().st_size <= MAX_PICTURE_BYTES
        with Pillow.open(path) as picture:
            assert (picture.format, picture.size) == ("JPEG", PICTURE_SIZE)


def test_a_recipe_always_gives_the_same_picture(tmp_path: Path) -> None:
    one, two = tmp_path / "one.jpg", tmp_path / cast.EVIDENCE_FILE
    save(cast.EVIDENCE_PICTURE, one)
    save(cast.EVIDENCE_PICTURE, two)
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("arbiter", [cast.ARBITER, cast.BACKUP_ARBITER])
def test_arbiters_write_within_the_limits(arbiter: cast.Arbiter) -> None:
    check_word(arbiter.name)
    check_word(arbiter.location)
    check_line(arbiter.short)
    check_text(arbiter.about)
    check_text(arbiter.terms)
    assert len(arbiter.short) <= bounds.MAX_SHORT
    assert parse_money(arbiter.most).unit == "EUR"


@pytest.mark.parametrize("order", [cast.LAMP_ORDER, cast.TEAPOT_ORDER])
def test_the_story_orders_what_the_shops_sell_at_their_price(
    order: cast.Purchase,
) -> None:
    raw = next(r for r in load_shop(order.shop).listings if r["slug"] == order.slug)
    title, service = order.shipping.split("/")
    option = next(o for o in raw["shipping"] if o["title"] == title)
    chosen = next(s for s in option["services"] if s["name"] == service)
    assert cast.BUYER_ADDRESS["country"] in option["countries"]
    for choice in order.options:
        name, variant = choice.split("=")
        assert (
            variant in next(o for o in raw["options"] if o["name"] == name)["variants"]
        )
    total = parse_amount(raw["price"]) + parse_amount(chosen["first"])
    assert total == parse_amount(order.total)


def test_the_ruling_gives_away_exactly_the_order() -> None:
    shares = (cast.RULING_BUYER, cast.RULING_SELLER, cast.RULING_FEE)
    total = parse_amount(cast.TEAPOT_ORDER.total)
    assert sum(parse_amount(share).minor for share in shares) == total.minor
    assert parse_amount(cast.RULING_FEE).minor <= 50 + total.minor // 100


@pytest.mark.parametrize(
    ("words", "most"),
    [
        (cast.DISPUTE_TEXT, 4_000),
        (cast.RULING_TEXT, 4_000),
        (cast.EVIDENCE_CAPTION, bounds.MAX_SHORT),
        (cast.LAMP_RATING.text, 3_000),
        (cast.TEAPOT_RATING.text, 3_000),
        (cast.LAMP_ORDER.memo, 1_000),
        (cast.TEAPOT_ORDER.memo, 1_000),
    ],
)
def test_what_people_say_obeys_the_text_rules(words: str, most: int) -> None:
    check_text(words)
    assert 0 < len(words) <= most
