"""What a party's node does by itself, each by its own clock (PROTOCOL.md 7.4).

One pure function of the trade, the receipts and the clock; the use case signs what it
returns. Nothing is done against a complete outcome that is held.
"""

from collections.abc import Iterator
from typing import NamedTuple

from bazaar.domain.credit.account import PaidOutcome
from bazaar.domain.trading.messages import (
    Agree,
    Decline,
    DisputeReason,
    Proposal,
    Role,
    Ship,
)
from bazaar.domain.trading.needs import names_an_offer, offered, outcome_of_ruling
from bazaar.domain.trading.phases import DECIDED, Phase
from bazaar.domain.trading.receipts import Receipts
from bazaar.domain.trading.trade import PartState, Trade
from bazaar.domain.wire.envelope import Signed

BEFORE_FUNDING = frozenset({Phase.OFFERED, Phase.ACCEPTED, Phase.AGREED})


class Leave(NamedTuple):
    """Withdraw: T0 has passed without money."""


class Complain(NamedTuple):
    """Dispute a part because the other side is late."""

    part: int
    reason: DisputeReason


class Consent(NamedTuple):
    """Agree to a message that gives this user everything."""

    part: int
    names: bytes


class Split(NamedTuple):
    """Propose a split, or the seller's Decline where it is the refund."""

    outcome: PaidOutcome


Act = Leave | Complain | Consent | Split


def acts(trade: Trade, role: Role, receipts: Receipts) -> list[Act]:
    """What the node of a party owes now; empty for seats."""
    if role not in {Role.BUYER, Role.SELLER}:
        return []
    if trade.phase in BEFORE_FUNDING:
        late = receipts.now > trade.contract.deadlines.t0
        return [Leave()] if late and not trade.facts.fund_acks else []
    return [
        act for part in trade.parts for act in _on_part(trade, role, part, receipts)
    ]


def _on_part(
    trade: Trade, role: Role, part: PartState, receipts: Receipts
) -> Iterator[Act]:
    if part.phase in DECIDED:
        return
    consent = _whole_offer(trade, role, part)
    if consent is not None:
        yield consent
        return
    complaint = _complaint(trade, role, part, receipts)
    if complaint is not None:
        yield complaint
    if receipts.now >= receipts.cut(trade, trade.facts.deadlines(part.number).t5):
        yield from _default(trade, role, part, receipts)


def _whole_offer(trade: Trade, role: Role, part: PartState) -> Consent | None:
    """A Decline, Proposal or Ruling that leaves the other side nothing."""
    other = Role.SELLER if role is Role.BUYER else Role.BUYER
    standing = (
        (m.id, outcome)
        for kind in (Decline, Proposal)
        for m in trade.facts.of(kind)
        if m.body.role == other
        and (outcome := offered(trade.facts, m.body, part.number)) is not None
    )
    ruled = (
        ((part.ruling.id, outcome_of_ruling(part.ruling.body)),) if part.ruling else ()
    )
    for names, outcome in (*standing, *ruled):
        theirs = outcome.to_seller if role is Role.BUYER else outcome.to_buyer
        if theirs == 0 and not agreed_to(trade, role, part.number, names):
            return Consent(part.number, names)
    return None


def agreed_to(trade: Trade, role: Role, part: int, names: bytes) -> bool:
    """Whether ``role`` has agreed to ``names`` on the part."""
    return any(
        a.body.role == role and a.body.part == part and a.body.names == names
        for a in trade.facts.of(Agree)
    )


def _complaint(
    trade: Trade, role: Role, part: PartState, receipts: Receipts
) -> Complain | None:
    if not trade.contract.is_escrow or part.ruling is not None:
        return None
    times, facts = trade.facts.deadlines(part.number), trade.facts
    if role is Role.BUYER:
        missing = not facts.on_part(Ship, part.number) or not receipts.fund_ack_in_time(
            trade
        )
        due = receipts.now >= receipts.cut(trade, times.t1) and missing
        reason = DisputeReason.UNSHIPPED
    else:
        agrees = (a for a in facts.of(Agree) if a.body.part == part.number)
        counted = (a for a in agrees if names_an_offer(facts, a))
        answered = any(m.body.role == Role.BUYER for m in (*part.disputes, *counted))
        due = receipts.now >= receipts.cut(trade, times.t2) and not answered
        due = due and receipts.shipped_in_time(trade, part.number)
        reason = DisputeReason.SILENT
    said = any(d.body.role == role and d.body.reason == reason for d in part.disputes)
    return Complain(part.number, reason) if due and not said else None


def _default(
    trade: Trade, role: Role, part: PartState, receipts: Receipts
) -> Iterator[Act]:
    """After T5: agree to the valid Ruling, else to the contract's default split."""
    if part.ruling is not None:
        if not agreed_to(trade, role, part.number, part.ruling.id):
            yield Consent(part.number, part.ruling.id)
        return
    if (
        role is Role.SELLER
        and part.ships
        and not receipts.signed_in_time(trade, part.number)
    ):
        yield from _follow(trade, part.number)
        return
    outcome = default_outcome(trade, part.number, receipts)
    equal = _standing(trade, part.number, outcome)
    theirs = [m for m in equal if m.body.role != role]
    if theirs:
        yield Consent(part.number, theirs[0].id)
    elif not equal:
        yield Split(outcome)


def _standing(
    trade: Trade, part: int, outcome: PaidOutcome
) -> list[Signed[Proposal] | Signed[Decline]]:
    offers = (*trade.facts.of(Proposal), *trade.facts.of(Decline))
    return [m for m in offers if offered(trade.facts, m.body, part) == outcome]


def _follow(trade: Trade, part: int) -> Iterator[Consent]:
    """Agree to the buyer's default, whichever it is, the split first.

    A Ship signed after T1 - g may have reached the buyer in time or not; two different
    defaults would leave the part to nobody.
    """
    contract = trade.contract
    for outcome in (contract.default_split(part), contract.refund(part)):
        for offer in _standing(trade, part, outcome):
            if offer.body.role == Role.BUYER:
                yield Consent(part, offer.id)
                return


def default_outcome(trade: Trade, part: int, receipts: Receipts) -> PaidOutcome:
    """The split of a part that nobody judged: a refund unless it was shipped in time."""
    if receipts.shipped_in_time(trade, part):
        return trade.contract.default_split(part)
    return trade.contract.refund(part)
