"""Hears of heads, by gossip, greeting or reconciliation, and has their stores fetched."""

import logging
from collections.abc import Sequence
from typing import Final, NamedTuple

import trio

from bazaar.app.catalogue.head_queue import HeadQueue, Waiting
from bazaar.app.catalogue.owner_records import OwnerRecords
from bazaar.app.catalogue.store_fetch import StoreFetch
from bazaar.app.context import Context
from bazaar.app.mirrors.source_order import in_order
from bazaar.app.mirrors.sources import Sources
from bazaar.domain.errors import BazaarError, RefusedError
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire.envelope import Signed, verify_as

log = logging.getLogger(__name__)

FETCHERS: Final = 16
FETCH_SECONDS: Final = 30.0
LAG_SECONDS: Final = 30
"""How often heads are looked for whose stores could not be fetched so far."""

LOOK_PAUSE_SECONDS: Final = 0.5
"""Many nudges lead to one look."""

RETRY_SECONDS: Final = (2, 5, 15, 60, 300, 1_800)


class _Failure(NamedTuple):
    times: int
    again: float


class HeadNews:
    """A queue of heads that were heard, and the tasks that fetch their stores.

    A head is remembered before its store is fetched: what a kill or a deaf network leaves
    undone is found again by the look for stores that lag behind their heads.
    """

    def __init__(
        self,
        context: Context,
        records: OwnerRecords,
        fetch: StoreFetch,
        sources: Sources,
    ) -> None:
        self._context = context
        self._records = records
        self._fetch = fetch
        self._sources = sources
        self._queue = HeadQueue()
        self._failures: dict[bytes, _Failure] = {}
        self._nudged = trio.Event()
        self.synced: int | None = None
        """When a peer last told of stores; until then what is here may be old."""

    def heard(self, forwarder: bytes, head: bytes) -> None:
        """A head came; its store is fetched in the background."""
        self.synced = self._context.now()
        try:
            signed = verify_as(StoreHead, head, self._context.network.id)
        except BazaarError as error:
            log.info("a head was not taken", extra={"why": repr(error)})
            return
        self._queue.put(Waiting(forwarder, signed))

    def remembered(self, teller: bytes, heads: Sequence[Signed[StoreHead]]) -> None:
        """Verified heads were remembered of which ``teller`` may have the pages."""
        for head in heads:
            self._sources.heard(head.author, teller)
            self._failures.pop(head.author, None)
        self._nudged.set()

    async def with_room(
        self, heads: Sequence[Signed[StoreHead]]
    ) -> list[Signed[StoreHead]]:
        """Those of ``heads`` that may be remembered: all, or known stores if there is no room."""
        if not self._fetch.is_full:
            return list(heads)
        newest = self._context.catalogue.newest_head
        return [head for head in heads if await newest(head.author) is not None]

    def wanted(self, heads: Sequence[Signed[StoreHead]]) -> list[Signed[StoreHead]]:
        """Those whose cards the user's choice lets in."""
        return [head for head in heads if self._fetch.wants(head)]

    def look(self) -> None:
        """Look now for stores that lag behind their heads."""
        self._nudged.set()

    async def run(self) -> None:
        """Fetch what was heard, for ever; cancelling leaves every store as it was or newer."""
        async with trio.open_nursery() as nursery:
            for _ in range(FETCHERS):
                nursery.start_soon(self._work)
            nursery.start_soon(self._run_lagging)

    async def greet(self, peer: bytes) -> None:
        """Ask a new connection for its own records. Never raises."""
        try:
            with trio.fail_after(FETCH_SECONDS):
                for records in await self._records.ask(peer, ()):
                    await self._records.keep(peer, records)
                    if records.head is not None:
                        self.heard(peer, records.head)
        except (BazaarError, trio.TooSlowError) as error:
            log.info("a peer told nothing", extra={"why": repr(error)})
        self._nudged.set()

    async def ask_owner(self, store: bytes) -> bool:
        """Bring a store up to what its owner says now; False if he did not answer."""
        try:
            await self._sources.reach(store)
            for records in await self._records.fetch(store, store):
                if records.head is not None:
                    head = verify_as(StoreHead, records.head, self._context.network.id)
                    if head.author == store:
                        await self._fetch.take_head(head, (store,))
        except BazaarError as error:
            log.info("a store's owner did not answer", extra={"why": repr(error)})
            return False
        return True

    async def _near(self, store: bytes) -> list[bytes]:
        """Whom to ask for a store: who is connected first, its owner before all others."""
        connected = {one.key for one in self._context.exchange.peers()}
        return in_order(store, await self._sources.known(store), connected)

    async def _work(self) -> None:
        while True:
            waiting = await self._queue.take()
            if waiting.teller is not None:
                self._sources.heard(waiting.head.author, waiting.teller)
            await self._take(waiting.head)

    async def _take(self, head: Signed[StoreHead]) -> None:
        store = head.author
        try:
            with trio.fail_after(FETCH_SECONDS):
                await self._take_or_ask(head)
            self._failures.pop(store, None)
        except (BazaarError, trio.TooSlowError) as error:
            times = self._failures.get(store, _Failure(0, 0)).times
            wait = RETRY_SECONDS[min(times, len(RETRY_SECONDS) - 1)]
            self._failures[store] = _Failure(times + 1, trio.current_time() + wait)
            self._nudged.set()  # the next look may have to come earlier now
            log.info("a store was not fetched", extra={"why": repr(error)})

    async def _take_or_ask(self, head: Signed[StoreHead]) -> None:
        try:
            await self._fetch.take_head(head, await self._near(head.author))
        except RefusedError:
            # The store has moved on since; its owner tells the newest head.
            if not await self.ask_owner(head.author):
                raise

    async def _run_lagging(self) -> None:
        """Have stores fetched that lag behind their heads: missed, failed or before a kill."""
        while True:
            with trio.move_on_after(self._until_due()):
                await self._nudged.wait()
            self._nudged = trio.Event()
            if self._context.exchange.peers():
                await self._queue_lagging()
            await trio.sleep(LOOK_PAUSE_SECONDS)

    def _until_due(self) -> float:
        """Seconds until a store that could not be fetched is due again, or to the next look."""
        now = trio.current_time()
        later = (one.again - now for one in self._failures.values() if one.again > now)
        return min((LAG_SECONDS, *later))

    async def _queue_lagging(self) -> None:
        for envelope in await self._context.catalogue.lagging():
            head = verify_as(StoreHead, envelope, self._context.network.id)
            failure = self._failures.get(head.author)
            is_soon = failure is not None and trio.current_time() < failure.again
            if is_soon or self._fetch.is_fetching(head.author):
                continue
            if self._fetch.wants(head):
                await self._queue.put_with_room(Waiting(None, head))
