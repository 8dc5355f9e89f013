"""A person's acts on credit accounts: give a limit, note a payment made outside."""

import hashlib
from typing import NamedTuple

from bazaar.app.credit import outside
from bazaar.app.credit.accounts import Account, Accounts
from bazaar.app.ports import Unit
from bazaar.app.trading.proofs import refuse_flagged
from bazaar.domain.amounts.money import Money
from bazaar.domain.credit.account import Freeze, Operation, SetLimit, SettledOutside
from bazaar.domain.credit.ledger import PAYER_A
from bazaar.domain.errors import InputError, RefusedError, ReplyCode


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
    proposal = accounts.propose(unit, account, [payment])
    if not proposal:
        raise _busy()
    outside.proposed(unit, account.row.id, proposal)
    return accounts.load(unit, partner, amount.unit)


def unsettle(unit: Unit, accounts: Accounts, partner: bytes, unit_id: str) -> Account:
    """Refuse what the partner noted as paid, and take back what this user noted.

    Raises InputError where nothing waits for an answer.
    """
    account = accounts.load(unit, partner, unit_id)
    heard = outside.heard(unit, account.row.id)
    if heard is None and outside.said(unit, account.row.id) is None:
        raise InputError("peer", "nothing waits for an answer on this account")
    outside.take_back(unit, account.row.id)
    accounts.refuse_payment(unit, account)
    return account


def close(unit: Unit, accounts: Accounts, partner: bytes, unit_id: str) -> Account:
    """End an account: nothing more may be owed on it (9.2: limit 0, then freeze).

    Raises InputError while anything is owed or held, RefusedError while a proposal is open.
    """
    account = accounts.load(unit, partner, unit_id)
    if unit.account(account.row.id) is None:
        raise InputError("peer", "there is no account with this peer in this unit")
    if account.state.balance or account.state.holds:
        raise InputError("peer", "settle what is owed and held on it first")
    unit.set_setting(_reopen(account.row.id), None)
    if not accounts.propose(unit, account, [SetLimit(0), Freeze(frozen=True)]):
        raise _busy()
    return accounts.load(unit, partner, unit_id)


def reopen(unit: Unit, accounts: Accounts, partner: bytes, unit_id: str) -> Account:
    """Open a closed account again; it counts once both have said so.

    Raises InputError for an account that is open, RefusedError while a proposal is.
    """
    account = accounts.load(unit, partner, unit_id)
    if not account.state.frozen:
        raise InputError("peer", "this account is open")
    unit.set_setting(_reopen(account.row.id), b"1")
    if not accounts.propose(unit, account, [Freeze(frozen=False)]):
        raise _busy()
    return accounts.load(unit, partner, unit_id)


def wants_reopened(unit: Unit, account: Account) -> bool:
    """Whether this user has said that a closed account may be used again."""
    return unit.setting(_reopen(account.row.id)) is not None


def settled(unit: Unit, account: Account, operation: Operation) -> None:
    """Both signed that the account is open again: no old wish opens it another time."""
    if isinstance(operation, Freeze):
        unit.set_setting(_reopen(account.row.id), None)


def _reopen(account: bytes) -> str:
    return f"account-reopen:{account.hex()}"


def owed_to_me(account: Account) -> int:
    """What the partner owes this user; negative when this user owes."""
    return account.state.balance if account.mine == PAYER_A else -account.state.balance


def _busy() -> RefusedError:
    return RefusedError(
        ReplyCode.BUSY,
        "the last change of this account waits for the other's signature",
    )
