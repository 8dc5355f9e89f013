"""The steps of a plan that need no person: bind, be ready, commit, apply, free (9.6)."""

import logging
from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from bazaar.app.context import Context
from bazaar.app.credit import clearing_book as book
from bazaar.app.credit.accounts import Account, Accounts, Verdict
from bazaar.app.credit.clearing_book import Kept
from bazaar.app.ports import Unit
from bazaar.domain.credit import clearing, ledger
from bazaar.domain.credit.account import (
    AddHold,
    ApplyOutcome,
    Hold,
    Operation,
    VoidHold,
)
from bazaar.domain.credit.clearing import ClearPlan, ClearVote, View, Vote
from bazaar.domain.credit.holds import hid
from bazaar.domain.errors import (
    NotFoundError,
    RefusedError,
)
from bazaar.domain.wire.envelope import verify_as

log = logging.getLogger(__name__)

CLEARED: Final = "cleared"
REFUSED: Final = "refused"
LAPSED: Final = "lapsed"


class ClearingSteps:
    """Tends the plans that this user is part of, and judges what partners propose for them."""

    def __init__(self, context: Context, accounts: Accounts) -> None:
        self._context = context
        self._accounts = accounts
        self.is_paused: Callable[[], bool] = lambda: False
        """Whether the clock cannot be trusted: then no plan is late (7.4)."""

    # ------------------------------------------------------------- tending

    def tend(self, unit: Unit) -> None:
        """Do for every open plan what is due; each step is harmless when repeated."""
        if self.is_paused():
            return
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
        if kept is None or self.is_paused():
            return Verdict.REJECT if kept is None else Verdict.WAIT
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
