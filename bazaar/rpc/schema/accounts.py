"""Credit accounts between two people."""

from typing import Final

from bazaar.rpc.schema.call import Answer, Answers, Call, MoneyView


class AccountList(Call, frozen=True, tag="account.list"):
    """Accounts with other people."""


class HoldView(Answer, frozen=True):
    """Money promised to an outcome.

    Attributes:
        order_id: Empty where it is held for clearing debts in a circle.
        you_pay: This user pays it if the outcome says so, else the partner.
        purpose: purchase, sale, carried (over this node), fee or clearing.
        other, other_name: Who stands beyond the partner when an order goes over a hub.
    """

    order_id: str
    amount: MoneyView
    you_pay: bool
    purpose: str
    other: str
    other_name: str
    until: int


class AccountView(Answer, frozen=True):
    """One account seen from here: ``balance`` is what the other owes this user.

    ``note`` says that this is a promise between two people, not money in a bank.

    Attributes:
        says_paid: What the other has noted as paid outside, and this user has not yet.
        said_paid: What this user has noted, and the other has not confirmed yet.
        breach: What the other side has not signed for 72 h, and which order proves it; the
            account takes no new credit meanwhile.
        paid_refused: The other says that it was not paid.
        recovering: After a restore the other has not shown its newest state yet.
        reopening: This user has asked to use the closed account again.
    """

    peer_id: str
    name: str
    unit: str
    balance: MoneyView
    limit_given: MoneyView
    limit_got: MoneyView
    held: MoneyView
    free_to_spend: MoneyView
    frozen: bool
    pending: bool
    n: int
    note: str
    says_paid: MoneyView | None = None
    holds: tuple[HoldView, ...] = ()
    said_paid: MoneyView | None = None
    paid_refused: bool = False
    breach: str = ""
    recovering: bool = False
    reopening: bool = False


class AccountLimit(Call, frozen=True, tag="account.limit"):
    """Let ``peer`` owe this user up to ``amount`` (text with a unit)."""

    peer: str
    amount: str


class AccountSettle(Call, frozen=True, tag="account.settle"):
    """Note a payment made outside; the other must agree."""

    peer: str
    amount: str
    how: str


class AccountHub(Call, frozen=True, tag="account.hub"):
    """Carry orders between others up to ``amount`` at one time; empty only shows, 0 stops."""

    amount: str = ""


class HubView(Answer, frozen=True):
    """What this node may carry and carries in one unit."""

    unit: str
    most: MoneyView
    carried: MoneyView


class AccountUnsettle(Call, frozen=True, tag="account.unsettle"):
    """Refuse what ``peer`` noted as paid outside, and take back what this user noted."""

    peer: str
    unit: str


class AccountClose(Call, frozen=True, tag="account.close"):
    """Close an account on which nothing is owed or held."""

    peer: str
    unit: str


class AccountReopen(Call, frozen=True, tag="account.reopen"):
    """Use a closed account again, once both have said so."""

    peer: str
    unit: str


class AccountStatement(Call, frozen=True, tag="account.statement"):
    """The history of one account; ``unit`` may be left out where there is only one."""

    peer: str
    unit: str = ""


class EntryView(Answer, frozen=True):
    """One entry.

    Attributes:
        n: Number of the state that both signed.
        at: Seconds; 0 where it was not noted.
        by: you or them, who proposed it.
        words: What it was.
        order_id: The order it was for, or empty.
        change: In this user's favour, negative against it.
        balance: What the other owes this user afterwards.
    """

    n: int
    at: int
    by: str
    words: str
    order_id: str
    change: MoneyView
    balance: MoneyView


class StatementView(Answer, frozen=True):
    """An account with its history, oldest first; ``csv`` is the same as a file."""

    account: AccountView
    entries: tuple[EntryView, ...]
    csv: str


CALLS: Final[Answers] = {
    AccountList: tuple[AccountView, ...],
    AccountLimit: AccountView,
    AccountHub: tuple[HubView, ...],
    AccountUnsettle: AccountView,
    AccountClose: AccountView,
    AccountReopen: AccountView,
    AccountStatement: StatementView,
    AccountSettle: AccountView,
}
