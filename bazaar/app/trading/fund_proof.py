"""The account envelopes that prove a Fund: found in the book, judged by the domain."""

import msgspec

from bazaar.app.ports import Unit
from bazaar.domain.credit import funding
from bazaar.domain.credit.account import CreditReference
from bazaar.domain.trading.trade import Trade


def is_proven(unit: Unit, trade: Trade) -> bool:
    """Whether some Fund of the contract is proven by bytes that this node holds."""
    return funding.is_proven(trade, unit.object)


def proofs(unit: Unit, legs: tuple[bytes, ...]) -> list[tuple[bytes, bytes]]:
    """(id, envelope) of the proposal and the acceptance of every leg."""
    found: list[tuple[bytes, bytes]] = []
    for leg in legs:
        reference = msgspec.msgpack.decode(leg, type=CreditReference)
        for subject in (reference.propose, reference.accept):
            envelope = unit.object(subject)
            if envelope is not None:
                found.append((subject, envelope))
    return found
