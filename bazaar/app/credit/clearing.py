"""Clears circles of debts: all agree, all bind, all are ready, then every hold is applied (9.6).

The person's part is one consent; the rest is the node's. A party that stops leaves holds
that end by themselves and every balance as it was.
"""

from typing import NamedTuple

import msgspec

from bazaar.app.context import Context
from bazaar.app.credit import clearing_book as book
from bazaar.app.credit.accounts import Accounts
from bazaar.app.credit.clearing_book import MAX_OPEN
from bazaar.app.credit.clearing_search import ClearingSearch
from bazaar.app.credit.clearing_steps import CLEARED, LAPSED, REFUSED, ClearingSteps
from bazaar.app.people.notices import Notice, NoticeKind, settle, tell
from bazaar.app.ports import Unit
from bazaar.app.trading.proofs import is_refused
from bazaar.domain.amounts.money import Money
from bazaar.domain.credit import clearing
from bazaar.domain.credit.clearing import ClearPlan, ClearSeek, ClearVote, View, Vote
from bazaar.domain.errors import (
    NotAllowedError,
    NotFoundError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.stores.records import CLOCK_SECONDS
from bazaar.domain.wire.envelope import Signed

__all__ = ["CLEARED", "LAPSED", "REFUSED", "Clearing", "Shown"]


class Shown(NamedTuple):
    """One plan for its person; ``ended`` is empty while something can still happen."""

    view: View
    ended: str


class Clearing(ClearingSteps):
    """Hears searches, plans and votes, and tends the plans that this user is part of."""

    def __init__(self, context: Context, accounts: Accounts) -> None:
        super().__init__(context, accounts)
        self.search = ClearingSearch(context, accounts)

    # ------------------------------------------------------------- a person's acts

    def plans(self, unit: Unit) -> list[Shown]:
        """Open plans, then the ended ones, newest first."""
        ids = [*reversed(book.open_ids(unit)), *reversed(book.past_ids(unit))]
        kept = ((one, book.get(unit, one)) for one in ids)
        return [Shown(self._view(one, k), k.ended) for one, k in kept if k is not None]

    def say(self, unit: Unit, plan: bytes, vote: Vote) -> None:
        """Consent to a plan, or say no to it; a no is possible until this node is ready.

        Raises NotFoundError for a plan that is not open here, NotAllowedError too late.
        """
        kept = book.get(unit, plan)
        if kept is None or kept.ended:
            raise NotFoundError("there is no such plan")
        view, me, now = self._view(plan, kept), self._context.me, self._context.now()
        limits = clearing.times(view.plan, self._context.network)
        late = me in clearing.voted(view, Vote.READY)
        if vote is Vote.CONSENT:
            late = now > limits.consent or me in clearing.voted(view, Vote.NO)
        if late:
            raise NotAllowedError("it is too late for this", ReplyCode.WRONG_STATE)
        self._vote(unit, view, vote)
        settle(unit, self._context, f"clear:{plan.hex()}")
        self.tend(unit)

    # ------------------------------------------------------------- hearing

    def receive_seek(self, unit: Unit, message: Signed[ClearSeek]) -> None:
        """Pass a search on; where it closes, propose the plan to all of its circle."""
        plan = self.search.receive(unit, message)
        if plan is None or self._is_known(unit, plan):
            return
        self._check_plan(unit, plan)
        signed = self._context.sign(plan)
        self._keep_plan(unit, signed)
        self._spread(unit, plan.parties, [(signed.id, signed.envelope)])

    def receive_plan(self, unit: Unit, message: Signed[ClearPlan]) -> None:
        """Keep a plan that this user is part of and whose debts are here.

        Raises NotAllowedError for any other, RefusedError (LIMIT) beyond ``MAX_OPEN``.
        """
        if book.get(unit, message.id) is not None or self._is_known(unit, message.body):
            return
        self._check_plan(unit, message.body)
        self._keep_plan(unit, message)

    def _check_plan(self, unit: Unit, plan: ClearPlan) -> None:
        me, now = self._context.me, self._context.now()
        if me not in plan.parties or not book.is_on(unit):
            raise NotAllowedError("this plan is not for us", ReplyCode.STORE_CLOSED)
        if plan.at > now + CLOCK_SECONDS:
            raise RefusedError(ReplyCode.STALE, "the plan is dated ahead")
        if now > clearing.times(plan, self._context.network).consent:
            raise RefusedError(ReplyCode.STALE, "the plan is over")
        if any(is_refused(unit, key) for key in plan.parties):
            raise NotAllowedError("one of them contradicted itself", ReplyCode.BLOCKED)
        if len(book.open_ids(unit)) >= MAX_OPEN:
            raise RefusedError(ReplyCode.LIMIT, "too many plans wait here")
        if min(self._debts(unit, plan)) < plan.amount:
            raise NotAllowedError("these debts are not ours", ReplyCode.WRONG_STATE)

    def _debts(self, unit: Unit, plan: ClearPlan) -> tuple[int, int]:
        """What we are owed on one edge and owe on the other, as far as it can be cleared."""
        gives, gets = self._accounts_of(unit, plan)
        return (
            clearing.clearable(gives.state, 1 - gives.mine),
            clearing.clearable(gets.state, gets.mine),
        )

    def _is_known(self, unit: Unit, plan: ClearPlan) -> bool:
        """Whether an open plan has the same circle: several searches find it at once."""
        views = (self._open_view(unit, one) for one in book.open_ids(unit))
        return any(
            (v.plan.parties, v.plan.unit) == (plan.parties, plan.unit) for v in views
        )

    def _keep_plan(self, unit: Unit, plan: Signed[ClearPlan]) -> None:
        book.add(unit, plan)
        amount = Money(plan.body.amount, plan.body.unit)
        words = f"A circle of debts over {amount} can be cleared; all must agree."
        asks = Notice(NoticeKind.PAYMENT, f"clear:{plan.id.hex()}", words)
        tell(unit, self._context, asks)
        self._context.emit("account", {"unit": plan.body.unit})

    def receive_vote(self, unit: Unit, message: Signed[ClearVote]) -> None:
        """Keep a vote of a party. Raises NotFoundError for a plan that is not here."""
        vote = message.body
        kept = book.get(unit, vote.plan)
        if kept is None:
            raise NotFoundError("there is no such plan")
        view = self._view(vote.plan, kept)
        if vote.by not in view.plan.parties:
            raise NotAllowedError("only its parties vote on a plan")
        if kept.ended or (vote.by, vote.vote) in view.votes:
            return
        votes = (*kept.votes, message.envelope)
        book.put(unit, vote.plan, msgspec.structs.replace(kept, votes=votes))
        self._context.emit("account", {"unit": view.plan.unit})
