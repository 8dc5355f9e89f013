"""The shape of a listing file: what a person writes, field by field (cli.md)."""

import re
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from bazaar.domain.errors import InputError
from bazaar.domain.listings.listing import ImageIndex, Words
from bazaar.domain.trading.messages import CouponCode
from bazaar.domain.wire.bounds import (
    U32,
    Country,
    Description,
    Language,
    Sentence,
    Short,
    Slug,
    Terms,
    Time,
    Title,
    Word,
)
from bazaar.domain.wire.complaints import in_words, split_place, value_at
from bazaar.domain.wire.marks import check_marks

MAX_STOCK: Final = 2**31 - 1
Stock = Annotated[int, Meta(ge=0, le=MAX_STOCK)] | None
Mille = Annotated[int, Meta(ge=0, le=1000)]
CountryCodes = Annotated[tuple[Country, ...], Meta(min_length=1, max_length=250)]
S = TypeVar("S", bound=Struct)
_FIELD_ERRORS: Final = (
    (re.compile(r"Object contains unknown field `(.+)`"), "there is no such field"),
    (re.compile(r"Object missing required field `(.+)`"), "this field is required"),
)


class Form(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of every object of the file; an unknown field is refused by name."""


class Picture(Form, frozen=True):
    """A picture with a caption; a bare path will do without.

    Attributes:
        turn: Degrees clockwise, before publication.
        crop: Left, top, right and bottom edge of what stays, thousandths of the turned
            picture.
    """

    path: str
    caption: Short = ""
    turn: Literal[0, 90, 180, 270] = 0
    crop: tuple[Mille, Mille, Mille, Mille] | None = None


class VariantForm(Form, frozen=True):
    """A variant with a picture; a bare name will do without."""

    name: Word
    image: ImageIndex | None = None


class OptionForm(Form, frozen=True):
    """Something the buyer chooses."""

    name: Word
    variants: Annotated[
        tuple[VariantForm | str, ...], Meta(min_length=2, max_length=30)
    ]
    description: Sentence = ""


class SkuForm(Form, frozen=True):
    """One combination; ``options`` gives the variant of each option."""

    options: dict[str, str] = {}
    sku: Word | None = None
    surcharge: str | None = None
    stock: Stock = None
    image: ImageIndex | None = None


class ServiceForm(Form, frozen=True):
    """A speed of delivery and its price."""

    name: Word
    first: str
    additional: str | None = None
    estimate: Sentence = ""


class ShippingForm(Form, frozen=True):
    """Where goods can go and how."""

    title: Word
    kind: Literal["post", "pickup"]
    countries: CountryCodes
    services: Annotated[tuple[ServiceForm, ...], Meta(max_length=10)] = ()


class TaxForm(Form, frozen=True):
    """A tax for buyers in some countries."""

    type: Word
    countries: CountryCodes
    percent: str
    on_shipping: bool = False


class CouponForm(Form, frozen=True):
    """A discount by percentage or by amount for who knows the code.

    Attributes:
        per_buyer: Orders of one buyer that may use it; 0 is no limit.
        uses: Orders in all that may use it; 0 is no limit. It stays with the seller.
    """

    title: Sentence
    code: CouponCode
    percent: str | None = None
    amount: str | None = None
    expires: Time | None = None
    per_buyer: U32 = 0
    uses: U32 = 0


class ShipsFromForm(Form, frozen=True):
    """Where goods start."""

    country: Country
    postal_code: Annotated[str, Meta(max_length=20, extra={"text": "line"})] = ""


class DeadlinesForm(Form, frozen=True):
    """Days to ship and to inspect."""

    ship_days: Annotated[int, Meta(ge=2, le=60)] = 7
    inspect_days: Annotated[int, Meta(ge=3, le=60)] = 14


class ListingForm(Form, frozen=True):
    """The file as a whole."""

    title: Title
    type: Literal["physical", "digital", "service"]
    price: str
    slug: Slug | None = None
    stock: Stock = None
    short: Short = ""
    description: Description = ""
    condition: Literal["none", "new", "as_new", "good", "worn", "refurbished"] = "none"
    categories: Words = ()
    tags: Words = ()
    language: Language = "en"
    mature: bool = False
    state: Literal["for_sale", "hidden", "out_of_stock", "vacation"] = "for_sale"
    processing_time: Sentence = ""
    grams: U32 = 0
    images: Annotated[tuple[Picture | str, ...], Meta(max_length=30)] = ()
    ships_from: ShipsFromForm | None = None
    shipping: Annotated[tuple[ShippingForm, ...], Meta(max_length=30)] = ()
    options: Annotated[tuple[OptionForm, ...], Meta(max_length=30)] = ()
    skus: Annotated[tuple[SkuForm, ...], Meta(max_length=500)] = ()
    taxes: Annotated[tuple[TaxForm, ...], Meta(max_length=30)] = ()
    coupons: Annotated[tuple[CouponForm, ...], Meta(max_length=30)] = ()
    arbiters: Annotated[tuple[str, ...], Meta(max_length=30)] | None = None
    rails: Annotated[tuple[Word, ...], Meta(min_length=1, max_length=4)] = ("credit",)
    terms: Terms = ""
    refund_policy: Terms = ""
    deadlines: DeadlinesForm = DeadlinesForm()
    expires: Time | None = None


def form_of(data: object, kind: type[S]) -> S:
    """``data`` (decoded JSON) as a form. Raises InputError naming the field and its limit."""
    try:
        form = msgspec.convert(data, kind)
        check_marks(form)
    except (msgspec.ValidationError, ValueError) as error:
        raise with_value(_input_error(str(error)), data) from error
    return form


def with_value(error: InputError, data: object) -> InputError:
    """``error`` of a field of ``data`` (decoded JSON), its words followed by the value there."""
    value = value_at(data, error.field)
    if value is None:
        return error
    words = str(error).removeprefix(f"{error.field}: ")
    return InputError(error.field, f"{words}; it {value}")


def json_of(form: Form) -> dict[str, Any]:
    """``form`` as it is written to a file; what has its default is left out."""
    return plain_json(form)


def plain_json(value: object) -> Any:
    """``value`` as JSON reads it back: lists, not tuples."""
    return msgspec.json.decode(msgspec.json.encode(value))


def _input_error(words: str) -> InputError:
    path, reason = split_place(words)
    path = path.strip(".")
    for pattern, said in _FIELD_ERRORS:
        if found := pattern.match(reason):
            return InputError(f"{path}.{found[1]}" if path else found[1], said)
    if path:
        return InputError(path, in_words(reason))
    field, colon, rest = reason.partition(": ")
    return InputError(field, in_words(rest)) if colon else InputError("listing", reason)
