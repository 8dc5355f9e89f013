"""Credit accounts between two people."""

from bazaar.rpc.schema.call import Answer, Call, MoneyView


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
