"""The price of an order, line by line."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bazaar.domain.errors import InputError, NotAllowedError
from bazaar.domain.listings.listing import (
    Coupon,
    Listing,
    ShippingOption,
    ShippingService,
    Sku,
    Tax,
)
from bazaar.domain.listings.price import (
    MAX_QUANTITY,
    Wanted,
    coupon_hash,
    price,
    wanted_lines,
)
from bazaar.domain.trading.messages import MAX_LINES, Line, LineAmounts, ShippingChoice
from bazaar.domain.wire.bounds import MAX_AMOUNT
from tests.domain.samples import (
    BUYER,
    GREEN,
    LAMP,
    NOW,
    PICKUP,
    POST,
    SHADES,
    WHITE,
    lamp,
)

POSTED = ShippingChoice(0, 0)
SALT = b"s" * 16


def _coupon(
    code: str, *, bp: int | None = None, fixed: int | None = None, expires: int = NOW
) -> Coupon:
    return Coupon("c", SALT, coupon_hash(SALT, code), bp, fixed, expires, 0)


def _service(first: int, additional: int, *countries: str) -> ShippingOption:
    return ShippingOption(
        "Post", 1, countries or ("ZZ",), (ShippingService("s", first, additional, ""),)
    )


def _digital(**fields: Any) -> Listing:
    return lamp(type=2, shipping=(), **fields)


def _only(wanted: Wanted, country: str | None = "DE") -> LineAmounts:
    return price([wanted], country, NOW).lines[0]


def test_one_lamp_by_post() -> None:
    assert price([Wanted(LAMP, None, 1, POSTED)], "DE", NOW) == (
        (LineAmounts(2615, 0, 400, 0, 3015),),
        3015,
        "EUR",
    )


def test_further_units_pay_the_additional_price() -> None:
    assert _only(Wanted(LAMP, None, 3, POSTED)).shipping == 400 + 2 * 100


def test_the_dearest_line_pays_the_first_price_of_the_order() -> None:
    lines = [
        Wanted(lamp(shipping=(_service(400, 100),)), None, 2, POSTED),
        Wanted(lamp(slug="b", shipping=(_service(900, 300),)), None, 2, POSTED),
        Wanted(lamp(slug="c", shipping=(_service(900, 50),)), None, 1, POSTED),
    ]
    found = price(lines, "DE", NOW)
    assert [line.shipping for line in found.lines] == [200, 1200, 50]
    assert found.total == sum(line.line for line in found.lines)


def test_pickup_and_digital_goods_cost_no_shipping() -> None:
    picked = lamp(shipping=(PICKUP, POST))
    lines = [
        Wanted(picked, None, 1, ShippingChoice(0, None)),
        Wanted(_digital(slug="b"), None, 1, None),
        Wanted(lamp(slug="c"), None, 1, POSTED),
    ]
    assert [line.shipping for line in price(lines, "DE", NOW).lines] == [0, 0, 400]
    assert price(lines[:2], None, NOW).total == 2 * 2615


def test_surcharges_count_per_unit() -> None:
    shaded = lamp(options=(SHADES,), skus=(GREEN, WHITE))
    assert _only(Wanted(shaded, 1, 2, POSTED)).goods == 2 * 2815


def test_discounts_add_up_round_down_and_stop_at_the_goods() -> None:
    coupons = (
        _coupon("TENTEN", bp=1000),
        _coupon("FIXED1", fixed=100),
        _coupon("ALLOFF", bp=10_000),
    )
    listing = _digital(coupons=coupons)
    assert _only(Wanted(listing, None, 1, None, ("TENTEN",))).discount == 261
    assert (
        _only(Wanted(listing, None, 3, None, ("FIXED1", "TENTEN"))).discount
        == 100 + 784
    )
    assert _only(Wanted(listing, None, 1, None, ("ALLOFF", "FIXED1"))) == (
        LineAmounts(2615, 2615, 0, 0, 0)
    )


def test_codes_count_in_capitals_once_until_they_expire() -> None:
    old = _coupon("SPRING", bp=5000, expires=NOW - 1)
    listing = _digital(coupons=(old, _coupon("SPRING", bp=1000)))
    assert coupon_hash(SALT, "spring") == old.code_hash
    assert _only(Wanted(listing, None, 1, None, ("SPRING",))).discount == 261
    with pytest.raises(InputError, match="expired"):
        _only(Wanted(_digital(coupons=(old,)), None, 1, None, ("SPRING",)))
    with pytest.raises(InputError, match="not a code"):
        _only(Wanted(listing, None, 1, None, ("AUTUMN",)))
    with pytest.raises(InputError, match="once"):
        _only(Wanted(listing, None, 1, None, ("SPRING", "SPRING")))


def test_taxes_of_the_country_round_half_up() -> None:
    taxes = (
        Tax("VAT", ("AT", "DE"), 1900, True),
        Tax("Eco", ("ZZ",), 50, False),
        Tax("No", ("FR",), 5000, True),
    )
    line = _only(Wanted(lamp(taxes=taxes, price=100), None, 1, POSTED))
    assert line.tax == 95 + 1
    assert _only(Wanted(_digital(taxes=taxes, price=99), None, 1, None)).tax == 19 + 0
    assert _only(Wanted(_digital(taxes=taxes, price=100), None, 1, None), None).tax == 1


def test_tax_is_on_what_is_left_after_the_discount() -> None:
    taxes = (Tax("VAT", ("DE",), 1900, False),)
    listing = lamp(taxes=taxes, coupons=(_coupon("HALFOFF", bp=5000),), price=1000)
    line = _only(Wanted(listing, None, 1, POSTED, ("HALFOFF",)))
    assert line == LineAmounts(1000, 500, 400, 95, 995)


@pytest.mark.parametrize(
    ("wanted", "country", "words"),
    [
        ([], "DE", "1 to 16 lines"),
        ([Wanted(LAMP, None, 1, POSTED)] * (MAX_LINES + 1), "DE", "1 to 16 lines"),
        (
            [
                Wanted(LAMP, None, 1, POSTED),
                Wanted(lamp(by=BUYER.key), None, 1, POSTED),
            ],
            "DE",
            "one seller",
        ),
        (
            [Wanted(LAMP, None, 1, POSTED), Wanted(lamp(unit="USD"), None, 1, POSTED)],
            "DE",
            "one unit",
        ),
        ([Wanted(LAMP, None, 0, POSTED)], "DE", "quantity"),
        ([Wanted(LAMP, None, MAX_QUANTITY + 1, POSTED)], "DE", "quantity"),
        ([Wanted(LAMP, 0, 1, POSTED)], "DE", "option"),
        (
            [Wanted(lamp(options=(SHADES,), skus=(GREEN,)), None, 1, POSTED)],
            "DE",
            "option",
        ),
        (
            [Wanted(lamp(options=(SHADES,), skus=(GREEN,)), 1, 1, POSTED)],
            "DE",
            "option",
        ),
        ([Wanted(LAMP, None, 1, None)], "DE", "shipping"),
        ([Wanted(LAMP, None, 1, ShippingChoice(1, 0))], "DE", "shipping"),
        ([Wanted(LAMP, None, 1, ShippingChoice(0, None))], "DE", "service"),
        ([Wanted(LAMP, None, 1, ShippingChoice(0, 1))], "DE", "service"),
        (
            [Wanted(lamp(shipping=(PICKUP,)), None, 1, ShippingChoice(0, 0))],
            "DE",
            "no services",
        ),
        ([Wanted(_digital(), None, 1, POSTED)], "DE", "not shipped"),
        (
            [Wanted(lamp(shipping=(_service(1, 1, "AT"),)), None, 1, POSTED)],
            "DE",
            "does not go to DE",
        ),
        (
            [Wanted(lamp(shipping=(_service(1, 1, "AT"),)), None, 1, POSTED)],
            None,
            "does not go to nowhere",
        ),
    ],
)
def test_orders_that_have_no_price(
    wanted: list[Wanted], country: str | None, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        price(wanted, country, NOW)


def test_a_posted_line_without_a_country_needs_everywhere() -> None:
    assert price([Wanted(LAMP, None, 1, POSTED)], None, NOW).total == 3015


def test_an_expired_listing_is_refused_one_second_late() -> None:
    assert price([Wanted(LAMP, None, 1, POSTED)], "DE", LAMP.expires).total == 3015
    with pytest.raises(NotAllowedError, match="expired"):
        price([Wanted(LAMP, None, 1, POSTED)], "DE", LAMP.expires + 1)


def test_overflow_is_refused_wherever_it_happens() -> None:
    half = MAX_AMOUNT // 2
    tax = (Tax("VAT", ("ZZ",), 10_000, False),)
    most = MAX_AMOUNT // 20_000
    assert _only(Wanted(_digital(price=MAX_AMOUNT), None, 1, None)).line == MAX_AMOUNT
    assert (
        _only(Wanted(_digital(price=most - 1, taxes=tax), None, 1, None)).tax
        == most - 1
    )
    dear = lamp(price=1, shipping=(_service(MAX_AMOUNT, MAX_AMOUNT),))
    cheap_post = lamp(price=1, shipping=(_service(0, half + 1),))
    for wanted in (
        [Wanted(_digital(price=half + 1), None, 2, None)],
        [
            Wanted(_digital(price=half + 1), None, 1, None),
            Wanted(_digital(price=half + 1), None, 1, None),
        ],
        [Wanted(_digital(price=half, taxes=tax), None, 1, None)],
        [Wanted(_digital(price=most + 1, taxes=tax), None, 1, None)],
        [
            Wanted(
                _digital(price=half, coupons=(_coupon("TENTEN", bp=1000),)),
                None,
                1,
                None,
                ("TENTEN",),
            )
        ],
        [Wanted(dear, None, 1, POSTED)],
        [Wanted(cheap_post, None, 3, POSTED)],
    ):
        with pytest.raises(InputError, match="too large"):
            price(wanted, "DE", NOW)


@given(
    cost=st.integers(1, 10**9),
    quantity=st.integers(1, 1000),
    bp=st.integers(1, 10_000),
    first=st.integers(0, 10**6),
    additional=st.integers(0, 10**6),
)
def test_a_line_is_the_sum_of_its_parts(
    cost: int, quantity: int, bp: int, first: int, additional: int
) -> None:
    listing = lamp(
        price=cost,
        shipping=(_service(first, additional),),
        taxes=(Tax("VAT", ("DE",), bp, True),),
        coupons=(_coupon("COUPON", bp=bp),),
    )
    line = _only(Wanted(listing, None, quantity, POSTED, ("COUPON",)))
    net = line.goods - line.discount
    assert line.goods == cost * quantity
    assert 0 <= net <= line.goods
    assert line.shipping == first + additional * (quantity - 1)
    assert abs(line.tax * 10_000 - (net + line.shipping) * bp) <= 5_000
    assert line.line == net + line.shipping + line.tax


def test_the_lines_of_an_offer_find_their_listings() -> None:
    line = Line(b"l" * 32, None, 2, POSTED, (), LineAmounts(0, 0, 0, 0, 0))
    assert wanted_lines([line], {b"l" * 32: LAMP}) == [Wanted(LAMP, None, 2, POSTED)]
    with pytest.raises(InputError, match="not known"):
        wanted_lines([line], {})


def test_a_single_sku_without_options_is_named() -> None:
    listing = _digital(skus=(Sku((), None, 85, 1, None),))
    assert _only(Wanted(msgspec.structs.replace(listing), 0, 1, None)).goods == 2700
