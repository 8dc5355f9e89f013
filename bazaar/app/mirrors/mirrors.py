"""Copies of other people's stores, kept whole and served while their owners sleep.

The user chooses the stores and how much room each has. Everything is checked by hash
against the owner's signed head, so that nothing served here has to be believed.
"""

import logging
from collections.abc import Callable
from typing import Final, NamedTuple

import msgspec
import trio

from bazaar.app.catalogue.market import Market
from bazaar.app.context import Context
from bazaar.app.files import Files
from bazaar.app.mirrors.mirror_copy import Copy, MirrorCopy
from bazaar.app.mirrors.mirror_list import Mirrored, mirrored, put_mirrored
from bazaar.app.ports import BookError, CatalogueError, Keep, Unit
from bazaar.domain.errors import BazaarError, InputError
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.stores.mirroring import (
    DEFAULT_QUOTA_BYTES,
    GREATEST_QUOTA_BYTES,
    LEAST_QUOTA_BYTES,
    MIB,
    MirrorTell,
    MirrorTold,
    mirror_token,
)

log = logging.getLogger(__name__)

ROUND_SECONDS: Final = 300.0
PULL_SECONDS: Final = 600.0
TELL_SECONDS: Final = 10.0
MAX_MIRRORS: Final = 100


class MirrorState(NamedTuple):
    """How far the copy of one store is."""

    store: bytes
    row: Mirrored
    copy: Copy
    problem: str


class Mirrors:
    """Keeps the copies; ``run`` brings one after the other up to its newest head."""

    def __init__(self, context: Context, market: Market, files: Files) -> None:
        self._context = context
        self._market = market
        self._copy = MirrorCopy(context, market, files)
        self.blocked: Callable[[], frozenset[bytes]] = frozenset
        """Keys of whom nothing is served."""

        self._states: dict[bytes, MirrorState] = {}
        self._put: dict[bytes, bytes] = {}
        self._due: set[bytes] = set()
        self._nudged = trio.Event()
        with context.book.unit() as unit:
            self._rows = mirrored(unit)

    # ------------------------------------------------------------- choosing

    def keep(self, store: bytes, quota: int = DEFAULT_QUOTA_BYTES) -> None:
        """Mirror a store, or give it another quota (bytes). Raises InputError."""
        if store == self._context.me:
            raise InputError("peer", "your own store is always kept here")
        if not LEAST_QUOTA_BYTES <= quota <= GREATEST_QUOTA_BYTES:
            most = GREATEST_QUOTA_BYTES // MIB
            raise InputError("quota", f"must be 1 to {most:,} MiB")
        if store not in self._rows and len(self._rows) >= MAX_MIRRORS:
            raise InputError("peer", f"at most {MAX_MIRRORS} stores can be mirrored")
        if self._context.kept is None:
            raise InputError("", "this node can keep no copies")
        before = self._rows.get(store) or Mirrored(quota, self._context.now())
        self._write(store, msgspec.structs.replace(before, quota=quota))
        self.nudge(store)

    async def stop(self, store: bytes) -> None:
        """Mirror a store no more and throw its pictures away; its owner is told.

        Raises InputError if it is not mirrored.
        """
        if store not in self._rows:
            raise InputError("peer", "this store is not mirrored here")
        self._write(store, None)
        self._states.pop(store, None)
        self._put.pop(store, None)
        self._context.directory.forget(store, mirror_token(store))
        if self._context.kept is not None:
            self._context.kept.drop_all(store)
        await self._tell(store, MirrorTell(0, 0, 0, 0))

    def _write(self, store: bytes, row: Mirrored | None) -> None:
        with self._context.book.unit() as unit:
            put_mirrored(unit, store, row)
            self._rows = mirrored(unit)
        self._context.emit("mirror", {})

    @property
    def stores(self) -> frozenset[bytes]:
        """Keys of the stores mirrored."""
        return frozenset(self._rows)

    async def states(self) -> list[MirrorState]:
        """How far each copy is, the one begun first at the front."""
        found: list[MirrorState] = []
        for store, row in sorted(self._rows.items(), key=lambda one: one[1].since):
            state = self._states.get(store)
            copy = state.copy if state else await self._copy.look(store)
            problem = state.problem if state else ""
            found.append(MirrorState(store, row, copy, problem))
        return found

    def kept(self, unit: Unit) -> Keep:
        """What must not be evicted; see ``Room.also``."""
        del unit
        return Keep(self.stores, frozenset())

    # ------------------------------------------------------------- serving

    def picture(self, digest: bytes) -> bytes | None:
        """A picture of any mirrored store whose owner is not blocked."""
        kept = self._context.kept
        return None if kept is None else kept.get(digest, self.blocked())

    # ------------------------------------------------------------- running

    def nudge(self, store: bytes) -> None:
        """Look after a store soon, if it is mirrored."""
        if store in self._rows:
            self._due.add(store)
            self._nudged.set()

    async def run(self) -> None:
        """Keep every copy whole, for ever; cancelling loses only what was on its way."""
        async with trio.open_nursery() as nursery:
            while True:
                self._nudged = trio.Event()
                due = self._due or set(self._rows)
                self._due = set()
                for store in sorted(due & self._rows.keys(), key=self._age):
                    await self._look_after(store, nursery)
                with trio.move_on_after(ROUND_SECONDS):
                    await self._nudged.wait()

    def _age(self, store: bytes) -> int:
        return self._rows[store].whole

    async def _look_after(self, store: bytes, nursery: trio.Nursery) -> None:
        problem, row = "", self._rows[store]
        try:
            if store in self.blocked():
                raise InputError("", "you have blocked this seller")
            with trio.fail_after(PULL_SECONDS):
                problem = await self._copy.bring_up(store, row.quota)
        except trio.TooSlowError:
            problem = "it goes on later"
        except (BazaarError, OSError) as error:
            problem = str(error)
        try:
            await self._note(store, problem, nursery)
        except (BookError, CatalogueError):
            log.warning("the disk failed; the copy is looked at again later")

    async def _note(self, store: bytes, problem: str, nursery: trio.Nursery) -> None:
        copy = await self._copy.look(store)
        if store not in self._rows:
            return
        if not problem and copy.head is not None:
            now = self._context.now()
            self._write(store, msgspec.structs.replace(self._rows[store], whole=now))
        state = MirrorState(store, self._rows[store], copy, problem)
        is_news = self._states.get(store) != state
        self._states[store] = state
        if is_news:
            self._context.emit("mirror", {})
        nursery.start_soon(self._announce, state)

    async def _announce(self, state: MirrorState) -> None:
        """Put the newest head into the DHT, say who has the copy, and tell the owner."""
        head = state.copy.head
        if head is None or state.store in self.blocked():
            return
        if self._put.get(state.store) != head:
            # the directory puts both again every 12 h
            self._put[state.store] = head
            await self._publish(state.store, head)
        copy, quota = state.copy, state.row.quota
        said = MirrorTell(copy.seq, copy.listings, copy.pictures, quota)
        await self._tell(state.store, said)

    async def _publish(self, store: bytes, head: bytes) -> None:
        try:
            await self._context.directory.put_head(store, head)
            await self._context.directory.provide(mirror_token(store))
        except BazaarError as error:
            log.info("a head was not put", extra={"why": type(error).__name__})

    async def _tell(self, store: bytes, said: MirrorTell) -> None:
        """Tell the owner, if it is here; whether it answers does not matter."""
        if not any(one.key == store for one in self._context.exchange.peers()):
            return
        try:
            with trio.fail_after(TELL_SECONDS):
                reply = await self._context.exchange.request(
                    store, RequestType.MIRROR_TELL, encode(said)
                )
            decode(MirrorTold, reply)
        except (BazaarError, trio.TooSlowError) as error:
            log.info("an owner was not told", extra={"why": type(error).__name__})
