"""What a search call asks for, checked and in the catalogue's terms."""

from typing import Final

from bazaar.app.node import Node
from bazaar.app.ports import SearchQuery
from bazaar.domain.amounts.countries import COUNTRIES
from bazaar.domain.amounts.money import Money, parse_amount, scale_of
from bazaar.domain.errors import InputError
from bazaar.domain.listings.card import CardFlag
from bazaar.domain.listings.listing import Condition, ListingType
from bazaar.rpc.handlers import resolve
from bazaar.rpc.schema.search import Narrowing, Search

MAX_SEARCH: Final = 200
MAX_OFFSET: Final = 10_000
MAX_STARS: Final = 5
HALVES: Final = 2
SORTS: Final = ("relevance", "newest", "price", "dearest", "rating")
TYPES: Final = {one.name.lower(): int(one) for one in ListingType}
CONDITIONS: Final = {
    one.name.lower().replace("_", "-"): int(one) for one in Condition if one
}


async def ordered(node: Node, call: Search) -> SearchQuery:
    """The query of one window. Raises InputError naming the field, or NotFoundError."""
    _one_of("sort", call.sort, SORTS)
    if not 1 <= call.limit <= MAX_SEARCH:
        raise InputError("limit", f"must be 1 to {MAX_SEARCH}")
    if not 0 <= call.offset <= MAX_OFFSET:
        raise InputError("offset", f"must be 0 to {MAX_OFFSET}")
    query = await wanted(node, call)
    return query._replace(sort=call.sort, limit=call.limit, offset=call.offset)


async def wanted(node: Node, call: Narrowing) -> SearchQuery:
    """What ``call`` narrows to. Raises InputError, or NotFoundError for the seller."""
    least, most, unit = _prices(call)
    return SearchQuery(
        words=call.words,
        category=call.category,
        unit=unit,
        price_from=least,
        price_to=most,
        region=country("region", call.region),
        place=_place(call.near),
        type=_number("kind", call.kind, TYPES),
        condition=_number("condition", call.condition, CONDITIONS),
        language=call.language,
        store=await resolve.peer(node, call.seller) if call.seller else None,
        stores=_sellers(node, call),
        without=() if call.seller else tuple(sorted(node.talk.blocks.keys)),
        least_stars=_half_stars(call.min_rating),
        flags=int(CardFlag.FREE_SHIPPING) if call.free_shipping else 0,
        mature=call.mature,
        in_stock=call.in_stock,
    )


def _prices(call: Narrowing) -> tuple[int | None, int | None, str | None]:
    """Least and greatest price in minor units of one unit."""
    least = _amount(call.min_price, "min-price", call.unit)
    most = _amount(call.max_price, "max-price", call.unit)
    units = {one.unit for one in (least, most) if one}
    if call.unit:
        scale_of(call.unit)
        units.add(call.unit)
    if len(units) > 1:
        raise InputError(
            "unit", f"prices are in one unit, not {' and '.join(sorted(units))}"
        )
    if least and most and most < least:
        raise InputError("max-price", "must not be below the least price")
    unit = units.pop() if units else None
    return least.minor if least else None, most.minor if most else None, unit


def _amount(words: str | None, field: str, unit: str | None) -> Money | None:
    if not words or not words.strip():
        return None
    bare = words.strip().replace(".", "", 1).isdigit()
    return parse_amount(f"{words} {unit}" if bare and unit else words, field)


def _place(near: str | None) -> tuple[str, str] | None:
    """A country and the beginning of a postal code: ``DE-101`` or ``DE 10115``."""
    if not near or not near.strip():
        return None
    code, _, postal = near.strip().replace(" ", "-", 1).partition("-")
    sent_from = country("near", code)
    return None if sent_from is None else (sent_from, postal)


def country(field: str, code: str | None) -> str | None:
    """A country of ISO 3166-1 in capitals, or None. Raises InputError naming ``field``."""
    if not code:
        return None
    if code.upper() not in COUNTRIES:
        raise InputError(field, "a country is two letters, such as DE")
    return code.upper()


def _half_stars(rating: float) -> int:
    if not 0 <= rating <= MAX_STARS or rating * HALVES != int(rating * HALVES):
        raise InputError("min-rating", f"0 to {MAX_STARS} stars, in halves")
    return int(rating * HALVES)


def _number(field: str, name: str | None, numbers: dict[str, int]) -> int | None:
    if not name:
        return None
    _one_of(field, name, tuple(numbers))
    return numbers[name]


def _one_of(field: str, name: str, names: tuple[str, ...]) -> None:
    if name not in names:
        raise InputError(field, f"one of {', '.join(names)}")


def _sellers(node: Node, call: Narrowing) -> tuple[bytes, ...] | None:
    """Keys of whom ``call`` narrows to, the first 200 that were seen last; None for all."""
    found = _connected(node) if call.online else None
    if not call.followed:
        return found
    with node.context.book.unit() as unit:
        followed = node.follows.following(unit)
    kept = followed if found is None else [one for one in followed if one in found]
    return tuple(kept[:MAX_SEARCH])


def _connected(node: Node) -> tuple[bytes, ...]:
    peers = node.context.exchange.peers()
    return (node.context.me, *(one.key for one in peers))
