"""What the accounts add up to, and each of them in a sentence."""

from bazaar.rpc.schema.accounts import AccountView, HoldView
from bazaar.rpc.schema.call import MoneyView
from gui.texts import tr
from gui.texts.shown import like, money


def words_of(account: AccountView) -> str:
    """Return who owes whom."""
    balance = account.balance
    if balance.minor > 0:
        return tr("accounts.they_owe", name=account.name, amount=money(balance))
    if balance.minor < 0:
        return tr(
            "accounts.you_owe",
            name=account.name,
            amount=money(like(balance, -balance.minor)),
        )
    return tr("accounts.even")


def state_words(account: AccountView) -> list[str]:
    """Return why the account does not move now, and what ends that."""
    name, said = account.name or tr("person.nameless"), list[str]()
    if account.recovering:
        said.append(tr("accounts.recovering", name=name))
    if account.frozen and not account.breach:
        key = "accounts.reopening" if account.reopening else "accounts.frozen_note"
        said.append(tr(key, name=name))
    if account.pending and not account.recovering and not account.frozen:
        said.append(tr("accounts.pending_note", name=name))
    return said


def held_words(account: AccountView, hold: HoldView) -> str:
    """Return who pays a hold, for what, and over whom."""
    them = tr("accounts.held_them", name=account.name)
    who = tr("accounts.held_you") if hold.you_pay else them
    words = tr(
        f"accounts.held_{hold.purpose}",
        who=who,
        amount=money(hold.amount),
        id=hold.order_id[:8],
    )
    if not hold.other:
        return words
    name = hold.other_name or tr("person.nameless")
    return tr("accounts.held_with", words=words, name=name)


def sums(accounts: tuple[AccountView, ...]) -> list[tuple[str, MoneyView]]:
    """Return what is owed to and by the user and what is held, in the most used unit."""
    units = [account.unit for account in accounts]
    unit = max(set(units), key=units.count)
    same = [account for account in accounts if account.unit == unit]
    first = same[0].balance
    balances = [account.balance.minor for account in same]
    return [
        ("owed_to_you", like(first, sum(minor for minor in balances if minor > 0))),
        ("you_owe_all", like(first, -sum(minor for minor in balances if minor < 0))),
        ("held_all", like(first, sum(account.held.minor for account in same))),
    ]
