"""Hears what account partners say twice: yes and no, or two states for one place (10, 5 to 7).

It writes in a unit of its own, before the message is judged: what is refused still proves.
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from bazaar.app.context import Context
from bazaar.app.ports import Unit
from bazaar.app.trading.proofs import Contradiction, note
from bazaar.domain.credit.account import (
    AccountAccept,
    AccountPropose,
    AccountReject,
    account_id,
)
from bazaar.domain.wire.envelope import Signed, id_of, verify_as


class Said(msgspec.Struct, frozen=True, array_like=True):
    """The partner's newest proposal of an account: its place and its envelope."""

    n: int
    retry: bytes
    envelope: bytes


class Witness:
    """Compares each message of a partner with what that partner said before."""

    def __init__(self, context: Context, found: Callable[[], None]) -> None:
        """``found`` is called after something was noted; it must not block."""
        self._context = context
        self._found = found

    def hear(self, message: Signed[Any]) -> None:
        """Note a contradiction, and remember what may turn out to be half of one."""
        with self._context.book.unit() as unit:
            match message.body:
                case AccountPropose():
                    self._propose(unit, message)
                case AccountAccept():
                    self._accept(unit, message)
                case AccountReject():
                    self._reject(unit, message)
                case _:
                    pass

    def _propose(self, unit: Unit, message: Signed[AccountPropose]) -> None:
        body = message.body
        if body.partner != self._context.me:
            return
        account = account_id(self._context.network.id, body.by, body.partner, body.unit)
        place = (body.n, body.retry)
        self._compare(unit, message, self._at(unit, account, *place))
        row = unit.account(account)
        if row is not None and body.n == row.n + 1:
            said = Said(*place, message.envelope)
            unit.set_setting(said_name(account), msgspec.msgpack.encode(said))

    def _accept(self, unit: Unit, message: Signed[AccountAccept]) -> None:
        body = message.body
        row = unit.account(body.account)
        if row is None or row.partner != message.author:
            return
        refused = unit.setting(refused_name(body.propose))
        self._compare(unit, message, [refused] if refused else [])
        self._compare(unit, message, self._at(unit, row.id, body.n, body.retry))

    def _reject(self, unit: Unit, message: Signed[AccountReject]) -> None:
        propose = message.body.propose
        for row in unit.accounts():
            opened = row.open if row.partner == message.author else None
            if opened is not None and self._id(opened) == propose:
                unit.set_setting(refused_name(propose), message.envelope)
                return
        kept = unit.object(propose)
        if kept is None:
            return
        body = verify_as(AccountPropose, kept, self._context.network.id).body
        if body.by == self._context.me and body.partner == message.author:
            account = account_id(
                self._context.network.id, body.by, body.partner, body.unit
            )
            self._compare(unit, message, _history(unit, account, body.n))

    def _at(self, unit: Unit, account: bytes, n: int, retry: bytes) -> Iterator[bytes]:
        """What is held of the partner for one place of an account."""
        yield from (envelope for _, envelope, _ in unit.parked(account))
        yield from _history(unit, account, n)
        kept = unit.setting(said_name(account))
        if kept is not None:
            said = msgspec.msgpack.decode(kept, type=Said)
            if (said.n, said.retry) == (n, retry):
                yield said.envelope

    def _compare(
        self, unit: Unit, message: Signed[Any], others: Iterator[bytes] | list[bytes]
    ) -> None:
        found = (
            Contradiction(message.author, other, message.envelope)
            for other in dict.fromkeys(others)
            if self._id(other) != message.id
        )
        if note(unit, self._context, found):
            self._found()

    def _id(self, envelope: bytes) -> bytes:
        return id_of(envelope, self._context.network.id)


def said_name(account: bytes) -> str:
    """Setting that holds the partner's newest proposal."""
    return f"account-proposed:{account.hex()}"


def refused_name(proposal: bytes) -> str:
    """Setting that holds the partner's Reject of an own proposal."""
    return f"account-no:{proposal.hex()}"


def _history(unit: Unit, account: bytes, n: int) -> Iterator[bytes]:
    for number, propose, accept in unit.account_history(account):
        if number == n:
            yield from (propose, accept)
