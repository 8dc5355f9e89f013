"""A listing in the making: what is missing, and the listing file that publishes it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from bazaar.domain.wire import bounds
from gui.pages.editor.combinations import words
from gui.pages.editor.draft import ANYWHERE, Coupon, Draft, Option, Sku, Tax, Way

TITLE_CHARACTERS: Final = bounds.MAX_TITLE
SHORT_CHARACTERS: Final = bounds.MAX_SHORT
MOST_PICTURES: Final = 30
MOST_DIGITS: Final = 19
WHOLE: Final = (0, 0, 1000, 1000)
TYPES: Final = ("physical", "digital", "service")
STATES: Final = ("for_sale", "hidden", "vacation", "out_of_stock")
CONDITIONS: Final = ("new", "as_new", "good", "worn", "refurbished")
CATEGORIES: Final = (
    "art", "bicycles", "books", "ceramics", "clothing", "electronics", "food", "furniture",
    "garden", "home", "kitchen", "lessons", "lighting", "music", "patterns", "photography",
    "repairs", "services", "sports", "textiles", "tools", "toys", "other",
)  # fmt: skip


def amount(text: str) -> bool:
    """Whether ``text`` is an amount that can be charged."""
    whole, _, rest = text.strip().partition(".")
    return whole.isdigit() and (not rest or rest.isdigit())


def missing(draft: Draft) -> tuple[str, ...]:
    """Return the fields that must still be filled, by name."""
    made: list[str] = []
    if not draft.title.strip():
        made.append("title")
    if not amount(draft.price):
        made.append("price")
    if not draft.unit.strip():
        made.append("unit")
    if draft.type != "service" and not draft.pictures:
        made.append("pictures")
    if draft.type == "physical" and not _shipped(draft):
        made.append("shipping")
    if not draft.category:
        made.append("category")
    return tuple(made)


def _shipped(draft: Draft) -> bool:
    posts = [way for way in draft.ways if way.kind == "post"]
    priced = all(amount(one.first) for way in posts for one in way.services)
    return bool(draft.ways) and priced


def listing_file(draft: Draft, old: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the listing file; fields of ``old`` that the form does not hold stay."""
    made: dict[str, Any] = dict(old or {})
    made |= {
        "title": draft.title.strip(),
        "type": draft.type,
        "price": f"{draft.price.strip()} {draft.unit.strip()}",
        "short": draft.short.strip(),
        "description": draft.description.strip(),
        "categories": _categories(draft),
        "tags": words(draft.tags),
        "images": [_image(draft, path) for path in draft.pictures],
        "refund_policy": draft.refunds.strip(),
        "processing_time": draft.processing.strip(),
        "language": draft.language.strip() or "en",
        "mature": draft.mature,
        "state": draft.state,
        "terms": draft.terms.strip(),
        "taxes": [_tax(one) for one in draft.taxes],
        "coupons": [_coupon(one, draft.unit) for one in draft.coupons],
        "deadlines": {
            "ship_days": number(draft.ship_days),
            "inspect_days": number(draft.inspect_days),
        },
    }
    _put(made, "arbiters", list(draft.arbiters))
    _put(made, "slug", draft.slug)
    _put(made, "grams", number(draft.grams) if draft.grams.strip() else None)
    _put(made, "expires", day_seconds(draft.expires))
    _goods(made, draft)
    _choices(made, draft)
    return made


def _put(made: dict[str, Any], name: str, value: object) -> None:
    if value or value == 0:
        made[name] = value
    else:
        made.pop(name, None)


def _goods(made: dict[str, Any], draft: Draft) -> None:
    if draft.type != "physical":
        for name in ("shipping", "ships_from", "condition"):
            made.pop(name, None)
        return
    made["condition"] = draft.condition
    made["shipping"] = [_way(way, draft.unit) for way in draft.ways]
    place = {"country": draft.country.strip().upper()}
    if draft.postal.strip():
        place["postal_code"] = draft.postal.strip()
    _put(made, "ships_from", place if place["country"] else None)


def _choices(made: dict[str, Any], draft: Draft) -> None:
    options = [_option(one) for one in draft.options if one.name.strip()]
    skus = [_sku(one, draft.unit) for one in draft.skus if one.sold]
    _put(made, "options", options)
    _put(made, "skus", skus if options else None)
    count = draft.stock.strip()
    _put(made, "stock", number(count) if count and not options else None)


def _categories(draft: Draft) -> list[str]:
    return list(dict.fromkeys([draft.category, *words(draft.categories)]))


def _image(draft: Draft, path: str) -> Any:
    touch = draft.touches.get(path)
    if touch is None:
        return path
    made: dict[str, Any] = {"path": path}
    _put(made, "caption", touch.caption.strip())
    if touch.turn:
        made["turn"] = touch.turn
    if touch.crop != WHOLE:
        made["crop"] = list(touch.crop)
    return made if len(made) > 1 else path


def _way(way: Way, unit: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "title": way.title.strip(),
        "kind": way.kind,
        "countries": codes(way.countries),
    }
    if way.kind == "post":
        made["services"] = [
            {
                "name": one.name.strip(),
                "first": f"{one.first.strip()} {unit.strip()}",
                "additional": f"{(one.additional or one.first).strip()} {unit.strip()}",
                "estimate": one.estimate.strip(),
            }
            for one in way.services
        ]
    return made


def _option(option: Option) -> dict[str, Any]:
    names = words(option.variants)
    made: dict[str, Any] = {
        "name": option.name.strip(),
        "variants": [
            {"name": name, "image": option.pictures[name]}
            if name in option.pictures
            else name
            for name in names
        ],
    }
    _put(made, "description", option.description.strip())
    return made


def _sku(sku: Sku, unit: str) -> dict[str, Any]:
    made: dict[str, Any] = {"options": dict(sku.choice)}
    _put(made, "sku", sku.sku.strip())
    if sku.surcharge.strip():
        made["surcharge"] = f"{sku.surcharge.strip()} {unit.strip()}"
    if sku.stock.strip():
        made["stock"] = number(sku.stock)
    if sku.picture:
        made["image"] = number(sku.picture)
    return made


def _tax(tax: Tax) -> dict[str, Any]:
    return {
        "type": tax.type.strip(),
        "countries": codes(tax.countries),
        "percent": tax.percent.strip(),
        "on_shipping": tax.on_shipping,
    }


def _coupon(coupon: Coupon, unit: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "title": coupon.title.strip(),
        "code": coupon.code.strip().upper(),
    }
    _put(made, "percent", coupon.percent.strip())
    if coupon.amount.strip():
        made["amount"] = f"{coupon.amount.strip()} {unit.strip()}"
    if coupon.per_buyer.strip():
        made["per_buyer"] = number(coupon.per_buyer)
    _put(made, "expires", day_seconds(coupon.expires))
    return made


def codes(text: str) -> list[str]:
    """Return country codes as they are typed, upper case; nothing is everywhere."""
    return [one.upper() for one in words(text.replace(" ", ","))] or [ANYWHERE]


def number(text: str) -> int | str:
    """Return a whole number; other text as it is, for the check to refuse."""
    plain = text.strip()
    is_number = plain.isascii() and plain.isdigit() and len(plain) <= MOST_DIGITS
    return int(plain) if is_number else plain


def day_seconds(text: str) -> int | str | None:
    """Return the first second of a day YYYY-MM-DD; other text as it is, nothing for none."""
    plain = text.strip()
    if not plain:
        return None
    try:
        return int(datetime.strptime(plain, "%Y-%m-%d").replace(tzinfo=UTC).timestamp())
    except ValueError:
        return plain


def day_text(seconds: object) -> str:
    """Return a time as the field of a day holds it."""
    if not isinstance(seconds, int):
        return ""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"


def countries_text(listed: Sequence[str]) -> str:
    """Return country codes as their field holds them."""
    return ", ".join(listed)
