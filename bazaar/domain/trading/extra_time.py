"""Which extra time of the buyer a seller's node may rely on (PROTOCOL.md 7.4, Extend).

An Extend may cross the refund of a seat that has not got it yet. Pure, by the seller's own
receipts and the seats' Acks of what it passed on to them.
"""

from typing import Final

from bazaar.domain.trading.deadlines import Deadlines
from bazaar.domain.trading.messages import Extend, Role
from bazaar.domain.trading.receipts import NEVER, Receipts
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import Signed

NOT_WITH_ARBITERS: Final = "the buyer's extra time is not yet with the arbiters"
TOO_LATE: Final = "the time to ship this order has passed"


def sure_deadlines(trade: Trade, part: int, receipts: Receipts) -> Deadlines:
    """T0..T5 of an unshipped ``part`` without the extra time that a seat may not know.

    An Extend counts if it was here by T1 - g as it was without it: then every seat has it
    before its cut-off. A later one counts once the Acks of both seats are g old and no
    Ruling on the part is here: a Ruling signed before them would have arrived.
    """
    times, network = trade.contract.deadlines, trade.facts.network
    for extend in trade.facts.counted_extends(trade.facts.everything):
        is_early = receipts.received(trade, extend.id) <= times.t1 - network.grace
        if not is_early and not _is_known(trade, part, extend, receipts):
            break
        times = times.later(extend.body.days, network)
    return times


def _is_known(
    trade: Trade, part: int, extend: Signed[Extend], receipts: Receipts
) -> bool:
    seats = trade.contract.seats
    if any(trade.facts.own_rulings(seat, part) for seat in seats):
        return False
    known = max((_shown(trade, s, extend, receipts) for s in seats), default=0)
    return receipts.now >= known + trade.facts.network.grace


def _shown(trade: Trade, seat: Role, extend: Signed[Extend], receipts: Receipts) -> int:
    """When ``seat`` was first known to hold the Extend: by its Ack, or by what it said."""
    acked = receipts.acked.get((trade.contract.keys[seat], extend.id), NEVER)
    chains = trade.facts.chains
    said = (
        receipts.received(trade, message.id)
        for message in chains.complete.values()
        if message.body.role == seat and extend.id in chains.sees(message.id)
    )
    return min(acked, min(said, default=NEVER))


def shipping_risk(trade: Trade, part: int, receipts: Receipts) -> str:
    """Why a Ship of ``part`` signed now may not count as in time; empty if it does."""
    grace = trade.facts.network.grace
    if receipts.now > trade.facts.deadlines(part).t1 - grace:
        return TOO_LATE
    is_sure = receipts.now <= sure_deadlines(trade, part, receipts).t1 - grace
    return "" if is_sure else NOT_WITH_ARBITERS
