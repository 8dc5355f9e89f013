"""Credit accounts: zero sum, worst-case limits, and every operation with its refused twin."""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bazaar.domain.credit import ledger
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
from bazaar.domain.wire.bounds import MAX_AMOUNT

A, B = PAYER_A, PAYER_B
CONTRACT: Final = b"c" * 32
LIMITS: Final = AccountState(0, 1000, 500, (), frozen=False)


def hold(payer: int = B, amount: int = 400, part: int = 0, leg: int = 0) -> Hold:
    return Hold(payer, amount, CONTRACT, part, leg, 9)


def hid(one: Hold) -> bytes:
    return hold_id(one.contract, one.part, one.leg)


def applied(one: Hold, outcome: PaidOutcome) -> ApplyOutcome:
    return ApplyOutcome(hid(one), outcome, (b"1" * 32, b"2" * 32))


def after(
    *operations: Operation, by: int = A, state: AccountState = LIMITS
) -> AccountState:
    return ledger.apply(state, operations, by)


def refusal(
    *operations: Operation, by: int = A, state: AccountState = LIMITS
) -> ReplyCode:
    with pytest.raises(RefusedError) as caught:
        ledger.apply(state, operations, by)
    return caught.value.code


def test_state_zero_is_empty() -> None:
    assert AccountState(0, 0, 0, (), frozen=False) == ledger.EMPTY


def test_the_lower_key_is_a() -> None:
    assert ledger.side(b"a", b"b") == A
    assert ledger.side(b"b", b"a") == B


@pytest.mark.parametrize(("by", "field"), [(A, "limit_a"), (B, "limit_b")])
def test_each_sets_its_own_limit_as_creditor(by: int, field: str) -> None:
    assert getattr(after(SetLimit(7), by=by, state=ledger.EMPTY), field) == 7


@pytest.mark.parametrize(("payer", "limit"), [(B, 1000), (A, 500)])
def test_a_hold_fits_up_to_the_limit_of_its_creditor(payer: int, limit: int) -> None:
    assert ledger.use(after(AddHold(hold(payer, limit))), payer) == limit
    assert refusal(AddHold(hold(payer, limit + 1))) is ReplyCode.LIMIT


def transfer(direction: int, amount: int) -> Operation:
    return Transfer(direction, amount, None, "")


def outside(direction: int, amount: int) -> Operation:
    return SettledOutside(direction, amount, "cash", b"h" * 32)


@pytest.mark.parametrize("pay", [transfer, outside])
@pytest.mark.parametrize(("direction", "limit"), [(0, 1000), (1, 500)])
def test_payments_fit_up_to_the_limit(
    pay: Callable[[int, int], Operation], direction: int, limit: int
) -> None:
    state = after(pay(direction, limit))
    assert state.balance == (limit if direction == 0 else -limit)
    assert refusal(pay(direction, limit + 1)) is ReplyCode.LIMIT


def test_holds_and_balance_count_together() -> None:
    state = after(AddHold(hold(B, 600)), Transfer(0, 400, None, ""))
    assert (ledger.use(state, B), ledger.free(state, B)) == (1000, 0)
    assert refusal(Transfer(0, 1, None, ""), state=state) is ReplyCode.LIMIT
    assert refusal(AddHold(hold(B, 1, part=1)), state=state) is ReplyCode.LIMIT


def test_what_one_owes_gives_the_other_room() -> None:
    state = after(Transfer(0, 1000, None, ""))
    assert ledger.free(state, A) == 1500
    assert ledger.use(after(AddHold(hold(A, 1500)), state=state), A) == 500


def test_lowering_a_limit_invalidates_nothing() -> None:
    state = after(AddHold(hold(B, 600)), Transfer(0, 400, None, ""), SetLimit(0))
    assert (ledger.use(state, B), ledger.free(state, B)) == (1000, 0)
    outcome = PaidOutcome(0, 600, 0, 0, 0)
    assert after(applied(hold(B, 600), outcome), state=state).balance == 1000
    assert after(Transfer(1, 400, None, ""), state=state).balance == 0
    assert refusal(Transfer(0, 1, None, ""), state=state) is ReplyCode.LIMIT


@pytest.mark.parametrize("payer", [A, B])
@pytest.mark.parametrize(
    ("leg", "outcome", "moved"),
    [
        (0, PaidOutcome(0, 300, 60, 40, 2), 340),
        (1, PaidOutcome(0, 300, 60, 40, 3), 340),
        (0, PaidOutcome(0, 0, 400, 0, 0), 0),
        (0, PaidOutcome(0, 400, 0, 0, 0), 400),
        (2, PaidOutcome(0, 0, 9600, 400, 2), 400),
        (2, PaidOutcome(0, 0, 9600, 400, 3), 0),
        (3, PaidOutcome(0, 0, 9600, 400, 3), 400),
        (3, PaidOutcome(0, 9999, 1, 0, 0), 0),
    ],
)
def test_an_outcome_moves_what_it_gives_the_other_side(
    payer: int, leg: int, outcome: PaidOutcome, moved: int
) -> None:
    one = hold(payer, 400, leg=leg)
    assert ledger.moved(one, outcome) == moved
    state = after(AddHold(one), applied(one, outcome))
    assert state.balance == (moved if payer == B else -moved)
    assert state.holds == ()
    again = refusal(applied(one, outcome), state=state)
    assert again is ReplyCode.WRONG_STATE


@pytest.mark.parametrize(
    ("leg", "outcome"),
    [
        (0, PaidOutcome(1, 400, 0, 0, 0)),
        (0, PaidOutcome(0, 401, 0, 0, 0)),
        (0, PaidOutcome(0, 399, 0, 0, 0)),
        (0, PaidOutcome(0, 399, 0, 1, 0)),
        (0, PaidOutcome(0, 399, 0, 1, 1)),
        (0, PaidOutcome(0, 400, 0, 0, 2)),
        (2, PaidOutcome(0, 0, 0, 401, 2)),
        (2, PaidOutcome(1, 0, 0, 1, 2)),
    ],
)
def test_an_outcome_that_is_not_the_holds_is_refused(
    leg: int, outcome: PaidOutcome
) -> None:
    one = hold(leg=leg)
    state = after(AddHold(one))
    assert refusal(applied(one, outcome), state=state) is ReplyCode.WRONG_STATE


def test_a_void_hold_is_gone() -> None:
    state = after(AddHold(hold()))
    assert after(VoidHold(hid(hold()), None), state=state) == LIMITS
    assert refusal(VoidHold(hid(hold()), None)) is ReplyCode.WRONG_STATE
    unknown = applied(hold(), PaidOutcome(0, 400, 0, 0, 0))
    assert refusal(unknown) is ReplyCode.WRONG_STATE


def test_a_hold_is_added_once() -> None:
    state = after(AddHold(hold()))
    assert refusal(AddHold(hold(A, 1)), state=state) is ReplyCode.WRONG_STATE


def test_holds_stand_in_ascending_order_of_their_ids() -> None:
    some = [hold(B, 1, part) for part in range(16)]
    state = after(*(AddHold(one) for one in some))
    ids = [hid(one) for one in state.holds]
    assert ids == sorted(ids)
    assert all(ledger.hold_of(state, hid(one)) == one for one in some)


def test_an_account_has_at_most_256_holds() -> None:
    rich = AccountState(0, MAX_AMOUNT, 0, (), frozen=False)
    some = [
        AddHold(Hold(B, 1, bytes([n]) * 32, part, 0, 9))
        for n in range(16)
        for part in range(16)
    ]
    state = after(*some, state=rich)
    assert len(state.holds) == MAX_HOLDS
    assert refusal(AddHold(hold()), state=state) is ReplyCode.LIMIT


def test_a_frozen_account_refuses_new_holds_and_transfers_alone() -> None:
    one = hold()
    frozen = after(AddHold(one), Freeze(frozen=True))
    assert refusal(AddHold(hold(part=1)), state=frozen) is ReplyCode.WRONG_STATE
    assert refusal(Transfer(1, 1, None, ""), state=frozen) is ReplyCode.WRONG_STATE
    allowed: Sequence[Operation] = (
        SetLimit(3),
        applied(one, PaidOutcome(0, 400, 0, 0, 0)),
        VoidHold(hid(one), None),
        SettledOutside(1, 1, "cash", b"h" * 32),
        Freeze(frozen=False),
    )
    for operation in allowed:
        assert after(operation, state=frozen) != frozen


@pytest.mark.parametrize("direction", [0, 1])
def test_no_balance_overflows(direction: int) -> None:
    full = MAX_AMOUNT if direction == 0 else -MAX_AMOUNT
    rich = AccountState(full, MAX_AMOUNT, MAX_AMOUNT, (), frozen=False)
    assert refusal(Transfer(direction, 1, None, ""), state=rich) is ReplyCode.LIMIT


def test_no_sum_of_holds_overflows() -> None:
    rich = AccountState(-MAX_AMOUNT, MAX_AMOUNT, MAX_AMOUNT, (), frozen=False)
    state = after(AddHold(hold(B, MAX_AMOUNT)), state=rich)
    assert refusal(AddHold(hold(B, 1, part=1)), state=state) is ReplyCode.LIMIT


def test_operations_are_applied_all_or_none_and_in_order() -> None:
    empty = ledger.EMPTY
    assert after(SetLimit(400), AddHold(hold()), state=empty).holds == (hold(),)
    assert refusal(AddHold(hold()), SetLimit(400), state=empty) is ReplyCode.LIMIT


amounts = st.integers(1, 700)
holds = st.builds(
    hold, st.integers(0, 1), amounts, st.integers(0, 2), st.integers(0, 3)
)
directions = st.integers(0, 1)


def void(one: Hold) -> VoidHold:
    return VoidHold(hid(one), None)


def paid(one: Hold, seller: int, fee: int) -> ApplyOutcome:
    return applied(one, fitting(one, seller, fee))


def fitting(one: Hold, seller: int, fee: int) -> PaidOutcome:
    fee = min(fee, one.amount)
    seller = min(seller, one.amount - fee)
    role = 0 if fee == 0 else 2 + one.amount % 2
    return PaidOutcome(one.part, seller, one.amount - fee - seller, fee, role)


operations = st.lists(
    st.one_of(
        st.builds(SetLimit, st.integers(0, 1500)),
        st.builds(AddHold, holds),
        st.builds(paid, holds, amounts, st.integers(0, 90)),
        st.builds(void, holds),
        st.builds(Transfer, directions, amounts, st.none(), st.just("")),
        st.builds(
            SettledOutside, directions, amounts, st.just("cash"), st.just(b"h" * 32)
        ),
        st.builds(Freeze, st.booleans()),
    ),
    max_size=40,
)


def mirrored(state: AccountState) -> AccountState:
    """The account as it would stand if the other key were the lower one."""
    others = tuple(
        msgspec.structs.replace(one, payer=1 - one.payer) for one in state.holds
    )
    return AccountState(
        -state.balance, state.limit_b, state.limit_a, others, state.frozen
    )


def swapped(operation: Operation) -> Operation:
    match operation:
        case AddHold(one):
            return AddHold(msgspec.structs.replace(one, payer=1 - one.payer))
        case Transfer() | SettledOutside():
            return msgspec.structs.replace(operation, direction=1 - operation.direction)
        case _:
            return operation


@given(operations, st.lists(st.integers(0, 1), min_size=40, max_size=40))
def test_no_state_breaks_its_limits_but_by_lowering_them(
    some: list[Operation], proposers: list[int]
) -> None:
    """I3, I19 and I20 at every step, on both sides of the account."""
    state, other = LIMITS, mirrored(LIMITS)
    for operation, proposer in zip(some, proposers, strict=False):
        try:
            new = ledger.apply(state, [operation], proposer)
        except RefusedError:
            with pytest.raises(RefusedError):
                ledger.apply(other, [swapped(operation)], 1 - proposer)
            continue
        other = ledger.apply(other, [swapped(operation)], 1 - proposer)
        assert other == mirrored(new)
        for debtor, limit in ((B, new.limit_a), (A, new.limit_b)):
            grown = ledger.use(new, debtor) > ledger.use(state, debtor)
            assert not grown or ledger.use(new, debtor) <= limit
            worst = sum(one.amount for one in new.holds if one.payer == debtor)
            owed = new.balance if debtor == B else -new.balance
            assert ledger.use(new, debtor) == owed + worst
        state = new


@given(operations)
def test_the_same_operations_give_the_same_bytes(some: list[Operation]) -> None:
    states: list[bytes] = []
    for _ in range(2):
        state = LIMITS
        for operation in some:
            try:
                state = ledger.apply(state, [operation], A)
            except RefusedError:
                continue
        states.append(msgspec.msgpack.encode(state))
    assert states[0] == states[1]


def test_ten_thousand_payments_there_and_back_leave_nothing() -> None:
    state = AccountState(0, 1000, 1000, (), frozen=False)
    for number in range(10_000):
        amount = 1 + number % 1000
        state = ledger.apply(state, [Transfer(A, amount, None, "")], A)
        assert state.balance in {amount, -amount}
        state = ledger.apply(state, [Transfer(B, amount, None, "")], B)
        assert state.balance == 0
    assert state == AccountState(0, 1000, 1000, (), frozen=False)
