"""Keeps the own trade index at the own mailboxes: replaced after changes, coalesced (PROTOCOL.md 14)."""

import logging
import secrets
from typing import Final

import msgspec
import trio

from bazaar.app.context import Context
from bazaar.app.delivery.mail_agreements import serving
from bazaar.app.delivery.partners import Partners
from bazaar.app.ports import BookError, Unit
from bazaar.app.recovery import index_notes
from bazaar.app.trading.trades import Trades
from bazaar.domain.errors import BazaarError
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.recovery import IndexKept, IndexPut
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.recovery.trade_index import (
    NONCE_BYTES,
    Index,
    Open,
    Running,
    index_of,
    seal_index,
)

log = logging.getLogger(__name__)

INDEX_SECONDS: Final = 30
"""An index is replaced at most this often (1.1 scales it), and looked at this often."""

PUT_SECONDS: Final = 30.0


class TradeIndex:
    """Knows what each mailbox holds, and replaces it when the book has moved on."""

    def __init__(self, context: Context, trades: Trades, partners: Partners) -> None:
        self._context = context
        self._trades = trades
        self._partners = partners
        self._entries: dict[bytes, Open] = {}
        self._told: dict[bytes, bytes] = {}
        self._nudged = trio.Event()

    def touched(self, trade: bytes) -> None:
        """A trade was written: its entry is made anew."""
        self._entries.pop(trade, None)
        self._nudged.set()

    def nudge(self) -> None:
        """Something else has changed: a mailbox was found."""
        self._nudged.set()

    async def run(self) -> None:
        """Replace what is old, for ever; ends by cancellation, which leaves an older index."""
        pause = max(1, self._context.network.scaled(INDEX_SECONDS))
        while True:
            self._nudged = trio.Event()
            try:
                await self._tell_all()
            except BookError:
                log.warning("the book failed; the index is made later")
            await trio.sleep(pause)
            with trio.move_on_after(INDEX_SECONDS):
                await self._nudged.wait()

    async def _tell_all(self) -> None:
        with self._context.book.unit() as unit:
            hosts = serving(unit, self._context.now())
            hosts = tuple(one for one in hosts if index_notes.is_taken(unit, one))
            if not hosts:
                return
            index = self._made(unit)
        content = msgspec.msgpack.encode(msgspec.structs.replace(index, made=0))
        async with trio.open_nursery() as nursery:
            for host in hosts:
                if self._told.get(host) != content:
                    nursery.start_soon(self._tell, host, index, content)

    def _made(self, unit: Unit) -> Index:
        """Open trades and accounts, and those that a lost book had and that are not back yet."""
        rows = unit.trades(open_only=True)
        self._entries = {
            row.id: self._entries.get(row.id) or self._entry(unit, row.id, row.role)
            for row in rows
        }
        lost = index_notes.found(unit)
        waiting = index_notes.partners(unit)
        trades = list(self._entries.values())
        trades += [
            one
            for one in lost.trades
            if unit.trade(one.id) is None and waiting & set(one.others)
        ]
        accounts = {
            (one.partner, one.unit): one
            for one in lost.accounts
            if one.partner in waiting
        }
        for row in unit.accounts():
            accounts[row.partner, row.unit] = Running(row.partner, row.unit, row.n)
        return index_of(self._context.now(), trades, accounts.values())

    def _entry(self, unit: Unit, trade: bytes, role: int) -> Open:
        own = [row.seq for row in unit.messages(trade) if row.role == role]
        others = self._trades.keys(unit, trade) - {self._context.me}
        return Open(trade, role, max(own, default=None), tuple(sorted(others)))

    async def _tell(self, host: bytes, index: Index, content: bytes) -> None:
        identity, network = self._context.identity, self._context.network.id
        nonce = secrets.token_bytes(NONCE_BYTES)
        blob = seal_index(index, identity.backup_key, network, nonce)
        asked = encode(IndexPut(index.made, blob))
        try:
            with trio.fail_after(PUT_SECONDS):
                reply = await self._partners.ask(host, RequestType.INDEX_PUT, asked)
            decode(IndexKept, reply)
        except (BazaarError, trio.TooSlowError) as error:
            why = type(error).__name__
            log.info("a mailbox did not take the index", extra={"why": why})
        else:
            self._told[host] = content
