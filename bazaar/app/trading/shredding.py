"""Personal data of orders that have ended is deleted for good (PROTOCOL.md 13).

Addresses, delivery data and the key of the trade's box go some days after the end, files of
evidence 90 days after the ruling; the book's file is then written anew without them. An
order for which anything is still bound keeps all it has.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.files import readers_of, unshare
from bazaar.app.ports import BookError, TradeRow, Unit
from bazaar.app.trading.deliveries import delivery_names
from bazaar.app.trading.trades import Trades
from bazaar.domain.trading.bundle_check import evidence_hashes
from bazaar.domain.trading.messages import Ruling
from bazaar.domain.trading.phases import Phase
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import kind_of
from bazaar.domain.wire.kinds import Kind

log = logging.getLogger(__name__)

DAY_SECONDS: Final = 86_400
SHRED_DAYS: Final = "shred_days"
"""Name of the user's setting: how many days after the end of an order."""

DEFAULT_DAYS: Final = 30
GREATEST_DAYS: Final = 365
EVIDENCE_SECONDS: Final = 90 * DAY_SECONDS
LOOK_SECONDS: Final = 3600.0
MAX_AT_ONCE: Final = 100
SHREDDED: Final = "shredded"
"""Fact of a trade: when its personal data was deleted here."""

EVIDENCE_GONE: Final = "evidence-deleted"
TO_SCRUB: Final = "shred:scrub"
"""Setting: rows were deleted, and the file still is to be written anew."""

PRIVATE_KINDS: Final = frozenset({Kind.ADDRESS, Kind.DISCLOSE})

Bound = Callable[[Unit], set[bytes]]


def shred_days(unit: Unit) -> int:
    """Days from the end of an order to the deletion of its personal data."""
    chosen = unit.setting(f"user:{SHRED_DAYS}")
    return int(chosen) if chosen else DEFAULT_DAYS


def is_shredded(unit: Unit, trade: bytes) -> bool:
    """Whether the personal data of ``trade`` was deleted here, never to be asked for again."""
    return unit.fact(trade, SHREDDED) is not None


class Shredding:
    """Looks every hour, and at once when its person chose other days."""

    def __init__(self, context: Context, trades: Trades, bound: Bound) -> None:
        """Build it; ``bound`` names the trades for which anything is still bound."""
        self._context = context
        self._trades = trades
        self._bound = bound
        self._nudged = trio.Event()

    def nudge(self) -> None:
        """Look now."""
        self._nudged.set()

    async def run(self) -> None:
        """Shred what is due, for ever; ends by cancellation, what is due is done later."""
        while True:
            self._nudged = trio.Event()
            try:
                while self.sweep() == MAX_AT_ONCE:
                    await trio.lowlevel.checkpoint()
                self.scrub()
            except (BookError, OSError) as error:
                why = type(error).__name__
                log.warning("nothing was shredded", extra={"why": why})
            with trio.move_on_after(LOOK_SECONDS):
                await self._nudged.wait()

    def sweep(self) -> int:
        """Delete what is due of at most ``MAX_AT_ONCE`` trades of each sort; how many at most.

        The files keep its traces until ``scrub``. Raises BookError or OSError.
        """
        gone: list[bytes] = []
        with self._context.book.unit() as unit:
            bound = self._bound(unit)
            orders = self._due_orders(unit, bound)
            for row in orders:
                self._shred(unit, row)
            cases = list(self._due_cases(unit, bound))
            for trade in cases:
                gone += self._forget_evidence(unit, trade)
            if orders:
                unit.set_setting(TO_SCRUB, b"1")
        for digest in gone:
            self._context.blobs.drop(digest)
            self._context.pictures.forget(digest)
        for row in orders:
            self._context.emit("order", {"order_id": row.id.hex()})
        return max(len(orders), len(cases))

    def scrub(self) -> None:
        """Write the book anew if rows were deleted since it was. Raises BookError."""
        with self._context.book.unit() as unit:
            is_due = unit.setting(TO_SCRUB) is not None
        if not is_due:
            return
        self._context.book.scrub()
        with self._context.book.unit() as unit:
            unit.set_setting(TO_SCRUB, None)
        log.info("the book was written anew without personal data of ended orders")

    # ------------------------------------------------------------- orders

    def _due_orders(self, unit: Unit, bound: set[bytes]) -> list[TradeRow]:
        until = self._context.now() - shred_days(unit) * DAY_SECONDS
        over = (
            row
            for row in unit.ended_trades(until, SHREDDED)
            if row.id not in bound and self._is_over(unit, row.id)
        )
        return list(islice(over, MAX_AT_ONCE))

    def _is_over(self, unit: Unit, trade_id: bytes) -> bool:
        """Whether no FundAck may come that makes it an order again (7.4, 14)."""
        trade = self._trades.load(unit, trade_id)
        crossed = trade.contract.deadlines.t0 + self._context.network.grace
        if trade.phase is Phase.ABORTED and self._context.now() <= crossed:
            return False
        return not self._trades.awaited(unit, trade)

    def _shred(self, unit: Unit, row: TradeRow) -> None:
        trade = self._trades.load(unit, row.id)
        unit.set_fact(row.id, "address", None)
        for name in delivery_names(trade):
            unit.set_fact(row.id, name, None)
        unit.set_secret(row.id, "box", None)
        letters = unit.outbox_of(row.id)
        private = {
            one.subject for one in letters if kind_of(one.envelope) in PRIVATE_KINDS
        }
        unit.drop_letters(row.id, private)
        unit.set_fact(row.id, SHREDDED, str(self._context.now()).encode())

    # ------------------------------------------------------------- evidence

    def _due_cases(self, unit: Unit, bound: set[bytes]) -> Iterator[Trade]:
        now = self._context.now()
        rows = unit.ended_trades(now, EVIDENCE_GONE, Kind.EVIDENCE)
        for row in rows:
            trade = self._trades.load(unit, row.id)
            ruled = [one.body.at for one in trade.facts.of(Ruling)]
            since = max(ruled, default=row.ended or now)
            if row.id not in bound and now >= since + EVIDENCE_SECONDS:
                yield trade

    def _forget_evidence(self, unit: Unit, trade: Trade) -> Iterable[bytes]:
        """Files that nothing here needs any more."""
        unit.set_fact(trade.id, EVIDENCE_GONE, str(self._context.now()).encode())
        needed = self._shown_elsewhere(unit, trade.id)
        for digest in evidence_hashes(trade):
            unshare(unit, trade.id, trade.contract.members.values(), digest)
            if digest not in needed and not readers_of(unit, digest):
                yield digest

    def _shown_elsewhere(self, unit: Unit, trade_id: bytes) -> set[bytes]:
        rows = unit.trades(open_only=True)
        rows += unit.ended_trades(self._context.now(), EVIDENCE_GONE, Kind.EVIDENCE)
        ids = {row.id for row in rows} - {trade_id}
        return {
            one for id_ in ids for one in evidence_hashes(self._trades.load(unit, id_))
        }
