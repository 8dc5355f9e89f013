"""The lists of purchases, sales and cases, sorted by who must act."""

import re
from collections.abc import Callable
from typing import Final

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.disputes import CaseList
from bazaar.rpc.schema.orders import OrderList, OrderRow
from gui.rpc.door import Door
from gui.texts import tr, tr_or
from gui.texts.shown import key_of, sentence, span

ROLES: Final = ("buyer", "seller", "arbiter")
NEAR_SECONDS: Final = 86_400
FAR_FUTURE: Final = 2**62
ENDED: Final = frozenset({"closed", "aborted", "paid"})

INKS: Final = {
    "offered": ("waiting", "clock"),
    "accepted": ("waiting", "handshake"),
    "agreed": ("accent", "handshake"),
    "waiting": ("accent", "package"),
    "funded": ("accent", "lock"),
    "shipped": ("accent", "truck"),
    "disputed": ("dispute", "scale"),
    "ruled": ("dispute", "gavel"),
    "payable": ("ok", "coins"),
    "paid": ("ok", "circle-check"),
    "closed": ("ok", "circle-check"),
    "aborted": ("muted", "ban"),
}


class OrdersState:
    """The orders of one role."""

    def __init__(self, door: Door, changed: Callable[[], object]) -> None:
        self._door = door
        self._changed = changed
        self._asked = 0
        self.role = ROLES[0]
        self.rows: tuple[OrderRow, ...] | None = None
        self.problem: Problem | None = None

    def show(self, role: str) -> None:
        """Read the orders of a role; answers for another role are dropped."""
        if role != self.role:
            self.rows = None
        self.role = role
        self._asked += 1
        mine = self._asked

        def answered(rows: tuple[OrderRow, ...]) -> None:
            if mine == self._asked:
                self.rows, self.problem = tuple(sorted(rows, key=_urgency)), None
                self._changed()

        def refused(problem: Problem) -> None:
            if mine == self._asked:
                self.problem = problem
                self._changed()

        call = CaseList() if role == "arbiter" else OrderList(role=role)
        self._door.call(call, answered, refused)


def _urgency(order: OrderRow) -> tuple[bool, bool, int, int]:
    until = order.until if order.until is not None else FAR_FUTURE
    return (not order.your_turn, order.state in ENDED, until, -order.updated)


def state_words(state: str) -> str:
    """Return a state as a person reads it."""
    return tr_or(f"state.{key_of(state)}", sentence(state))


def state_look(state: str) -> tuple[str, str]:
    """Return the ink and icon of a state."""
    return INKS.get(key_of(state), ("muted", "circle"))


def waiting_words(order: OrderRow, now: int) -> str:
    """Return whose turn it is and for how long."""
    if order.your_turn:
        words = tr("orders.your_turn")
    elif order.waiting_for and order.waiting_for != "nobody":
        words = tr("orders.waiting", who=roles_words(order.waiting_for))
    else:
        return ""
    if order.until is None:
        return words
    return tr("orders.until", words=words, span=span(order.until - now))


def roles_words(roles: str) -> str:
    """Return roles such as ``buyer, seller`` with their articles."""
    names = [
        name for name in re.split(r"\W+", roles) if name not in {"", "and", "or", "the"}
    ]
    known = [tr_or(f"role.the_{name}", name) for name in names]
    return (
        tr("role.and", first=", ".join(known[:-1]), last=known[-1])
        if len(known) > 1
        else "".join(known)
    )
