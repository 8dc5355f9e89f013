"""People who trade by themselves: what each does next follows from the order's id and phase.

Used where many trades must run without a script: the simulated market and the crash runs.
"""

import contextlib
from enum import StrEnum
from typing import Any, Final

import trio

from bazaar.app.trading.deeds import Parcel
from bazaar.app.trading.shares import Share
from bazaar.domain.errors import BazaarError
from bazaar.domain.trading.messages import Agree, Decline, DisputeReason, Proposal, Role
from bazaar.domain.trading.phases import ENDED
from bazaar.domain.trading.trade import Trade
from tests.app.town import Person

HALF: Final = Share(None, 1_000)
"""What the seller gives back where a seat or the parties split."""


class Course(StrEnum):
    """How an order will go."""

    COMPLETE = "complete"
    REFUSED = "refused before the money"
    WITHDRAWN = "withdrawn by the buyer"
    REFUNDED = "refunded by the seller"
    SILENT = "the buyer never answers"
    UNSHIPPED = "the seller never ships"
    JUDGED = "disputed and split by a seat"
    SPLIT = "split by the parties"


SHARES: Final = (
    (Course.REFUSED, 16),
    (Course.WITHDRAWN, 32),
    (Course.REFUNDED, 48),
    (Course.SILENT, 64),
    (Course.UNSHIPPED, 76),
    (Course.JUDGED, 104),
    (Course.SPLIT, 120),
)
"""Courses by the first byte of the order's id, each below its number; all others complete."""


def course_of(trade_id: bytes) -> Course:
    """The course of an order; everybody knows the same."""
    return next((c for c, below in SHARES if trade_id[0] < below), Course.COMPLETE)


class Trader(Person):
    """A person who acts on orders as they change.

    Attributes:
        touched: Orders that changed since they were last looked at.
    """

    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self.touched: set[bytes] = set()
        self.woken = trio.Event()
        self.lamp = b""

    def course(self, trade_id: bytes) -> Course:
        """How this person thinks that an order goes."""
        return course_of(trade_id)

    def _hear(self, topic: str, data: dict[str, Any]) -> None:
        if topic == "order":
            self.touched.add(bytes.fromhex(data["order_id"]))
            self.woken.set()

    def touch_all(self) -> None:
        """Look again at everything that has not ended."""
        with self.book.unit() as unit:
            self.touched |= {row.id for row in unit.trades(open_only=True)}
        self.woken.set()

    async def act_on_all(self) -> None:
        """Do what is due for every order that changed."""
        self.woken = trio.Event()
        touched, self.touched = self.touched, set()
        for trade_id in sorted(touched):
            await self.act(trade_id)

    async def act(self, trade_id: bytes) -> None:
        """Make this person's next move, if there is one; a refused one is left for later."""
        with contextlib.suppress(BazaarError):
            trade = self.trade(trade_id)
            if trade.phase not in ENDED and await self._move(trade):
                self.node.changed(trade_id)

    async def _move(self, trade: Trade) -> bool:
        role, course = self.node.trades.own_role(trade), self.course(trade.id)
        if role is Role.BUYER:
            return self._buy(trade, course)
        if role is Role.SELLER:
            return await self._sell(trade, course)
        return self._judge(trade, course)

    def _buy(self, trade: Trade, course: Course) -> bool:
        if trade.state in {"offered", "accepted", "agreed"}:
            return self._begin(trade, course)
        if not trade.parts or not trade.parts[0].ships:
            return False
        if course is Course.JUDGED:
            return self._complain(trade)
        if course is Course.SPLIT and not trade.facts.of(Proposal):
            self.node.deeds.propose(trade.id, "", 0, HALF)
            return True
        is_content = course in {Course.COMPLETE, Course.WITHDRAWN, Course.REFUSED}
        if is_content and trade.state == "shipped" and not _has_agreed(trade):
            self.node.deeds.confirm(trade.id, "", ())
            return True
        return False

    def _begin(self, trade: Trade, course: Course) -> bool:
        if course is Course.WITHDRAWN:
            self.node.deeds.withdraw(trade.id, "")
        elif trade.state == "agreed" and not self.fact(trade.id, "fund"):
            self.node.deeds.fund(trade.id, "")
        else:
            return False
        return True

    def _complain(self, trade: Trade) -> bool:
        if trade.state == "shipped":
            self.node.deeds.dispute(trade.id, "", (), DisputeReason.GOODS, "broken")
        elif trade.state == "ruled":
            self.node.deeds.agree(trade.id, "", (), b"")
        else:
            return False
        return True

    async def _sell(self, trade: Trade, course: Course) -> bool:
        deeds = self.node.deeds
        if trade.state == "offered":
            if course is Course.REFUSED:
                deeds.decline(trade.id, "", ())
            else:
                await deeds.accept(trade.id, "")
        elif trade.state == "waiting" and course is Course.REFUNDED:
            if trade.facts.of(Decline):
                return False
            deeds.decline(trade.id, "", ())
        elif trade.state == "waiting" and course is not Course.UNSHIPPED:
            deeds.ship(trade.id, "", (), Parcel("on its way"))
        elif course is Course.SPLIT and trade.facts.of(Proposal):
            deeds.agree(trade.id, "", (), trade.facts.of(Proposal)[0].id)
        else:
            return False
        return True

    def _judge(self, trade: Trade, course: Course) -> bool:
        if course is not Course.JUDGED or trade.state != "disputed":
            return False
        self.node.deeds.rule(trade.id, "", 0, HALF, "half of it is broken")
        return True


def _has_agreed(trade: Trade) -> bool:
    return any(agree.body.role == Role.BUYER for agree in trade.facts.of(Agree))
