"""One edit for many listings, and how it is taken back (no listing but its fields)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from bazaar.domain.amounts.money import Money, format_money, parse_amount, parse_money
from bazaar.domain.errors import InputError
from bazaar.domain.listings.listing_form import (
    MAX_STOCK,
    Form,
    ShippingForm,
    plain_json,
)
from bazaar.domain.wire.bounds import MAX_AMOUNT, Word

MAX_BULK_PERCENT: Final = 1_000
FULL_BP: Final = 10_000
UNLIMITED: Final = "unlimited"
Words = Annotated[tuple[Word, ...], Meta(max_length=10)]


class Edit(Form, frozen=True):
    """What to change; what is left empty stays.

    Attributes:
        price_percent: Such as ``-10`` or ``2.5``: every variant's price, rounded half up.
        price_add: Such as ``1.50 EUR`` or ``-2 EUR``.
        stock: A count or ``unlimited``, of each variant.
        stock_add: Pieces more or, negative, fewer of each counted variant.
        sku: Only the variant of this SKU word has its stock changed.
        shipping: Ways as in a listing file.
    """

    price: str = ""
    price_percent: str = ""
    price_add: str = ""
    stock: str = ""
    stock_add: Annotated[int, Meta(ge=-MAX_STOCK, le=MAX_STOCK)] = 0
    sku: str = ""
    tags_add: Words = ()
    tags_remove: Words = ()
    categories_add: Words = ()
    categories_remove: Words = ()
    shipping: Annotated[tuple[ShippingForm, ...], Meta(max_length=30)] = ()
    state: Literal["", "for_sale", "hidden", "out_of_stock", "vacation"] = ""


class Fields(msgspec.Struct, frozen=True):
    """What a bulk edit may change of a listing; amounts in minor units.

    Attributes:
        surcharges: Of each SKU; empty without SKUs.
        stock: Of each SKU, or one count; None is unlimited.
    """

    unit: str
    price: int
    surcharges: tuple[int, ...]
    words: tuple[str, ...]
    stock: tuple[int | None, ...]
    tags: tuple[str, ...]
    categories: tuple[str, ...]
    shipping: Any
    state: str


class Change(msgspec.Struct, frozen=True):
    """One listing before and after a bulk edit."""

    slug: str
    before: Fields
    after: Fields


def fields_of(file: Mapping[str, Any]) -> Fields:
    """The fields of a listing file."""
    price = parse_amount(file["price"], "price")
    skus: Sequence[Mapping[str, Any]] = file.get("skus", ())
    return Fields(
        unit=price.unit,
        price=price.minor,
        surcharges=tuple(_minor(sku.get("surcharge")) for sku in skus),
        words=tuple(sku.get("sku") or "" for sku in skus),
        stock=tuple(sku.get("stock") for sku in skus) or (file.get("stock"),),
        tags=tuple(file.get("tags", ())),
        categories=tuple(file.get("categories", ())),
        shipping=list(file.get("shipping", ())),
        state=file.get("state", "for_sale"),
    )


def with_fields(file: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    """The listing file with ``fields`` in it."""
    data = dict(file) | {
        "price": format_money(Money(fields.price, fields.unit)),
        "tags": list(fields.tags),
        "categories": list(fields.categories),
        "shipping": fields.shipping,
        "state": fields.state,
    }
    if not file.get("skus"):
        return data | {"stock": fields.stock[0]}
    skus = zip(file["skus"], fields.surcharges, fields.stock, strict=True)
    data["skus"] = [
        sku
        | {"stock": left}
        | {"surcharge": format_money(Money(more, fields.unit)) if more else None}
        for sku, more, left in skus
    ]
    return data


def edited(fields: Fields, edit: Edit) -> Fields:
    """``fields`` after ``edit``. Raises InputError naming the field that refuses."""
    after = _priced(fields, edit)
    return msgspec.structs.replace(
        after,
        stock=_stocked(fields, edit),
        tags=_listed(fields.tags, edit.tags_add, edit.tags_remove, "tags"),
        categories=_listed(
            fields.categories, edit.categories_add, edit.categories_remove, "categories"
        ),
        shipping=plain_json(edit.shipping) or fields.shipping,
        state=edit.state or fields.state,
    )


def undone(now: Fields, change: Change) -> Fields:
    """``now`` without ``change``: stock by the difference, so that sales stay counted.

    Raises InputError naming the field that was changed since.
    """
    before, after = change.before, change.after
    if len(now.stock) != len(after.stock):
        raise InputError("skus", "they were changed since")
    values: dict[str, Any] = {"stock": _restocked(now, before, after)}
    for field in Fields.__struct_fields__:
        was, became = getattr(before, field), getattr(after, field)
        if field == "stock" or was == became:
            continue
        if getattr(now, field) != became:
            raise InputError(field, "it was changed since")
        values[field] = was
    return msgspec.structs.replace(now, **values)


def edit_words(edit: Edit) -> str:
    """What ``edit`` does, for a list of past operations."""
    parts = [
        ("price", edit.price),
        ("price", f"{_signed(edit.price_percent)} %" if edit.price_percent else ""),
        ("price", _signed(edit.price_add)),
        ("stock", edit.stock),
        ("stock", f"{edit.stock_add:+d}" if edit.stock_add else ""),
        ("tags", _plus_minus(edit.tags_add, edit.tags_remove)),
        ("categories", _plus_minus(edit.categories_add, edit.categories_remove)),
        ("shipping", ", ".join(way.title for way in edit.shipping)),
        ("state", edit.state.replace("_", " ")),
    ]
    return "; ".join(f"{name} {words}" for name, words in parts if words)


def change_words(change: Change) -> tuple[str, str]:
    """(before, after) of what differs, for a preview."""
    pairs = [
        (_field_words(change.before, field), _field_words(change.after, field))
        for field in ("price", "stock", "tags", "categories", "shipping", "state")
    ]
    differing = [(was, became) for was, became in pairs if was != became]
    return "; ".join(was for was, _ in differing), "; ".join(b for _, b in differing)


def _minor(words: str | None) -> int:
    return parse_money(words, "surcharge").minor if words else 0


def _priced(fields: Fields, edit: Edit) -> Fields:
    said = [one for one in (edit.price, edit.price_percent, edit.price_add) if one]
    if len(said) > 1:
        raise InputError(
            "price", "give a price, a percentage or an amount, not several"
        )
    if edit.price_percent:
        return _scaled(fields, FULL_BP + _basis_points(edit.price_percent))
    price = fields.price
    if edit.price:
        price = _own(parse_amount(edit.price, "price"), fields.unit)
    elif edit.price_add:
        price += _own(parse_money(edit.price_add, "price"), fields.unit)
    _check_price(price, fields.surcharges)
    return msgspec.structs.replace(fields, price=price)


def _scaled(fields: Fields, bp: int) -> Fields:
    price = _share(fields.price, bp)
    more = tuple(_share(fields.price + one, bp) - price for one in fields.surcharges)
    _check_price(price, more)
    return msgspec.structs.replace(fields, price=price, surcharges=more)


def _check_price(price: int, surcharges: Sequence[int]) -> None:
    """With every surcharge it lies within 1 and 2^53 - 1."""
    whole = [price, *(price + one for one in surcharges)]
    if min(whole) < 1:
        raise InputError("price", "it would fall below the least amount")
    if max(whole) > MAX_AMOUNT:
        raise InputError("price", "it would be too large")


def _share(amount: int, bp: int) -> int:
    return (2 * amount * bp + FULL_BP) // (2 * FULL_BP)


def _own(money: Money, unit: str) -> int:
    if money.unit != unit:
        raise InputError("price", f"it is priced in {unit}")
    return money.minor


def _basis_points(words: str) -> int:
    plain = words.strip().rstrip("% ").replace(",", ".").lstrip("+")
    sign = -1 if plain.startswith("-") else 1
    whole, _, decimals = plain.lstrip("-").partition(".")
    if not whole.isdecimal() or not (decimals or "0").isdecimal() or len(decimals) > 2:  # noqa: PLR2004 - decimals of a percentage
        raise InputError("price_percent", "write a percentage such as -10 or 2.5")
    bp = sign * int(whole + decimals.ljust(2, "0"))
    if not -FULL_BP < bp <= 100 * MAX_BULK_PERCENT:
        words = f"more than -100 and at most {MAX_BULK_PERCENT} percent"
        raise InputError("price_percent", words)
    return bp


def _stocked(fields: Fields, edit: Edit) -> tuple[int | None, ...]:
    if edit.stock and edit.stock_add:
        raise InputError("stock", "set it or add to it, not both")
    if not edit.stock and not edit.stock_add:
        return fields.stock
    if edit.sku and edit.sku not in fields.words:
        raise InputError("sku", f"there is no SKU {edit.sku!r}")
    words = fields.words or ("",)
    return tuple(
        left if edit.sku and word != edit.sku else _count(left, edit)
        for word, left in zip(words, fields.stock, strict=True)
    )


def _count(left: int | None, edit: Edit) -> int | None:
    if edit.stock == UNLIMITED:
        return None
    if edit.stock:
        if not edit.stock.isdecimal() or int(edit.stock[:12]) > MAX_STOCK:
            raise InputError("stock", f"a count up to {MAX_STOCK}, or {UNLIMITED}")
        return int(edit.stock[:12])
    if left is None:
        raise InputError("stock", "it is unlimited, so nothing can be added")
    if not 0 <= left + edit.stock_add <= MAX_STOCK:
        raise InputError("stock", f"it would be {left + edit.stock_add}")
    return left + edit.stock_add


def _restocked(now: Fields, before: Fields, after: Fields) -> tuple[int | None, ...]:
    return tuple(map(_back, now.stock, before.stock, after.stock))


def _back(now: int | None, before: int | None, after: int | None) -> int | None:
    if before == after:
        return now
    if now is None or before is None or after is None:
        if now != after:
            raise InputError("stock", "it was changed since")
        return before
    if now + before - after < 0:
        raise InputError("stock", "too many were sold since")
    return now + before - after


def _listed(
    had: Sequence[str], add: Sequence[str], remove: Sequence[str], field: str
) -> tuple[str, ...]:
    kept = [word for word in had if word not in remove]
    words = tuple(dict.fromkeys([*kept, *add]))
    if len(words) > 10:  # noqa: PLR2004 - the bound of a listing
        raise InputError(field, "at most 10 of them")
    return words


def _signed(words: str) -> str:
    return f"+{words}" if words and words[0] not in "+-" else words


def _plus_minus(add: Sequence[str], remove: Sequence[str]) -> str:
    return " ".join([*(f"+{one}" for one in add), *(f"-{one}" for one in remove)])


def _field_words(fields: Fields, field: str) -> str:
    if field == "price":
        whole = {fields.price + more for more in fields.surcharges} or {fields.price}
        ends = sorted({min(whole), max(whole)})
        return " to ".join(format_money(Money(one, fields.unit)) for one in ends)
    if field == "stock":
        counts = (UNLIMITED if one is None else str(one) for one in fields.stock)
        return f"stock {' / '.join(counts)}"
    if field == "shipping":
        return ", ".join(way["title"] for way in fields.shipping) or "no shipping"
    value = getattr(fields, field)
    return value.replace("_", " ") if isinstance(value, str) else ", ".join(value)
