"""Chains of slots: the own ones are shown to who asks, those of others read and counted (11.2)."""

import logging
from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple

import trio

from bazaar.app.context import Context
from bazaar.app.ports import Request, SlotRow, Unit
from bazaar.app.recovery import resync_mode
from bazaar.app.reputation.rating_index import ratings_of_slot
from bazaar.app.reputation.sales_heads import SalesHeads
from bazaar.app.reputation.slot_chain import own_head, own_heads, previous_head
from bazaar.app.trading.trades import Trades
from bazaar.domain.errors import (
    BazaarError,
    MalformedMessageError,
    NotFoundError,
    PeerError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.exchange.coding import MAX_ANSWER_BYTES, decode, encode
from bazaar.domain.exchange.reputation import (
    MAX_SLOT_RATINGS,
    MAX_SLOTS,
    SlotEntry,
    SlotsAnswer,
    SlotsGet,
)
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.reputation.rating_rules import slot_of
from bazaar.domain.reputation.slot_history import (
    MAX_READ,
    Known,
    Shortened,
    SlotStatus,
    Tally,
    Walk,
    is_behind,
    known_slot,
    tally,
)
from bazaar.domain.reputation.slots import SalesHead, Slot
from bazaar.domain.trading.messages import Accept, Offer, SeatAck
from bazaar.domain.trading.phases import Phase
from bazaar.domain.wire.bounds import MAX_U32, Body
from bazaar.domain.wire.envelope import Signed, verify, verify_as
from bazaar.domain.wire.kinds import SLOT_KINDS, Kind

log = logging.getLogger(__name__)

READ_SECONDS: Final = 20.0
ROOM_BYTES: Final = 8 * 1024
"""Left of an answer's size for one entry more and the head."""

MAX_TRADES_SEEN: Final = 1_000
SLOTTED: Final = frozenset({Kind.OFFER, Kind.ACCEPT, Kind.SEAT_ACK})


class History(NamedTuple):
    """One chain of one key, as far as it could be read.

    Attributes:
        head: The furthest SalesHead that is known, or None.
        tally: None if the chain could not be read to its end.
        left_out: Numbers without a slot, in ``breaks`` places.
        unproven: Slots that the SalesHead does not vouch for.
        shortened: What the owner signed and its chain no longer holds.
        problem: Why it was not read, in words; empty if it was.
        is_false: Whether what was shown contradicts the owner's own signature.
    """

    chain: int
    head: Signed[SalesHead] | None
    tally: Tally | None
    left_out: int = 0
    breaks: int = 0
    unproven: int = 0
    shortened: tuple[Shortened, ...] = ()
    problem: str = ""
    is_false: bool = False


class SlotHistories:
    """Answers the request ``slots``, and asks it."""

    def __init__(self, context: Context, trades: Trades, heads: SalesHeads) -> None:
        self._context = context
        self._trades = trades
        self._heads = heads

    # ------------------------------------------------------------- showing

    async def answer(self, request: Request) -> bytes:
        """Places of an own chain.

        Raises NotFoundError for somebody else's, RefusedError (BUSY) while own slots that
        a restore lost are still looked for.
        """
        return encode(self._shown(decode(SlotsGet, request.body)))

    def _shown(self, asked: SlotsGet) -> SlotsAnswer:
        if asked.owner != self._context.me:
            raise NotFoundError("this chain is somebody else's")
        with self._context.book.unit() as unit:
            if resync_mode.is_seeking(unit):
                raise RefusedError(ReplyCode.BUSY, "own slots are being recovered")
            own_heads(self._context, unit)
            head = own_head(self._context, unit, asked.chain)
            if head is None:
                return SlotsAnswer(None, ())
            last = unit.last_slot(asked.chain)
            if last is None or last.number < head.body.n:
                raise RefusedError(ReplyCode.BUSY, "own slots are being recovered")
            end = min(asked.last, head.body.n)
            rows = unit.slots(asked.chain, asked.first, end, MAX_SLOTS)
            return SlotsAnswer(head.envelope, tuple(_fitting(unit, rows)))

    def own_pages(self) -> Iterator[SlotsAnswer]:
        """All own chains, answer by answer. Raises RefusedError (BUSY) as ``answer`` does."""
        for chain in sorted(SLOT_KINDS):
            first = 1
            while True:
                page = self._shown(
                    SlotsGet(self._context.me, int(chain), first, MAX_U32)
                )
                if not page.entries:
                    break
                yield page
                first = page.entries[-1].number + 1

    # ------------------------------------------------------------- reading

    async def read(
        self,
        owner: bytes,
        chain: Kind,
        rated: Collection[bytes],
        slots: Iterable[Signed[Slot]],
    ) -> History:
        """Ask ``owner`` for one chain and check it. Never raises for what a peer does.

        ``rated`` are the ids of the slots that a valid rating is held of, ``slots`` what
        these ratings carry.
        """
        held = await self._heads.held(owner, chain)
        try:
            with trio.fail_after(READ_SECONDS):
                walk = await self._walk(owner, chain)
        except PeerError as error:
            self._context.exchange.blame(owner, error)
            return History(chain, held, None, problem=str(error), is_false=True)
        except (BazaarError, trio.TooSlowError) as error:
            log.info("a chain was not read", extra={"why": type(error).__name__})
            words = str(error) if isinstance(error, RefusedError) else "no answer"
            return History(chain, held, None, problem=words)
        if walk is None:
            return _without(chain, held)
        known = [*map(known_slot, slots), *self._known(owner)]
        counts = tally(walk, rated, known)
        behind = (
            (Shortened(held.envelope, walk.head.envelope),)
            if held is not None and is_behind(walk.head.body, held.body)
            else ()
        )
        shortened = (*behind, *counts.shortened)
        gaps = (walk.left_out, walk.breaks, walk.unproven)
        return History(chain, walk.head, counts, *gaps, shortened)

    async def _walk(self, owner: bytes, chain: Kind) -> Walk | None:
        """Follow the chain to its end; None if there is none. Raises what a request does."""
        answer = await self._ask(owner, chain, 1, MAX_SLOTS)
        if answer.head is None:
            if answer.entries:
                raise MalformedMessageError("slots without a SalesHead")
            return None
        head = verify_as(SalesHead, answer.head, self._context.network.id)
        if head.author != owner or head.body.chain != chain:
            raise MalformedMessageError("a SalesHead of another chain")
        await self._heads.keep(head)  # what is signed is told, however the list ends
        first = max(1, head.body.n - MAX_READ + 1)
        walk = Walk(head, first)
        if first == 1:
            walk.take(answer.entries)
        while not walk.is_done:
            answer = await self._ask(owner, chain, walk.next, head.body.n)
            walk.take(answer.entries)
        return walk

    async def _ask(
        self, owner: bytes, chain: Kind, first: int, last: int
    ) -> SlotsAnswer:
        asked = SlotsGet(owner, int(chain), first, last)
        if owner == self._context.me:
            await trio.lowlevel.checkpoint()
            return self._shown(asked)
        reply = await self._context.exchange.request(
            owner, RequestType.SLOTS, encode(asked)
        )
        return decode(SlotsAnswer, reply)

    def _known(self, owner: bytes) -> Iterator[Known]:
        """Slots of ``owner`` that stand in own trades, with the times of their messages."""
        network = self._context.network.id
        if owner == self._context.me:
            return
        with self._context.book.unit() as unit:
            shared = [
                row.id
                for row in unit.trades()
                if owner in self._trades.keys(unit, row.id)
            ][:MAX_TRADES_SEEN]
            for trade in shared:
                for row in unit.messages(trade):
                    if row.kind in SLOTTED:
                        said = verify(row.envelope, network)
                        if said.author == owner:
                            yield _known_of(said, network)


def _known_of(said: Signed[Body], network: bytes) -> Known:
    match said.body:
        case Offer(buy_slot=slot, at=at):
            pass
        case Accept(sale_slot=slot, at=at):
            pass
        case SeatAck(case_slot=slot, at=at):
            pass
        case _:
            raise TypeError("no message that carries a slot")
    return known_slot(slot_of(slot, network), at)


def _without(chain: int, held: Signed[SalesHead] | None) -> History:
    if held is None:
        return History(chain, None, None)
    words = "the owner no longer shows this list"
    return History(chain, held, None, problem=words, is_false=True)


def _fitting(unit: Unit, rows: Iterable[SlotRow]) -> Iterator[SlotEntry]:
    """As many entries as fit into one answer."""
    room = MAX_ANSWER_BYTES - ROOM_BYTES
    before = -1
    for row in rows:
        ratings = ratings_of_slot(unit, row.id)[:MAX_SLOT_RATINGS]
        previous = None if row.number == before + 1 else previous_head(unit, row)
        status = _status(unit, row, is_rated=bool(ratings))
        entry = SlotEntry(row.number, row.id, previous, int(status), ratings)
        room -= len(encode(entry))
        if room < 0:
            return
        before = row.number
        yield entry


def _status(unit: Unit, row: SlotRow, *, is_rated: bool) -> SlotStatus:
    if is_rated:
        return SlotStatus.RATED
    trade = unit.trade(row.trade)
    if trade is None or trade.phase not in {Phase.CLOSED, Phase.ABORTED}:
        return SlotStatus.OPEN
    return SlotStatus.ABORTED if trade.phase == Phase.ABORTED else SlotStatus.CLOSED
