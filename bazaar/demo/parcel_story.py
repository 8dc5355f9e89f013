"""Story (d): two things in one order, sent in two parcels; each is paid when it is here."""

from typing import Final

from bazaar.demo import cast
from bazaar.demo.market import Market, find
from bazaar.demo.narrator import Story
from bazaar.demo.processes import DemoError
from bazaar.demo.trade_story import accept, fund, give_credit, held, words_of
from bazaar.rpc.schema.moves import OrderConfirm, OrderShip
from bazaar.rpc.schema.orders import OrderShow, OrderView
from bazaar.rpc.schema.placing import OrderLine, OrderPlace, OrderPlaced

WORDS: Final = ("lino heron", "riso poster katendrecht")
CREDIT: Final = "120.00 EUR"
TRACKING: Final = ("Tube 3STUBE0001", "Tube 3STUBE0002, the ink had to dry")


def send_in_parcels(market: Market) -> None:
    """Tell the story. Raises DemoError."""
    order = _place(market)
    first = cast.PARCEL_ORDERS[0]
    accept(market, Story.PARCELS, order, first)
    give_credit(market, Story.PARCELS, first, CREDIT)
    fund(market, Story.PARCELS, order, first)
    _send(market, order, 0)
    _send(market, order, 1)
    for person in (market.buyer, market.sellers[first.shop]):
        person.wait(order, "closed")
    market.tell(
        Story.PARCELS, f"both parts are paid: {cast.PARCELS_TOTAL} in two steps"
    )


def _place(market: Market) -> str:
    buyer = market.buyer
    cards = [
        find(market, Story.PARCELS, words, purchase)
        for words, purchase in zip(WORDS, cast.PARCEL_ORDERS, strict=True)
    ]
    lines = tuple(
        OrderLine(listing=card.listing_id, shipping=purchase.shipping)
        for card, purchase in zip(cards, cast.PARCEL_ORDERS, strict=True)
    )
    placed: OrderPlaced = buyer.ask(
        OrderPlace(
            lines=lines,
            address=dict(cast.BUYER_ADDRESS),
            arbiter=market.arbiter.peer_id,
            backup=market.backup.peer_id,
        )
    )
    if words_of(placed.total) != cast.PARCELS_TOTAL:
        raise DemoError(
            f"the total is {words_of(placed.total)}, not {cast.PARCELS_TOTAL}"
        )
    seller = market.sellers[cast.PARCEL_ORDERS[0].shop]
    held(seller, placed.order_id)
    market.tell(
        Story.PARCELS,
        f"{buyer.name} orders two things of {seller.name} at once, for "
        f"{cast.PARCELS_TOTAL}; they need not come together",
    )
    return placed.order_id


def _send(market: Market, order: str, part: int) -> None:
    """The seller sends one part, the buyer confirms it, the other stays as it is."""
    buyer, seller = market.buyer, market.sellers[cast.PARCEL_ORDERS[0].shop]
    seller.ask(OrderShip(id=order, part=(part,), text=TRACKING[part]))
    market.narrator.awaits(Story.PARCELS, "a parcel is on its way")

    def is_sent(view: OrderView) -> bool:
        return view.parts[part].state == "shipped"

    seen: OrderView = buyer.until(OrderShow(id=order), is_sent, "the parcel")
    if seen.parts[part].delivery != TRACKING[part]:
        raise DemoError(f"{buyer.name} cannot read the tracking number")
    buyer.ask(OrderConfirm(id=order, part=(part,)))
    after: OrderView = buyer.until(
        OrderShow(id=order),
        lambda view: view.parts[part].state == "paid",
        "the part to be paid",
    )
    states = ", ".join(f"{one.title}: {one.state}" for one in after.parts)
    market.tell(
        Story.PARCELS,
        f"{seller.name} sends part {part + 1} of {len(after.parts)}, {buyer.name} "
        f"confirms it ({states})",
    )
