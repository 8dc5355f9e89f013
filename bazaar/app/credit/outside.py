"""Payments made outside: what each side has said of them until both said the same (9.3).

A proposal never waits for a person: the node that has not heard its own person rejects
it, keeps what was said, and the account stays free for trades meanwhile. A later Reject
of the same proposal says that the person refuses what was said.
"""

import msgspec

from bazaar.app.ports import Unit
from bazaar.domain.credit.account import Operation, SettledOutside


class Words(msgspec.Struct, frozen=True, array_like=True):
    """One payment; ``direction`` 0 adds to the account's balance, 1 subtracts.

    Attributes:
        proposal: Id of the proposal that last carried it; empty before.
        refused: The other's person has said that it was not made.
    """

    direction: int
    amount: int
    proposal: bytes = b""
    refused: bool = False


def say(unit: Unit, account: bytes, payment: SettledOutside) -> None:
    """The own person says that ``payment`` was made."""
    _write(unit, _said(account), _words(payment))


def proposed(unit: Unit, account: bytes, proposal: bytes) -> None:
    """What the own person said was proposed to the partner."""
    words = said(unit, account)
    if words is not None:
        kept = msgspec.structs.replace(words, proposal=proposal)
        _write(unit, _said(account), kept)


def hear(unit: Unit, account: bytes, payment: SettledOutside, proposal: bytes) -> None:
    """The partner says so by ``proposal``."""
    words = msgspec.structs.replace(_words(payment), proposal=proposal)
    _write(unit, _heard(account), words)


def is_said(unit: Unit, account: bytes, payment: SettledOutside) -> bool:
    """Whether the own person has said the very same."""
    words = said(unit, account)
    return words is not None and (words.direction, words.amount) == (
        payment.direction,
        payment.amount,
    )


def said(unit: Unit, account: bytes) -> Words | None:
    """What the own person said and the partner has not confirmed."""
    return _read(unit, _said(account))


def heard(unit: Unit, account: bytes) -> Words | None:
    """What the partner said and the own person has not confirmed."""
    return _read(unit, _heard(account))


def take_back(unit: Unit, account: bytes) -> None:
    """The own person says it no more; nothing was signed by both yet."""
    unit.set_setting(_said(account), None)


def refuse(unit: Unit, account: bytes) -> None:
    """The own person says that what the partner said was not paid."""
    unit.set_setting(_heard(account), None)


def was_refused(unit: Unit, account: bytes, proposal: bytes) -> bool:
    """Note that the partner's person refused ``proposal``; False if it is another."""
    words = said(unit, account)
    if words is None or not words.proposal or words.proposal != proposal:
        return False
    _write(unit, _said(account), msgspec.structs.replace(words, refused=True))
    return True


def settled(unit: Unit, account: bytes, operation: Operation) -> None:
    """Both have signed: nothing is left to be confirmed."""
    if isinstance(operation, SettledOutside):
        unit.set_setting(_said(account), None)
        unit.set_setting(_heard(account), None)


def _words(payment: SettledOutside) -> Words:
    return Words(payment.direction, payment.amount)


def _write(unit: Unit, name: str, words: Words) -> None:
    unit.set_setting(name, msgspec.msgpack.encode(words))


def _read(unit: Unit, name: str) -> Words | None:
    value = unit.setting(name)
    return msgspec.msgpack.decode(value, type=Words) if value else None


def _said(account: bytes) -> str:
    return f"account-said:{account.hex()}"


def _heard(account: bytes) -> str:
    return f"account-heard:{account.hex()}"
