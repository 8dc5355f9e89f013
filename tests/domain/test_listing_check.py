"""Every limit of a listing file at its edge and one beyond, and every fault at once."""

import math
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import pytest

from bazaar.domain.listings.listing import LISTING_SECONDS
from bazaar.domain.listings.listing_check import MAX_FAULTS, check_file
from bazaar.domain.listings.listing_file import Setting
from bazaar.domain.listings.listing_form import MAX_STOCK
from bazaar.domain.wire.bounds import MAX_AMOUNT, MAX_U32
from tests.domain.samples import ARBITER, NOW, SELLER

SETTING: Final = Setting(SELLER.key, 1, NOW, NOW + LISTING_SECONDS)
WAY: Final[dict[str, Any]] = {
    "title": "Post",
    "kind": "post",
    "countries": ["ZZ"],
    "services": [{"name": "Standard", "first": "4 EUR"}],
}
LAMP: Final[dict[str, Any]] = {
    "title": "Lamp",
    "type": "physical",
    "price": "26.15 EUR",
    "images": ["lamp.jpg"],
    "shipping": [WAY],
}
SHADE: Final = {"name": "Shade", "variants": ["green", "white"]}
GREEN: Final = {"options": {"Shade": "green"}}
COUPON: Final = {"title": "Spring", "code": "SPRING26", "percent": "10"}
TAX: Final = {"type": "VAT", "countries": ["DE"], "percent": "19"}
CODES: Final = [f"{a}{b}" for a in "ABCDEFGHIJKLMNOPQRSTUVWXY" for b in "ABCDEFGHIJK"]


def faults(**fields: Any) -> list[tuple[str, str]]:
    return list(check_file(LAMP | fields, SETTING).faults)


def optioned(**fields: Any) -> dict[str, Any]:
    return {"options": [SHADE], "skus": [GREEN | fields]}


def words(count: int) -> list[str]:
    return [f"word {number}" for number in range(count)]


def grid(count: int) -> dict[str, Any]:
    names = [str(number) for number in range(26)]
    return {
        "options": [{"name": name, "variants": names} for name in "ab"],
        "skus": [
            {"options": {"a": names[n // 26], "b": names[n % 26]}} for n in range(count)
        ],
    }


def option(**fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = SHADE | fields
    first = made["variants"][0]
    return {"options": [made], "skus": [{"options": {made["name"]: first}}]}


def way(**fields: Any) -> dict[str, Any]:
    return {"shipping": [WAY | fields]}


def service(**fields: Any) -> dict[str, Any]:
    return way(services=[{"name": "Standard", "first": "4 EUR"} | fields])


def text_of(field: str) -> Callable[[int], dict[str, Any]]:
    return lambda count: {field: "x" * count}


Made = Callable[[int], dict[str, Any]]


class Limit(NamedTuple):
    """One row of the limits table: how to make a value of a size, its field, its bounds."""

    field: str
    made: Made
    least: int
    most: int


def row(field: str, made: Made, least: int, most: int) -> Limit:
    return Limit(field, made, least, most)


LIMITS: Final[tuple[Limit, ...]] = (
    row("title", text_of("title"), 1, 140),
    row("short", text_of("short"), 0, 160),
    row("description", text_of("description"), 0, 50_000),
    row("terms", text_of("terms"), 0, 10_000),
    row("refund_policy", text_of("refund_policy"), 0, 10_000),
    row("processing_time", text_of("processing_time"), 0, 70),
    row("slug", text_of("slug"), 1, 70),
    row("grams", lambda n: {"grams": n}, 0, MAX_U32),
    row("stock", lambda n: {"stock": n}, 0, MAX_STOCK),
    row("price", lambda n: {"price": f"{n} HOUR", "type": "service", "shipping": []}, 1, MAX_AMOUNT // 100),
    row("tags", lambda n: {"tags": words(n)}, 0, 10),
    row("tags[0]", lambda n: {"tags": ["x" * n]}, 1, 40),
    row("categories", lambda n: {"categories": words(n)}, 0, 10),
    row("images", lambda n: {"images": words(n)}, 1, 30),
    row("images[0].caption", lambda n: {"images": [{"path": "a", "caption": "x" * n}]}, 0, 160),
    row("options", lambda n: {"options": [{"name": str(k), "variants": ["a", "b"]} for k in range(n)], "skus": [{"options": {str(k): "a" for k in range(n)}}]}, 0, 30),
    row("options[0].name", lambda n: option(name="x" * n), 1, 40),
    row("options[0].description", lambda n: option(description="x" * n), 0, 70),
    row("options[0].variants", lambda n: option(variants=words(n) or ["none"]), 2, 30),
    row("skus", grid, 1, 500),
    row("skus[0].sku", lambda n: optioned(sku="x" * n), 1, 40),
    row("skus[0].stock", lambda n: optioned(stock=n), 0, MAX_STOCK),
    row("shipping", lambda n: {"shipping": [WAY] * n}, 1, 30),
    row("shipping[0].title", lambda n: way(title="x" * n), 1, 40),
    row("shipping[0].services", lambda n: way(services=[WAY["services"][0]] * n), 1, 10),
    row("shipping[0].services[0].name", lambda n: service(name="x" * n), 1, 40),
    row("shipping[0].services[0].estimate", lambda n: service(estimate="x" * n), 0, 70),
    row("shipping[0].countries", lambda n: way(countries=CODES[:n]), 1, 250),
    row("taxes", lambda n: {"taxes": [TAX] * n}, 0, 30),
    row("coupons", lambda n: {"coupons": [COUPON] * n}, 0, 30),
    row("coupons[0].code", lambda n: {"coupons": [COUPON | {"code": "X" * n}]}, 6, 20),
    row("coupons[0].title", lambda n: {"coupons": [COUPON | {"title": "x" * n}]}, 0, 70),
    row("coupons[0].per_buyer", lambda n: {"coupons": [COUPON | {"per_buyer": n}]}, 0, MAX_U32),
    row("deadlines.ship_days", lambda n: {"deadlines": {"ship_days": n}}, 2, 60),
    row("deadlines.inspect_days", lambda n: {"deadlines": {"inspect_days": n}}, 3, 60),
    row("expires", lambda n: {"expires": NOW + n}, 1, LISTING_SECONDS),
    row("rails", lambda n: {"rails": words(n)}, 1, 4),
    row("ships_from.postal_code", lambda n: {"ships_from": {"country": "DE", "postal_code": "1" * n}}, 0, 20),
    row("images[0].crop[2]", lambda n: {"images": [{"path": "a", "crop": [0, 0, n, 1000]}]}, 1, 1000),
)  # fmt: skip


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.field)
def test_each_limit_is_kept_at_its_edges_and_refused_beyond(limit: Limit) -> None:
    assert faults(**limit.made(limit.least)) == []
    assert faults(**limit.made(limit.most)) == []
    for beyond in (limit.least - 1, limit.most + 1):
        if beyond < 0 and not any(isinstance(v, int) for v in limit.made(0).values()):
            continue
        found = faults(**limit.made(beyond))
        root = limit.field.partition("[")[0].partition(".")[0]
        assert found, (limit.field, beyond)
        assert found[0][0].startswith(root)


BAD_PRICES = ("1e308 EUR", "NaN EUR", "-1 EUR", f"{2**53} EUR", "0 EUR", "1e3 EUR", "inf EUR", f"{2**64} EUR", "1,5 EUR", "EUR", "26.155 EUR")  # fmt: skip


@pytest.mark.parametrize("price", BAD_PRICES)
def test_a_price_that_is_none_is_refused(price: str) -> None:
    (fault, *_) = faults(price=price)
    assert fault[0] == "price"


@pytest.mark.parametrize("price", [1e308, math.nan, -1, 2**53, None, [], {}, "", "\0"])
def test_a_price_of_another_kind_is_refused(price: object) -> None:
    (fault, *_) = faults(price=price)
    assert fault[0] == "price"


NASTY = {
    "bidi override": "gpj.\u202eexe",
    "bidi isolate": "a\u2066b",
    "zero width": "la\u200bmp",
    "joiner": "la\u200dmp",
    "byte order mark": "\ufefflamp",
    "NUL": "la\0mp",
    "escape": "\x1b[31mlamp",
    "private use": "\ue000c12",
    "not NFC": "cafe\u0301",
    "new line": "one\ntwo",
    "marks": "z" + "\u0300" * 5,
    "surrogate": "\ud800",
}


WORDED: Final[dict[str, Callable[[str], dict[str, Any]]]] = {
    "title": lambda text: {"title": text},
    "short": lambda text: {"short": text},
    "tags": lambda text: {"tags": [text]},
    "options": lambda text: option(name=text),
    "skus": lambda text: optioned(sku=text),
    "shipping": lambda text: way(title=text),
}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
@pytest.mark.parametrize("field", WORDED)
def test_text_that_deceives_is_refused_by_its_field(field: str, text: str) -> None:
    (fault, *_) = faults(**WORDED[field](text))
    assert fault[0].partition("[")[0] == field


def test_right_to_left_text_is_welcome() -> None:
    assert faults(title="מנורת שולחן", description="مصباح مكتب\nجديد") == []


def test_relations_between_fields_are_checked() -> None:
    wrong: dict[str, dict[str, Any]] = {
        "options": {"options": [SHADE, SHADE], "skus": [GREEN]},
        "options: variants": option(variants=["green", "green"]),
        "skus": {"options": [SHADE]},
        "skus[0].options": {"options": [SHADE], "skus": [{"options": {"Shade": "red"}}]},
        "images": optioned(image=1),
        "skus: combination": {"options": [SHADE], "skus": [GREEN, GREEN]},
        "expires": {"expires": NOW},
        "shipping": {"shipping": []},
        "coupons[0]": {"coupons": [COUPON | {"amount": "1 EUR"}]},
        "coupons": {"coupons": [{"title": "", "code": "ABCDEF", "amount": "27 EUR"}]},
        "skus[0].surcharge": optioned(surcharge="1 USD"),
        "price": optioned(surcharge="-26.15 EUR"),
    }  # fmt: skip
    for field, fields in wrong.items():
        (fault, *_) = faults(**fields)
        assert fault[0] == field.partition(":")[0], fields


def test_a_refusal_names_field_limit_and_value() -> None:
    (fault,) = faults(title="x" * 141)
    assert fault == ("title", "it must have at most 140 characters; it has 141")
    (fault,) = faults(deadlines={"ship_days": 61})
    assert fault == ("deadlines.ship_days", "it must be at most 60; it is 61")
    (fault,) = faults(**optioned(stock=-1))
    assert fault == ("skus[0].stock", "it must be at least 0; it is -1")


def test_all_faults_are_found_at_once_and_no_false_one() -> None:
    found = faults(
        title="",
        price="many",
        tags=["x" * 41],
        grams=-1,
        terms="x" * 10_001,
        arbiters=["nobody"],
        nonsense=1,
    )
    roots = {field.partition("[")[0] for field, _ in found}
    assert roots == {"title", "price", "tags", "grams", "terms", "arbiters", "nonsense"}


def test_a_fault_does_not_make_others() -> None:
    tried: tuple[dict[str, Any], ...] = (
        {"images": []},
        {"shipping": [WAY | {"countries": ["germany"]}]},
        {"type": "rental"},
        optioned(surcharge="much"),
    )
    for fields in tried:
        assert len(faults(**fields)) == 1, fields


def test_a_file_of_nonsense_ends() -> None:
    nonsense = {f"field{number}": number for number in range(MAX_FAULTS + 5)}
    assert len(check_file(nonsense, SETTING).faults) == MAX_FAULTS


def test_the_draft_of_a_good_file_is_there() -> None:
    checked = check_file(LAMP | {"arbiters": [ARBITER.peer_id]}, SETTING)
    assert checked.draft is not None
    assert checked.draft.listing.title == "Lamp"
    assert checked.draft.listing.expires == NOW + LISTING_SECONDS
