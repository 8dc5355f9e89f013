"""Vectors of credit accounts (PROTOCOL.md 18, item 11): states, limits, ids, collision.

The expected states are worked out by hand below, not by the code under test.
"""

import hashlib
from typing import Any, Final

import msgspec

from bazaar.domain.credit.account import (
    AccountPropose,
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
)
from bazaar.domain.wire.bounds import MAX_AMOUNT
from bazaar.domain.wire.envelope import seal
from tests.trades import KEYS, NETWORK

CONTRACT: Final = b"c" * 32
HALVES: Final = (b"1" * 32, b"2" * 32)
A, B = 0, 1
START: Final = AccountState(0, 1000, 500, (), frozen=False)


def _hold(payer: int, amount: int, part: int = 0, leg: int = 0) -> Hold:
    return Hold(payer, amount, CONTRACT, part, leg, 9_999)


def hold_id(hold: Hold) -> bytes:
    place = bytes((hold.part, hold.leg))
    return hashlib.sha256(b"bazaar/1 hold\0" + hold.contract + place).digest()


def _state(balance: int = 0, *holds: Hold, **changes: Any) -> AccountState:
    ordered = tuple(sorted(holds, key=hold_id))
    return msgspec.structs.replace(START, balance=balance, holds=ordered, **changes)


def _paid(hold: Hold, *outcome: int) -> ApplyOutcome:
    return ApplyOutcome(hold_id(hold), PaidOutcome(hold.part, *outcome), HALVES)


def _case(
    before: AccountState,
    operations: list[Operation],
    after: AccountState | str,
    by: int = A,
) -> dict[str, Any]:
    """``after`` is the state, or the code of the refusal."""
    return {
        "before": msgspec.msgpack.encode(before).hex(),
        "operations": [msgspec.msgpack.encode(one).hex() for one in operations],
        "proposer": by,
        "after": after
        if isinstance(after, str)
        else msgspec.msgpack.encode(after).hex(),
    }


def _limits() -> list[dict[str, Any]]:
    full, over = _hold(B, 1000), _hold(B, 1001)
    mine, too_much = _hold(A, 500), _hold(A, 501)
    held = _state(0, _hold(B, 600))
    lowered = _state(0, _hold(B, 600), limit_a=0)
    greatest = _state(-MAX_AMOUNT, limit_a=MAX_AMOUNT, limit_b=MAX_AMOUNT)
    whole = _hold(B, MAX_AMOUNT)
    return [
        _case(START, [AddHold(full)], _state(0, full)),
        _case(START, [AddHold(over)], "LIMIT"),
        _case(START, [AddHold(mine)], _state(0, mine)),
        _case(START, [AddHold(too_much)], "LIMIT"),
        _case(held, [Transfer(0, 400, None, "")], _state(400, _hold(B, 600))),
        _case(held, [Transfer(0, 401, None, "")], "LIMIT"),
        _case(held, [AddHold(_hold(B, 401, 1))], "LIMIT"),
        _case(held, [SetLimit(0)], lowered),
        _case(held, [SetLimit(0)], _state(0, _hold(B, 600), limit_b=0), B),
        _case(lowered, [_paid(_hold(B, 600), 600, 0, 0, 0)], _state(600, limit_a=0)),
        _case(lowered, [Transfer(0, 1, None, "")], "LIMIT"),
        _case(
            lowered,
            [Transfer(1, 500, None, "")],
            _state(-500, _hold(B, 600), limit_a=0),
        ),
        _case(_state(700), [AddHold(_hold(A, 1200))], _state(700, _hold(A, 1200))),
        _case(_state(700), [AddHold(_hold(A, 1201))], "LIMIT"),
        _case(greatest, [AddHold(whole), AddHold(_hold(B, 1, 1))], "LIMIT"),
        _case(greatest, [Transfer(1, 1, None, "")], "LIMIT"),
        _case(
            _state(limit_a=0),
            [SetLimit(5), Transfer(0, 5, None, "")],
            _state(5, limit_a=5),
        ),
        _case(_state(limit_a=0), [Transfer(0, 5, None, ""), SetLimit(5)], "LIMIT"),
    ]


def _holds() -> list[dict[str, Any]]:
    goods, fee = _hold(B, 400), _hold(B, 40, leg=2)
    theirs = _hold(A, 400)
    both = _state(0, goods, _hold(A, 100, 1))
    return [
        _case(_state(0, goods), [_paid(goods, 300, 60, 40, 2)], _state(340)),
        _case(_state(0, theirs), [_paid(theirs, 300, 60, 40, 3)], _state(-340)),
        _case(_state(0, goods), [_paid(goods, 0, 400, 0, 0)], _state(0)),
        _case(_state(0, fee), [_paid(fee, 0, 960, 40, 2)], _state(40)),
        _case(_state(0, fee), [_paid(fee, 0, 960, 40, 3)], _state(0)),
        _case(_state(0, fee), [_paid(fee, 0, 960, 41, 2)], "WRONG_STATE"),
        _case(_state(0, goods), [_paid(goods, 300, 60, 41, 2)], "WRONG_STATE"),
        _case(_state(0, goods), [_paid(goods, 300, 60, 40, 1)], "WRONG_STATE"),
        _case(START, [_paid(goods, 400, 0, 0, 0)], "WRONG_STATE"),
        _case(_state(0, goods), [AddHold(theirs)], "WRONG_STATE"),
        _case(both, [VoidHold(hold_id(goods), b"w" * 32)], _state(0, _hold(A, 100, 1))),
        _case(START, [VoidHold(hold_id(goods), None)], "WRONG_STATE"),
    ]


def _frozen() -> list[dict[str, Any]]:
    goods = _hold(B, 400)
    frozen = _state(0, goods, frozen=True)
    outside = SettledOutside(1, 10, "cash", b"n" * 32)
    return [
        _case(_state(0, goods), [Freeze(frozen=True)], frozen),
        _case(frozen, [AddHold(_hold(B, 1, 1))], "WRONG_STATE"),
        _case(frozen, [Transfer(1, 1, None, "")], "WRONG_STATE"),
        _case(frozen, [outside], _state(-10, goods, frozen=True)),
        _case(frozen, [SetLimit(9)], _state(0, goods, frozen=True, limit_a=9)),
        _case(frozen, [_paid(goods, 400, 0, 0, 0)], _state(400, frozen=True)),
        _case(frozen, [VoidHold(hold_id(goods), None)], _state(frozen=True)),
        _case(frozen, [Freeze(frozen=False)], _state(0, goods)),
    ]


def _ids() -> list[dict[str, Any]]:
    return [
        {
            "contract": CONTRACT.hex(),
            "part": part,
            "leg": leg,
            "id": hold_id(_hold(B, 1, part, leg)).hex(),
        }
        for part, leg in ((0, 0), (0, 1), (15, 3))
    ]


def _collision() -> dict[str, Any]:
    """Both propose state 1; the proposal of the lower key stands."""
    keys = sorted(
        (key.verify_key.encode(), key)
        for key in (KEYS[role] for role in list(KEYS)[:2])
    )
    (lower, _), (higher, _) = keys
    made = [
        seal(
            AccountPropose(
                key,
                other,
                "EUR",
                1,
                bytes(32),
                bytes(32),
                (SetLimit(100),),
                AccountState(
                    0, *((100, 0) if key == lower else (0, 100)), (), frozen=False
                ),
            ),
            signing,
            NETWORK.id,
        )
        for (key, signing), other in zip(keys, (higher, lower), strict=True)
    ]
    tag = b"bazaar/1 account\0"
    account = hashlib.sha256(tag + NETWORK.id + lower + higher + b"EUR").hexdigest()
    return {
        "account": account,
        "proposals": [one.envelope.hex() for one in made],
        "stands": made[0].id.hex(),
    }


def accounts() -> dict[str, Any]:
    """Operations on states, ids, and two proposals that collide."""
    return {
        "network": NETWORK.name,
        "cases": [*_limits(), *_holds(), *_frozen()],
        "hold_ids": _ids(),
        "collision": _collision(),
    }
