"""A trade's messages in words, for whoever reads them: the doors and offline evidence."""

from collections.abc import Sequence
from typing import Final

from bazaar.domain.amounts.money import Money
from bazaar.domain.trading.messages import (
    Agree,
    Dispute,
    DisputeReason,
    Evidence,
    Extend,
    Proposal,
    Role,
    Ruling,
    Step,
)
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import Signed

ROLE_NAMES: Final = {
    Role.BUYER: "buyer",
    Role.SELLER: "seller",
    Role.PRIMARY: "arbiter",
    Role.BACKUP: "backup",
}
REASON_NAMES: Final = {
    DisputeReason.UNSHIPPED: "unshipped",
    DisputeReason.SILENT: "silent",
    DisputeReason.GOODS: "goods",
    DisputeReason.OTHER: "other",
}


def in_order(trade: Trade) -> Sequence[Signed[Step]]:
    """All messages by the time that their signers gave, of one second by what they saw."""
    chains = trade.facts.chains
    return sorted(
        (*chains.complete.values(), *chains.waiting.values()),
        key=lambda m: (m.body.at, len(chains.sees(m.id)), m.body.role, m.body.seq),
    )


def summary(trade: Trade, step: Step) -> str:
    """One line on what a message says."""
    match step:
        case Proposal() | Ruling():
            words = _shares(step, trade.contract.offer.unit)
        case Dispute(reason=reason, text=text):
            name = REASON_NAMES[DisputeReason(reason)]
            words = f"{name}: {text}" if text else name
        case Agree(names=names):
            named = trade.facts.chains.complete.get(names)
            words = (
                f"to the {type(named.body).__name__}"
                if named
                else "to what is not here"
            )
        case Evidence(files=files):
            words = f"{len(files)} files"
        case Extend(days=days):
            words = f"{days} more days"
        case _:
            words = ""
    return words


def _shares(split: Proposal | Ruling, unit: str) -> str:
    words = (
        f"{Money(split.to_seller, unit)} to the seller, "
        f"{Money(split.to_buyer, unit)} to the buyer"
    )
    fee = split.fee if isinstance(split, Ruling) else 0
    return f"{words}, fee {Money(fee, unit)}" if fee else words
