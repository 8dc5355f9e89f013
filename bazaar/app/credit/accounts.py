"""What partners say about credit accounts: propose, accept, reject (9.2).

Whether an operation may be accepted is asked of ``judge``: the credit rail for holds and
outcomes, the person for payments made outside. A proposal is answered once: who rejected
it never accepts it later.
"""

import logging
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Final

import msgspec

from bazaar.app.context import Context
from bazaar.app.credit import outside
from bazaar.app.credit.account_book import Account, AccountBook, place, rejected_name
from bazaar.app.credit.breach import Breach, breaches, is_new_credit, refuse_new_credit
from bazaar.app.ports import Unit
from bazaar.app.recovery.resync_mode import is_open_account
from bazaar.domain.credit import ledger
from bazaar.domain.credit.account import (
    AccountAccept,
    AccountPropose,
    AccountReject,
    AddHold,
    Operation,
    SetLimit,
    SettledOutside,
)
from bazaar.domain.errors import (
    NotAllowedError,
    NotFoundError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.wire.envelope import Signed
from bazaar.domain.wire.kinds import Kind

__all__ = ["TO_BE_JUDGED", "Account", "Accounts", "Judge", "Verdict"]

log = logging.getLogger(__name__)

MAX_ACCOUNTS: Final = 10_000
MAX_GIFTS: Final = 1_000
"""Accounts in which nothing has happened but that a stranger gave credit."""

TO_BE_JUDGED: Final = "to be judged"


class Verdict(Enum):
    """What to do with a partner's operation."""

    ACCEPT = "accept"
    WAIT = "wait"
    REJECT = "reject"


Judge = Callable[[Unit, Account, Signed[AccountPropose]], Verdict]
Shares = Callable[[Unit, bytes, bytes], bool]
"""Whether a contract (by id) is known here and names a key in one of its roles."""


Witnessed = Callable[[Unit, Signed[AccountPropose], Signed[AccountAccept]], None]
"""Told a state that two others of a shared trade have signed."""


def _nobody_cares(
    _unit: Unit, _propose: Signed[AccountPropose], _accept: Signed[AccountAccept]
) -> None:
    return None


def _wait(_unit: Unit, _account: Account, _proposal: Signed[AccountPropose]) -> Verdict:
    return Verdict.WAIT


def _shares_nothing(_unit: Unit, _contract: bytes, _key: bytes) -> bool:
    return False


class Accounts(AccountBook):
    """Hears the partners of all accounts."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.judge: Judge = _wait
        self.shares: Shares = _shares_nothing
        self.witnessed: Witnessed = _nobody_cares
        self.behind: Callable[[bytes], None] = lambda _partner: None
        """Told of a partner who has states that are missing here."""

    # ------------------------------------------------------------- proposals

    def receive_propose(self, unit: Unit, message: Signed[AccountPropose]) -> None:
        """Keep a partner's proposal and answer as soon as it can be judged.

        Raises RefusedError for whom it is no partner's, STALE where a state is missing
        here, BUSY while another proposal of the account waits.
        """
        if message.body.partner != self._context.me:
            self._witness(unit, message)
            return
        account = self.load(unit, message.author, message.body.unit)
        if message.body.n <= account.row.n or unit.setting(_answered(message.id)):
            return
        if message.body.n > account.row.n + 1:
            self.behind(message.author)
            raise RefusedError(ReplyCode.STALE, "an earlier state is missing here")
        self._check_sender(unit, account, message)
        waiting = [one for one, _, _ in unit.parked(account.row.id)]
        if waiting and message.id not in waiting:
            raise RefusedError(ReplyCode.BUSY, "another proposal waits here")
        now = self._context.now()
        unit.park(message.id, account.row.id, message.envelope, TO_BE_JUDGED, now)
        self._answer(unit, account, message)

    def _witness(self, unit: Unit, message: Signed[AccountPropose]) -> None:
        """Keep a state between the parties of a shared trade: it proves their Fund."""
        both = (message.author, message.body.partner)
        contracts = {hold.contract for hold in message.body.state.holds}
        if not any(
            all(self.shares(unit, one, key) for key in both) for one in contracts
        ):
            raise NotFoundError("this account is none of ours")
        unit.keep_object(
            message.id, Kind.ACCOUNT_PROPOSE, message.author, message.envelope
        )

    def _check_sender(
        self, unit: Unit, account: Account, message: Signed[AccountPropose]
    ) -> None:
        """Strangers may only give credit; all else needs a shared contract or account (8.7)."""
        if message.author == self._context.me:
            raise NotAllowedError("an account needs two people")
        if unit.account(account.row.id) is not None:
            return
        operations = message.body.operations
        holds = [one.hold for one in operations if isinstance(one, AddHold)]
        allowed = all(isinstance(one, SetLimit | AddHold) for one in operations)
        if not allowed or not all(
            self.shares(unit, hold.contract, message.author) for hold in holds
        ):
            raise NotAllowedError("this account is none of ours")
        rows = unit.accounts()
        gifts = sum(row.n == 1 for row in rows)
        if len(rows) >= MAX_ACCOUNTS or (not holds and gifts >= MAX_GIFTS):
            raise RefusedError(ReplyCode.LIMIT, "too many accounts")

    def broken(self, unit: Unit, account: Account) -> tuple[Breach, ...]:
        """What the partner owes a signature for since 72 h: no new credit then (9.4)."""
        network, now = self._context.network, self._context.now()
        return breaches(unit, account, network, now)

    def propose(
        self, unit: Unit, account: Account, operations: Sequence[Operation]
    ) -> bytes:
        """As ``AccountBook.propose``; RefusedError for new credit with who broke his word."""
        if is_new_credit(operations) and self.broken(unit, account):
            raise refuse_new_credit()
        return super().propose(unit, account, operations)

    def reconsider(self, unit: Unit) -> bool:
        """Judge all waiting proposals again; called after whatever may change a verdict.

        False if none waited.
        """
        waiting = [one for one in unit.parked() if one[2] == TO_BE_JUDGED]
        for subject, envelope, _ in waiting:
            proposal = self._proposal(envelope)
            account = self.load(unit, proposal.author, proposal.body.unit)
            if proposal.body.n <= account.row.n:
                unit.unpark(subject)
                continue
            self._answer(unit, account, proposal)
        return bool(waiting)

    # ------------------------------------------------------------- answers

    def _answer(
        self, unit: Unit, account: Account, proposal: Signed[AccountPropose]
    ) -> None:
        if not is_open_account(unit, account.row.partner):
            return  # restored: it waits until the partner has shown the newest state
        own_is_open = account.row.open is not None
        if own_is_open and account.mine == ledger.PAYER_A:
            return  # a collision: the lower key's own proposal stands
        try:
            self._check(account, proposal)
            if is_new_credit(proposal.body.operations) and self.broken(unit, account):
                raise refuse_new_credit()
            verdict = self.judge(unit, account, proposal)
        except RefusedError as error:
            self._reject(unit, proposal, error.code)
            return
        if verdict is Verdict.ACCEPT:
            self._accept(unit, account, proposal)
        elif verdict is Verdict.REJECT:
            self._reject(unit, proposal, ReplyCode.WRONG_STATE)
        elif own_is_open:
            self._reject(unit, proposal, ReplyCode.COLLISION)

    def _check(self, account: Account, proposal: Signed[AccountPropose]) -> None:
        """Rebuild the proposed state from the own one and compare."""
        body = proposal.body
        if body.previous != account.propose:
            raise NotAllowedError("another state came before", ReplyCode.STALE)
        expected = ledger.apply(account.state, body.operations, 1 - account.mine)
        if expected != body.state:
            raise NotAllowedError("the result differs from ours", ReplyCode.MALFORMED)

    def _accept(
        self, unit: Unit, account: Account, proposal: Signed[AccountPropose]
    ) -> None:
        body = proposal.body
        retry = self._retry(unit, account, body.n)
        lower = account.mine == ledger.PAYER_A
        if lower and not unit.claim(place(account, body.n, retry)):
            return
        dropped = self.opened(account)
        accept = self._context.sign(
            AccountAccept(self._context.me, account.row.id, body.n, retry, proposal.id)
        )
        self._conclude(unit, proposal, ReplyCode.OK)
        self._post(unit, account.row.partner, accept)
        self._advance(unit, account.row, proposal, accept.envelope)
        if dropped is not None:
            self._propose_again(unit, dropped)

    def _propose_again(self, unit: Unit, dropped: Signed[AccountPropose]) -> None:
        """A person's act that lost a collision comes next; the rail repeats its own."""
        body = dropped.body
        account = self.load(unit, body.partner, body.unit)
        if not all(
            isinstance(one, SetLimit)
            or (
                isinstance(one, SettledOutside)
                and outside.is_said(unit, account.row.id, one)
            )
            for one in body.operations
        ):
            return
        try:
            self.propose(unit, account, body.operations)
        except RefusedError:
            log.info("an act on an account was overtaken")

    def _reject(
        self, unit: Unit, proposal: Signed[AccountPropose], code: ReplyCode
    ) -> None:
        reject = self._context.sign(AccountReject(self._context.me, proposal.id, code))
        self._conclude(unit, proposal, code)
        self._keep_rejected(unit, proposal, reject)
        self._post(unit, proposal.author, reject)
        log.info("rejected an account proposal", extra={"code": code.name})

    def _keep_rejected(
        self,
        unit: Unit,
        proposal: Signed[AccountPropose],
        reject: Signed[AccountReject],
    ) -> None:
        """For a partner who loses his book, and must not use that number again."""
        account = self.load(unit, proposal.author, proposal.body.unit)
        note = (proposal.body.n, proposal.envelope, reject.envelope)
        name = rejected_name(account.row.id)
        unit.set_setting(name, msgspec.msgpack.encode(note))

    def _conclude(
        self, unit: Unit, proposal: Signed[AccountPropose], code: ReplyCode
    ) -> None:
        """Answered for ever: Accept and Reject of one proposal would be a proof (10, class 6)."""
        unit.set_setting(_answered(proposal.id), bytes((code,)))
        unit.unpark(proposal.id)

    # ------------------------------------------------------------- the partner's answers

    def receive_accept(self, unit: Unit, message: Signed[AccountAccept]) -> None:
        """The partner signed our open proposal: its state is now the account's.

        Raises NotFoundError for an Accept of what is not known here.
        """
        row = unit.account(message.body.account)
        if row is None or row.partner != message.author:
            self._witness_accept(unit, message)
            return
        if row.open is None:
            return
        proposal = self._proposal(row.open)
        if proposal.id != message.body.propose:
            return
        if proposal.body.n != message.body.n or proposal.body.n != row.n + 1:
            raise NotAllowedError("this is not the number proposed", ReplyCode.STALE)
        self._advance(unit, row, proposal, message.envelope)
        self.reconsider(unit)

    def _witness_accept(self, unit: Unit, message: Signed[AccountAccept]) -> None:
        envelope = unit.object(message.body.propose)
        proposal = None if envelope is None else self._proposal(envelope)
        if proposal is None or proposal.body.partner != message.author:
            raise NotFoundError("the proposal is not here")
        unit.keep_object(
            message.id, Kind.ACCOUNT_ACCEPT, message.author, message.envelope
        )
        self.witnessed(unit, proposal, message)

    def receive_reject(self, unit: Unit, message: Signed[AccountReject]) -> None:
        """The partner refused our open proposal; its number is free again."""
        for row in unit.accounts():
            if row.partner != message.author or row.open is None:
                continue
            if self._proposal(row.open).id == message.body.propose:
                self._free_number(unit, row, message.id, message.body.code)
                if message.body.code == ReplyCode.STALE:
                    self.behind(message.author)
                self.reconsider(unit)
                return
        if message.body.code == ReplyCode.WRONG_STATE:
            self._refused_later(unit, message)

    def _refused_later(self, unit: Unit, message: Signed[AccountReject]) -> None:
        """The partner's person refuses the payment that its node had only set aside."""
        for row in unit.accounts():
            mine = row.partner == message.author
            if mine and outside.was_refused(unit, row.id, message.body.propose):
                self._context.emit("account", {"unit": row.unit})
                return

    def refuse_payment(self, unit: Unit, account: Account) -> None:
        """Tell the partner that what it noted as paid outside was not paid."""
        words = outside.heard(unit, account.row.id)
        outside.refuse(unit, account.row.id)
        if words is not None and words.proposal:
            body = AccountReject(
                self._context.me, words.proposal, ReplyCode.WRONG_STATE
            )
            self._post(unit, account.row.partner, self._context.sign(body))
            self._context.emit("account", {"unit": account.row.unit})


def _answered(proposal: bytes) -> str:
    """Setting that holds how a partner's proposal was answered."""
    return f"account-answered:{proposal.hex()}"
