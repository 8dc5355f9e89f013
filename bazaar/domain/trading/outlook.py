"""Who must act on a trade, until when, and what happens otherwise: shown to every role."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from bazaar.domain.trading.deadlines import Deadlines
from bazaar.domain.trading.messages import DisputeReason, Fund, Role
from bazaar.domain.trading.phases import Phase
from bazaar.domain.trading.trade import PartState, Trade


class Outlook(NamedTuple):
    """What a person must know at a glance.

    Attributes:
        who: buyer, seller, arbiter, backup, arbiters, the nodes, or nobody.
        until: By when, one grace before the deadline; None without one.
        then: What happens otherwise, a sentence.
    """

    who: str
    until: int | None
    then: str


NOBODY: Final = Outlook("nobody", None, "")
_LAPSES: Final = "the order lapses and nobody owes anything"
_SEATS_REFUND: Final = (
    "the buyer complains and the arbiters return the money by themselves"
)
_SEATS_RELEASE: Final = (
    "the seller complains and the arbiters release the money by themselves"
)


def outlook(trade: Trade) -> Outlook:
    """The outlook of the least advanced part, or of the trade before the funding."""
    before = _BEFORE.get(trade.phase)
    if before is not None:
        return before(trade)
    if trade.phase is not Phase.FUNDED:
        return NOBODY
    part = next(part for part in trade.parts if part.phase is trade.state)
    return _FUNDED[part.phase](trade, part)


def _until(trade: Trade, deadline: int) -> int:
    return deadline - trade.facts.network.grace


def _offered(trade: Trade) -> Outlook:
    return Outlook("seller", _until(trade, trade.contract.deadlines.t0), _LAPSES)


def _accepted(trade: Trade) -> Outlook:
    return Outlook("arbiters", _until(trade, trade.contract.deadlines.t0), _LAPSES)


def _agreed(trade: Trade) -> Outlook:
    who = "seller" if trade.facts.naming_contract(Fund) else "buyer"
    return Outlook(who, _until(trade, trade.contract.deadlines.t0), _LAPSES)


def _times(trade: Trade, part: PartState) -> Deadlines:
    return trade.facts.deadlines(part.number)


def _waiting(trade: Trade, part: PartState) -> Outlook:
    then = (
        _SEATS_REFUND
        if trade.contract.is_escrow
        else "only an agreement frees the money"
    )
    return Outlook("seller", _until(trade, _times(trade, part).t1), then)


def _shipped(trade: Trade, part: PartState) -> Outlook:
    then = (
        _SEATS_RELEASE
        if trade.contract.is_escrow
        else "only an agreement frees the money"
    )
    return Outlook("buyer", _until(trade, _times(trade, part).t2), then)


def _disputed(trade: Trade, part: PartState) -> Outlook:
    times = _times(trade, part)
    reasons = {dispute.body.reason for dispute in part.disputes}
    if not reasons & {DisputeReason.GOODS, DisputeReason.OTHER}:
        return Outlook(
            "arbiters",
            None,
            "the arbiters' nodes rule this by themselves when it is due",
        )
    then = "the backup arbiter rules, then the default of the contract holds"
    return Outlook("arbiter", _until(trade, times.t3), then)


def _ruled(trade: Trade, part: PartState) -> Outlook:
    ruling = part.ruling.body if part.ruling else None
    who = (
        "seller"
        if ruling is not None and ruling.to_seller > ruling.to_buyer
        else "buyer"
    )
    then = "both nodes agree to the ruling by themselves"
    return Outlook(who, _times(trade, part).t5, then)


def _payable(_: Trade, __: PartState) -> Outlook:
    return Outlook("the nodes", None, "buyer's and seller's nodes settle by themselves")


def _paid(_: Trade, __: PartState) -> Outlook:
    return NOBODY


_BEFORE: Final[Mapping[Phase, Callable[[Trade], Outlook]]] = MappingProxyType(
    {Phase.OFFERED: _offered, Phase.ACCEPTED: _accepted, Phase.AGREED: _agreed}
)
_FUNDED: Final[Mapping[Phase, Callable[[Trade, PartState], Outlook]]] = (
    MappingProxyType(
        {
            Phase.WAITING: _waiting,
            Phase.SHIPPED: _shipped,
            Phase.DISPUTED: _disputed,
            Phase.RULED: _ruled,
            Phase.PAYABLE: _payable,
            Phase.PAID: _paid,
        }
    )
)


def is_turn_of(outlook_: Outlook, role: Role) -> bool:
    """Whether a person in ``role`` is the one who must act."""
    names = {
        Role.BUYER: {"buyer"},
        Role.SELLER: {"seller"},
        Role.PRIMARY: {"arbiter"},
        Role.BACKUP: {"backup"},
    }
    return outlook_.who in names[role]
