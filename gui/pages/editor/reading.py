"""A listing file, or a listing that exists, as the editor's form holds it."""

from typing import Any, cast

from bazaar.rpc.schema.call import MoneyView
from bazaar.rpc.schema.listings import ListingView
from gui.pages.editor.combinations import combinations
from gui.pages.editor.draft import (
    Coupon,
    Draft,
    Option,
    Service,
    Sku,
    Tax,
    Touch,
    Way,
)
from gui.pages.editor.presenter import WHOLE, countries_text, day_text
from gui.texts.shown import key_of

File = dict[str, Any]


def draft_of(view: ListingView) -> Draft:
    """Return the form's content for a listing that exists."""
    known: File = {
        "type": view.card.type,
        "title": view.card.title,
        "short": view.short,
        "price": f"{plain_number(view.card.price)} {view.card.price.unit}",
        "condition": key_of(view.condition) or "good",
        "categories": list(view.card.categories),
        "tags": list(view.card.tags),
        "processing_time": view.processing_time,
        "refund_policy": view.refund_policy,
        "arbiters": list(view.arbiters),
    }
    return draft_from(known | view.source | {"slug": view.card.slug})


def draft_from(file: File) -> Draft:
    """Return the form's content for a listing file, however unfinished."""
    price, _, unit = _text(file, "price").partition(" ")
    place: File = file.get("ships_from") or {}
    days: File = file.get("deadlines") or {}
    categories = [str(one) for one in file.get("categories") or ()]
    pictures = [_picture(one) for one in file.get("images") or ()]
    options = tuple(_option(one) for one in file.get("options") or ())
    return Draft(
        slug=_text(file, "slug"),
        type=_text(file, "type") or "physical",
        state=_text(file, "state") or "for_sale",
        title=_text(file, "title"),
        short=_text(file, "short"),
        description=_text(file, "description"),
        price=price,
        unit=unit or "EUR",
        stock=_text(file, "stock"),
        condition=_text(file, "condition") or "good",
        category=categories[0] if categories else "",
        categories=", ".join(categories[1:]),
        tags=", ".join(str(one) for one in file.get("tags") or ()),
        language=_text(file, "language") or "en",
        mature=bool(file.get("mature")),
        expires=day_text(file.get("expires")),
        pictures=tuple(path for path, _ in pictures),
        touches={path: touch for path, touch in pictures if touch != Touch()},
        processing=_text(file, "processing_time"),
        country=_text(place, "country"),
        postal=_text(place, "postal_code"),
        grams=_text(file, "grams"),
        ways=tuple(_way(one) for one in file.get("shipping") or ()) or (Way(),),
        options=options,
        skus=_skus(file, options),
        taxes=tuple(_tax(one) for one in file.get("taxes") or ()),
        coupons=tuple(_coupon(one) for one in file.get("coupons") or ()),
        refunds=_text(file, "refund_policy"),
        terms=_text(file, "terms"),
        ship_days=_text(days, "ship_days") or "7",
        inspect_days=_text(days, "inspect_days") or "14",
        arbiters=tuple(str(one) for one in file.get("arbiters") or ()),
    )


def _skus(file: File, options: tuple[Option, ...]) -> tuple[Sku, ...]:
    """All combinations; those that the file does not name are not sold."""
    known = [_sku(one) for one in file.get("skus") or ()]
    sold = {frozenset(one.choice) for one in known}
    made = combinations(options, known)
    return tuple(
        one
        if frozenset(one.choice) in sold or not known
        else Sku(one.choice, sold=False)
        for one in made
    )


def _sku(file: File) -> Sku:
    chosen = cast("dict[str, str]", file.get("options") or {})
    return Sku(
        choice=tuple(chosen.items()),
        sku=_text(file, "sku"),
        surcharge=_figure(file, "surcharge"),
        stock=_text(file, "stock"),
        picture=_text(file, "image"),
    )


def _option(file: File) -> Option:
    variants = [
        cast("File", one) if isinstance(one, dict) else {"name": str(one)}
        for one in file.get("variants") or ()
    ]
    pictures = {
        _text(one, "name"): int(one["image"])
        for one in variants
        if isinstance(one.get("image"), int)
    }
    names = ", ".join(_text(one, "name") for one in variants)
    return Option(_text(file, "name"), names, _text(file, "description"), pictures)


def _way(file: File) -> Way:
    services = tuple(
        Service(
            _text(one, "name"),
            _figure(one, "first"),
            _figure(one, "additional"),
            _text(one, "estimate"),
        )
        for one in file.get("services") or ()
    )
    where = countries_text(file.get("countries") or ())
    return Way(_text(file, "title"), _text(file, "kind") or "post", where, services)


def _tax(file: File) -> Tax:
    where = countries_text(file.get("countries") or ())
    percent = _text(file, "percent")
    return Tax(_text(file, "type"), where, percent, bool(file.get("on_shipping")))


def _coupon(file: File) -> Coupon:
    return Coupon(
        _text(file, "title"),
        _text(file, "code"),
        _text(file, "percent"),
        _figure(file, "amount"),
        _text(file, "per_buyer"),
        day_text(file.get("expires")),
    )


def _picture(one: Any) -> tuple[str, Touch]:
    if not isinstance(one, dict):
        return str(one), Touch()
    file = cast("File", one)
    edges = tuple(int(edge) for edge in file.get("crop") or WHOLE)
    crop = (
        (edges[0], edges[1], edges[2], edges[3]) if len(edges) == len(WHOLE) else WHOLE
    )
    return _text(file, "path"), Touch(
        _text(file, "caption"), int(file.get("turn") or 0), crop
    )


def _text(file: File, name: str) -> str:
    value = file.get(name)
    return "" if value is None else str(value)


def _figure(file: File, name: str) -> str:
    """An amount without its unit."""
    return _text(file, name).partition(" ")[0]


def plain_number(money: MoneyView) -> str:
    """Return ``26.15`` as the price field holds it."""
    whole, rest = divmod(money.minor, 10**money.scale)
    return f"{whole}.{rest:0{money.scale}d}" if money.scale else str(whole)
