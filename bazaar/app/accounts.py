"""Credit accounts in the book: propose, accept, reject; no state without both signatures (9.2).

Whether an operation may be accepted is asked of ``judge``: the credit rail for holds and
outcomes, the person for payments made outside.
"""

import logging
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Final, NamedTuple

import msgspec

from bazaar.app.context import Context
from bazaar.app.ports import AccountRow, Unit
from bazaar.domain import ledger
from bazaar.domain.account import (
    AccountAccept,
    AccountPropose,
    AccountReject,
    AccountState,
    CreditReference,
    Operation,
    SetLimit,
    account_id,
)
from bazaar.domain.bounds import Body
from bazaar.domain.envelope import Signed, id_of, verify_as
from bazaar.domain.errors import NotAllowedError, RefusedError, ReplyCode
from bazaar.domain.kinds import Kind
from bazaar.domain.messages import NO_ID

log = logging.getLogger(__name__)

MAX_ACCOUNTS: Final = 10_000
TO_BE_JUDGED: Final = "to be judged"


class Verdict(Enum):
    """What to do with a partner's operation."""

    ACCEPT = "accept"
    WAIT = "wait"
    REJECT = "reject"


class Account(NamedTuple):
    """One account as this node sees it.

    Attributes:
        mine: 0 when we are A, the lower key, else 1.
        propose, accept: Ids of the two signatures under the state; zeros at state 0.
    """

    row: AccountRow
    state: AccountState
    mine: int
    propose: bytes = NO_ID
    accept: bytes = NO_ID

    @property
    def reference(self) -> bytes:
        """Where the newest co-signed state stands, as Fund and Settled name it."""
        where = CreditReference(self.row.id, self.row.n, self.propose, self.accept)
        return msgspec.msgpack.encode(where)


Judge = Callable[[Unit, Account, Signed[AccountPropose]], Verdict]
Advanced = Callable[[Unit, Account, Account, Sequence[Operation]], None]
"""Told the states before and after and what led to it, within the unit that writes it."""


def _wait(_unit: Unit, _account: Account, _proposal: Signed[AccountPropose]) -> Verdict:
    return Verdict.WAIT


def _nobody_listens(
    _unit: Unit, _before: Account, _after: Account, _operations: Sequence[Operation]
) -> None:
    return None


class Accounts:
    """Keeps the own side of every account."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.judge: Judge = _wait
        self.advanced: Advanced = _nobody_listens

    # ------------------------------------------------------------- reading

    def load(self, unit: Unit, partner: bytes, unit_id: str) -> Account:
        """The account with ``partner`` in a unit; state 0 if there is none yet."""
        me = self._context.me
        found = account_id(self._context.network.id, me, partner, unit_id)
        row = unit.account(found)
        mine = ledger.side(me, partner)
        if row is None:
            empty = AccountRow(found, partner, unit_id, 0, b"", b"", b"", None)
            return Account(empty, ledger.EMPTY, mine)
        return self._seen(row)

    def all(self, unit: Unit) -> list[Account]:
        """Every account, in the order of the book."""
        return [self._seen(row) for row in unit.accounts()]

    def _seen(self, row: AccountRow) -> Account:
        mine = ledger.side(self._context.me, row.partner)
        if not row.propose:
            return Account(row, ledger.EMPTY, mine)
        state = msgspec.msgpack.decode(row.state, type=AccountState)
        network = self._context.network.id
        return Account(
            row, state, mine, id_of(row.propose, network), id_of(row.accept, network)
        )

    def opened(self, account: Account) -> Signed[AccountPropose] | None:
        """The own proposal that the partner has not answered."""
        return self._proposal(account.row.open) if account.row.open else None

    def _proposal(self, envelope: bytes) -> Signed[AccountPropose]:
        return verify_as(AccountPropose, envelope, self._context.network.id)

    # ------------------------------------------------------------- proposing

    def propose(
        self, unit: Unit, account: Account, operations: Sequence[Operation]
    ) -> bool:
        """Propose the next state; False if an own proposal is still open.

        Raises RefusedError if the operations break a limit. One (account, n, retry) is
        signed once, whatever happens (I4).
        """
        if account.row.open is not None:
            return False
        state = ledger.apply(account.state, operations, account.mine)
        n = account.row.n + 1
        retry = self._retry(unit, account, n)
        if not unit.claim(_place(account, n, retry)):
            return False
        body = AccountPropose(
            self._context.me,
            account.row.partner,
            account.row.unit,
            n,
            account.propose,
            retry,
            tuple(operations),
            state,
        )
        signed = self._context.sign(body)
        unit.put_account(account.row._replace(open=signed.envelope))
        self._post(unit, account.row.partner, signed)
        return True

    def _retry(self, unit: Unit, account: Account, n: int) -> bytes:
        """Id of the Reject that freed ``n`` for us, or zeros."""
        name = f"account-retry:{account.row.id.hex()}:{n}"
        return unit.setting(name) or NO_ID

    def _post(self, unit: Unit, recipient: bytes, signed: Signed[Body]) -> None:
        unit.post(recipient, signed.id, signed.envelope, None, self._context.now())

    # ------------------------------------------------------------- receiving

    def receive_propose(self, unit: Unit, message: Signed[AccountPropose]) -> None:
        """Keep a partner's proposal and answer as soon as it can be judged.

        Proposals between two others travel beside a Fund; they are kept as its proof.
        """
        self._check_sender(unit, message)
        unit.keep_object(
            message.id, Kind.ACCOUNT_PROPOSE, message.author, message.envelope
        )
        if message.body.partner != self._context.me:
            return
        account = self.load(unit, message.author, message.body.unit)
        if message.body.n <= account.row.n:
            return
        if message.body.n > account.row.n + 1:
            raise RefusedError(ReplyCode.STALE, "an earlier state is missing here")
        now = self._context.now()
        unit.park(message.id, account.row.id, message.envelope, TO_BE_JUDGED, now)
        self.reconsider(unit)

    def _check_sender(self, unit: Unit, message: Signed[AccountPropose]) -> None:
        """Strangers may only give credit; all else needs a shared trade or account (8.7)."""
        body = message.body
        trades = unit.trades(open_only=True)
        if any(
            {message.author, body.partner} & {row.buyer, row.seller} for row in trades
        ):
            return
        accounts = unit.accounts()
        known = any(row.partner == message.author for row in accounts)
        gives = all(isinstance(one, SetLimit) for one in body.operations)
        if body.partner != self._context.me or not (known or gives):
            raise NotAllowedError("this account is none of ours")
        if not known and len(accounts) >= MAX_ACCOUNTS:
            raise RefusedError(ReplyCode.LIMIT, "too many accounts")

    def receive_accept(self, unit: Unit, message: Signed[AccountAccept]) -> None:
        """The partner signed our open proposal: its state is now the account's."""
        unit.keep_object(
            message.id, Kind.ACCOUNT_ACCEPT, message.author, message.envelope
        )
        row = unit.account(message.body.account)
        if row is None or row.open is None or row.partner != message.author:
            return
        proposal = self._proposal(row.open)
        if proposal.id != message.body.propose or proposal.body.n != row.n + 1:
            return
        self._advance(unit, row, proposal, message.envelope)

    def receive_reject(self, unit: Unit, message: Signed[AccountReject]) -> None:
        """The partner refused our open proposal; its number is free again."""
        for row in unit.accounts():
            if row.partner != message.author or row.open is None:
                continue
            proposal = self._proposal(row.open)
            if proposal.id == message.body.propose:
                name = f"account-retry:{row.id.hex()}:{proposal.body.n}"
                unit.set_setting(name, message.id)
                unit.put_account(row._replace(open=None))
                note = bytes((message.body.code,))
                unit.set_setting(f"account-refused:{row.id.hex()}", note)

    def reconsider(self, unit: Unit) -> None:
        """Judge all waiting proposals again; called after whatever may change a verdict."""
        for subject, envelope, reason in unit.parked():
            if reason != TO_BE_JUDGED:
                continue
            proposal = self._proposal(envelope)
            account = self.load(unit, proposal.author, proposal.body.unit)
            if proposal.body.n <= account.row.n:
                unit.unpark(subject)
                continue
            self._answer(unit, account, proposal)

    def _answer(
        self, unit: Unit, account: Account, proposal: Signed[AccountPropose]
    ) -> None:
        if account.row.open is not None and account.mine == ledger.PAYER_A:
            return  # a collision: the lower key's own proposal stands
        try:
            self._check(account, proposal)
            verdict = self.judge(unit, account, proposal)
        except RefusedError as error:
            self._reject(unit, proposal, error.code)
            return
        if verdict is Verdict.REJECT:
            self._reject(unit, proposal, ReplyCode.LIMIT)
        elif verdict is Verdict.ACCEPT:
            self._accept(unit, account, proposal)

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
        if lower and not unit.claim(_place(account, body.n, retry)):
            return
        accept = self._context.sign(
            AccountAccept(self._context.me, account.row.id, body.n, retry, proposal.id)
        )
        unit.keep_object(accept.id, Kind.ACCOUNT_ACCEPT, accept.author, accept.envelope)
        self._post(unit, account.row.partner, accept)
        unit.unpark(proposal.id)
        self._advance(unit, account.row, proposal, accept.envelope)

    def _reject(
        self, unit: Unit, proposal: Signed[AccountPropose], code: ReplyCode
    ) -> None:
        reject = self._context.sign(AccountReject(self._context.me, proposal.id, code))
        self._post(unit, proposal.author, reject)
        unit.unpark(proposal.id)
        log.info("rejected an account proposal", extra={"code": code.name})

    def _advance(
        self,
        unit: Unit,
        row: AccountRow,
        proposal: Signed[AccountPropose],
        accept: bytes,
    ) -> None:
        state = msgspec.msgpack.encode(proposal.body.state)
        unit.keep_object(
            proposal.id, Kind.ACCOUNT_PROPOSE, proposal.author, proposal.envelope
        )
        after = row._replace(
            n=proposal.body.n,
            state=state,
            propose=proposal.envelope,
            accept=accept,
            open=None,
        )
        unit.put_account(after)
        unit.set_setting(f"account-refused:{row.id.hex()}", None)
        self._context.emit("account", {"unit": row.unit})
        self.advanced(
            unit, self._seen(row), self._seen(after), proposal.body.operations
        )


def _place(account: Account, n: int, retry: bytes) -> str:
    return f"account:{account.row.id.hex()}:{n}:{retry.hex()}"
