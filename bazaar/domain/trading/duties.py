"""The duties of a seat as one pure function of receipts and clock (PROTOCOL.md 7.5).

Rulings on "unshipped" and "silent buyer" need no person; all others do, and
``may_rule`` says from when until when, and why not.
"""

from typing import NamedTuple

from bazaar.domain.credit.account import PaidOutcome
from bazaar.domain.trading.deadlines import BACKUP_WAIT_SECONDS, Deadlines
from bazaar.domain.trading.messages import Agree, Dispute, DisputeReason, Role
from bazaar.domain.trading.needs import names_an_offer
from bazaar.domain.trading.phases import DECIDED, Phase
from bazaar.domain.trading.receipts import NEVER, Receipts
from bazaar.domain.trading.trade import PartState, Trade
from bazaar.domain.wire.envelope import Signed


class Judgement(NamedTuple):
    """A Ruling that the seat's node signs by itself."""

    part: int
    dispute: bytes
    reason: DisputeReason
    outcome: PaidOutcome


class Span(NamedTuple):
    """When a person may rule; ``words`` says why not, empty when nothing is in the way."""

    opens: int
    closes: int
    words: str


def duties(trade: Trade, role: Role, receipts: Receipts) -> list[Judgement]:
    """All Rulings that the seat ``role`` owes now, at most one per part.

    Only a DISPUTED part is ruled (row 14): a seat that has ruled it, or that holds a valid
    Ruling of the other or a complete outcome, owes nothing (duty 3). Evaluating earlier or
    twice changes nothing.
    """
    found = (_owed(trade, role, part, receipts) for part in trade.parts)
    return [judgement for judgement in found if judgement is not None]


def _owed(
    trade: Trade, role: Role, part: PartState, receipts: Receipts
) -> Judgement | None:
    is_open = part.phase is Phase.DISPUTED
    if not is_open or trade.facts.own_rulings(role, part.number):
        return None
    return _unshipped(trade, role, part, receipts) or _silent(
        trade, role, part, receipts
    )


def _unshipped(
    trade: Trade, role: Role, part: PartState, receipts: Receipts
) -> Judgement | None:
    cut = max(receipts.cut(trade, t.t1) for t in _readings(trade, role, part))
    dispute = _earliest(trade, part, DisputeReason.UNSHIPPED, receipts)
    if (
        dispute is None
        or receipts.now < cut
        or receipts.shipped_in_time(trade, part.number)
    ):
        return None
    if not _is_up_to(trade, role, receipts, _later(cut, trade, dispute, receipts)):
        return None
    refund = trade.contract.refund(part.number)
    return Judgement(part.number, dispute.id, DisputeReason.UNSHIPPED, refund)


def _silent(
    trade: Trade, role: Role, part: PartState, receipts: Receipts
) -> Judgement | None:
    cut = max(receipts.cut(trade, t.t2) for t in _readings(trade, role, part))
    dispute = _earliest(trade, part, DisputeReason.SILENT, receipts)
    if dispute is None or not _holds_ship(trade, role, part, receipts):
        return None
    known = max(receipts.fund_ack(trade), receipts.first_ship(trade, part.number))
    moment = max(cut, known + trade.contract.offer.window)
    if receipts.now < moment or _buyer_spoke(trade, part, receipts, moment):
        return None
    if not _is_up_to(trade, role, receipts, _later(cut, trade, dispute, receipts)):
        return None
    release = trade.contract.release(part.number)
    return Judgement(part.number, dispute.id, DisputeReason.SILENT, release)


def _readings(trade: Trade, role: Role, part: PartState) -> tuple[Deadlines, Deadlines]:
    """The deadlines as held here and as a Ruling signed now would be read."""
    facts = trade.facts
    said = facts.deadlines_as_said_by(role, part.number)
    return facts.deadlines(part.number), said


def _holds_ship(trade: Trade, role: Role, part: PartState, receipts: Receipts) -> bool:
    """Whether a Ship came in time, and a Ruling signed now would see one."""
    seen = trade.facts.chains.view(role)
    in_time = receipts.shipped_in_time(trade, part.number)
    return in_time and any(ship.id in seen for ship in part.ships)


def _earliest(
    trade: Trade, part: PartState, reason: DisputeReason, receipts: Receipts
) -> Signed[Dispute] | None:
    disputes = [d for d in part.disputes if d.body.reason == reason]
    return min(disputes, key=lambda d: receipts.received(trade, d.id), default=None)


def _buyer_spoke(
    trade: Trade, part: PartState, receipts: Receipts, moment: int
) -> bool:
    """Only an Agree that counts is an answer; else an empty one would block both b and c."""
    agrees = [
        a
        for a in trade.facts.of(Agree)
        if a.body.part == part.number and names_an_offer(trade.facts, a)
    ]
    said = [m for m in (*agrees, *part.disputes) if m.body.role == Role.BUYER]
    return any(receipts.received(trade, m.id) <= moment for m in said)


def _later(
    moment: int, trade: Trade, dispute: Signed[Dispute], receipts: Receipts
) -> int:
    return max(moment, receipts.received(trade, dispute.id))


def _is_up_to(trade: Trade, role: Role, receipts: Receipts, asked: int) -> bool:
    """The backup leaves the primary its time from ``asked``, then acts for it (duty d)."""
    if role is Role.PRIMARY:
        return True
    return receipts.now >= asked + trade.facts.network.scaled(BACKUP_WAIT_SECONDS)


def may_rule(trade: Trade, role: Role, part: PartState, receipts: Receipts) -> Span:
    """From when until when a person may rule on ``part``, and what is in the way (duty c).

    The Ruling must name ``named_dispute``; what the seller may get, ``may_pay_seller`` says.
    """
    times = trade.facts.deadlines_as_said_by(role, part.number)
    grace = trade.facts.network.grace
    dispute = named_dispute(trade, part, receipts)
    heard = receipts.received(trade, dispute.id) if dispute else NEVER
    opens = max(receipts.cut(trade, times.t1), heard + trade.contract.offer.window)
    closes = times.t3 - grace
    if role is Role.BACKUP:
        opens, closes = max(opens, receipts.cut(trade, times.t3)), times.t4 - grace
    return Span(
        opens, closes, _in_the_way(trade, role, part, (opens, closes, receipts.now))
    )


def named_dispute(
    trade: Trade, part: PartState, receipts: Receipts
) -> Signed[Dispute] | None:
    """The Dispute that a person's Ruling names: the buyer's that was received first.

    Else the seller's. By receipt, not by seq: a later Dispute of the buyer, or one of another
    branch of it, must not make the answer window begin anew.
    """
    return min(
        part.disputes,
        key=lambda d: (d.body.role, receipts.received(trade, d.id), d.body.seq, d.id),
        default=None,
    )


def may_pay_seller(
    trade: Trade, role: Role, part: PartState, receipts: Receipts
) -> bool:
    """Whether a person's Ruling on ``part`` may give the seller anything (duty c)."""
    dispute = named_dispute(trade, part, receipts)
    by_buyer = dispute is not None and dispute.body.role == Role.BUYER
    return by_buyer and _holds_ship(trade, role, part, receipts)


def _in_the_way(
    trade: Trade, role: Role, part: PartState, times: tuple[int, int, int]
) -> str:
    opens, closes, now = times
    if not part.disputes:
        return "nobody has disputed this part"
    if part.phase in DECIDED:
        return "the parties have settled this part"
    if trade.facts.own_rulings(role, part.number):
        return "you have ruled on this part"
    if part.phase is Phase.RULED:
        return "the other arbiter has ruled"
    if now < opens:
        return "the parties still have time to answer"
    return "the time to rule has passed" if now > closes else ""
