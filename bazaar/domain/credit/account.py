"""Pairwise co-signed credit accounts: wire objects (PROTOCOL.md 9.2)."""

import hashlib
from typing import Annotated, Final

from msgspec import Meta

from bazaar.domain.wire.bounds import (
    U8,
    U32,
    Amount,
    Body,
    Id,
    Key,
    PositiveAmount,
    SignedAmount,
    Time,
    UnitId,
    Word,
)
from bazaar.domain.wire.kinds import Kind

ACCOUNT_TAG: Final = b"bazaar/1 account\0"
HOLD_TAG: Final = b"bazaar/1 hold\0"
MAX_HOLDS: Final = 256
MAX_OPERATIONS: Final = 64
HOLD_EXTRA_DAYS: Final = 90
PAYER_A: Final = 0
PAYER_B: Final = 1

LegIndex = Annotated[int, Meta(ge=0, le=3)]


class Hold(Body, frozen=True):
    """Money promised to a contract's outcome; ``payer`` 0 is A, the lower key."""

    payer: Annotated[int, Meta(ge=0, le=1)]
    amount: PositiveAmount
    contract: Id
    part: Annotated[int, Meta(ge=0, le=15)]
    leg: LegIndex
    expires: Time


class AccountState(Body, frozen=True):
    """What both keys signed: ``balance`` is what B owes A; limits by their creditor."""

    balance: SignedAmount
    limit_a: Amount
    limit_b: Amount
    holds: Annotated[tuple[Hold, ...], Meta(max_length=MAX_HOLDS)]
    frozen: bool


class PaidOutcome(Body, frozen=True):
    """The outcome of one part as the rail applies it."""

    part: Annotated[int, Meta(ge=0, le=15)]
    to_seller: Amount
    to_buyer: Amount
    fee: Amount
    fee_role: Annotated[int, Meta(ge=0, le=3)]


class SetLimit(Body, frozen=True, tag=1):
    """The proposer, as creditor, sets how much the other may owe."""

    amount: Amount


class AddHold(Body, frozen=True, tag=2):
    """Bind an amount to a contract's part."""

    hold: Hold


class ApplyOutcome(Body, frozen=True, tag=3):
    """Remove the hold and move what the outcome gives the other side."""

    hold: Id
    outcome: PaidOutcome
    halves: Annotated[
        tuple[Id, ...], Meta(min_length=1, max_length=8, extra={"unique": True})
    ]


class VoidHold(Body, frozen=True, tag=4):
    """Free a hold: by the Withdraw named, or nil because it expired."""

    hold: Id
    withdraw: Id | None


class SettledOutside(Body, frozen=True, tag=5):
    """A payment made elsewhere; direction 0 adds to the balance, 1 subtracts."""

    direction: Annotated[int, Meta(ge=0, le=1)]
    amount: PositiveAmount
    method: Word
    note_hash: Id


class Transfer(Body, frozen=True, tag=6):
    """A plain payment by credit."""

    direction: Annotated[int, Meta(ge=0, le=1)]
    amount: PositiveAmount
    trade: Id | None
    memo: Annotated[str, Meta(max_length=140, extra={"text": "line"})]


class Freeze(Body, frozen=True, tag=7):
    """Stop or allow new holds and transfers."""

    frozen: bool


Operation = (
    SetLimit | AddHold | ApplyOutcome | VoidHold | SettledOutside | Transfer | Freeze
)


class AccountPropose(Body, frozen=True, tag=int(Kind.ACCOUNT_PROPOSE)):
    """State ``n`` as the proposer computed it from state ``n - 1``."""

    by: Key
    partner: Key
    unit: UnitId
    n: Annotated[int, Meta(ge=1, le=2**32 - 1)]
    previous: Id
    retry: Id
    operations: Annotated[
        tuple[Operation, ...], Meta(min_length=1, max_length=MAX_OPERATIONS)
    ]
    state: AccountState


class AccountAccept(Body, frozen=True, tag=int(Kind.ACCOUNT_ACCEPT)):
    """The other signature under a state."""

    by: Key
    account: Id
    n: U32
    retry: Id
    propose: Id


class AccountReject(Body, frozen=True, tag=int(Kind.ACCOUNT_REJECT)):
    """Frees ``n`` for the proposer; ``code`` says why."""

    by: Key
    propose: Id
    code: U8


class CreditReference(Body, frozen=True):
    """A Fund's leg and a Settled's reference: where the co-signed state stands."""

    account: Id
    n: U32
    propose: Id
    accept: Id


def account_id(network: bytes, one: bytes, other: bytes, unit: str) -> bytes:
    """Id of the account of two keys in ``unit``; the order of the keys does not matter."""
    lower, higher = sorted((one, other))
    return hashlib.sha256(
        ACCOUNT_TAG + network + lower + higher + unit.encode()
    ).digest()


def hold_id(contract: bytes, part: int, leg: int) -> bytes:
    """Id of the one hold of a contract's part on one leg."""
    return hashlib.sha256(HOLD_TAG + contract + bytes((part, leg))).digest()
