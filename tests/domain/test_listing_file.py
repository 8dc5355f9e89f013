"""Listing files: what a person writes becomes a listing, and comes back the same."""

import json
from typing import Any

import pytest

from bazaar.domain.errors import InputError
from bazaar.domain.listings.listing import Image, StockHint
from bazaar.domain.listings.listing_export import listing_json
from bazaar.domain.listings.listing_file import (
    ENVELOPE_OVERHEAD_BYTES,
    Count,
    Draft,
    Setting,
    draft_of,
    form_slug,
    picture_paths,
    read_form,
)
from bazaar.domain.listings.listing_parts import FEW, stock_hint
from bazaar.domain.listings.price import coupon_hash
from bazaar.domain.wire.bodies import encode_body
from bazaar.domain.wire.kinds import ENVELOPE_BYTES, Kind
from tests.domain.samples import ARBITER, DAY, NOW, SELLER, signed

UNIT_RECORD = "u" + "0f" * 32
SALT = b"s" * 16
LAMP: dict[str, Any] = {
    "title": "Restored desk lamp",
    "type": "physical",
    "price": "26.15 EUR",
    "stock": 3,
    "short": "Brass, rewired, 1950s",
    "description": "Plain text or the safe Markdown subset.",
    "condition": "good",
    "categories": ["home"],
    "tags": ["lamp", "brass"],
    "language": "en",
    "mature": False,
    "state": "for_sale",
    "processing_time": "2 days",
    "grams": 1400,
    "images": ["lamp-front.jpg", {"path": "lamp-side.jpg", "caption": "From the side"}],
    "ships_from": {"country": "DE", "postal_code": "10115"},
    "shipping": [
        {
            "title": "Post",
            "kind": "post",
            "countries": ["FR", "DE"],
            "services": [
                {
                    "name": "Standard",
                    "first": "4.00 EUR",
                    "additional": "1.00 EUR",
                    "estimate": "soon",
                },
                {"name": "Slow", "first": "2 EUR"},
            ],
        },
        {"title": "Shop", "kind": "pickup", "countries": ["ZZ"]},
    ],
    "options": [
        {"name": "Shade", "variants": ["green", {"name": "white", "image": 1}]}
    ],
    "skus": [
        {
            "options": {"Shade": "green"},
            "sku": "LAMP-G",
            "surcharge": "-1 EUR",
            "stock": 2,
        },
        {
            "options": {"Shade": "white"},
            "sku": "LAMP-W",
            "surcharge": "2.00 EUR",
            "image": 0,
        },
    ],
    "taxes": [
        {"type": "VAT", "countries": ["DE"], "percent": "8.1", "on_shipping": True}
    ],
    "coupons": [
        {"title": "Spring", "code": "SPRING26", "percent": "10"},
        {
            "title": "Fixed",
            "code": "FIXED-1",
            "amount": "1 EUR",
            "expires": NOW + 5,
            "per_buyer": 1,
        },
    ],
    "arbiters": [ARBITER.peer_id],
    "rails": ["credit"],
    "terms": "",
    "refund_policy": "14 days",
    "deadlines": {"ship_days": 7, "inspect_days": 14},
}
BOOK: dict[str, Any] = {
    "title": "Book",
    "type": "digital",
    "price": "3 hours",
    "images": ["a.png"],
}


def _setting(images: int = 1, coupons: int = 0) -> Setting:
    picture = Image(b"i" * 32, 1000, 640, 480, "")
    return Setting(
        by=SELLER.key,
        seq=4,
        issued=NOW,
        expires=NOW + DAY,
        images=[picture] * images,
        salts=[SALT] * coupons,
        scales={UNIT_RECORD: 1},
    )


def _draft(data: dict[str, Any]) -> Draft:
    form = read_form(data)
    return draft_of(form, _setting(len(form.images), len(form.coupons)))


def test_a_full_file() -> None:
    draft = _draft(LAMP)
    listing = draft.listing
    assert listing.slug == "restored-desk-lamp"
    assert (listing.price, listing.unit, listing.seq) == (2615, "EUR", 4)
    assert listing.images[1].caption == "From the side"
    assert listing.shipping[0].countries == ("DE", "FR")
    assert [(s.first, s.additional) for s in listing.shipping[0].services] == [
        (400, 100),
        (200, 200),
    ]
    assert [(s.combination, s.surcharge) for s in listing.skus] == [
        ((0,), -100),
        ((1,), 200),
    ]
    assert [s.stock for s in listing.skus] == [StockHint.FEW, StockHint.YES]
    assert listing.taxes[0].bp == 810
    assert [(c.bp, c.fixed, c.expires) for c in listing.coupons] == [
        (1000, None, NOW + DAY),
        (None, 100, NOW + 5),
    ]
    assert listing.coupons[0].code_hash == coupon_hash(SALT, "SPRING26")
    assert listing.seats == (ARBITER.key,)
    assert draft.stock == (Count(0, 2), Count(1, None))
    assert [kept.code for kept in draft.codes] == ["SPRING26", "FIXED-1"]
    assert picture_paths(read_form(LAMP)) == ("lamp-front.jpg", "lamp-side.jpg")


def test_a_short_file() -> None:
    draft = _draft(BOOK)
    assert (draft.listing.price, draft.listing.unit) == (300, "HOUR")
    assert draft.listing.seats is None
    assert draft.listing.rails == ("credit",)
    assert draft.stock == (Count(-1, None),)
    assert _draft({**BOOK, "stock": 0}).stock == (Count(-1, 0),)


def test_a_slug_of_ones_own() -> None:
    assert form_slug(read_form({**BOOK, "slug": "my-book"})) == "my-book"


def test_a_unit_of_a_record() -> None:
    assert _draft({**BOOK, "price": f"1.5 {UNIT_RECORD}"}).listing.price == 15


@pytest.mark.parametrize("data", [LAMP, BOOK, {**BOOK, "stock": 5, "arbiters": []}])
def test_what_is_written_back_gives_the_same_listing(data: dict[str, Any]) -> None:
    draft = _draft(data)
    written = json.loads(
        json.dumps(
            listing_json(draft.listing, draft.stock, draft.codes, {UNIT_RECORD: 1})
        )
    )
    assert _draft(written) == draft


def test_coupons_without_their_codes_are_not_written() -> None:
    assert "coupons" not in listing_json(_draft(LAMP).listing)


@pytest.mark.parametrize(
    ("count", "hint"),
    [(None, 1), (0, 3), (1, 2), (FEW, 2), (FEW + 1, 1)],
)
def test_the_published_hint_of_a_count(count: int | None, hint: int) -> None:
    assert stock_hint(count) == hint


def _sku(**fields: Any) -> dict[str, Any]:
    return {**LAMP, "skus": [{"options": {"Shade": "green"}, **fields}]}


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ([], "listing", "object"),
        ({**BOOK, "foo": 1}, "foo", "no such field"),
        (
            {**LAMP, "ships_from": {"country": "DE", "x": 1}},
            "ships_from.x",
            "no such field",
        ),
        ({"title": "a", "type": "digital"}, "price", "required"),
        ({**BOOK, "title": "x" * 141}, "title", "140"),
        ({**BOOK, "type": "rental"}, "type", "rental"),
        ({**BOOK, "price": "1"}, "price", "decimal"),
        ({**BOOK, "price": "-1 EUR"}, "price", "negative"),
        ({**BOOK, "price": "0 EUR"}, "price", "1 to"),
        ({**BOOK, "price": 5}, "price", "str"),
        ({**BOOK, "stock": -1}, "stock", "at least 0"),
        ({**BOOK, "tags": ["a", "a"]}, "tags", "twice"),
        ({**BOOK, "tags": ["a"] * 11}, "tags", "10"),
        ({**BOOK, "short": "a\nb"}, "short", "new line"),
        ({**BOOK, "images": []}, "images", "picture"),
        (
            {**BOOK, "shipping": LAMP["shipping"]},
            "shipping[0].services[0].first",
            "HOUR",
        ),
        ({**LAMP, "shipping": []}, "shipping", "at least one"),
        ({**LAMP, "price": "1 USD"}, "skus[0].surcharge", "USD"),
        ({**LAMP, "skus": []}, "skus", "at least one"),
        (_sku(options={"Shade": "red"}), "skus[0].options", "no variant 'red'"),
        (_sku(options={"Hue": "red"}), "skus[0].options", "no option 'Hue'"),
        (_sku(options={}), "skus[0].options", "'Shade' is missing"),
        (_sku(image=2), "images", "not there"),
        (_sku(surcharge="-26.15 EUR"), "price", "1 to"),
        (
            {
                **LAMP,
                "options": [{"name": "Shade", "variants": ["green", "white", " b"]}],
            },
            "options",
            "space",
        ),
        (
            {**LAMP, "taxes": [{"type": "a", "countries": ["DE"], "percent": "0"}]},
            "taxes[0].percent",
            "above 0",
        ),
        (
            {**LAMP, "taxes": [{"type": "a", "countries": ["DE"], "percent": "101"}]},
            "taxes[0].percent",
            "100",
        ),
        (
            {
                **LAMP,
                "taxes": [{"type": "a", "countries": ["ZZ", "DE"], "percent": "1"}],
            },
            "taxes",
            "ZZ",
        ),
        (
            {**BOOK, "coupons": [{"title": "a", "code": "short", "percent": "1"}]},
            "coupons[0].code",
            "6 to 20",
        ),
        (
            {**BOOK, "coupons": [{"title": "a", "code": "LONGER"}]},
            "coupons[0]",
            "either",
        ),
        (
            {**BOOK, "coupons": [{"title": "a", "code": "LONGER", "percent": "0"}]},
            "coupons[0]",
            "above 0",
        ),
        (
            {**BOOK, "coupons": [{"title": "a", "code": "LONGER", "amount": "4 h"}]},
            "coupons",
            "price",
        ),
        ({**BOOK, "arbiters": ["12D3"]}, "arbiters", "Ed25519"),
        ({**BOOK, "deadlines": {"ship_days": 61}}, "deadlines.ship_days", "60"),
        ({**BOOK, "description": "\u6f22" * 22_000}, "listing", "bytes; at most"),
    ],
)
def test_what_is_wrong_is_named(data: Any, field: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        _draft(data)
    assert caught.value.field == field


def test_the_largest_body_fits_its_envelope() -> None:
    listing = _draft(LAMP).listing
    overhead = len(signed(listing).envelope) - len(encode_body(listing))
    assert overhead <= ENVELOPE_OVERHEAD_BYTES
    room = (
        ENVELOPE_BYTES[Kind.LISTING]
        - ENVELOPE_OVERHEAD_BYTES
        - len(encode_body(listing))
    )
    text = "\u6f22" * ((room + len(LAMP["description"])) // 3 - 1)
    assert (
        len(signed(_draft({**LAMP, "description": text}).listing).envelope) <= 64 * 1024
    )
