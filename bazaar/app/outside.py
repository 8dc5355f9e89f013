"""Payments made outside: what each side has said of them until both said the same (9.3).

A proposal never waits for a person: the node that has not heard its own person rejects
it, keeps what was said, and the account stays free for trades meanwhile.
"""

import msgspec

from bazaar.app.ports import Unit
from bazaar.domain.account import Operation, SettledOutside


class Words(msgspec.Struct, frozen=True, array_like=True):
    """One payment; ``direction`` 0 adds to the account's balance, 1 subtracts."""

    direction: int
    amount: int


def say(unit: Unit, account: bytes, payment: SettledOutside) -> None:
    """The own person says that ``payment`` was made."""
    _write(unit, _said(account), payment)


def hear(unit: Unit, account: bytes, payment: SettledOutside) -> None:
    """The partner says so."""
    _write(unit, _heard(account), payment)


def is_said(unit: Unit, account: bytes, payment: SettledOutside) -> bool:
    """Whether the own person has said the very same."""
    return said(unit, account) == _words(payment)


def said(unit: Unit, account: bytes) -> Words | None:
    """What the own person said and the partner has not confirmed."""
    return _read(unit, _said(account))


def heard(unit: Unit, account: bytes) -> Words | None:
    """What the partner said and the own person has not confirmed."""
    return _read(unit, _heard(account))


def settled(unit: Unit, account: bytes, operation: Operation) -> None:
    """Both have signed: nothing is left to be confirmed."""
    if isinstance(operation, SettledOutside):
        unit.set_setting(_said(account), None)
        unit.set_setting(_heard(account), None)


def _words(payment: SettledOutside) -> Words:
    return Words(payment.direction, payment.amount)


def _write(unit: Unit, name: str, payment: SettledOutside) -> None:
    unit.set_setting(name, msgspec.msgpack.encode(_words(payment)))


def _read(unit: Unit, name: str) -> Words | None:
    value = unit.setting(name)
    return msgspec.msgpack.decode(value, type=Words) if value else None


def _said(account: bytes) -> str:
    return f"account-said:{account.hex()}"


def _heard(account: bytes) -> str:
    return f"account-heard:{account.hex()}"
