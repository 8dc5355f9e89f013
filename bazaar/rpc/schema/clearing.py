"""Clearing debts in a circle."""

from typing import Final

from bazaar.rpc.schema.call import Answer, Answers, Call, MoneyView


class ClearList(Call, frozen=True, tag="clear.list"):
    """Whether this user takes part, and the plans, newest first."""


class ClearSwitch(Call, frozen=True, tag="clear.switch"):
    """Take part in clearing, or no more."""

    on: bool


class ClearFind(Call, frozen=True, tag="clear.find"):
    """Look for circles among this user's debts; what is found appears as plans."""


class ClearSay(Call, frozen=True, tag="clear.say"):
    """Agree to a plan, or refuse it; ``id`` may be shortened."""

    id: str
    agree: bool


class ClearView(Answer, frozen=True):
    """One circle: each of ``names`` owes the next, the last the first.

    Attributes:
        you_owe, owes_you: Names of the two whose accounts with this user change.
        state: asked (this user must answer), waiting (for others), binding, cleared,
            refused or lapsed.
        agreed: How many have agreed.
        until: By when all must have agreed.
    """

    plan_id: str
    unit: str
    amount: MoneyView
    names: tuple[str, ...]
    you_owe: str
    owes_you: str
    state: str
    agreed: int
    until: int


class ClearingView(Answer, frozen=True):
    """Whether this user takes part, how many searches just went out, and the plans."""

    on: bool
    plans: tuple[ClearView, ...]
    searches: int = 0


CALLS: Final[Answers] = {
    ClearList: ClearingView,
    ClearSwitch: ClearingView,
    ClearFind: ClearingView,
    ClearSay: ClearingView,
}
