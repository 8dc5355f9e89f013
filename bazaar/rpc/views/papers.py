"""Orders as packing slips and as rows of a spreadsheet."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import msgspec

from bazaar.domain.amounts.money import Money, format_money
from bazaar.domain.delivery.delivery import AddressBlock, SealedAddress
from bazaar.domain.listings.listing import Listing
from bazaar.domain.trading.messages import Line, Role
from bazaar.rpc.schema.papers import SlipItem, SlipView
from bazaar.rpc.views.order_facts import OrderFacts
from bazaar.rpc.views.order_parts import receipt
from bazaar.rpc.views.orders import counterparty
from bazaar.rpc.views.people import money

ADDRESS: Final = AddressBlock.__struct_fields__
SUMS: Final = ("goods", "discount", "shipping", "tax", "line")
HEADER: Final = (
    "order", "placed", "state", "counterparty", "counterparty_name", "title", "choice",
    "sku", "quantity", "unit", *SUMS, "delivery", *ADDRESS, "note",
)  # fmt: skip


def slip_of(given: OrderFacts) -> SlipView:
    """What the seller puts into the parcel."""
    offer = given.trade.contract.offer
    address = address_of(given)
    items = [
        SlipItem(
            title=title_of(given, line),
            choice=choice_of(given, line),
            sku=sku_of(given, line),
            quantity=line.quantity,
            amount=money(line.amounts.goods, offer.unit),
        )
        for line in offer.lines
    ]
    return SlipView(
        order_id=given.trade.id.hex(),
        created=given.created,
        seller_name=given.people[Role.SELLER].name,
        buyer_name=given.people[Role.BUYER].name,
        address=_label(address.block) if address else (),
        note=address.note if address else "",
        shipping="; ".join(
            dict.fromkeys(filter(None, (way_of(given, line) for line in offer.lines)))
        ),
        items=tuple(items),
        bill=receipt(offer),
    )


def rows_of(given: OrderFacts) -> Iterator[tuple[str, ...]]:
    """One row for each line of the order; the address only for its seller."""
    offer, other = given.trade.contract.offer, counterparty(given)
    address = address_of(given) if given.role is Role.SELLER else None
    block = address.block if address else None
    for line in offer.lines:
        sums = (getattr(line.amounts, name) for name in SUMS)
        yield (
            given.trade.id.hex(),
            datetime.fromtimestamp(given.created, UTC).strftime("%Y-%m-%d %H:%M"),
            given.trade.state,
            other.peer_id,
            other.name,
            title_of(given, line),
            choice_of(given, line),
            sku_of(given, line),
            str(line.quantity),
            offer.unit,
            *(_number(minor, offer.unit) for minor in sums),
            way_of(given, line),
            *(getattr(block, name, "") for name in ADDRESS),
            address.note if address else "",
        )


def address_of(given: OrderFacts) -> SealedAddress | None:
    """Where to send it, once it came; only the seller can open it."""
    kept = given.facts.get("address")
    return msgspec.msgpack.decode(kept, type=SealedAddress) if kept else None


def title_of(given: OrderFacts, line: Line) -> str:
    """The listing's title when it was ordered."""
    listing = _listing(given, line)
    return listing.title if listing else "an item"


def sku_of(given: OrderFacts, line: Line) -> str:
    """The seller's own word for the variant."""
    listing = _listing(given, line)
    if listing is None or line.sku is None or line.sku >= len(listing.skus):
        return ""
    return listing.skus[line.sku].word or ""


def choice_of(given: OrderFacts, line: Line) -> str:
    """The variant in words, such as ``Colour: green, Size: L``."""
    listing = _listing(given, line)
    if listing is None or line.sku is None or line.sku >= len(listing.skus):
        return ""
    indices = listing.skus[line.sku].combination
    pairs = zip(listing.options, indices, strict=True)
    return ", ".join(f"{one.name}: {one.variants[index].name}" for one, index in pairs)


def way_of(given: OrderFacts, line: Line) -> str:
    """The shipping option and service that the buyer chose."""
    listing, choice = _listing(given, line), line.shipping
    if listing is None or choice is None or choice.option >= len(listing.shipping):
        return ""
    option = listing.shipping[choice.option]
    if choice.service is None or choice.service >= len(option.services):
        return option.title
    return f"{option.title}/{option.services[choice.service].name}"


def _listing(given: OrderFacts, line: Line) -> Listing | None:
    found = given.listings.get(line.listing)
    return found.body if found else None


def _label(block: AddressBlock) -> tuple[str, ...]:
    city = " ".join(filter(None, (block.postal_code, block.city)))
    lines = (block.name, block.company, block.street, block.street2, city)
    rest = (block.region, block.country, block.phone, block.email)
    return tuple(filter(None, (*lines, *rest)))


def _number(minor: int, unit: str) -> str:
    return format_money(Money(minor, unit)).rpartition(" ")[0]
