"""Every rule of a listing: kept, and broken by one."""

from typing import Any

import msgspec
import pytest

from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.listings.listing import (
    LISTING_SECONDS,
    Coupon,
    Image,
    Option,
    ShippingOption,
    Sku,
    Tax,
    Variant,
)
from bazaar.domain.stores.records import (
    HEAD_SECONDS,
    MAX_CARDS,
    OFFER_SECONDS,
    UnitTerms,
)
from bazaar.domain.wire.bodies import KIND_OF, decode_body, encode_body
from bazaar.domain.wire.bounds import MAX_AMOUNT, Body
from bazaar.domain.wire.record_rules import check_rules
from tests.domain.samples import (
    ARBITER_OFFER,
    CONTACT,
    GREEN,
    LAMP,
    NOW,
    PICKUP,
    POST,
    PROFILE,
    SHADES,
    STANDARD,
    STORE_HEAD,
    WHITE,
    lamp,
)

IMAGE = LAMP.images[0]
COUPON = Coupon("Spring", b"s" * 16, b"h" * 32, 1000, None, NOW, 0)


def _image(**fields: Any) -> Image:
    return msgspec.structs.replace(IMAGE, **fields)


def _sku(*combination: int, surcharge: int = 0, image: int | None = None) -> Sku:
    return Sku(combination, None, surcharge, 1, image)


def _post(*countries: str) -> ShippingOption:
    return msgspec.structs.replace(POST, countries=countries)


def _coupon(bp: int | None, fixed: int | None) -> Coupon:
    return msgspec.structs.replace(COUPON, bp=bp, fixed=fixed)


def _round_trip(body: Body) -> Body:
    return decode_body(KIND_OF[type(body)], encode_body(body))


GOOD: dict[str, dict[str, Any]] = {
    "plain": {},
    "dies at once": {"expires": NOW},
    "lives longest": {"expires": NOW + LISTING_SECONDS},
    "30 images": {"images": tuple(_image(id=bytes([n]) * 32) for n in range(30))},
    "16,000,000 pixels": {"images": (_image(width=4000, height=4000),)},
    "service without pictures": {"type": 3, "images": (), "shipping": ()},
    "digital": {"type": 2, "shipping": ()},
    "options": {"options": (SHADES,), "skus": (GREEN, WHITE)},
    "one of two combinations": {"options": (SHADES,), "skus": (WHITE,)},
    "one sku without options": {"skus": (_sku(surcharge=-2614),)},
    "price 0 with surcharges": {"price": 0, "skus": (_sku(surcharge=1),)},
    "greatest price": {"price": MAX_AMOUNT},
    "pickup": {"shipping": (PICKUP, POST)},
    "ten services": {
        "shipping": (msgspec.structs.replace(POST, services=(STANDARD,) * 10),)
    },
    "two countries": {"shipping": (_post("AT", "DE"),)},
    "tax": {"taxes": (Tax("VAT", ("DE",), 10_000, True),)},
    "coupon of all": {"coupons": (_coupon(10_000, None), _coupon(None, 2615))},
    "no seats accepted": {"seats": ()},
    "ten tags": {
        "tags": tuple(map(str, range(10))),
        "categories": tuple(map(str, range(10))),
    },
    "500 skus": {
        "options": tuple(
            Option(name, "", tuple(Variant(str(n), None) for n in range(30)))
            for name in "ab"
        ),
        "skus": tuple(_sku(n // 30, n % 30) for n in range(500)),
    },
}

BAD: dict[str, tuple[str, dict[str, Any]]] = {
    "expires first": ("expires", {"expires": NOW - 1}),
    "lives too long": ("expires", {"expires": NOW + LISTING_SECONDS + 1}),
    "goods without picture": ("images", {"images": ()}),
    "31 images": ("length <= 30", {"images": (IMAGE,) * 31}),
    "too many pixels": ("images", {"images": (_image(width=4000, height=4001),)}),
    "too wide": ("<= 4096", {"images": (_image(width=4097),)}),
    "too heavy": ("<= 2097152", {"images": (_image(size=2 * 1024 * 1024 + 1),)}),
    "variant's picture missing": (
        "images",
        {
            "options": (Option("A", "", (Variant("a", 1), Variant("b", None))),),
            "skus": (_sku(0),),
        },
    ),
    "sku's picture missing": ("images", {"skus": (_sku(image=1),)}),
    "option twice": ("options", {"options": (SHADES, SHADES), "skus": (_sku(0, 0),)}),
    "variant twice": (
        "options: variants",
        {"options": (Option("A", "", (Variant("a", None),) * 2),), "skus": (_sku(0),)},
    ),
    "one variant": (
        "length >= 2",
        {"options": (Option("A", "", (Variant("a", None),)),), "skus": (_sku(0),)},
    ),
    "31 variants": (
        "length <= 30",
        {"options": (Option("A", "", (Variant("a", None),) * 31),), "skus": (_sku(0),)},
    ),
    "options without skus": ("skus", {"options": (SHADES,)}),
    "two skus without options": ("skus", {"skus": (_sku(), _sku())}),
    "short combination": ("skus", {"options": (SHADES,), "skus": (_sku(),)}),
    "long combination": ("skus", {"options": (SHADES,), "skus": (_sku(0, 0),)}),
    "no such variant": ("skus", {"options": (SHADES,), "skus": (_sku(2),)}),
    "combination twice": (
        "skus: combination",
        {"options": (SHADES,), "skus": (GREEN, GREEN)},
    ),
    "501 skus": ("length <= 500", {"options": (SHADES,), "skus": (GREEN,) * 501}),
    "price 0": ("price", {"price": 0}),
    "price below 0 by surcharge": ("price", {"skus": (_sku(surcharge=-2615),)}),
    "price above by surcharge": (
        "price",
        {"price": MAX_AMOUNT, "skus": (_sku(surcharge=1),)},
    ),
    "price too large": ("<= 9007199254740991", {"price": MAX_AMOUNT + 1}),
    "digital with shipping": ("shipping", {"type": 2}),
    "physical without shipping": ("shipping", {"shipping": ()}),
    "post without service": (
        "shipping",
        {"shipping": (ShippingOption("P", 1, ("ZZ",), ()),)},
    ),
    "pickup with service": (
        "shipping",
        {"shipping": (ShippingOption("P", 2, ("ZZ",), (STANDARD,)),)},
    ),
    "11 services": (
        "length <= 10",
        {"shipping": (msgspec.structs.replace(POST, services=(STANDARD,) * 11),)},
    ),
    "31 shipping options": ("length <= 30", {"shipping": (POST,) * 31}),
    "countries fall": ("shipping: country", {"shipping": (_post("DE", "AT"),)}),
    "everywhere and more": ("shipping: ZZ", {"shipping": (_post("DE", "ZZ"),)}),
    "country twice": ("twice", {"shipping": (_post("DE", "DE"),)}),
    "no country": ("length >= 1", {"shipping": (_post(),)}),
    "small letters": ("matching", {"shipping": (_post("de"),)}),
    "tax countries fall": ("taxes", {"taxes": (Tax("VAT", ("DE", "AT"), 1, True),)}),
    "tax of nothing": (">= 1", {"taxes": (Tax("VAT", ("DE",), 0, True),)}),
    "tax above all": ("<= 10000", {"taxes": (Tax("VAT", ("DE",), 10_001, True),)}),
    "coupon of both": ("coupons", {"coupons": (_coupon(1, 1),)}),
    "coupon of neither": ("coupons", {"coupons": (_coupon(None, None),)}),
    "coupon above price": ("coupons", {"coupons": (_coupon(None, 2616),)}),
    "coupon above all": ("<= 10000", {"coupons": (_coupon(10_001, None),)}),
    "eleven tags": ("length <= 10", {"tags": tuple(map(str, range(11)))}),
    "tag twice": ("tags: a list", {"tags": ("a", "a")}),
    "title of 141": ("length <= 140", {"title": "x" * 141}),
    "no title": ("length >= 1", {"title": ""}),
    "title of two lines": ("title: a new line", {"title": "a\nb"}),
    "tag with spaces": ("tags: a space", {"tags": (" a",)}),
    "description too long": ("length <= 50000", {"description": "x" * 50_001}),
    "slug with capitals": ("matching", {"slug": "Lamp"}),
    "slug ends in dash": ("matching", {"slug": "lamp-"}),
    "slug of 71": ("length <= 70", {"slug": "x" * 71}),
    "type 4": ("<= 3", {"type": 4}),
    "state 0": (">= 1", {"state": 0}),
    "unknown unit": ("unit: XYZ", {"unit": "XYZ"}),
    "no rail": ("length >= 1", {"rails": ()}),
    "seat is no key": ("seats: not a valid", {"seats": (b"\x01" + bytes(31),)}),
    "language": ("matching", {"language": "e"}),
}


@pytest.mark.parametrize("fields", GOOD.values(), ids=GOOD)
def test_a_listing_that_keeps_the_rules(fields: dict[str, Any]) -> None:
    listing = lamp(**fields)
    assert _round_trip(listing) == listing


@pytest.mark.parametrize(("words", "fields"), BAD.values(), ids=BAD)
def test_a_listing_that_breaks_one_rule(words: str, fields: dict[str, Any]) -> None:
    with pytest.raises(MalformedMessageError, match=words):
        _round_trip(lamp(**fields))


def test_records_at_their_limits() -> None:
    units = tuple(UnitTerms(unit, 0, 2000, 1) for unit in ("EUR", "HOUR"))
    for body in (
        PROFILE,
        CONTACT,
        msgspec.structs.replace(
            ARBITER_OFFER, units=units, expires=NOW + OFFER_SECONDS
        ),
        msgspec.structs.replace(
            STORE_HEAD, count=MAX_CARDS, expires=NOW + HEAD_SECONDS
        ),
    ):
        assert _round_trip(body) == body


@pytest.mark.parametrize(
    ("words", "body"),
    [
        (
            "expires",
            msgspec.structs.replace(ARBITER_OFFER, expires=NOW + OFFER_SECONDS + 1),
        ),
        ("countries", msgspec.structs.replace(ARBITER_OFFER, countries=("DE", "AT"))),
        (
            "listings_of",
            msgspec.structs.replace(ARBITER_OFFER, listings_of=("DE", "ZZ")),
        ),
        (
            "units",
            msgspec.structs.replace(
                ARBITER_OFFER, units=(UnitTerms("EUR", 0, 0, 1),) * 2
            ),
        ),
        (
            "<= 2000",
            msgspec.structs.replace(
                ARBITER_OFFER, units=(UnitTerms("EUR", 0, 2001, 1),)
            ),
        ),
        ("<= 336", msgspec.structs.replace(ARBITER_OFFER, answer_hours=337)),
        ("count", msgspec.structs.replace(STORE_HEAD, count=MAX_CARDS + 1)),
        (
            "expires",
            msgspec.structs.replace(STORE_HEAD, expires=NOW + HEAD_SECONDS + 1),
        ),
        ("length <= 3", msgspec.structs.replace(CONTACT, mailboxes=(PROFILE.by,) * 4)),
        (
            "mailboxes: a list",
            msgspec.structs.replace(CONTACT, mailboxes=(PROFILE.by,) * 2),
        ),
        ("matching", msgspec.structs.replace(CONTACT, addresses=("/ip4/1 2",))),
        ("name: a space", msgspec.structs.replace(PROFILE, name="Anna ")),
        ("name: at least one", msgspec.structs.replace(PROFILE, name="--")),
        ("length <= 40", msgspec.structs.replace(PROFILE, name="x" * 41)),
        ("languages: a list", msgspec.structs.replace(PROFILE, languages=("en", "en"))),
    ],
)
def test_records_that_break_one_rule(words: str, body: Body) -> None:
    with pytest.raises(MalformedMessageError, match=words):
        _round_trip(body)


def test_other_bodies_have_no_rules_here() -> None:
    check_rules(PROFILE)
