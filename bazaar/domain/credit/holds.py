"""What a contract binds on which account: pure, so that each side rebuilds and compares (9.3)."""

from collections.abc import Sequence
from typing import Final

from bazaar.domain.credit import ledger
from bazaar.domain.credit.account import (
    HOLD_EXTRA_DAYS,
    AccountState,
    AddHold,
    ApplyOutcome,
    Hold,
    PaidOutcome,
    SetLimit,
    hold_id,
)
from bazaar.domain.errors import RefusedError, ReplyCode
from bazaar.domain.trading.contract import Contract
from bazaar.domain.trading.messages import Role
from bazaar.domain.wire.networks import DAY, HOUR

BUYER_LEG: Final = 0
HUB_LEG: Final = 1
UPSTREAM_SECONDS: Final = 48 * HOUR
"""How much later the buyer's hold ends than the hub's own: nobody can be caught between."""


def hid(hold: Hold) -> bytes:
    """Id of a hold."""
    return hold_id(hold.contract, hold.part, hold.leg)


def buyer_holds(contract: Contract) -> list[Hold]:
    """What the buyer must bind, with the seller or with the hub: one hold per part."""
    later = contract.network.scaled(UPSTREAM_SECONDS) if contract.hub else 0
    payer = ledger.side(contract.keys[Role.BUYER], buyer_partner(contract))
    return _per_part(contract, payer, BUYER_LEG, expires(contract) + later)


def hub_holds(contract: Contract) -> list[Hold]:
    """What the hub must bind with the seller; none without a hub."""
    if contract.hub is None:
        return []
    payer = ledger.side(contract.hub, contract.keys[Role.SELLER])
    return _per_part(contract, payer, HUB_LEG, expires(contract))


def seller_holds(contract: Contract) -> list[Hold]:
    """What is bound on the account from which the seller is paid."""
    return hub_holds(contract) if contract.hub else buyer_holds(contract)


def buyer_partner(contract: Contract) -> bytes:
    """Whom the buyer will owe: the hub, else the seller."""
    return contract.hub or contract.keys[Role.SELLER]


def seller_partner(contract: Contract) -> bytes:
    """Who will owe the seller: the hub, else the buyer."""
    return contract.hub or contract.keys[Role.BUYER]


def _per_part(contract: Contract, payer: int, leg: int, until: int) -> list[Hold]:
    return [
        Hold(payer, part.amount, contract.id, number, leg, until)
        for number, part in enumerate(contract.offer.parts)
    ]


def fee_holds(contract: Contract, role: Role) -> list[Hold]:
    """What the seller must bind for a seat: the greatest fee of each part, none if it is 0."""
    payer = ledger.side(contract.keys[Role.SELLER], contract.keys[role])
    fees = [
        contract.greatest_fee(role, number)
        for number in range(len(contract.offer.parts))
    ]
    return [
        Hold(payer, fee, contract.id, number, int(role), expires(contract))
        for number, fee in enumerate(fees)
        if fee > 0
    ]


def expires(contract: Contract) -> int:
    """When a hold ends by itself: T5 + 90 d of the network."""
    return contract.deadlines.t5 + contract.network.scaled(HOLD_EXTRA_DAYS * DAY)


def contains(state: AccountState, holds: Sequence[Hold]) -> bool:
    """Whether the co-signed state binds exactly these."""
    return all(ledger.hold_of(state, hid(hold)) == hold for hold in holds)


def has_any(state: AccountState, holds: Sequence[Hold]) -> bool:
    """Whether the co-signed state has a hold in the place of one of these."""
    return any(ledger.hold_of(state, hid(hold)) is not None for hold in holds)


def play(hold: Hold, outcome: PaidOutcome) -> None:
    """One exit on an account made for it; its balance must be what the outcome gives.

    Raises RefusedError if it cannot be paid.
    """
    creditor = 1 - hold.payer
    bound = ledger.apply(ledger.EMPTY, [SetLimit(hold.amount)], creditor)
    bound = ledger.apply(bound, [AddHold(hold)], hold.payer)
    operation = ApplyOutcome(hid(hold), outcome, (bytes(32),))
    paid = ledger.apply(bound, [operation], creditor)
    if abs(paid.balance) != outcome.to_seller + outcome.fee or paid.holds:
        raise RefusedError(
            ReplyCode.WRONG_STATE, "an exit of this contract cannot be paid"
        )
