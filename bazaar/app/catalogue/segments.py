"""Segments of what is known here, made in the background and served to who joins."""

import hashlib
import logging
from collections.abc import Callable
from typing import Final

import msgspec
import trio

from bazaar.app.context import Context
from bazaar.app.ports import BlockRow, CatalogueError, Request, Unit
from bazaar.app.ports import SegmentStore as Kept
from bazaar.domain.errors import NotFoundError, RefusedError
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.messages import BlobPart
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.stores.segment import (
    MAX_SEGMENTS,
    SegmentGet,
    SegmentList,
    SegmentRow,
    SegmentsGet,
    SegmentStore,
    pack,
    parts,
)

log = logging.getLogger(__name__)

LEAST_LISTINGS: Final = 5_000
"""Who knows fewer makes none: their heads are as quickly told."""

FIRST_LOOK_SECONDS: Final = 60.0
LOOK_SECONDS: Final = 300.0
MAKE_SECONDS: Final = 6 * 3600
GROWTH: Final = 1.25
"""Made sooner if the catalogue has grown by a quarter, but never within ten minutes."""

LEAST_MAKE_SECONDS: Final = 600
MAX_DISK_BYTES: Final = 512 * 2**20
STORES_AT_ONCE: Final = 50
PAUSE_SECONDS: Final = 0.01
"""Between two reads, so that searches pass."""

MADE: Final = "segments"
NEWEST: Final = (2**53, b"\xff" * 32)


class Made(msgspec.Struct, frozen=True):
    """The segments served, and when they were made of how many listings.

    Attributes:
        without: SHA-256 of the sorted keys whose stores were left out.
    """

    at: int
    listings: int
    rows: tuple[SegmentRow, ...]
    without: bytes = b""


NOTHING: Final = Made(0, 0, ())


class Segments:
    """Makes and serves; one making at a time."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.blocked: Callable[[], frozenset[bytes]] = frozenset
        """Keys of whom nothing is served."""

        with context.book.unit() as unit:
            self._made = _read(unit)

    def listen(self) -> None:
        """Serve from now on; before the network runs."""
        self._context.exchange.serve(RequestType.SEGMENT_LIST, self.listed)
        self._context.exchange.serve(RequestType.SEGMENT_GET, self.part)

    async def run(self) -> None:
        """Make them anew now and then; cancelling leaves those that were."""
        await trio.sleep(FIRST_LOOK_SECONDS)
        while True:
            try:
                if await self._is_due():
                    await self.make()
            except (CatalogueError, RefusedError, OSError) as error:
                log.warning("no segments were made", extra={"why": str(error)})
            await trio.sleep(LOOK_SECONDS)

    async def _is_due(self) -> bool:
        listings, _ = await self._context.catalogue.counts()
        age = self._context.now() - self._made.at
        if listings < LEAST_LISTINGS or not self._context.has_space():
            return False
        is_wrong = bool(self._made.rows) and not self._served()
        has_grown = is_wrong or listings > GROWTH * self._made.listings
        return age >= MAKE_SECONDS or (has_grown and age >= LEAST_MAKE_SECONDS)

    async def make(self) -> int:
        """Make segments of all stores that are shown; how many. Raises CatalogueError or OSError."""
        kept = self._context.segments
        if kept is None:
            return 0
        listings, _ = await self._context.catalogue.counts()
        blocked = self.blocked()
        rows: list[SegmentRow] = []
        waiting: list[BlockRow] = []
        before, size, is_done = NEWEST, 0, False
        while not is_done and len(rows) < MAX_SEGMENTS and size < MAX_DISK_BYTES:
            found = await self._context.catalogue.blocks(before, STORES_AT_ONCE)
            waiting += [one for one in found if one.key not in blocked]
            before = (found[-1].issued, found[-1].key) if found else before
            is_done = not found
            ready, waiting = await trio.to_thread.run_sync(_ready, waiting, is_done)
            for part in ready:
                rows.append(await trio.to_thread.run_sync(_put, kept, part))
                size += rows[-1].size
            await trio.sleep(PAUSE_SECONDS)
        self._note(
            Made(self._context.now(), listings, tuple(rows), _digest(blocked)), kept
        )
        return len(rows)

    def _note(self, made: Made, kept: Kept) -> None:
        with self._context.book.unit() as unit:
            unit.set_setting(MADE, msgspec.msgpack.encode(made))
        self._made = made
        served = {row.hash for row in made.rows}
        for digest in kept.held().keys() - served:
            kept.drop(digest)

    def took(self, rows: tuple[SegmentRow, ...]) -> None:
        """Serve what was fetched and held true, until own ones are made."""
        kept = self._context.segments
        if kept is None or self._made.at:
            return
        cards = sum(row.cards for row in rows)
        self._made = Made(0, cards, rows, _digest(frozenset()))
        with self._context.book.unit() as unit:
            unit.set_setting(MADE, msgspec.msgpack.encode(self._made))

    def _served(self) -> tuple[SegmentRow, ...]:
        """None after somebody was blocked or unblocked, until others are made."""
        is_right = self._made.without == _digest(self.blocked())
        return self._made.rows if is_right else ()

    async def listed(self, request: Request) -> bytes:
        """What is served here."""
        await trio.lowlevel.checkpoint()
        decode(SegmentsGet, request.body)
        return encode(SegmentList(self._served()))

    async def part(self, request: Request) -> bytes:
        """A range of a segment that is served."""
        asked = decode(SegmentGet, request.body)
        sizes = {row.hash: row.size for row in self._served()}
        kept, size = self._context.segments, sizes.get(asked.hash)
        if kept is None or size is None:
            raise NotFoundError("this segment is not served here")
        part, start, length = kept.part, asked.offset, asked.length
        data = await trio.to_thread.run_sync(part, asked.hash, start, length)
        if data is None:
            raise NotFoundError("this segment is not served here")
        return encode(BlobPart(size, data))


def _ready(
    waiting: list[BlockRow],
    is_done: bool,  # noqa: FBT001 - called in a thread, by position
) -> tuple[list[list[BlockRow]], list[BlockRow]]:
    """Whole segments among what waits, and the rest."""
    stores = [SegmentStore(one.head, one.pages) for one in waiting]
    cut = list(parts(stores, [one.cards for one in waiting]))
    if not is_done and cut:
        last = cut.pop()
        return _rows(waiting, cut), [waiting[index] for index in last]
    return _rows(waiting, cut), []


def _rows(waiting: list[BlockRow], cut: list[list[int]]) -> list[list[BlockRow]]:
    return [[waiting[index] for index in part] for part in cut]


def _put(kept: Kept, part: list[BlockRow]) -> SegmentRow:
    data = pack(SegmentStore(one.head, one.pages) for one in part)
    cards = sum(one.cards for one in part)
    return SegmentRow(kept.put(data), len(data), cards, part[0].issued)


def _digest(blocked: frozenset[bytes]) -> bytes:
    return hashlib.sha256(b"".join(sorted(blocked))).digest()


def _read(unit: Unit) -> Made:
    held = unit.setting(MADE)
    return msgspec.msgpack.decode(held, type=Made) if held else NOTHING
