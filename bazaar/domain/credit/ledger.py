"""The arithmetic of one credit account: operations, holds and limits (PROTOCOL.md 9.2).

A is the lower key by bytes; ``balance`` is what B owes A. Pure: the same operations
give the same state on both sides, which is how each checks the other.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from bazaar.domain.credit.account import (
    MAX_HOLDS,
    PAYER_A,
    PAYER_B,
    AccountState,
    AddHold,
    ApplyOutcome,
    Freeze,
    Hold,
    Operation,
    PaidOutcome,
    SetLimit,
    SettledOutside,
    Transfer,
    VoidHold,
    hold_id,
)
from bazaar.domain.errors import RefusedError, ReplyCode
from bazaar.domain.trading.messages import Role
from bazaar.domain.wire.bounds import MAX_AMOUNT

EMPTY: Final = AccountState(0, 0, 0, (), frozen=False)
BUYER_LEGS: Final = frozenset({0, 1})
SEAT_LEGS: Final = frozenset({Role.PRIMARY, Role.BACKUP})


def side(key: bytes, partner: bytes) -> int:
    """0 when ``key`` is A (the lower key) of the account with ``partner``, else 1."""
    return PAYER_A if key < partner else PAYER_B


def apply(
    state: AccountState, operations: Sequence[Operation], proposer: int
) -> AccountState:
    """The state after ``operations`` of ``proposer`` (0 A, 1 B), in order.

    Raises RefusedError: LIMIT where a use would exceed its limit, WRONG_STATE where an
    operation does not fit the state.
    """
    for operation in operations:
        after = _applied(state, operation, proposer)
        _check_limits(state, after)
        state = after
    return state


def use(state: AccountState, debtor: int) -> int:
    """What ``debtor`` owes in the worst case: balance and all holds that it pays."""
    owed = state.balance if debtor == PAYER_B else -state.balance
    return owed + sum(hold.amount for hold in state.holds if hold.payer == debtor)


def free(state: AccountState, debtor: int) -> int:
    """What ``debtor`` may still promise within the limit that its creditor set."""
    limit = state.limit_a if debtor == PAYER_B else state.limit_b
    return max(0, limit - use(state, debtor))


def hold_of(state: AccountState, hid: bytes) -> Hold | None:
    """The hold with id ``hid``, or None."""
    return next((h for h in state.holds if _hid(h) == hid), None)


def moved(hold: Hold, outcome: PaidOutcome) -> int:
    """What applying ``outcome`` moves from the hold's payer to the other side (9.3)."""
    if hold.leg in BUYER_LEGS:
        return outcome.to_seller + outcome.fee
    return outcome.fee if outcome.fee_role == hold.leg else 0


def _applied(state: AccountState, operation: Operation, proposer: int) -> AccountState:
    match operation:
        case SetLimit(amount):
            field = "limit_a" if proposer == PAYER_A else "limit_b"
            after = msgspec.structs.replace(state, **{field: amount})
        case AddHold(hold):
            after = _with_hold(_unfrozen(state), hold)
        case ApplyOutcome(hid, outcome):
            hold = _known(state, hid)
            _check_outcome(hold, outcome)
            after = _moved(_without(state, hid), hold.payer, moved(hold, outcome))
        case VoidHold(hid):
            _known(state, hid)
            after = _without(state, hid)
        case SettledOutside(direction, amount):
            after = _shifted(state, amount if direction == 0 else -amount)
        case Transfer(direction, amount):
            after = _shifted(_unfrozen(state), amount if direction == 0 else -amount)
        case Freeze(frozen):
            after = msgspec.structs.replace(state, frozen=frozen)
    return after


def _with_hold(state: AccountState, hold: Hold) -> AccountState:
    if len(state.holds) >= MAX_HOLDS:
        raise RefusedError(ReplyCode.LIMIT, f"an account has at most {MAX_HOLDS} holds")
    if hold_of(state, _hid(hold)) is not None:
        raise RefusedError(ReplyCode.WRONG_STATE, "this hold is already there")
    held = sum(h.amount for h in (*state.holds, hold) if h.payer == hold.payer)
    if held > MAX_AMOUNT:
        raise RefusedError(ReplyCode.LIMIT, "the holds would be too large")
    return msgspec.structs.replace(
        state, holds=tuple(sorted((*state.holds, hold), key=_hid))
    )


def _check_outcome(hold: Hold, outcome: PaidOutcome) -> None:
    """Refuse an outcome of another part, or one that the hold was not made for."""
    if hold.leg in BUYER_LEGS:
        shares = outcome.to_seller + outcome.to_buyer + outcome.fee
        fits = shares == hold.amount
    else:
        fits = moved(hold, outcome) <= hold.amount
    fee_roles = SEAT_LEGS if outcome.fee else {Role.BUYER}
    if not fits or outcome.part != hold.part or outcome.fee_role not in fee_roles:
        raise RefusedError(ReplyCode.WRONG_STATE, "this outcome is not the hold's")


def _known(state: AccountState, hid: bytes) -> Hold:
    hold = hold_of(state, hid)
    if hold is None:
        raise RefusedError(ReplyCode.WRONG_STATE, "there is no such hold")
    return hold


def _without(state: AccountState, hid: bytes) -> AccountState:
    return msgspec.structs.replace(
        state, holds=tuple(h for h in state.holds if _hid(h) != hid)
    )


def _moved(state: AccountState, payer: int, amount: int) -> AccountState:
    return _shifted(state, amount if payer == PAYER_B else -amount)


def _shifted(state: AccountState, by: int) -> AccountState:
    balance = state.balance + by
    if abs(balance) > MAX_AMOUNT:
        raise RefusedError(ReplyCode.LIMIT, "the balance would be too large")
    return msgspec.structs.replace(state, balance=balance)


def _unfrozen(state: AccountState) -> AccountState:
    if state.frozen:
        raise RefusedError(ReplyCode.WRONG_STATE, "the account is frozen")
    return state


def _check_limits(before: AccountState, after: AccountState) -> None:
    """An operation that raises a use must leave it within its limit (I19, I20)."""
    for debtor, limit in ((PAYER_B, after.limit_a), (PAYER_A, after.limit_b)):
        if use(after, debtor) > use(before, debtor) and use(after, debtor) > limit:
            raise RefusedError(ReplyCode.LIMIT, "the credit limit does not allow this")


def _hid(hold: Hold) -> bytes:
    return hold_id(hold.contract, hold.part, hold.leg)
