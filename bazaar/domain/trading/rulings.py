"""Which Rulings are valid: step 3 of PROTOCOL.md 7.7, the only rule that reads a time."""

from bazaar.domain.trading.facts import Facts
from bazaar.domain.trading.messages import Dispute, DisputeReason, Role, Ruling, Ship
from bazaar.domain.trading.needs import (
    AUTOMATIC,
    disputes_of,
    outcome_of_ruling,
    ruling_sums,
)
from bazaar.domain.wire.envelope import Signed


def is_valid_ruling(facts: Facts, message: Signed[Ruling]) -> bool:
    """Step 3 of 7.7."""
    ruling = message.body
    return (
        facts.contract.is_escrow
        and ruling_sums(facts, ruling)
        and _is_the_only(facts, message)
        and _names_its_dispute(facts, ruling)
        and _is_timely(facts, message)
        and _may_pay_seller(facts, message)
    )


def _is_the_only(facts: Facts, message: Signed[Ruling]) -> bool:
    only = facts.only_ruling(Role(message.body.role), message.body.part)
    return only is not None and only.id == message.id


def _dispute_named(facts: Facts, ruling: Ruling) -> Dispute | None:
    found = (m.body for m in disputes_of(facts, ruling.part) if m.id == ruling.dispute)
    return next(found, None)


def _names_its_dispute(facts: Facts, ruling: Ruling) -> bool:
    dispute = _dispute_named(facts, ruling)
    if dispute is None:
        return False
    if ruling.reason not in AUTOMATIC:
        return True
    refund, release = (
        facts.contract.refund(ruling.part),
        facts.contract.release(ruling.part),
    )
    expected = refund if ruling.reason == DisputeReason.UNSHIPPED else release
    return dispute.reason == ruling.reason and outcome_of_ruling(ruling) == expected


def _is_timely(facts: Facts, message: Signed[Ruling]) -> bool:
    ruling, grace = message.body, facts.network.grace
    times = facts.deadlines_seen_by(ruling.part, facts.chains.sees(message.id))
    if ruling.reason == DisputeReason.UNSHIPPED:
        return ruling.at >= times.t1 + grace
    if ruling.reason == DisputeReason.SILENT:
        return ruling.at >= times.t2 + grace
    if ruling.role == Role.PRIMARY:
        return times.t1 + grace <= ruling.at <= times.t3
    return times.t3 + grace <= ruling.at <= times.t4


def _may_pay_seller(facts: Facts, message: Signed[Ruling]) -> bool:
    ruling = message.body
    if ruling.to_seller == 0:
        return True
    seen = facts.chains.sees(message.id)
    sees_ship = any(m.id in seen for m in facts.on_part(Ship, ruling.part))
    dispute = _dispute_named(facts, ruling)
    by_buyer = dispute is not None and dispute.role == Role.BUYER
    return sees_ship and (by_buyer or ruling.reason == DisputeReason.SILENT)
