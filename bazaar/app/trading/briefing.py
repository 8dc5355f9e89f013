"""What a seat must read before it consents, passed on by the buyer: the seller may be away.

A seat can fetch listing, profile and terms from their owners; here they travel beside the
Accept, by mailbox too, so that nobody but the buyer's outbox is needed.
"""

from collections.abc import Iterator
from typing import Any

from bazaar.app.context import Context
from bazaar.app.ports import Unit
from bazaar.app.trading.trades import Trades
from bazaar.domain.errors import NotFoundError
from bazaar.domain.trading.messages import Role
from bazaar.domain.trading.phases import Phase
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.bodies import KIND_OF
from bazaar.domain.wire.envelope import Signed, id_of

PROFILE_FACT = "seller-profile"
WAITING = frozenset({Phase.OFFERED, Phase.ACCEPTED})
"""Phases in which a seat still has to read what the order names."""


class Briefing:
    """As the buyer, tells the seats; as a seat, keeps what an order that waits here names."""

    def __init__(self, context: Context, trades: Trades) -> None:
        self._context = context
        self._trades = trades

    def brief(self, unit: Unit, trade: Trade, _: Role) -> bool:
        """Once there is a contract: owe each seat the Offer, the Accept and what they name."""
        if trade.phase is not Phase.ACCEPTED or unit.fact(trade.id, "briefed"):
            return False
        self._trades.spread(unit, trade)
        now = self._context.now()
        for envelope in self._papers(unit, trade):
            subject = id_of(envelope, self._context.network.id)
            for seat in trade.contract.seats.values():
                unit.post(seat.key, subject, envelope, trade.id, now)
        unit.set_fact(trade.id, "briefed", b"1")
        return False

    def _papers(self, unit: Unit, trade: Trade) -> Iterator[bytes]:
        offer = trade.contract.offer
        for subject in _named(trade):
            envelope = unit.object(subject)
            if envelope is not None:
                yield envelope
        profile = unit.fact(trade.id, PROFILE_FACT)
        if profile is not None and offer.seats:
            yield profile

    def receive(self, unit: Unit, message: Signed[Any]) -> set[bytes]:
        """Keep a Listing or an ArbiterOffer; the orders that wait for it. Raises NotFoundError.

        What comes after the order went on, or ended, is taken too: refused, it would be
        sent for ever.
        """
        judged = self._judged(unit, message)
        naming = [trade for trade in judged if message.id in _named(trade)]
        if not naming:
            raise NotFoundError("no order here names this")
        waiting = {one.id for one in naming if one.phase in WAITING}
        if waiting:
            kind = KIND_OF[type(message.body)]
            unit.keep_object(message.id, kind, message.author, message.envelope)
        return waiting

    def _judged(self, unit: Unit, message: Signed[Any]) -> Iterator[Trade]:
        """Trades that this node judges and in which the author has a role."""
        for role in (Role.PRIMARY, Role.BACKUP):
            for row in unit.trades(role=role):
                if message.author in self._trades.keys(unit, row.id):
                    yield self._trades.load(unit, row.id)


def _named(trade: Trade) -> frozenset[bytes]:
    offer = trade.contract.offer
    lines = {line.listing for line in offer.lines}
    return frozenset(lines | {seat.offer for seat in offer.seats})
