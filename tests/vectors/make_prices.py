"""Vectors of prices (PROTOCOL.md 18, item 5): 50 orders, computed from the formulas of 6.4."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from bazaar.domain.listings.listing import (
    Coupon,
    Listing,
    ShippingOption,
    ShippingService,
    Tax,
)
from bazaar.domain.wire.bodies import encode_body
from tests.domain.samples import BUYER, GREEN, NOW, PICKUP, SHADES, WHITE, lamp

COUNT: Final = 50
MOST: Final = 2**53 - 1
SALT: Final = bytes(range(16))
CODES: Final = {
    "TENPERCENT": (1000, None),
    "TWOEURO": (None, 200),
    "ALLOFF": (10_000, None),
}


class Row(NamedTuple):
    """One line: the listing, SKU, quantity, shipping (option, service) and codes."""

    listing: Listing
    sku: int | None
    quantity: int
    shipping: tuple[int, int | None] | None
    codes: tuple[str, ...] = ()


class Order(NamedTuple):
    """Some lines for one country; ``why`` it is refused, or nothing."""

    rows: tuple[Row, ...]
    country: str | None = "DE"
    why: str = ""


def prices() -> list[dict[str, Any]]:
    """50 orders with the amounts of each line, or why they are refused."""
    orders = [*_refused(), *_overflows()]
    orders += [_drawn(number) for number in range(COUNT - len(orders))]
    return [_vector(order) for order in orders]


def _vector(order: Order) -> dict[str, Any]:
    lines = [
        {
            "listing": encode_body(row.listing).hex(),
            "sku": row.sku,
            "quantity": row.quantity,
            "shipping": row.shipping,
            "codes": row.codes,
        }
        for row in order.rows
    ]
    base = {"lines": lines, "country": order.country, "at": NOW, "why": order.why}
    if order.why:
        return {**base, "accept": False}
    amounts = _amounts(order.rows, order.country)
    return {
        **base,
        "accept": True,
        "amounts": amounts,
        "total": sum(a[4] for a in amounts),
    }


def _amounts(rows: Sequence[Row], country: str | None) -> list[list[int]]:
    services = [_service(row) for row in rows]
    firsts = [-1 if service is None else service.first for service in services]
    payer = firsts.index(max(firsts))
    amounts: list[list[int]] = []
    for number, (row, service) in enumerate(zip(rows, services, strict=True)):
        listing = row.listing
        surcharge = 0 if row.sku is None else listing.skus[row.sku].surcharge
        goods = (listing.price + surcharge) * row.quantity
        terms = [CODES[code] for code in row.codes]
        off = sum(fixed or 0 for _, fixed in terms) + sum(
            goods * (bp or 0) // 10_000 for bp, _ in terms
        )
        discount = min(goods, off)
        shipping = 0
        if service is not None:
            shipping = service.additional * row.quantity
            shipping += service.first - service.additional if number == payer else 0
        tax = sum(
            (2 * (goods - discount + tax.on_shipping * shipping) * tax.bp + 10_000)
            // 20_000
            for tax in listing.taxes
            if "ZZ" in tax.countries or country in tax.countries
        )
        amounts.append(
            [goods, discount, shipping, tax, goods - discount + shipping + tax]
        )
    return amounts


def _service(row: Row) -> ShippingService | None:
    if row.shipping is None or row.shipping[1] is None:
        return None
    return row.listing.shipping[row.shipping[0]].services[row.shipping[1]]


def _drawn(number: int) -> Order:
    """An order that a hash chose."""
    draw = hashlib.sha256(b"order%d" % number).digest()
    rows = tuple(
        _row(line, draw[1 + 7 * line : 8 + 7 * line]) for line in range(draw[0] % 4 + 1)
    )
    return Order(rows, ("DE", "AT", "US")[draw[30] % 3])


def _row(line: int, draw: bytes) -> Row:
    post = ShippingOption(
        "Post",
        1,
        ("ZZ",),
        tuple(ShippingService(f"s{n}", draw[n] * 10, draw[n + 1], "") for n in (0, 1)),
    )
    taxes = (
        Tax("VAT", ("AT", "DE"), 1 + draw[2] * 10, draw[2] % 2 == 0),
        Tax("Levy", ("ZZ",), 1 + draw[3], False),
    )
    many = draw[4] % 2 == 0
    listing = lamp(
        slug=f"line-{line}",
        price=200 + int.from_bytes(draw[:2], "big"),
        shipping=(post, PICKUP),
        taxes=taxes[: draw[5] % 3],
        coupons=tuple(_coupon(code) for code in CODES),
        options=(SHADES,) if many else (),
        skus=(GREEN, WHITE) if many else (),
    )
    shipping = (0, draw[6] % 2) if draw[6] % 4 else (1, None)
    return Row(
        listing, draw[1] % 2 if many else None, draw[5] + 1, shipping, _codes(draw[3])
    )


def _codes(draw: int) -> tuple[str, ...]:
    return tuple(code for bit, code in enumerate(CODES) if draw >> bit & 1 and draw % 3)


def _coupon(code: str, expires: int = NOW) -> Coupon:
    bp, fixed = CODES[code]
    digest = hashlib.sha256(b"bazaar/1 coupon\0" + SALT + code.encode()).digest()
    return Coupon(code.lower(), SALT, digest, bp, fixed, expires, 0)


def _post(
    first: int, additional: int, country: str = "ZZ"
) -> tuple[ShippingOption, ...]:
    return (
        ShippingOption(
            "Post", 1, (country,), (ShippingService("s", first, additional, ""),)
        ),
    )


def _refused() -> Iterator[Order]:
    good = Row(lamp(), None, 1, (0, 0))
    shaded = lamp(options=(SHADES,), skus=(GREEN, WHITE))
    digital = lamp(type=2, shipping=())
    old = lamp(coupons=(_coupon("TWOEURO", NOW - 1),))
    yield Order((good, Row(lamp(by=BUYER.key), None, 1, (0, 0))), why="two sellers")
    yield Order((good, Row(lamp(unit="USD"), None, 1, (0, 0))), why="two units")
    yield Order(
        (Row(lamp(issued=NOW - 9, expires=NOW - 1), None, 1, (0, 0)),), why="expired"
    )
    yield Order((good._replace(quantity=0),), why="quantity 0")
    yield Order((good._replace(sku=0),), why="a SKU that is not there")
    yield Order((Row(shaded, None, 1, (0, 0)),), why="no SKU")
    yield Order((Row(shaded, 2, 1, (0, 0)),), why="SKU 2 of 2")
    yield Order((good._replace(shipping=None),), why="not shipped")
    yield Order((good._replace(shipping=(1, 0)),), why="option 1 of 1")
    yield Order((good._replace(shipping=(0, 1)),), why="service 1 of 1")
    yield Order((Row(digital, None, 1, (0, 0)),), why="digital, yet shipped")
    yield Order(
        (Row(lamp(shipping=_post(1, 1, "AT")), None, 1, (0, 0)),),
        why="country not listed",
    )
    yield Order(
        (Row(lamp(shipping=_post(1, 1, "AT")), None, 1, (0, 0)),), None, "no country"
    )
    yield Order((good._replace(codes=("TWOEURO",)),), why="not a code of the listing")
    yield Order((Row(old, None, 1, (0, 0), ("TWOEURO",)),), why="coupon expired")
    yield Order((good,) * 17, why="17 lines")


def _overflows() -> Iterator[Order]:
    all_of_it = (Tax("VAT", ("ZZ",), 10_000, False),)
    limit = (MOST - 10_000) // 20_000
    yield Order((Row(lamp(price=MOST, shipping=_post(0, 0)), None, 1, (0, 0)),))
    yield Order(
        (Row(lamp(price=MOST, shipping=_post(1, 0)), None, 1, (0, 0)),), why="line"
    )
    yield Order((Row(lamp(price=MOST // 2 + 1), None, 2, (0, 0)),), why="goods")
    yield Order(
        (Row(lamp(price=1, shipping=_post(0, MOST)), None, 3, (0, 0)),), why="shipping"
    )
    yield Order((Row(lamp(price=limit, taxes=all_of_it), None, 1, (0, 0)),))
    yield Order(
        (Row(lamp(price=limit + 1, taxes=all_of_it), None, 1, (0, 0)),), why="tax"
    )
    coupons = (_coupon("TENPERCENT"),)
    yield Order(
        (
            Row(
                lamp(price=MOST // 1000, coupons=coupons),
                None,
                1,
                (0, 0),
                ("TENPERCENT",),
            ),
        )
    )
    dear = lamp(price=MOST // 1000 + 1, coupons=coupons)
    yield Order((Row(dear, None, 1, (0, 0), ("TENPERCENT",)),), why="discount")
    half = lamp(price=MOST // 2 + 1, shipping=_post(0, 0))
    yield Order((Row(half, None, 1, (0, 0)),) * 2, why="total")
