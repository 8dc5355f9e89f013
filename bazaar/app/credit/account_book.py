"""The own side of every credit account: read it, propose its next state, write it (9.2)."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import msgspec

from bazaar.app.context import Context
from bazaar.app.credit.times import note_time
from bazaar.app.ports import AccountRow, Unit
from bazaar.app.recovery.resync_mode import check_account
from bazaar.domain.credit import ledger
from bazaar.domain.credit.account import (
    AccountPropose,
    AccountState,
    CreditReference,
    Operation,
    account_id,
)
from bazaar.domain.errors import InputError, RefusedError, ReplyCode
from bazaar.domain.trading.messages import NO_ID
from bazaar.domain.wire.bounds import Body
from bazaar.domain.wire.envelope import Signed, id_of, verify_as
from bazaar.domain.wire.kinds import Kind

FIRST_RETRY_SECONDS: Final = 60
LAST_RETRY_SECONDS: Final = 3600


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


class Refusal(msgspec.Struct, frozen=True, array_like=True):
    """The partner's last Reject and how many came in a row."""

    code: int
    at: int
    times: int

    @property
    def until(self) -> int:
        """When the same may be proposed again; the wait doubles up to an hour."""
        wait = FIRST_RETRY_SECONDS << min(self.times - 1, 16)
        return self.at + min(wait, LAST_RETRY_SECONDS)


Advanced = Callable[[Unit, Account, Account, Sequence[Operation]], None]
"""Told the states before and after and what led to it, within the unit that writes it."""


def _nobody_listens(
    _unit: Unit, _before: Account, _after: Account, _operations: Sequence[Operation]
) -> None:
    return None


class AccountBook:
    """Reads and writes accounts; signs at most one Propose per (account, n, retry)."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.advanced: Advanced = _nobody_listens

    # ------------------------------------------------------------- reading

    def load(self, unit: Unit, partner: bytes, unit_id: str) -> Account:
        """The account with ``partner`` in a unit; state 0 if there is none yet.

        Raises InputError for oneself: nobody owes himself anything.
        """
        me = self._context.me
        if partner == me:
            raise InputError("peer", "nobody has an account with himself")
        found = account_id(self._context.network.id, me, partner, unit_id)
        row = unit.account(found)
        if row is None:
            empty = AccountRow(found, partner, unit_id, 0, b"", b"", b"", None)
            return Account(empty, ledger.EMPTY, ledger.side(me, partner))
        return self._seen(row)

    def all(self, unit: Unit, partner: bytes | None = None) -> list[Account]:
        """Every account (with ``partner``), in the order of the book."""
        rows = unit.accounts()
        return [self._seen(row) for row in rows if partner in {None, row.partner}]

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

    def refusal(self, unit: Unit, account: Account) -> Refusal | None:
        """The partner's Reject since the last change of the account, or None."""
        note = unit.setting(refusal_name(account.row.id))
        return msgspec.msgpack.decode(note, type=Refusal) if note else None

    def _proposal(self, envelope: bytes) -> Signed[AccountPropose]:
        return verify_as(AccountPropose, envelope, self._context.network.id)

    # ------------------------------------------------------------- proposing

    def propose(
        self, unit: Unit, account: Account, operations: Sequence[Operation]
    ) -> bytes:
        """Propose the next state; the proposal's id, or b"" if an own one is still open.

        Raises RefusedError if the operations break a limit, or while the partner must
        still answer after a restore. One (account, n, retry) is
        signed once, whatever happens (I4).
        """
        if account.row.open is not None:
            return b""
        check_account(unit, account.row.partner)
        state = ledger.apply(account.state, operations, account.mine)
        n = account.row.n + 1
        retry = self._retry(unit, account, n)
        if not unit.claim(place(account, n, retry)):
            return b""
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
        return signed.id

    def _retry(self, unit: Unit, account: Account, n: int) -> bytes:
        """Id of the Reject that freed ``n`` for us, or zeros."""
        return unit.setting(retry_name(account.row.id, n)) or NO_ID

    def _post(self, unit: Unit, recipient: bytes, signed: Signed[Body]) -> None:
        unit.post(recipient, signed.id, signed.envelope, None, self._context.now())

    # ------------------------------------------------------------- writing

    def _advance(
        self,
        unit: Unit,
        row: AccountRow,
        proposal: Signed[AccountPropose],
        accept: bytes,
    ) -> None:
        """Write the state that both have signed now; the only place that does."""
        network = self._context.network.id
        accepter = proposal.body.partner
        unit.keep_object(
            proposal.id, Kind.ACCOUNT_PROPOSE, proposal.author, proposal.envelope
        )
        unit.keep_object(id_of(accept, network), Kind.ACCOUNT_ACCEPT, accepter, accept)
        after = row._replace(
            n=proposal.body.n,
            state=msgspec.msgpack.encode(proposal.body.state),
            propose=proposal.envelope,
            accept=accept,
            open=None,
        )
        unit.put_account(after)
        unit.set_setting(refusal_name(row.id), None)
        unit.set_setting(retry_name(row.id, after.n), None)
        note_time(unit, row.id, after.n, self._context.now())
        self._context.emit("account", {"unit": row.unit})
        self.advanced(
            unit, self._seen(row), self._seen(after), proposal.body.operations
        )

    def adopt(
        self,
        unit: Unit,
        account: Account,
        proposal: Signed[AccountPropose],
        accept: bytes,
    ) -> None:
        """Write a state that both have signed and this book had lost; it was checked."""
        self._advance(unit, account.row, proposal, accept)

    def _free_number(
        self,
        unit: Unit,
        row: AccountRow,
        reject: bytes,
        code: int,
    ) -> None:
        """The open proposal was refused: its number may be used again, under ``reject``."""
        unit.set_setting(retry_name(row.id, row.n + 1), reject)
        unit.put_account(row._replace(open=None))
        if code in {ReplyCode.COLLISION, ReplyCode.BUSY}:
            return
        before = self.refusal(unit, self._seen(row))
        times = before.times + 1 if before else 1
        note = Refusal(code, self._context.now(), times)
        unit.set_setting(refusal_name(row.id), msgspec.msgpack.encode(note))

    def check_refusal(self, unit: Unit, account: Account) -> None:
        """Raise RefusedError while it is too early to propose again what was refused."""
        note = self.refusal(unit, account)
        if note is not None and self._context.now() < note.until:
            raise RefusedError(
                ReplyCode.LIMIT, "the other side refused this; it is asked again later"
            )


def place(account: Account, n: int, retry: bytes) -> str:
    """What one signature of the own side uses up."""
    return f"account:{account.row.id.hex()}:{n}:{retry.hex()}"


def refusal_name(account: bytes) -> str:
    """Setting that holds the partner's last Reject."""
    return f"account-refused:{account.hex()}"


def rejected_name(account: bytes) -> str:
    """Setting that holds the partner's last proposal that we rejected, and our Reject."""
    return f"account-rejected:{account.hex()}"


def retry_name(account: bytes, n: int) -> str:
    """Setting that holds the Reject which freed ``n``."""
    return f"account-retry:{account.hex()}:{n}"
