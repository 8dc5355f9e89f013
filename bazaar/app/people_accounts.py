"""A person's acts on credit accounts: give a limit, note a payment made outside."""

import hashlib
from typing import NamedTuple

from bazaar.app import outside
from bazaar.app.accounts import Account, Accounts
from bazaar.app.ports import Unit
from bazaar.app.proofs import refuse_flagged
from bazaar.domain.account import SetLimit, SettledOutside
from bazaar.domain.errors import InputError, RefusedError, ReplyCode
from bazaar.domain.ledger import PAYER_A
from bazaar.domain.money import Money


def set_limit(unit: Unit, accounts: Accounts, partner: bytes, amount: Money) -> Account:
    """Let ``partner`` owe up to ``amount``. Raises RefusedError while a proposal is open."""
    account = accounts.load(unit, partner, amount.unit)
    state = account.state
    if amount.minor > (state.limit_a if account.mine == PAYER_A else state.limit_b):
        refuse_flagged(unit, [partner])
    if not accounts.propose(unit, account, [SetLimit(amount.minor)]):
        raise _busy()
    return accounts.load(unit, partner, amount.unit)


class Paid(NamedTuple):
    """A payment made outside, in the user's words."""

    partner: bytes
    amount: Money
    how: str


def settle_outside(unit: Unit, accounts: Accounts, paid: Paid) -> Account:
    """Note that one of the two paid the other outside: the debtor's debt falls by ``amount``.

    It counts once both have noted the same. Raises InputError where nothing is owed or
    more is paid than owed, RefusedError while another change of the account is open.
    """
    partner, amount, how = paid
    account = accounts.load(unit, partner, amount.unit)
    owed = abs(account.state.balance)
    if not 1 <= amount.minor <= owed:
        raise InputError("amount", f"the open debt is {Money(owed, amount.unit)}")
    direction = 1 if account.state.balance > 0 else 0
    note = hashlib.sha256(how.encode()).digest()
    method = how.split(maxsplit=1)[0][:40] if how.strip() else "cash"
    payment = SettledOutside(direction, amount.minor, method, note)
    outside.say(unit, account.row.id, payment)
    if not accounts.propose(unit, account, [payment]):
        raise _busy()
    return accounts.load(unit, partner, amount.unit)


def owed_to_me(account: Account) -> int:
    """What the partner owes this user; negative when this user owes."""
    return account.state.balance if account.mine == PAYER_A else -account.state.balance


def _busy() -> RefusedError:
    return RefusedError(
        ReplyCode.BUSY,
        "the last change of this account waits for the other's signature",
    )
