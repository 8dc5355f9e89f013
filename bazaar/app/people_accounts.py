"""A person's acts on credit accounts: give a limit, note a payment made outside."""

import hashlib
from typing import NamedTuple

from bazaar.app.accounts import TO_BE_JUDGED, Account, Accounts
from bazaar.app.credit_judge import consent_name
from bazaar.app.ports import Unit
from bazaar.domain.account import AccountPropose, SetLimit, SettledOutside
from bazaar.domain.envelope import verify_as
from bazaar.domain.errors import InputError, RefusedError, ReplyCode
from bazaar.domain.ledger import PAYER_A
from bazaar.domain.money import Money


def set_limit(unit: Unit, accounts: Accounts, partner: bytes, amount: Money) -> Account:
    """Let ``partner`` owe up to ``amount``. Raises RefusedError while a proposal is open."""
    account = accounts.load(unit, partner, amount.unit)
    if not accounts.propose(unit, account, [SetLimit(amount.minor)]):
        raise _busy()
    return accounts.load(unit, partner, amount.unit)


class Paid(NamedTuple):
    """A payment made outside, in the user's words."""

    partner: bytes
    amount: Money
    how: str


def settle_outside(
    network: bytes, unit: Unit, accounts: Accounts, paid: Paid
) -> Account:
    """Note that one of the two paid the other outside: the debtor's debt falls by ``amount``.

    If the partner has proposed the very same, this is the yes to it. Raises InputError
    where nothing is owed or more is paid than owed.
    """
    partner, amount, how = paid
    account = accounts.load(unit, partner, amount.unit)
    owed = abs(account.state.balance)
    if amount.minor < 1 or amount.minor > owed:
        raise InputError("amount", f"the open debt is {Money(owed, amount.unit)}")
    direction = 1 if account.state.balance > 0 else 0
    waiting = _waiting(network, unit, account, direction, amount.minor)
    if waiting is not None:
        unit.set_setting(consent_name(waiting), b"1")
        accounts.reconsider(unit)
        return accounts.load(unit, partner, amount.unit)
    note = hashlib.sha256(how.encode()).digest()
    method = how.split(maxsplit=1)[0][:40] if how.strip() else "cash"
    operation = SettledOutside(direction, amount.minor, method, note)
    if not accounts.propose(unit, account, [operation]):
        raise _busy()
    return accounts.load(unit, partner, amount.unit)


def _waiting(
    network: bytes, unit: Unit, account: Account, direction: int, amount: int
) -> bytes | None:
    """Id of the partner's open proposal of the same payment."""
    for subject, envelope, reason in unit.parked(account.row.id):
        if reason != TO_BE_JUDGED:
            continue
        body = verify_as(AccountPropose, envelope, network).body
        same = [
            one
            for one in body.operations
            if isinstance(one, SettledOutside)
            and (one.direction, one.amount) == (direction, amount)
        ]
        if same:
            return subject
    return None


def owed_to_me(account: Account) -> int:
    """What the partner owes this user; negative when this user owes."""
    return account.state.balance if account.mine == PAYER_A else -account.state.balance


def _busy() -> RefusedError:
    return RefusedError(
        ReplyCode.BUSY,
        "the last change of this account waits for the other's signature",
    )
