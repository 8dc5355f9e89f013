"""A listing in the making: what is missing, and the listing file that publishes it."""

from typing import Any, Final

from msgspec import Struct

from bazaar.rpc.schema import ListingView, MoneyView
from gui.texts.shown import key_of

TITLE_CHARACTERS: Final = 80
SHORT_CHARACTERS: Final = 160
MOST_PICTURES: Final = 30
ANYWHERE: Final = "ZZ"
TYPES: Final = ("physical", "digital", "service")
CONDITIONS: Final = ("new", "as_new", "good", "worn", "refurbished")
CATEGORIES: Final = (
    "art", "bicycles", "books", "ceramics", "clothing", "electronics", "food", "furniture",
    "garden", "home", "kitchen", "lessons", "lighting", "music", "patterns", "photography",
    "repairs", "services", "sports", "textiles", "tools", "toys", "other",
)  # fmt: skip


class Draft(Struct, frozen=True):
    """What the form holds; amounts as text without their unit."""

    slug: str = ""
    type: str = "physical"
    title: str = ""
    short: str = ""
    description: str = ""
    price: str = ""
    unit: str = "EUR"
    stock: str = ""
    condition: str = "good"
    category: str = ""
    tags: str = ""
    pictures: tuple[str, ...] = ()
    processing: str = ""
    country: str = ""
    shipping: str = ""
    shipping_to: str = ANYWHERE
    refunds: str = ""
    arbiters: tuple[str, ...] = ()


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
    if draft.type == "physical" and not amount(draft.shipping):
        made.append("shipping")
    if not draft.category:
        made.append("category")
    return tuple(made)


def listing_file(draft: Draft, old: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the listing file; fields of ``old`` that the form does not hold stay."""
    made: dict[str, Any] = dict(old or {})
    made |= {
        "title": draft.title.strip(),
        "type": draft.type,
        "price": f"{draft.price.strip()} {draft.unit.strip()}",
        "short": draft.short.strip(),
        "description": draft.description.strip(),
        "categories": [draft.category],
        "tags": words(draft.tags),
        "images": list(draft.pictures),
        "refund_policy": draft.refunds.strip(),
        "processing_time": draft.processing.strip(),
    }
    if draft.arbiters:
        made["arbiters"] = list(draft.arbiters)
    if draft.slug:
        made["slug"] = draft.slug
    if draft.stock.strip().isdigit() and not made.get("options"):
        made["stock"] = int(draft.stock)
    if draft.type == "physical":
        made["condition"] = draft.condition
        made["shipping"] = _shipping(draft, made.get("shipping"))
        if draft.country.strip():
            made["ships_from"] = _from(draft, made.get("ships_from"))
    return made


def words(text: str) -> list[str]:
    """Return comma-separated words, each once."""
    return list(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def _shipping(draft: Draft, old: Any) -> Any:
    price = f"{draft.shipping.strip()} {draft.unit.strip()}"
    if old:
        return old
    service = {"name": "Standard", "first": price, "additional": price, "estimate": ""}
    countries = [draft.shipping_to.strip().upper() or ANYWHERE]
    return [
        {"title": "Post", "kind": "post", "countries": countries, "services": [service]}
    ]


def _from(draft: Draft, old: Any) -> Any:
    kept: dict[str, Any] = old or {}
    return kept | {"country": draft.country.strip().upper()}


def plain_number(money: MoneyView) -> str:
    """Return ``26.15`` as the price field holds it."""
    whole, rest = divmod(money.minor, 10**money.scale)
    return f"{whole}.{rest:0{money.scale}d}" if money.scale else str(whole)


def draft_of(view: ListingView) -> Draft:
    """Return the form's content for a listing that exists."""
    source = view.source
    services = [service for option in view.shipping for service in option.services]
    place: dict[str, Any] = source.get("ships_from") or {}
    price, _, unit = str(source.get("price", "")).partition(" ")
    return Draft(
        slug=view.card.slug,
        type=view.card.type,
        title=view.card.title,
        short=view.short,
        description=str(source.get("description", "")),
        price=price or plain_number(view.card.price),
        unit=unit or view.card.price.unit,
        stock=str(source.get("stock", "")),
        condition=key_of(view.condition) or "good",
        category=view.card.categories[0] if view.card.categories else "",
        tags=", ".join(view.card.tags),
        pictures=tuple(str(one) for one in source.get("images", ())),
        processing=view.processing_time,
        country=str(place.get("country", "")),
        shipping=plain_number(services[0].first) if services else "",
        refunds=view.refund_policy,
        arbiters=view.arbiters,
    )
