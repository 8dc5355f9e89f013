"""Hears of heads: by gossip, from new connections, and by asking neighbours now and then."""

import logging
from collections.abc import Callable
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.owner_records import OwnerRecords
from bazaar.app.store_fetch import StoreFetch
from bazaar.domain.envelope import verify_as
from bazaar.domain.errors import BazaarError, RefusedError
from bazaar.domain.exchange import (
    MAX_RECENT,
    EnvelopeList,
    HeadsRecent,
    RequestType,
    decode,
    encode,
)
from bazaar.domain.records import StoreHead

log = logging.getLogger(__name__)

QUEUE: Final = 1000
FETCHERS: Final = 16
FETCH_SECONDS: Final = 30.0
GREETING_DAYS: Final = 30
DAY_SECONDS: Final = 86_400
CATCH_UP_SECONDS: Final = 60
CATCH_UP_SINCE: Final = 600
"""Heads of the last 10 minutes are told again; known ones cost a point read each."""


class HeadNews:
    """A queue of heads that were heard, and the tasks that fetch their stores."""

    def __init__(
        self, context: Context, records: OwnerRecords, fetch: StoreFetch
    ) -> None:
        self._context = context
        self._records = records
        self._fetch = fetch
        self._send, self._jobs = trio.open_memory_channel[tuple[bytes, bytes]](QUEUE)
        self._turn = 0
        self.told: Callable[[bytes, bytes], None] = lambda _store, _teller: None
        """Told of each verified head: its store, and who passed it on."""

        self.synced: int | None = None
        """When a peer last told of stores; until then what is here may be old."""

    def heard(self, forwarder: bytes, head: bytes) -> None:
        """A head came; fetched in the background, dropped when the queue is full."""
        self.synced = self._context.now()
        try:
            self._send.send_nowait((forwarder, head))
        except trio.WouldBlock:
            log.warning("too many heads at once", extra={"queue": QUEUE})

    async def run(self) -> None:
        """Fetch what was heard, for ever; cancelling leaves every store as it was or newer."""
        async with trio.open_nursery() as nursery:
            for _ in range(FETCHERS):
                nursery.start_soon(self._work)
            nursery.start_soon(self._catch_up)

    async def greet(self, peer: bytes) -> None:
        """Ask a new connection for its own records and for the heads that it knows."""
        try:
            with trio.fail_after(FETCH_SECONDS):
                await self._take_own(peer)
        except (BazaarError, trio.TooSlowError) as error:
            log.info("a peer told nothing", extra={"why": repr(error)})
        else:
            await self._ask_recent(peer, GREETING_DAYS * DAY_SECONDS)

    async def ask_owner(self, store: bytes) -> bool:
        """Bring a store up to what its owner says now; False if he did not answer."""
        try:
            await self.reach(store)
            for records in await self._records.fetch(store, store):
                if records.head is not None:
                    head = verify_as(StoreHead, records.head, self._context.network.id)
                    if head.author == store:
                        await self._fetch.take_head(head, (store,))
        except BazaarError as error:
            log.info("a store's owner did not answer", extra={"why": repr(error)})
            return False
        return True

    async def reach(self, peer: bytes) -> None:
        """Let the directory say where ``peer`` is, unless we are connected."""
        if any(one.key == peer for one in self._context.exchange.peers()):
            return
        addresses = await self._context.directory.find_addresses(peer)
        self._context.exchange.learn(peer, addresses)

    async def _work(self) -> None:
        async for forwarder, head in self._jobs.clone():
            try:
                with trio.fail_after(FETCH_SECONDS):
                    await self._take(forwarder, head)
            except (BazaarError, trio.TooSlowError) as error:
                log.info("a store was not fetched", extra={"why": repr(error)})

    async def _take(self, forwarder: bytes, envelope: bytes) -> None:
        head = verify_as(StoreHead, envelope, self._context.network.id)
        self.told(head.author, forwarder)
        try:
            await self._fetch.take_head(head, (head.author, forwarder))
        except RefusedError:
            # The store has moved on since; its owner tells the newest head.
            await self.ask_owner(head.author)

    async def _catch_up(self) -> None:
        """Ask one neighbour after the other for new heads: gossip may lose some."""
        while True:
            await trio.sleep(CATCH_UP_SECONDS)
            peers = self._context.exchange.peers()
            if peers:
                self._turn += 1
                await self._ask_recent(
                    peers[self._turn % len(peers)].key, CATCH_UP_SINCE
                )

    async def _ask_recent(self, peer: bytes, seconds: int) -> None:
        """Ask for the heads issued in the last ``seconds``. Never raises."""
        since = max(0, self._context.now() - seconds)
        request = encode(HeadsRecent(since, MAX_RECENT))
        try:
            with trio.fail_after(FETCH_SECONDS):
                reply = await self._context.exchange.request(
                    peer, RequestType.HEADS_RECENT, request
                )
            for envelope in decode(EnvelopeList, reply).envelopes:
                self.heard(peer, envelope)
            self.synced = self._context.now()
        except (BazaarError, trio.TooSlowError) as error:
            log.info("a peer told no heads", extra={"why": repr(error)})

    async def _take_own(self, peer: bytes) -> None:
        for records in await self._records.ask(peer, ()):
            await self._records.keep(peer, records)
            if records.head is not None:
                self.heard(peer, records.head)
