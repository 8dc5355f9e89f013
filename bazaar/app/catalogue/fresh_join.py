"""A first catalogue from the segments of peers: newest first, several at once, resumed after a kill.

Only who knows much less than a peer offers asks for segments; what is missing afterwards
comes as heads do. A peer whose segment is none, or holds what does not verify, is not
asked again.
"""

import contextlib
import hashlib
import logging
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import trio

from bazaar.app.context import Context
from bazaar.app.ports import Unit
from bazaar.domain.errors import (
    BazaarError,
    MalformedMessageError,
    NotFoundError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.messages import MAX_BLOB_PART_BYTES, BlobPart
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.stores.head import is_fresh
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.stores.segment import (
    SegmentGet,
    SegmentList,
    SegmentRow,
    SegmentsGet,
    Unpacked,
    unpack,
)
from bazaar.domain.wire.envelope import Signed

log = logging.getLogger(__name__)

LEAST_OFFER: Final = 5_000
"""Cards; fewer come as heads do."""

FRESH_SHARE: Final = 0.5
"""Who holds less than half of what is offered joins by segments."""

MAX_PEERS: Final = 4
DOWNLOADS: Final = 4
PARTS_AT_ONCE: Final = 3
HEADS_AT_ONCE: Final = 500
WINDOW: Final = 6
"""Segments on their way, or waiting while one is taken in."""

MAX_OFFER_BYTES: Final = 2**30

MAX_ASKED: Final = 16
ASK_SECONDS: Final = 3_600
LIST_SECONDS: Final = 10.0
PART_SECONDS: Final = 60.0
APPLIED: Final = "segments:applied"
DIGEST_BYTES: Final = 32


class Progress(NamedTuple):
    """How many listings of how many are here; ``total`` is what peers say."""

    listings: int
    total: int


class Offer(NamedTuple):
    """What one peer serves."""

    peer: bytes
    rows: tuple[SegmentRow, ...]

    @property
    def cards(self) -> int:
        """As its maker says."""
        return sum(row.cards for row in self.rows)


class FreshJoin:
    """Asks each new connection for its list until the catalogue is filled."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.took: Callable[[tuple[SegmentRow, ...]], None] = lambda _: None
        """Told of all segments of an offer once they are here."""

        self.is_full: Callable[[], bool] = lambda: False
        """Whether the catalogue has its quota."""

        self.wants: Callable[[Signed[StoreHead]], bool] = lambda _: True
        """Whether the user's choice lets the cards under a head be kept."""

        self.ended: Callable[[bytes], None] = lambda _: None
        """Told of each connected peer when a join is over."""

        self._offers: dict[bytes, Offer] = {}
        self._refused: set[bytes] = set()
        self._asked: list[int] = []
        self._met = trio.Event()
        self._progress: Progress | None = None

    def progress(self) -> Progress | None:
        """How far it is, or None while no segments come."""
        return self._progress

    async def is_under_way(self) -> bool:
        """Whether segments come, or will at once: heads one by one would only delay them."""
        return self._progress is not None or await self._best() is not None

    async def met(self, peer: bytes) -> None:
        """Ask a new connection what it serves. Never raises but ``Cancelled``."""
        if self._context.segments is None or peer in self._refused:
            return
        if len(self._offers) >= MAX_PEERS or not self._may_ask():
            return
        try:
            with trio.fail_after(LIST_SECONDS):
                reply = await self._context.exchange.request(
                    peer, RequestType.SEGMENT_LIST, encode(SegmentsGet())
                )
            offer = Offer(peer, decode(SegmentList, reply).segments)
        except (BazaarError, trio.TooSlowError) as error:
            log.info("a peer serves no segments", extra={"why": type(error).__name__})
            return
        if offer.rows and sum(row.size for row in offer.rows) <= MAX_OFFER_BYTES:
            self._offers[peer] = offer
            self._met.set()

    def _may_ask(self) -> bool:
        """Whether few enough were asked in the last hour: lists cost traffic."""
        now = self._context.now()
        self._asked = [at for at in self._asked if 0 <= now - at < ASK_SECONDS]
        if len(self._asked) >= MAX_ASKED:
            return False
        self._asked.append(now)
        return True

    async def run(self) -> None:
        """Join by the best offer, then by what else is offered; ends by cancellation."""
        while True:
            await self._met.wait()
            self._met = trio.Event()
            joined = False
            while (offer := await self._best()) is not None:
                joined = True
                try:
                    await self._join(offer)
                except (BazaarError, OSError, trio.TooSlowError) as error:
                    why = type(error).__name__
                    log.info("a join stopped", extra={"why": why})
                finally:
                    self._progress = None
                    self._offers.pop(offer.peer, None)
            self._offers.clear()
            for one in self._context.exchange.peers() if joined else ():
                self.ended(one.key)

    async def _best(self) -> Offer | None:
        """The largest offer, if it is worth it."""
        offers = [one for one in self._offers.values() if one.cards >= LEAST_OFFER]
        if not offers or not self._context.has_space():
            return None
        best = max(offers, key=lambda one: one.cards)
        listings, _ = await self._context.catalogue.counts()
        return (
            best if listings < FRESH_SHARE * best.cards or self._begun(best) else None
        )

    def _begun(self, offer: Offer) -> bool:
        """Whether a join by these very segments was cut off."""
        applied = self._applied()
        done = sum(row.hash in applied for row in offer.rows)
        return 0 < done < len(offer.rows)

    async def _join(self, offer: Offer) -> None:
        applied = self._applied()
        wanted = [row for row in offer.rows if row.hash not in applied]
        done = offer.cards - sum(row.cards for row in wanted)
        self._tell(done, offer.cards)
        await self._context.catalogue.reserve(sum(row.cards for row in wanted))
        places = trio.Semaphore(WINDOW)
        course = Course(offer, iter(enumerate(wanted)), places, [], trio.Event())
        send, receive = trio.open_memory_channel[Came](WINDOW)
        async with trio.open_nursery() as nursery:
            async with send:
                nursery.start_soon(self._download, course, send.clone())
                for _ in range(DOWNLOADS - 1):
                    nursery.start_soon(self._help, course, send.clone())
            try:
                line = InOrder()
                async for late in receive:
                    for came in line.after(late):
                        await self._take(came)
                        course.places.release()
                        done += came.row.cards
                        self._tell(done, offer.cards)
            except (BazaarError, OSError) as error:
                course.problems.append(error)
                nursery.cancel_scope.cancel()
        if course.problems:
            raise course.problems[0]
        await self._context.catalogue.release()
        self.took(offer.rows)
        self._forget()

    def _tell(self, done: int, total: int) -> None:
        self._progress = Progress(done, total)
        self._context.emit("catalogue", {})

    # ------------------------------------------------------------- fetching

    async def _download(
        self, course: "Course", send: trio.MemorySendChannel["Came"]
    ) -> None:
        async with send:
            for index, row in course.rows:
                await course.places.acquire()
                peer, data = await self._from_any(row, course.offer)
                if data is None:
                    course.problems.append(NotFoundError("a segment was not had"))
                await send.send(Came(index, row, peer, data))
                course.begun.set()
            course.begun.set()

    async def _help(
        self, course: "Course", send: trio.MemorySendChannel["Came"]
    ) -> None:
        """Begin once the first segment is here: it has the whole link, so that one can search."""
        async with send:
            await course.begun.wait()
            await self._download(course, send.clone())

    async def _from_any(
        self, row: SegmentRow, offer: Offer
    ) -> tuple[bytes, bytes | None]:
        """Who gave a segment, and its bytes; each of those that offer it is tried."""
        kept = self._context.segments
        held = kept.get(row.hash) if kept else None
        if held is not None:
            return offer.peer, held
        for peer in self._who_has(row, offer.peer):
            try:
                data = await self._fetched(row, peer)
            except (BazaarError, trio.TooSlowError) as error:
                self._blame(peer, error)
                continue
            if kept is not None:
                with contextlib.suppress(OSError):  # it only need not be fetched again
                    await trio.to_thread.run_sync(kept.put, data)
            return peer, data
        return offer.peer, None

    def _who_has(self, row: SegmentRow, first: bytes) -> list[bytes]:
        """Peers that offer the segment, in turn by its hash so that all have work."""
        others = [one.peer for one in self._offers.values() if row in one.rows] or [
            first
        ]
        turn = row.hash[0] % len(others)
        ordered = others[turn:] + others[:turn]
        return [peer for peer in ordered if peer not in self._refused]

    async def _fetched(self, row: SegmentRow, peer: bytes) -> bytes:
        """All parts, a few at once; checked by hash. Raises BazaarError or TooSlowError."""
        starts = iter(range(0, row.size, MAX_BLOB_PART_BYTES))
        found, problems = bytearray(row.size), list[Exception]()

        async def work() -> None:
            try:
                for start in starts:
                    data = await self._part(row, peer, start)
                    found[start : start + len(data)] = data
            except (BazaarError, trio.TooSlowError) as error:
                problems.append(error)
                nursery.cancel_scope.cancel()

        async with trio.open_nursery() as nursery:
            for _ in range(PARTS_AT_ONCE):
                nursery.start_soon(work)
        if problems:
            raise problems[0]
        data = bytes(found)
        if hashlib.sha256(data).digest() != row.hash:
            raise MalformedMessageError("a segment does not have its hash")
        return data

    async def _part(self, row: SegmentRow, peer: bytes, start: int) -> bytes:
        length = min(MAX_BLOB_PART_BYTES, row.size - start)
        request = encode(SegmentGet(row.hash, start, length))
        with trio.fail_after(PART_SECONDS):
            reply = await self._context.exchange.request(
                peer, RequestType.SEGMENT_GET, request
            )
        part = decode(BlobPart, reply)
        if part.size != row.size or len(part.data) != length:
            raise MalformedMessageError("a segment has another size than was said")
        return part.data

    def _blame(self, peer: bytes, error: Exception) -> None:
        self._refused.add(peer)
        self._context.exchange.blame(peer, error)
        log.info("a peer's segment was refused", extra={"why": type(error).__name__})

    # ------------------------------------------------------------- taking

    async def _take(self, came: "Came") -> None:
        """Index what verifies of a segment; who served it answers for the rest."""
        if came.data is None:
            return
        if self.is_full():
            raise RefusedError(ReplyCode.NO_SPACE, "the catalogue has its quota")
        opened = await self._opened(came.peer, came.data)
        now = self._context.now()
        fresh = [
            one
            for one in opened.stores
            if is_fresh(one.head.body, now) and one.head.author != self._context.me
        ]
        wanted = [one for one in fresh if self.wants(one.head)]
        known = [one.head for one in fresh if not self.wants(one.head)]
        await self._context.catalogue.apply_segment(wanted, now)
        for start in range(0, len(known), HEADS_AT_ONCE):
            await self._context.catalogue.keep_heads(
                known[start : start + HEADS_AT_ONCE]
            )
        with self._context.book.unit() as unit:
            held = unit.setting(APPLIED) or b""
            unit.set_setting(APPLIED, held + came.row.hash)

    async def _opened(self, peer: bytes, data: bytes) -> Unpacked:
        network = self._context.network.id
        try:
            opened = await trio.to_thread.run_sync(unpack, data, network)
        except MalformedMessageError as error:
            self._blame(peer, error)
            return Unpacked([], 0)
        if opened.bad:
            self._blame(peer, MalformedMessageError(f"{opened.bad} false stores"))
        return opened

    def _applied(self) -> frozenset[bytes]:
        with self._context.book.unit() as unit:
            return _digests(unit)

    def _forget(self) -> None:
        with self._context.book.unit() as unit:
            unit.set_setting(APPLIED, None)


class Came(NamedTuple):
    """A segment, in its place among those wanted; without data if nobody gave it."""

    place: int
    row: SegmentRow
    peer: bytes
    data: bytes | None


class Course(NamedTuple):
    """One join under way, shared by its downloads.

    Attributes:
        places: How many segments may be on their way or wait to be taken in.
        begun: Set once the first segment is here.
    """

    offer: Offer
    rows: Iterator[tuple[int, SegmentRow]]
    places: trio.Semaphore
    problems: list[Exception]
    begun: trio.Event


class InOrder:
    """What came, in the order wanted: the newest cards are indexed first."""

    def __init__(self) -> None:
        self._early: dict[int, Came] = {}
        self._due = 0

    def after(self, late: Came) -> list[Came]:
        """Whose turn it is now that ``late`` is here."""
        self._early[late.place] = late
        found: list[Came] = []
        while self._due in self._early:
            found.append(self._early.pop(self._due))
            self._due += 1
        return found


def _digests(unit: Unit) -> frozenset[bytes]:
    data = unit.setting(APPLIED) or b""
    return frozenset(
        data[start : start + DIGEST_BYTES]
        for start in range(0, len(data), DIGEST_BYTES)
    )
