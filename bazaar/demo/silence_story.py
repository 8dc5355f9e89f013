"""Story (f): nothing is sent and the first arbiter is dead; the backup's node gives the money back."""

from typing import Final

from bazaar.demo import cast
from bazaar.demo.market import Market
from bazaar.demo.narrator import Story
from bazaar.demo.processes import DemoError
from bazaar.demo.trade_story import fund, held, words_of
from bazaar.rpc.schema.listings import CardView
from bazaar.rpc.schema.moves import OrderAccept
from bazaar.rpc.schema.orders import OrderView
from bazaar.rpc.schema.placing import OrderPlace, OrderPlaced

ACCEPT_DAYS: Final = 4
"""Thirty seconds to bind the amount: twice what it took beside 26 waiting programs."""
RULE_SECONDS: Final = 120.0
"""The deadlines of the order, and two days in which the first arbiter could still rule."""


def replace_the_arbiter(market: Market, card: CardView) -> None:
    """Tell the story. Raises DemoError."""
    purchase, dead = cast.TEAPOT_ORDER, market.frail
    buyer, seller = market.buyer, market.sellers[purchase.shop]
    order = _place(market, card)
    seller.ask(OrderAccept(id=order))
    buyer.wait(order, "agreed")
    fund(market, Story.SILENCE, order, purchase)
    dead.kill()
    market.tell(
        Story.SILENCE,
        f"{dead.name}, the first arbiter, is gone for good, and {seller.name} sends nothing",
    )
    market.narrator.awaits(Story.SILENCE, "the shipping deadline passes")
    closed: OrderView = buyer.wait(order, "closed", RULE_SECONDS)
    _check(market, closed)
    market.tell(
        Story.SILENCE,
        f"{buyer.name}'s node disputes, {market.arbiter.name}'s node rules in the place of "
        f"{dead.name}: all of {purchase.total} goes back, and no person had to do anything",
    )
    dead.start(market.bootstrap.address)
    dead.wait(order, "closed")
    market.tell(
        Story.SILENCE, f"{dead.name}'s machine returns and finds the case closed"
    )


def _place(market: Market, card: CardView) -> str:
    purchase, buyer = cast.TEAPOT_ORDER, market.buyer
    placed: OrderPlaced = buyer.ask(
        OrderPlace(
            listing=card.listing_id,
            shipping=purchase.shipping,
            address=dict(cast.BUYER_ADDRESS),
            arbiter=market.frail.peer_id,
            backup=market.arbiter.peer_id,
            accept_days=ACCEPT_DAYS,
        )
    )
    seller = market.sellers[purchase.shop]
    held(seller, placed.order_id)
    market.tell(
        Story.SILENCE,
        f"{buyer.name} orders a second teapot for {words_of(placed.total)}: "
        f"{market.frail.name} would judge, {market.arbiter.name} is the backup",
    )
    return placed.order_id


def _check(market: Market, closed: OrderView) -> None:
    ruled = [one for one in closed.rulings if one.valid]
    if [one.author_role for one in ruled] != ["backup"]:
        raise DemoError(f"{market.arbiter.name}'s node did not rule as the backup")
    outcome = closed.outcome
    if outcome is None or outcome.to_seller.minor or outcome.fee.minor:
        raise DemoError("the money did not go back whole")
