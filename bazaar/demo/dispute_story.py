"""Story (b): goods arrive broken, the arbiter splits the amount, the loser stays silent."""

from typing import Final

from bazaar.demo import cast
from bazaar.demo.market import Market, find
from bazaar.demo.narrator import Story
from bazaar.demo.processes import DemoError
from bazaar.demo.trade_story import (
    accept,
    fund,
    give_credit,
    place,
    rate,
    ship,
    words_of,
)
from bazaar.rpc.schema.disputes import CaseRule, Disputed, OrderDispute, OrderFile
from bazaar.rpc.schema.listings import CardView
from bazaar.rpc.schema.moves import OrderAgree
from bazaar.rpc.schema.orders import OrderShow, OrderView
from bazaar.rpc.schema.search import PictureView

WORDS: Final = "teapot cane handle"
TRACKING: Final = "RR 473 124 829 PT, registered"
CREDIT: Final = "250.00 EUR"
ACCEPT_DAYS: Final = 3
"""Twenty seconds to bind the amount; a ruling is possible 60 s after the order."""

RULE_SECONDS: Final = 90.0
REST: Final = "34.50 EUR"
"""What the ruling leaves to the seller before the arbiter's fee."""


def lend(market: Market) -> CardView:
    """The buyer finds the teapot, and the seller lets her owe; two orders rest on that."""
    card = find(market, Story.TEAPOT, WORDS, cast.TEAPOT_ORDER)
    give_credit(market, Story.TEAPOT, cast.TEAPOT_ORDER, CREDIT)
    return card


def open_dispute(market: Market, card: CardView) -> str:
    """Tell the story up to the dispute; returns the order's id. Raises DemoError."""
    purchase = cast.TEAPOT_ORDER
    order = place(market, Story.TEAPOT, card, purchase, ACCEPT_DAYS)
    accept(market, Story.TEAPOT, order, purchase)
    fund(market, Story.TEAPOT, order, purchase)
    ship(market, Story.TEAPOT, order, purchase, TRACKING)
    _dispute(market, order)
    return order


def settle_dispute(market: Market, order: str) -> None:
    """Tell the rest: the ruling, the winner's word, the money. Raises DemoError."""
    _rule(market, order)
    _agree(market, order)
    rate(market, Story.TEAPOT, order, cast.TEAPOT_RATING)


def _dispute(market: Market, order: str) -> None:
    buyer, arbiter = market.buyer, market.arbiter
    disputed: Disputed = buyer.ask(
        OrderDispute(
            id=order,
            reason_code="goods",
            reason=cast.DISPUTE_TEXT,
            evidence=(str(market.evidence),),
            captions=(cast.EVIDENCE_CAPTION,),
        )
    )
    case: OrderView = arbiter.until(
        OrderShow(id=order), lambda view: bool(view.evidence), "the evidence"
    )
    market.tell(
        Story.TEAPOT,
        f"The teapot arrives broken: {buyer.name} disputes, and {arbiter.name} has the case "
        f"(the order is {disputed.state})",
    )
    shown: PictureView = arbiter.ask(OrderFile(id=order, hash=case.evidence[0].hash))
    if shown.path is None:
        raise DemoError(f"{arbiter.name} cannot see the evidence: {shown.problem}")
    market.tell(
        Story.TEAPOT,
        f"{arbiter.name} looks at the picture, checked by its hash and re-encoded: "
        f"“{case.evidence[0].caption}”",
    )


def _rule(market: Market, order: str) -> None:
    arbiter = market.arbiter
    case: OrderView = arbiter.ask(OrderShow(id=order))
    left = max(0, (case.can_rule_from or case.now) - case.now)
    market.tell(
        Story.TEAPOT,
        f"now the other side has its days to answer: {arbiter.name} may rule in {left} s at "
        "the earliest",
    )
    market.narrator.awaits(Story.TEAPOT, "the other side may answer before the ruling")
    arbiter.until(
        OrderShow(id=order),
        lambda view: "rule" in view.next,
        "the time to rule",
        RULE_SECONDS,
    )
    split = CaseRule(
        id=order, buyer=cast.RULING_BUYER, seller=REST, reason=cast.RULING_TEXT
    )
    arbiter.ask(split)
    ruled = market.buyer.wait(order, "ruled").rulings[0]
    shares = tuple(map(words_of, (ruled.to_buyer, ruled.to_seller, ruled.fee)))
    if shares != (cast.RULING_BUYER, cast.RULING_SELLER, cast.RULING_FEE):
        raise DemoError(f"the ruling says {shares}")
    seller = market.sellers[cast.TEAPOT_ORDER.shop].name
    market.tell(
        Story.TEAPOT,
        f"{arbiter.name} rules a split: {shares[0]} back to {market.buyer.name}, {shares[1]} to "
        f"{seller}, {shares[2]} fee; alone it moves nothing",
    )


def _agree(market: Market, order: str) -> None:
    buyer, seller = market.buyer, market.sellers[cast.TEAPOT_ORDER.shop]
    buyer.ask(OrderAgree(id=order))
    market.narrator.awaits(Story.TEAPOT, "the split is being settled")
    for person in (buyer, seller, market.arbiter):
        closed = person.wait(order, "closed")
        if closed.outcome is None or closed.outcome.by != "ruling":
            raise DemoError(f"{person.name} holds another outcome than the ruling")
    said = [m.type for m in closed.messages if m.author_role == "seller"]
    if "Agree" in said:
        raise DemoError(f"{seller.name} was to stay silent")
    market.tell(
        Story.TEAPOT,
        f"{seller.name} stays silent; {buyer.name} agrees, and her signature with that of "
        f"{market.arbiter.name} is enough: the split is settled",
    )
