"""Clears circles of debts: all agree, all bind, all are ready, then every hold is applied (9.6).

The person's part is one consent; the rest is the node's. A party that stops leaves holds
that end by themselves and every balance as it was.
"""

import logging
from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec

from bazaar.app import clearing_book as book
from bazaar.app.accounts import Account, Accounts, Verdict
from bazaar.app.clearing_book import MAX_OPEN, Kept
from bazaar.app.clearing_search import ClearingSearch
from bazaar.app.context import Context
from bazaar.app.notices import Notice, NoticeKind, settle, tell
from bazaar.app.ports import Unit
from bazaar.app.proofs import is_refused
from bazaar.domain import clearing, ledger
from bazaar.domain.account import AddHold, ApplyOutcome, Hold, Operation, VoidHold
from bazaar.domain.clearing import ClearPlan, ClearSeek, ClearVote, View, Vote
from bazaar.domain.envelope import Signed, verify_as
from bazaar.domain.errors import (
    NotAllowedError,
    NotFoundError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.holds import hid
from bazaar.domain.money import Money
from bazaar.domain.records import CLOCK_SECONDS

log = logging.getLogger(__name__)

CLEARED: Final = "cleared"
REFUSED: Final = "refused"
LAPSED: Final = "lapsed"


class Shown(NamedTuple):
    """One plan for its person; ``ended`` is empty while something can still happen."""

    view: View
    ended: str


class Clearing:
    """Hears searches, plans and votes, and tends the plans that this user is part of."""

    def __init__(self, context: Context, accounts: Accounts) -> None:
        self._context = context
        self._accounts = accounts
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

    # ------------------------------------------------------------- tending

    def tend(self, unit: Unit) -> None:
        """Do for every open plan what is due; each step is harmless when repeated."""
        for plan in book.open_ids(unit):
            try:
                self._tend(unit, plan)
            except RefusedError as error:
                log.info("a plan waits", extra={"why": type(error).__name__})

    def _tend(self, unit: Unit, plan: bytes) -> None:
        self._commit(unit, plan)
        view = self._open_view(unit, plan)
        me, network, now = self._context.me, self._context.network, self._context.now()
        gives, gets = self._accounts_of(unit, view.plan)
        given, got = self._holds(view)
        if view.committed:
            self._claim(unit, view, gets, got)
        elif clearing.is_dead(view, me, network, now):
            if _has(gives, given):
                self._ask(unit, gives, [VoidHold(hid(given), None)])
        elif clearing.may_bind(view, me, network, now):
            if not _has(gives, given):
                self._ask(unit, gives, [AddHold(given)])
            elif _has(gets, got):
                self._vote(unit, view, Vote.READY)
                self._commit(unit, plan)
        self._end(unit, plan)

    def _commit(self, unit: Unit, plan: bytes) -> None:
        """Take the condition as come in time, for ever, and be its witness to all."""
        view = self._open_view(unit, plan)
        me, network, now = self._context.me, self._context.network, self._context.now()
        if view.committed or not clearing.may_commit(view, me, network, now):
            return
        kept = self._kept(unit, plan)
        book.put(unit, plan, msgspec.structs.replace(kept, committed=True))
        self._vote(unit, self._open_view(unit, plan), Vote.WITNESS)
        votes = [
            verify_as(ClearVote, one, network.id)
            for one in self._kept(unit, plan).votes
        ]
        said = [(v.id, v.envelope) for v in votes if v.body.vote >= Vote.READY]
        self._spread(unit, view.plan.parties, said)

    def _claim(self, unit: Unit, view: View, gets: Account, got: Hold) -> None:
        if not _has(gets, got):
            return
        halves = [
            vote.id
            for vote in (
                verify_as(ClearVote, one, self._context.network.id)
                for one in self._kept(unit, view.id).votes
            )
            if vote.body.vote == Vote.READY
        ]
        paid = ApplyOutcome(
            hid(got), clearing.outcome(view.plan, got.part), tuple(sorted(halves))
        )
        self._ask(unit, gets, [paid])

    def _end(self, unit: Unit, plan: bytes) -> None:
        """Nothing of it is bound here any more, and nothing can be."""
        kept = self._kept(unit, plan)
        view = self._view(plan, kept)
        gives, gets = self._accounts_of(unit, view.plan)
        given, got = self._holds(view)
        if _has(gives, given) or _has(gets, got):
            return
        me, network, now = self._context.me, self._context.network, self._context.now()
        if view.committed:
            book.end(unit, plan, kept, CLEARED)
        elif clearing.is_dead(view, me, network, now):
            why = REFUSED if clearing.voted(view, Vote.NO) else LAPSED
            book.end(unit, plan, kept, why)
        else:
            return
        self._context.emit("account", {"unit": view.plan.unit})

    def _ask(
        self, unit: Unit, account: Account, operations: Iterable[Operation]
    ) -> None:
        note = self._accounts.refusal(unit, account)
        waits = note is not None and self._context.now() < note.until
        if account.row.open is None and not waits:
            self._accounts.propose(unit, account, list(operations))

    # ------------------------------------------------------------- what we sign

    def judge(
        self, unit: Unit, account: Account, hold: Hold, operation: Operation
    ) -> Verdict:
        """What this node signs about a plan's hold: exactly what the plan's rules say."""
        kept = book.get(unit, hold.contract)
        if kept is None:
            return Verdict.REJECT
        view = self._view(hold.contract, kept)
        me, network, now = self._context.me, self._context.network, self._context.now()
        match operation:
            case AddHold():
                _, got = self._holds(view)
                where = (clearing.creditor(view.plan, got.part), view.plan.unit)
                fits = hold == got and where == (account.row.partner, account.row.unit)
                allowed = fits and clearing.may_bind(view, me, network, now)
            case ApplyOutcome(outcome=outcome):
                allowed = view.committed and outcome == clearing.outcome(
                    view.plan, hold.part
                )
            case _:
                allowed = clearing.is_dead(view, me, network, now)
        return Verdict.ACCEPT if allowed else Verdict.REJECT

    # ------------------------------------------------------------- pieces

    def _vote(self, unit: Unit, view: View, vote: Vote) -> None:
        """Sign a vote once, keep it and owe it to all."""
        me = self._context.me
        if (me, int(vote)) in view.votes:
            return
        signed = self._context.sign(ClearVote(me, view.id, int(vote)))
        kept = self._kept(unit, view.id)
        votes = (*kept.votes, signed.envelope)
        book.put(unit, view.id, msgspec.structs.replace(kept, votes=votes))
        self._spread(unit, view.plan.parties, [(signed.id, signed.envelope)])

    def _spread(
        self,
        unit: Unit,
        parties: Iterable[bytes],
        envelopes: Iterable[tuple[bytes, bytes]],
    ) -> None:
        said, now = list(envelopes), self._context.now()
        for key in parties:
            for subject, envelope in said if key != self._context.me else ():
                unit.post(key, subject, envelope, None, now)

    def _accounts_of(self, unit: Unit, plan: ClearPlan) -> tuple[Account, Account]:
        """(the account on which we forgive, the one on which we are forgiven)."""
        gives, gets = clearing.edges(plan, self._context.me)
        return (
            self._accounts.load(unit, clearing.debtor(plan, gives), plan.unit),
            self._accounts.load(unit, clearing.creditor(plan, gets), plan.unit),
        )

    def _holds(self, view: View) -> tuple[Hold, Hold]:
        network = self._context.network
        gives, gets = clearing.edges(view.plan, self._context.me)
        return (
            clearing.hold_on(view, gives, network),
            clearing.hold_on(view, gets, network),
        )

    def _kept(self, unit: Unit, plan: bytes) -> Kept:
        kept = book.get(unit, plan)
        if kept is None:
            raise NotFoundError("there is no such plan")
        return kept

    def _open_view(self, unit: Unit, plan: bytes) -> View:
        return self._view(plan, self._kept(unit, plan))

    def _view(self, plan: bytes, kept: Kept) -> View:
        return book.view(plan, kept, self._context.network.id)


def _has(account: Account, hold: Hold) -> bool:
    return ledger.hold_of(account.state, hid(hold)) == hold
