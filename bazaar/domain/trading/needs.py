"""What a message needs to count, one predicate each; the rows of ``rules`` name them."""

from collections.abc import Iterator, Mapping
from typing import Final

from bazaar.domain.credit.account import PaidOutcome
from bazaar.domain.trading.facts import Facts
from bazaar.domain.trading.messages import (
    Accept,
    Agree,
    Decline,
    Dispute,
    DisputeReason,
    Extend,
    Fund,
    FundAck,
    Proposal,
    Role,
    Ruling,
    SeatAck,
    Settled,
    Ship,
)
from bazaar.domain.wire.envelope import Signed

PARTIES: Final = (Role.BUYER, Role.SELLER)
AUTOMATIC: Final = frozenset({DisputeReason.UNSHIPPED, DisputeReason.SILENT})
"""Reasons of Rulings that a seat's node signs by itself: all or nothing, without a fee."""

_REASONS: Final = {
    Role.BUYER: {DisputeReason.UNSHIPPED, DisputeReason.GOODS, DisputeReason.OTHER},
    Role.SELLER: {DisputeReason.SILENT, DisputeReason.OTHER},
}


def is_the_accept(facts: Facts, message: Signed[Accept]) -> bool:
    """It is the contract's (7.7 step 1)."""
    return message.id == facts.contract.id


def names_contract(facts: Facts, message: Signed[SeatAck | Fund | FundAck]) -> bool:
    """It names the contract."""
    return (
        message.body.contract == facts.contract.id and facts.contract.accept is not None
    )


def fund_is_there(facts: Facts, _: Signed[FundAck]) -> bool:
    """A Fund of the contract is in the set."""
    return bool(facts.naming_contract(Fund))


def sees_no_withdraw(facts: Facts, message: Signed[FundAck]) -> bool:
    """It sees no Withdraw."""
    return not facts.chains.sees(message.id) & facts.withdraws


def funded(facts: Facts, _: object) -> bool:
    """The trade is FUNDED."""
    return facts.funded


def days_within_sum(facts: Facts, message: Signed[Extend]) -> bool:
    """The sum of days is at most 60."""
    return message.id in facts.extended


def parts_exist(facts: Facts, message: Signed[Ship | Decline | Dispute]) -> bool:
    """Each part named is one of the contract."""
    return facts.valid_parts(message.body.parts)


def sums_to_part(facts: Facts, message: Signed[Proposal]) -> bool:
    """To seller + to buyer = amount."""
    return split_is_whole(facts, message.body)


def split_is_whole(facts: Facts, split: Proposal) -> bool:
    """Whether the two shares of ``split`` are exactly its part's amount."""
    parts = facts.contract.offer.parts
    if split.part >= len(parts):
        return False
    return split.to_seller + split.to_buyer == parts[split.part].amount


def reason_fits_role(_: Facts, message: Signed[Dispute]) -> bool:
    """Reason 1 or 3: B; 2: S; 4: either."""
    return message.body.reason in _REASONS[Role(message.body.role)]


def names_an_offer(facts: Facts, message: Signed[Agree]) -> bool:
    """It names a Ship, Decline or Proposal of the other party, or a Ruling, on the part."""
    named = facts.chains.complete.get(message.body.names)
    if named is None or message.body.part >= len(facts.contract.offer.parts):
        return False
    if isinstance(named.body, Ruling):
        return named.body.part == message.body.part
    if named.body.role == message.body.role:
        return False
    return offered(facts, named.body, message.body.part) is not None


def names_an_outcome(facts: Facts, message: Signed[Settled]) -> bool:
    """Its outcome id is that of an offer or Ruling on the part."""
    return message.body.outcome in given(facts, message.body.part)


def offered(facts: Facts, step: object, part: int) -> PaidOutcome | None:
    """The outcome of ``part`` that a standing Ship, Decline or Proposal offers, else None."""
    match step:
        case Ship(parts=parts) if part in parts and facts.valid_parts(parts):
            return facts.contract.release(part)
        case Decline(parts=parts) if part in parts and facts.valid_parts(parts):
            return facts.contract.refund(part)
        case Proposal(part=named) if named == part and split_is_whole(facts, step):
            return PaidOutcome(part, step.to_seller, step.to_buyer, 0, 0)
        case _:
            return None


def outcome_of_ruling(ruling: Ruling) -> PaidOutcome:
    """The outcome that a Ruling gives; the fee goes to the seat that ruled."""
    fee_role = ruling.role if ruling.fee else 0
    return PaidOutcome(
        ruling.part, ruling.to_seller, ruling.to_buyer, ruling.fee, fee_role
    )


def given(facts: Facts, part: int) -> Mapping[bytes, PaidOutcome]:
    """Every outcome that an offer or Ruling of the set gives ``part``, by its id."""
    if part not in facts.given:
        facts.given[part] = {
            facts.contract.outcome_id(outcome): outcome
            for outcome in outcomes(facts, part)
        }
    return facts.given[part]


def outcomes(facts: Facts, part: int) -> Iterator[PaidOutcome]:
    """Every outcome that an offer or Ruling of the set gives ``part``; may repeat."""
    if facts.on_part(Ship, part):
        yield facts.contract.release(part)
    if facts.on_part(Decline, part):
        yield facts.contract.refund(part)
    for proposal in facts.of(Proposal):
        if proposal.body.part == part and sums_to_part(facts, proposal):
            yield PaidOutcome(
                part, proposal.body.to_seller, proposal.body.to_buyer, 0, 0
            )
    for ruling in facts.of(Ruling):
        if ruling.body.part == part and ruling_sums(facts, ruling.body):
            yield outcome_of_ruling(ruling.body)


def ruling_sums(facts: Facts, ruling: Ruling) -> bool:
    """The amounts conserve the part; the fee is within the contract's, an automatic one 0."""
    parts = facts.contract.offer.parts
    if ruling.part >= len(parts):
        return False
    total = ruling.to_seller + ruling.to_buyer + ruling.fee
    most = facts.contract.greatest_fee(Role(ruling.role), ruling.part)
    if ruling.reason in AUTOMATIC:
        most = 0
    return total == parts[ruling.part].amount and ruling.fee <= most


def disputes_of(facts: Facts, part: int) -> list[Signed[Dispute]]:
    """Disputes that count on a part."""
    return [m for m in facts.on_part(Dispute, part) if reason_fits_role(facts, m)]
