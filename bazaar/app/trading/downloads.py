"""Bought files: fetched chunk by chunk from whoever has them, resumed after any interruption.

Each chunk is compared with its hash before it is written, and again when a download goes
on; so nothing but the wish to have the file must survive a crash.
"""

import errno
import hashlib
import logging
from collections import deque
from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec
import trio

from bazaar.app.context import Context
from bazaar.app.ports import GoodsStore, Unit
from bazaar.app.trading.deliveries import deliveries
from bazaar.app.trading.trades import Trades
from bazaar.domain.errors import (
    BazaarError,
    InputError,
    MalformedMessageError,
    NotAllowedError,
    NotFoundError,
    ReplyCode,
)
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.messages import MAX_BLOB_PART_BYTES, BlobGet, BlobPart
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.stores.records import Contact
from bazaar.domain.text.file_names import safe_name
from bazaar.domain.trading.goods import (
    CHUNK_BYTES,
    Sealed,
    chunk_hashes,
    chunk_size,
    delivery_of,
    list_bytes,
    turn,
)
from bazaar.domain.trading.messages import GoodsFile, Role, Ship
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import verify_as
from bazaar.domain.wire.kinds import Kind

log = logging.getLogger(__name__)

MAX_SOURCES: Final = 4
RETRY_SECONDS: Final = 20.0
TELL_SECONDS: Final = 0.5
WISHES: Final = "downloads"
FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class Bought(NamedTuple):
    """A file that a Ship of an order names, with what opens it; None if that is not here."""

    trade: bytes
    seller: bytes
    file: GoodsFile
    sealed: Sealed | None

    @property
    def name(self) -> str:
        """Our own name for it, harmless everywhere."""
        return safe_name(self.file.hash, self.sealed.name if self.sealed else "")

    @property
    def place(self) -> str:
        """Its name in the store."""
        return f"got-{self.file.hash.hex()}"


class Course(msgspec.Struct):
    """How far a download is; lost with the process and found again from the chunks."""

    held: int = 0
    problem: str = ""
    told: float = 0.0
    scope: trio.CancelScope | None = None


class Downloads:
    """Fetches what the user wants to have; one task per file."""

    def __init__(self, context: Context, trades: Trades) -> None:
        self._context = context
        self._trades = trades
        self._courses: dict[tuple[bytes, bytes], Course] = {}
        self._nudged = trio.Event()

    @property
    def _store(self) -> GoodsStore:
        if self._context.goods is None:
            raise NotFoundError("this node keeps no goods")
        return self._context.goods

    # ------------------------------------------------------------- looking

    def bought(self, trade_id: bytes) -> list[Bought]:
        """Every file of an order that was delivered, in the order of the shipments."""
        with self._context.book.unit() as unit:
            trade = self._trades.load(unit, trade_id)
            return list(self._bought(unit, trade))

    def _bought(self, unit: Unit, trade: Trade) -> Iterable[Bought]:
        read = deliveries(unit, trade, self._trades.own_role(trade))
        for ship in trade.facts.of(Ship):
            goods = ship.body.goods
            opened = read.get(ship.id)
            text = opened.data if opened else ""
            sealed = delivery_of(text, len(goods))[1] or (None,) * len(goods)
            for file, one in zip(goods, sealed, strict=True):
                yield Bought(trade.id, ship.author, file, one)

    def course(self, one: Bought) -> Course | None:
        """How far its download is; None if it does not run."""
        return self._courses.get((one.trade, one.file.hash))

    def is_here(self, one: Bought) -> bool:
        """Whether the whole file is here."""
        return self._context.goods is not None and self._store.has(one.place)

    # ------------------------------------------------------------- wishing

    def fetch(self, trade_id: bytes, digest: bytes) -> None:
        """Get a file, now and after every start until it is here. Raises a BazaarError."""
        one = self._one(trade_id, digest)
        with self._context.book.unit() as unit:
            if self._trades.own_role(self._trades.load(unit, trade_id)) != Role.BUYER:
                raise NotAllowedError("only the buyer fetches what was delivered")
            if one.sealed is None:
                raise InputError("file", "its key is not in the delivery")
            if not self.is_here(one):
                _wish(unit, (*_wishes(unit), (trade_id, digest)))
        self._nudged.set()

    def cancel(self, trade_id: bytes, digest: bytes) -> None:
        """Stop a download and forget what is there of it."""
        one = self._one(trade_id, digest)
        self._unwish(trade_id, digest)
        course = self._courses.pop((trade_id, digest), None)
        if course is not None and course.scope is not None:
            course.scope.cancel()
        self._store.discard(one.place)
        self._tell(trade_id)

    async def save(self, trade_id: bytes, digest: bytes, folder: str) -> str:
        """Copy a file that is here into ``folder`` under our own name; the path.

        Raises InputError in words when that cannot be written; what is here stays here.
        """
        one = self._one(trade_id, digest)
        if not self.is_here(one):
            raise NotAllowedError("the file is not here yet", ReplyCode.WRONG_STATE)
        copy = self._store.copy_out
        try:
            return await trio.to_thread.run_sync(copy, one.place, folder, one.name)
        except OSError as error:
            raise InputError("folder", f"not saved: {error.strerror}") from error

    def _one(self, trade_id: bytes, digest: bytes) -> Bought:
        for one in self.bought(trade_id):
            if one.file.hash == digest:
                return one
        raise NotFoundError("this order has no such file")

    def _unwish(self, trade_id: bytes, digest: bytes) -> None:
        with self._context.book.unit() as unit:
            _wish(unit, [one for one in _wishes(unit) if one != (trade_id, digest)])

    # ------------------------------------------------------------- running

    async def run(self) -> None:
        """Fetch all that is wished for; ends by cancellation, and goes on at the next start."""
        async with trio.open_nursery() as nursery:
            while True:
                self._nudged = trio.Event()
                with self._context.book.unit() as unit:
                    wishes = _wishes(unit)
                for wish in wishes:
                    if wish not in self._courses:
                        self._courses[wish] = Course()
                        nursery.start_soon(self._follow, *wish)
                await self._nudged.wait()

    async def _follow(self, trade_id: bytes, digest: bytes) -> None:
        """Try until the file is here or the wish is taken back."""
        course = self._courses[trade_id, digest]
        with trio.CancelScope() as course.scope:
            while not await self._try(trade_id, digest, course):
                self._tell(trade_id)
                await trio.sleep(RETRY_SECONDS)
            self._unwish(trade_id, digest)
            self._courses.pop((trade_id, digest), None)
            self._tell(trade_id)

    async def _try(self, trade_id: bytes, digest: bytes, course: Course) -> bool:
        try:
            await self._download(self._one(trade_id, digest), course)
        except BazaarError as error:
            course.problem = str(error)
        except OSError as error:
            full = error.errno in FULL
            course.problem = "the disk is full" if full else f"disk: {error.strerror}"
        else:
            return True
        log.info("a download waits", extra={"why": course.problem})
        return False

    async def _download(self, one: Bought, course: Course) -> None:
        if self._store.has(one.place):
            return
        if not self._context.has_space():
            raise NotAllowedError("the disk is nearly full", ReplyCode.NO_SPACE)
        sources = await self._sources(one.seller)
        listed = await self._list(one, sources)
        hashes = chunk_hashes(one.file, listed)
        missing = await trio.to_thread.run_sync(self._missing, one, hashes)
        course.held = len(hashes) - len(missing)
        course.problem = ""
        await self._fetch_all(Fetching(one, hashes, deque(missing), course), sources)
        self._store.finish(one.place, one.place)

    async def _sources(self, seller: bytes) -> list[bytes]:
        """The seller and the mirrors that he names."""
        held = await self._context.catalogue.record(Kind.CONTACT, seller)
        network = self._context.network.id
        mirrors = verify_as(Contact, held, network).body.mirrors if held else ()
        return [seller, *(key for key in mirrors if key != self._context.me)][
            :MAX_SOURCES
        ]

    async def _list(self, one: Bought, sources: Iterable[bytes]) -> bytes:
        """The list of chunk hashes, kept once it was checked. Raises the last source's error."""
        length = list_bytes(one.file.size)
        held = self._context.blobs.get(one.file.hash) if length else b""
        if held is not None:
            return held
        problem: BazaarError = NotFoundError("nobody serves this file now")
        for source in sources:
            try:
                listed = await self._range(source, one.file, 0, length)
                chunk_hashes(one.file, listed)
            except BazaarError as error:
                problem = error
            else:
                self._context.blobs.put(listed)
                return listed
        raise problem

    def _missing(self, one: Bought, hashes: tuple[bytes, ...]) -> list[int]:
        """Chunks that are not there as they must be; runs in a thread."""
        assert one.sealed is not None  # noqa: S101 - fetch refused it otherwise
        missing: list[int] = []
        for index, digest in enumerate(hashes):
            due = chunk_size(one.file.size, index)
            plain = self._store.read(one.place, index * CHUNK_BYTES, due)
            sealed = turn(plain, one.sealed.key, index)
            if hashlib.sha256(sealed).digest() != digest:
                missing.append(index)
        return missing

    async def _fetch_all(self, fetching: "Fetching", sources: Iterable[bytes]) -> None:
        """Let every source work through what is missing. Raises the last error if some is left."""
        errors: list[BazaarError | OSError] = []

        async def work(source: bytes) -> None:
            try:
                await self._work(source, fetching)
            except (BazaarError, OSError) as error:
                errors.append(error)

        async with trio.open_nursery() as nursery:
            for source in sources:
                nursery.start_soon(work, source)
        if fetching.missing:
            raise errors[-1] if errors else NotFoundError("nobody serves this file now")

    async def _work(self, source: bytes, fetching: "Fetching") -> None:
        """Fetch until nothing is missing; a chunk that fails goes back to the others."""
        while fetching.missing:
            index = fetching.missing.popleft()
            done = False
            try:
                await self._chunk(source, fetching, index)
                done = True
            finally:
                if not done:
                    fetching.missing.appendleft(index)
            fetching.course.held += 1
            self._tell_now_and_then(fetching)

    async def _chunk(self, source: bytes, fetching: "Fetching", index: int) -> None:
        one = fetching.one
        assert one.sealed is not None  # noqa: S101 - fetch refused it otherwise
        start = list_bytes(one.file.size) + index * CHUNK_BYTES
        due = chunk_size(one.file.size, index)
        sealed = await self._range(source, one.file, start, due)
        if hashlib.sha256(sealed).digest() != fetching.hashes[index]:
            raise MalformedMessageError("a chunk does not have its hash")
        plain = turn(sealed, one.sealed.key, index)
        write = self._store.write
        await trio.to_thread.run_sync(write, one.place, index * CHUNK_BYTES, plain)

    async def _range(
        self, source: bytes, file: GoodsFile, start: int, length: int
    ) -> bytes:
        """Exactly ``length`` bytes of a list and the sealed bytes after it."""
        request = encode(BlobGet(file.hash, start, min(length, MAX_BLOB_PART_BYTES)))
        reply = await self._context.exchange.request(
            source, RequestType.BLOB_GET, request
        )
        part = decode(BlobPart, reply)
        whole = list_bytes(file.size) + file.size
        if part.size != whole or len(part.data) != length:
            raise MalformedMessageError("the file has another size than it may")
        return part.data

    # ------------------------------------------------------------- telling

    def _tell_now_and_then(self, fetching: "Fetching") -> None:
        now = trio.current_time()
        if now - fetching.course.told > TELL_SECONDS:
            fetching.course.told = now
            self._tell(fetching.one.trade)

    def _tell(self, trade_id: bytes) -> None:
        self._context.emit("order", {"order_id": trade_id.hex()})


class Fetching(NamedTuple):
    """One download under way; ``missing`` is shared by its sources."""

    one: Bought
    hashes: tuple[bytes, ...]
    missing: deque[int]
    course: Course


Wish = tuple[bytes, bytes]


def _wishes(unit: Unit) -> tuple[Wish, ...]:
    held = unit.setting(WISHES)
    return msgspec.msgpack.decode(held, type=tuple[Wish, ...]) if held else ()


def _wish(unit: Unit, wishes: Iterable[Wish]) -> None:
    kept = tuple(dict.fromkeys(wishes))
    unit.set_setting(WISHES, msgspec.msgpack.encode(kept) if kept else None)
