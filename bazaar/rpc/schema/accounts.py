"""Credit accounts between two people."""

from bazaar.rpc.schema.call import Answer, Call, MoneyView


class AccountList(Call, frozen=True, tag="account.list"):
    """Accounts with other people."""


class AccountView(Answer, frozen=True):
    """One account seen from here: ``balance`` is what the other owes this user.

    ``note`` says that this is a promise between two people, not money in a bank.

    Attributes:
        says_paid: What the other has noted as paid outside, and this user has not yet.
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


class AccountLimit(Call, frozen=True, tag="account.limit"):
    """Let ``peer`` owe this user up to ``amount`` (text with a unit)."""

    peer: str
    amount: str


class AccountSettle(Call, frozen=True, tag="account.settle"):
    """Note a payment made outside; the other must agree."""

    peer: str
    amount: str
    how: str
