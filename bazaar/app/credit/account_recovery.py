"""Account states that this book lost come back from the partner, and his from us (9.2).

The higher co-signed number is right: nobody can make one without our own signature.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
import trio

from bazaar.app.context import Context
from bazaar.app.credit.account_book import Account, place, rejected_name, retry_name
from bazaar.app.credit.accounts import Accounts
from bazaar.app.ports import Request, Unit
from bazaar.domain.credit import ledger
from bazaar.domain.credit.account import AccountAccept, AccountPropose, AccountReject
from bazaar.domain.errors import BazaarError, MalformedMessageError, NotAllowedError
from bazaar.domain.exchange.accounts import (
    MAX_STATES,
    AccountSince,
    AccountStates,
    CoSigned,
)
from bazaar.domain.exchange.coding import decode, encode, fitting
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.wire.envelope import Signed, verify, verify_as

log = logging.getLogger(__name__)

REQUEST_SECONDS: Final = 20.0
MAX_PAGES: Final = 1000


class Rejected(msgspec.Struct, frozen=True, array_like=True):
    """The last proposal of a partner that this node rejected, and its Reject."""

    n: int
    propose: bytes
    reject: bytes


class AccountRecovery:
    """Asks partners for newer states and answers them."""

    def __init__(self, context: Context, accounts: Accounts) -> None:
        self._context = context
        self._accounts = accounts
        self.advanced: Callable[[bytes], None] = lambda _partner: None
        """Told of a partner whose states were missing here: what waited for them goes on."""

    # ------------------------------------------------------------- answering

    async def answer(self, request: Request) -> bytes:
        """States above the asker's, and what is held of his signatures for the next."""
        asked = decode(AccountSince, request.body)
        with self._context.book.unit() as unit:
            account = self._accounts.load(unit, request.peer, asked.unit)
            history = unit.account_history(account.row.id)
            unanswered = self._unanswered(unit, account)
        states = [
            CoSigned(propose, accept)
            for n, propose, accept in history
            if n > asked.n and propose
        ]
        return encode(AccountStates(account.row.n, _page(states), tuple(unanswered)))

    def _unanswered(self, unit: Unit, account: Account) -> list[bytes]:
        found: list[bytes] = []
        note = unit.setting(rejected_name(account.row.id))
        if note is not None:
            rejected = msgspec.msgpack.decode(note, type=Rejected)
            if rejected.n == account.row.n + 1:
                found += [rejected.propose, rejected.reject]
        found += [envelope for _, envelope, _ in unit.parked(account.row.id)][:1]
        return found

    def number(self, unit: Unit, peer: bytes, unit_id: str) -> int:
        """How many states of the account with ``peer`` this book holds."""
        return self._accounts.load(unit, peer, unit_id).row.n

    # ------------------------------------------------------------- asking

    async def compare(self, peer: bytes) -> None:
        """Fetch newer states of every account with ``peer``. Never raises."""
        with self._context.book.unit() as unit:
            units = [one.row.unit for one in self._accounts.all(unit, peer)]
        for unit_id in units:
            try:
                with trio.fail_after(REQUEST_SECONDS):
                    await self.fetch(peer, unit_id)
            except (BazaarError, trio.TooSlowError) as error:
                why = type(error).__name__
                log.info("no account state", extra={"why": why})

    async def fetch(self, peer: bytes, unit_id: str) -> None:
        """Take every state that ``peer`` has above ours.

        Raises BazaarError when he cannot be asked or shows what no honest partner can;
        each state is a unit of its own, so cancelling keeps what came.
        """
        for _ in range(MAX_PAGES):
            with self._context.book.unit() as unit:
                before = self._accounts.load(unit, peer, unit_id)
            asked = encode(AccountSince(unit_id, before.row.n))
            reply = await self._context.exchange.request(
                peer, RequestType.ACCOUNT_SINCE, asked
            )
            answer = decode(AccountStates, reply)
            for state in answer.states:
                with self._context.book.unit() as unit:
                    self._adopt(unit, peer, unit_id, state)
            if answer.states:
                self.advanced(peer)
            with self._context.book.unit() as unit:
                now = self._accounts.load(unit, peer, unit_id)
                if now.row.n >= answer.n:
                    if now.row.n == answer.n:
                        self._claim(unit, now, answer.unanswered)
                    return
            if now.row.n == before.row.n:
                raise MalformedMessageError("a state is named and not shown")

    def _adopt(self, unit: Unit, peer: bytes, unit_id: str, state: CoSigned) -> None:
        """Write one state that both have signed. Raises BazaarError for any other."""
        network = self._context.network.id
        proposal = verify_as(AccountPropose, state.propose, network)
        accept = verify_as(AccountAccept, state.accept, network)
        account = self._accounts.load(unit, peer, unit_id)
        body, pair = proposal.body, {proposal.author, proposal.body.partner}
        if (
            pair != {self._context.me, peer}
            or body.unit != unit_id
            or accept.author != body.partner
            or (accept.body.account, accept.body.n) != (account.row.id, body.n)
            or accept.body.propose != proposal.id
        ):
            raise MalformedMessageError("this is not a state of our account")
        if body.n <= account.row.n:
            return
        if body.n == account.row.n + 1:
            self._check_follows(account, proposal)
        self._accounts.adopt(unit, account, proposal, state.accept)

    def _check_follows(
        self, account: Account, proposal: Signed[AccountPropose]
    ) -> None:
        """The first state above ours must come of ours."""
        side = account.mine if proposal.author == self._context.me else 1 - account.mine
        after = ledger.apply(account.state, proposal.body.operations, side)
        if proposal.body.previous != account.propose or after != proposal.body.state:
            raise NotAllowedError("this state does not follow from ours")

    def _claim(self, unit: Unit, account: Account, unanswered: Sequence[bytes]) -> None:
        """What we signed for the next number, and lost, is signed: never again."""
        network = self._context.network.id
        waiting: Signed[AccountPropose] | None = None
        for envelope in unanswered:
            message: Signed[Any] = verify(envelope, network)
            match message.body:
                case AccountPropose(n=n) if (
                    message.author == self._context.me and n == account.row.n + 1
                ):
                    waiting = message
                    unit.claim(place(account, n, message.body.retry))
                case AccountReject(propose=subject) if (
                    message.author == account.row.partner
                    and waiting is not None
                    and subject == waiting.id
                ):
                    waiting = None
                    self._note_reject(unit, account, message.id)
                case _:
                    pass
        if waiting is not None:
            unit.put_account(account.row._replace(open=waiting.envelope))

    def _note_reject(self, unit: Unit, account: Account, reject: bytes) -> None:
        """The next number is free under ``reject``, unless it was used so already."""
        opened = self._accounts.opened(account)
        if opened is not None and opened.body.retry == reject:
            return
        name = retry_name(account.row.id, account.row.n + 1)
        unit.set_setting(name, reject)
        unit.put_account(account.row._replace(open=None))


def _page(states: Sequence[CoSigned]) -> tuple[CoSigned, ...]:
    """As many from the start as fit into one answer."""
    envelopes = [one for state in states for one in (state.propose, state.accept)]
    whole = len(fitting(envelopes)) // 2
    return tuple(states[: min(whole, MAX_STATES)])
