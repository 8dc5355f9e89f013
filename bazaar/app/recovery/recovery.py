"""Recovery after a restore: asks every partner what it holds, and answers those who lost theirs.

An answer counts once all of it is here: every message of every shared trade, every state
of every account. The answerer empties its own mailboxes first, because a message that we
sent before the disk died may still lie there (docs/MODEL.md, finding 4).
"""

import logging
from collections.abc import Callable, Sequence
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.credit.account_recovery import AccountRecovery
from bazaar.app.delivery.mailboxes import Mailboxes
from bazaar.app.delivery.partners import Partners
from bazaar.app.people.notices import Notice, NoticeKind, tell
from bazaar.app.ports import BookError, Request, Unit
from bazaar.app.recovery import index_notes, resync_mode
from bazaar.app.trading.resync import Resync, digest_of
from bazaar.app.trading.trades import Trades
from bazaar.domain.errors import BazaarError, RefusedError, ReplyCode
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.messages import MAX_TRADES, TradeDigest
from bazaar.domain.exchange.recovery import Shared, SharedGet
from bazaar.domain.exchange.request_types import RequestType

log = logging.getLogger(__name__)

ASK_SECONDS: Final = 60.0
FIRST_WAIT_SECONDS: Final = 2.0
LAST_WAIT_SECONDS: Final = 300.0
EMPTY_SECONDS: Final = 6.0
"""An exchange may take 10 s in all (4.1)."""

MAX_ASKED: Final = 8
MAX_SHARED: Final = 100_000
COUNT: Final = "book:count"


class Recovery:
    """Knows whether the book is an older copy, and brings it up to date."""

    def __init__(
        self,
        context: Context,
        trades: Trades,
        resync: Resync,
        accounts: AccountRecovery,
        partners: Partners,
    ) -> None:
        self._context = context
        self._trades = trades
        self._resync = resync
        self._accounts = accounts
        self._partners = partners
        self._asking: set[bytes] = set()
        self._nudged = trio.Event()
        self.answered: Callable[[bytes], None] = lambda _partner: None
        self._answers = _Answers(context, trades)

    def serve(self, mailboxes: Mailboxes) -> None:
        """Answer who asks from now on."""
        self._answers.mailboxes = mailboxes
        exchange = self._context.exchange
        exchange.serve(RequestType.SHARED, self._answers.shared)
        exchange.serve(RequestType.ACCOUNT_SINCE, self._accounts.answer)

    # ------------------------------------------------------------- the mark

    def begin(self) -> None:
        """Compare the book with the mark beside it; an older copy enters the mode."""
        mark = self._context.mark
        if mark is None:
            return
        with self._context.book.unit() as unit:
            count = int(unit.setting(COUNT) or b"0")
            if count < mark.read():
                log.warning(
                    "the book is an older copy; nothing is signed before resync"
                )
                resync_mode.enter(unit, self._context.now())
        self.beat()

    def beat(self) -> None:
        """Count on: first in the book, then beside it."""
        mark = self._context.mark
        if mark is None:
            return
        with self._context.book.unit() as unit:
            count = max(int(unit.setting(COUNT) or b"0"), mark.read()) + 1
            unit.set_setting(COUNT, str(count).encode())
        try:
            mark.write(count)
        except OSError:
            log.warning("the mark beside the book cannot be written")

    # ------------------------------------------------------------- asking

    def tell(self, advanced: Callable[[bytes], None]) -> None:
        """Tell ``advanced`` of each partner who has answered or shown newer states."""
        self.answered = self._accounts.advanced = advanced

    def nudge(self) -> None:
        """Ask again now: the mode was entered, or somebody came."""
        self._nudged.set()

    def awaited(self, unit: Unit) -> frozenset[bytes]:
        """Every partner that the book knows of and that has not answered yet."""
        if resync_mode.since(unit) is None:
            return frozenset()
        return frozenset(
            key
            for key in self._partners.keys(unit)
            if not resync_mode.has_answered(unit, key)
        )

    async def met(self, peer: bytes) -> None:
        """A peer came: compare accounts, and ask for everything after a restore."""
        with self._context.book.unit() as unit:
            is_restored = resync_mode.since(unit) is not None
            has_answered = resync_mode.has_answered(unit, peer)
        if is_restored and not has_answered:
            await self.ask(peer)
        else:
            await self._accounts.compare(peer)

    async def run(self) -> None:
        """Ask whoever is awaited until all have answered; ends by cancellation."""
        wait = FIRST_WAIT_SECONDS
        while True:
            self._nudged = trio.Event()
            try:
                await self._ask_all()
                with self._context.book.unit() as unit:
                    self._open_slots(unit)
                    is_over = not self.awaited(unit)
            except BookError:
                log.warning("the book failed; asked again later")
                is_over = False
            with trio.move_on_after(LAST_WAIT_SECONDS if is_over else wait) as scope:
                await self._nudged.wait()
            wait = min(wait * 2, LAST_WAIT_SECONDS) if scope.cancelled_caught else 2.0

    async def _ask_all(self) -> None:
        with self._context.book.unit() as unit:
            awaited = self.awaited(unit)
        places = trio.CapacityLimiter(MAX_ASKED)
        async with trio.open_nursery() as nursery:
            for peer in sorted(awaited):
                nursery.start_soon(self._ask_one, peer, places)

    async def _ask_one(self, peer: bytes, places: trio.CapacityLimiter) -> None:
        async with places:
            await self.ask(peer)

    async def ask(self, peer: bytes) -> None:
        """Ask ``peer`` for everything, once at a time. Never raises."""
        if peer in self._asking:
            return
        self._asking.add(peer)
        try:
            with trio.fail_after(ASK_SECONDS):
                await self._take_all(peer)
        except (BazaarError, trio.TooSlowError) as error:
            log.info("a partner has not answered", extra={"why": type(error).__name__})
        finally:
            self._asking.discard(peer)

    async def _take_all(self, peer: bytes) -> None:
        with self._context.book.unit() as unit:
            start = resync_mode.since(unit)
        theirs: dict[bytes, TradeDigest] = {}
        units: set[str] = set()
        total = 1
        while len(theirs) < min(total, MAX_SHARED):
            asked = encode(SharedGet(len(theirs)))
            reply = await self._partners.ask(peer, RequestType.SHARED, asked)
            page = decode(Shared, reply)
            total = page.total
            units |= set(page.units)
            before = len(theirs)
            theirs |= {one.trade: one for one in page.trades}
            if len(theirs) == before:
                break
        for start_at in range(0, len(theirs), MAX_TRADES):
            await self._resync.take(
                peer, list(theirs.values())[start_at : start_at + MAX_TRADES]
            )
        with self._context.book.unit() as unit:
            units |= {row.unit for row in unit.accounts() if row.partner == peer}
            units |= {one.unit for one in index_notes.accounts_with(unit, peer)}
        for unit_id in sorted(units):
            await self._accounts.fetch(peer, unit_id)
        with self._context.book.unit() as unit:
            if resync_mode.since(unit) == start:
                self._check_states(unit, peer)
                resync_mode.note_answer(unit, peer)
                self._open_slots(unit)
        log.info("a partner has answered")
        self.answered(peer)

    def _check_states(self, unit: Unit, peer: bytes) -> None:
        """Refuse an answer that shows an account as it was long before the loss (14).

        The own index knows how far it had come. The last state may be ours alone, if our
        signature under it was lost; a partner who shows less hides what both had signed.
        Raises RefusedError (STALE); after 72 h the user is told instead, since the
        partner may have lost his book too.
        """
        start = resync_mode.since(unit) or 0
        waited = self._context.now() - start
        patience = self._context.network.scaled(resync_mode.SLOT_WAIT_SECONDS)
        for known in index_notes.accounts_with(unit, peer):
            shown = self._accounts.number(unit, peer, known.unit)
            if shown + 1 >= known.n:
                continue
            if waited < patience:
                raise RefusedError(ReplyCode.STALE, "newer states are hidden")
            words = (
                f"After the restore this partner shows state {shown} of the account in "
                f"{known.unit}; your own index had seen state {known.n}. What was agreed "
                "between them is lost here: compare it before you trade again."
            )
            name = f"account-older:{start}:{peer.hex()}:{known.unit}"
            tell(
                unit, self._context, Notice(NoticeKind.PAYMENT, name, words, peer=peer)
            )

    def _open_slots(self, unit: Unit) -> None:
        """New trades may begin once some partner is known and all known ones answered."""
        if resync_mode.slots_open_at(unit, self._context.network) is None:
            return
        known = self._partners.keys(unit)
        if known and not self.awaited(unit):
            resync_mode.open_slots(unit)


class _Answers:
    """The other side: shows a partner all that is shared with it."""

    mailboxes: Mailboxes

    def __init__(self, context: Context, trades: Trades) -> None:
        self._context = context
        self._trades = trades

    async def shared(self, request: Request) -> bytes:
        """All trades and accounts shared with the asker.

        Raises RefusedError (BUSY) while own mail may be missing; it is collected first.
        """
        asked = decode(SharedGet, request.body)
        if asked.offset == 0:
            is_empty = False
            with trio.move_on_after(EMPTY_SECONDS):
                is_empty = await self.mailboxes.emptied()
            if not is_empty:
                raise RefusedError(ReplyCode.BUSY, "own mail is collected first")
        with self._context.book.unit() as unit:
            trades = self._of(unit, request.peer)
            units = [r.unit for r in unit.accounts() if r.partner == request.peer]
            page = trades[asked.offset : asked.offset + MAX_TRADES]
            digests = tuple(digest_of(self._trades.load(unit, one)) for one in page)
        return encode(Shared(len(trades), digests, tuple(units)))

    def _of(self, unit: Unit, peer: bytes) -> Sequence[bytes]:
        return sorted(
            row.id
            for row in unit.trades()
            if self._trades.is_shared(unit, row.id, peer)
        )
