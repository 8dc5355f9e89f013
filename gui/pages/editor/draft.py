"""What the editor's form holds: every field of a listing as it is typed."""

from typing import Final

from msgspec import Struct

ANYWHERE: Final = "ZZ"


class Service(Struct, frozen=True):
    """A speed of delivery; amounts as text without their unit."""

    name: str = "Standard"
    first: str = ""
    additional: str = ""
    estimate: str = ""


class Way(Struct, frozen=True):
    """How goods leave: by post with services, or picked up; countries as codes."""

    title: str = "Post"
    kind: str = "post"
    countries: str = ANYWHERE
    services: tuple[Service, ...] = (Service(),)


class Option(Struct, frozen=True):
    """Something to choose; variants separated by commas, pictures by variant."""

    name: str = ""
    variants: str = ""
    description: str = ""
    pictures: dict[str, int] = {}


class Sku(Struct, frozen=True):
    """One combination: (option, variant) pairs in the order of the options."""

    choice: tuple[tuple[str, str], ...] = ()
    sold: bool = True
    sku: str = ""
    surcharge: str = ""
    stock: str = ""
    picture: str = ""


class Tax(Struct, frozen=True):
    """A tax for buyers in some countries."""

    type: str = "VAT"
    countries: str = ""
    percent: str = ""
    on_shipping: bool = False


class Coupon(Struct, frozen=True):
    """A discount for who knows the code; one of percent and amount; the end as a day."""

    title: str = ""
    code: str = ""
    percent: str = ""
    amount: str = ""
    per_buyer: str = ""
    expires: str = ""


class Touch(Struct, frozen=True):
    """What is done to a picture: its words, degrees clockwise, edges in thousandths."""

    caption: str = ""
    turn: int = 0
    crop: tuple[int, int, int, int] = (0, 0, 1000, 1000)


class Draft(Struct, frozen=True):
    """What the form holds; amounts as text without their unit, days as YYYY-MM-DD."""

    slug: str = ""
    type: str = "physical"
    state: str = "for_sale"
    title: str = ""
    short: str = ""
    description: str = ""
    price: str = ""
    unit: str = "EUR"
    stock: str = ""
    condition: str = "good"
    category: str = ""
    categories: str = ""
    tags: str = ""
    language: str = "en"
    mature: bool = False
    expires: str = ""
    pictures: tuple[str, ...] = ()
    touches: dict[str, Touch] = {}
    processing: str = ""
    country: str = ""
    postal: str = ""
    grams: str = ""
    ways: tuple[Way, ...] = (Way(),)
    options: tuple[Option, ...] = ()
    skus: tuple[Sku, ...] = ()
    taxes: tuple[Tax, ...] = ()
    coupons: tuple[Coupon, ...] = ()
    refunds: str = ""
    terms: str = ""
    ship_days: str = "7"
    inspect_days: str = "14"
    arbiters: tuple[str, ...] = ()
