"""Other people's stores: hear heads, fetch what changed, check it by hash, index it.

The network is a hint: a head counts by its signature and sequence, a page by the head's
root, a listing by its id. What does not verify is never written.
"""

import logging
from collections.abc import Sequence
from typing import Final, TypeVar

import trio

from bazaar.app.context import Context
from bazaar.domain.bounds import Body
from bazaar.domain.card import page_id
from bazaar.domain.envelope import Signed, verify, verify_as
from bazaar.domain.errors import (
    BazaarError,
    MalformedMessageError,
    NotFoundError,
    RefusedError,
)
from bazaar.domain.exchange import (
    MAX_HEADS,
    MAX_LISTINGS,
    MAX_PAGES_AT_ONCE,
    MAX_RECENT,
    EnvelopeList,
    HeadGet,
    Heads,
    HeadsRecent,
    ListingGet,
    PageGet,
    PageIds,
    Pages,
    RequestType,
    StoreRecords,
    decode,
    encode,
)
from bazaar.domain.head import cards_of, check_pages, is_fresh
from bazaar.domain.kinds import Kind
from bazaar.domain.listing import Listing
from bazaar.domain.records import ArbiterOffer, Contact, Profile, StoreHead

log = logging.getLogger(__name__)

QUEUE: Final = 1000
FETCHERS: Final = 16
FETCH_SECONDS: Final = 30.0
MAX_SEEKS: Final = 3
SEEK_SECONDS: Final = 2.0
GREETING_DAYS: Final = 30
DAY_SECONDS: Final = 86_400
CATCH_UP_SECONDS: Final = 60
CATCH_UP_SINCE: Final = 600
"""Heads of the last 10 minutes are told again; known ones cost a point read each."""

MANY_CARDS: Final = 200
"""Checking so many takes a millisecond; more are checked beside the loop."""

R = TypeVar("R", bound=Body)


class Market:
    """Fetches stores and their records, from their owner or from who told of them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._send, self._jobs = trio.open_memory_channel[tuple[bytes, bytes]](QUEUE)
        self._fetching: set[bytes] = set()
        self.is_full = False
        """Whether there is no room for stores that were never seen."""

        self._turn = 0
        self.synced: int | None = None
        """When a peer last told of stores; until then what is here may be old."""

    # ------------------------------------------------------------- hearing

    def heard(self, forwarder: bytes, head: bytes) -> None:
        """A head came by gossip; fetched in the background, dropped when the queue is full."""
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

    async def _work(self) -> None:
        async for forwarder, head in self._jobs.clone():
            try:
                with trio.fail_after(FETCH_SECONDS):
                    await self._heard(forwarder, head)
            except (BazaarError, trio.TooSlowError) as error:
                log.info("a store was not fetched", extra={"why": repr(error)})

    async def _heard(self, forwarder: bytes, envelope: bytes) -> None:
        head = verify_as(StoreHead, envelope, self._context.network.id)
        try:
            await self.take_head(head, (head.author, forwarder))
        except RefusedError:
            # The store has moved on since; its owner tells the newest head.
            await self._ask_owner(head.author)

    async def greet(self, peer: bytes) -> None:
        """Ask a new connection for its own records and for the heads that it knows."""
        try:
            with trio.fail_after(FETCH_SECONDS):
                await self._take_own(peer)
        except (BazaarError, trio.TooSlowError) as error:
            log.info("a peer told nothing", extra={"why": repr(error)})
        else:
            await self._ask_recent(peer, GREETING_DAYS * DAY_SECONDS)

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
        reply = await self._context.exchange.request(
            peer, RequestType.HEAD_GET, encode(HeadGet(()))
        )
        for records in decode(Heads, reply).stores:
            await self._take_records(peer, records)

    # ------------------------------------------------------------- taking

    async def take_head(
        self, head: Signed[StoreHead], sources: Sequence[bytes]
    ) -> bool:
        """Bring the store of ``head`` up to it; False if it is not newer, or there is no room.

        Tries the sources in order. Raises the last one's error if none could serve it.
        """
        now = self._context.now()
        if head.author == self._context.me or not is_fresh(head.body, now):
            return False
        held = await self._context.catalogue.store(head.author)
        if held is None and self.is_full:
            return False
        if (held and held.seq >= head.body.seq) or head.author in self._fetching:
            return False
        self._fetching.add(head.author)
        try:
            await self._from_any(head, tuple(dict.fromkeys(sources)))
        finally:
            self._fetching.discard(head.author)
        self._context.emit("catalogue", {})
        return True

    async def _from_any(
        self, head: Signed[StoreHead], sources: Sequence[bytes]
    ) -> None:
        problem: BazaarError = NotFoundError("nobody serves this store now")
        for source in sources:
            if source == self._context.me:
                continue
            try:
                await self._fetch_records(head, source)
                await self._fetch_pages(head, source)
            except BazaarError as error:
                problem = error
            else:
                return
        raise problem

    async def _fetch_records(self, head: Signed[StoreHead], source: bytes) -> None:
        held = await self._context.catalogue.record(Kind.PROFILE, head.author)
        if (
            held is not None
            and verify(held, self._context.network.id).id == head.body.profile
        ):
            return
        request = encode(HeadGet((head.author,)))
        reply = await self._context.exchange.request(
            source, RequestType.HEAD_GET, request
        )
        for records in decode(Heads, reply).stores:
            await self._keep(head.author, records)

    async def _fetch_pages(self, head: Signed[StoreHead], source: bytes) -> None:
        ids = await self._page_ids(head, source)
        held = await self._context.catalogue.pages(head.author)
        lacking = [one for one in dict.fromkeys(ids) if one not in held]
        for start in range(0, len(lacking), MAX_PAGES_AT_ONCE):
            held |= await self._pages(
                head, source, tuple(lacking[start : start + MAX_PAGES_AT_ONCE])
            )
        pages = [held[one] for one in ids]
        if head.body.count > MANY_CARDS:
            cards = await trio.to_thread.run_sync(cards_of, head.body, pages)
        else:
            cards = cards_of(head.body, pages)
        await self._context.catalogue.apply_head(head, ids, cards, self._context.now())

    async def _page_ids(
        self, head: Signed[StoreHead], source: bytes
    ) -> tuple[bytes, ...]:
        reply = await self._context.exchange.request(
            source, RequestType.PAGE_GET, encode(PageGet(head.body.root, ()))
        )
        ids = decode(PageIds, reply).ids
        check_pages(head.body, ids)
        return ids

    async def _pages(
        self, head: Signed[StoreHead], source: bytes, ids: tuple[bytes, ...]
    ) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        while lacking := tuple(one for one in ids if one not in found):
            reply = await self._context.exchange.request(
                source, RequestType.PAGE_GET, encode(PageGet(head.body.root, lacking))
            )
            pages = {page_id(page): page for page in decode(Pages, reply).pages}
            if not pages.keys() & set(lacking):
                raise MalformedMessageError("the pages do not hash to their ids")
            found |= {one: page for one, page in pages.items() if one in ids}
        return found

    async def _take_records(self, source: bytes, records: StoreRecords) -> None:
        await self._keep(source, records)
        if records.head is not None:
            self.heard(source, records.head)

    async def _keep(self, owner: bytes, records: StoreRecords) -> None:
        kinds = (
            (Profile, records.profile),
            (Contact, records.contact),
            (ArbiterOffer, records.offer),
        )
        for kind, envelope in kinds:
            if envelope is None:
                continue
            record = verify_as(kind, envelope, self._context.network.id)
            if record.author != owner:
                raise MalformedMessageError("a record of somebody else")
            await self._context.catalogue.keep_record(record, self._context.now())
            if isinstance(record.body, Contact):
                self._context.exchange.learn(owner, record.body.addresses)

    # ------------------------------------------------------------- asking

    async def refresh(self, store: bytes) -> bool:
        """Fetch a store now by every way; True if its owner answered."""
        found = await self._ask_owner(store)
        if not found:
            envelope = await self._context.directory.find_head(store)
            if envelope is None:
                if await self._context.catalogue.store(store) is None:
                    raise NotFoundError("this store was not found")
                return False
            head = verify_as(StoreHead, envelope, self._context.network.id)
            await self.take_head(
                head, [p.key for p in self._context.exchange.peers()][:MAX_HEADS]
            )
        return found

    async def _ask_owner(self, store: bytes) -> bool:
        try:
            await self._reach(store)
            request = encode(HeadGet((store,)))
            reply = await self._context.exchange.request(
                store, RequestType.HEAD_GET, request
            )
            for records in decode(Heads, reply).stores:
                await self._keep(store, records)
                if records.head is not None:
                    head = verify_as(StoreHead, records.head, self._context.network.id)
                    if head.author == store:
                        await self.take_head(head, (store,))
        except BazaarError as error:
            log.info("a store's owner did not answer", extra={"why": repr(error)})
            return False
        return True

    async def seek(self, key: bytes) -> None:
        """Ask a few connected peers for the records of ``key``. Never raises."""
        peers = [one.key for one in self._context.exchange.peers() if one.key != key]
        for peer in peers[:MAX_SEEKS]:
            try:
                with trio.fail_after(SEEK_SECONDS):
                    request = encode(HeadGet((key,)))
                    reply = await self._context.exchange.request(
                        peer, RequestType.HEAD_GET, request
                    )
                for records in decode(Heads, reply).stores:
                    await self._keep(key, records)
            except (BazaarError, trio.TooSlowError) as error:
                why = type(error).__name__
                log.info("a peer did not tell of another", extra={"why": why})

    async def _reach(self, peer: bytes) -> None:
        """Let the directory say where ``peer`` is, unless we are connected."""
        if any(one.key == peer for one in self._context.exchange.peers()):
            return
        addresses = await self._context.directory.find_addresses(peer)
        self._context.exchange.learn(peer, addresses)

    async def listing(
        self, listing: bytes, seller: bytes | None = None
    ) -> Signed[Listing]:
        """A listing whole: own, held, or fetched from its seller. Raises NotFoundError."""
        envelope = await self._held(listing)
        if envelope is not None:
            return verify_as(Listing, envelope, self._context.network.id)
        if seller is None:
            found = await self._context.catalogue.card(listing)
            if found is None:
                raise NotFoundError("this listing is not known here")
            seller = found.store
        return (await self.fetch_listings(seller, (listing,)))[0]

    async def _held(self, listing: bytes) -> bytes | None:
        with self._context.book.unit() as unit:
            own = next(
                (r.envelope for r in unit.records(Kind.LISTING) if r.id == listing),
                None,
            )
            kept = own or unit.object(listing)
        return kept or await self._context.catalogue.body(listing)

    async def fetch_listings(
        self, seller: bytes, ids: Sequence[bytes], source: bytes | None = None
    ) -> list[Signed[Listing]]:
        """Listings of one seller by id, from him or ``source``, checked and kept.

        Raises NotFoundError.
        """
        asked = source or seller
        await self._reach(asked)
        request = encode(ListingGet(tuple(ids)[:MAX_LISTINGS]))
        reply = await self._context.exchange.request(
            asked, RequestType.LISTING_GET, request
        )
        found: list[Signed[Listing]] = []
        for envelope in decode(EnvelopeList, reply).envelopes:
            listing = verify_as(Listing, envelope, self._context.network.id)
            if listing.author == seller and listing.id in ids:
                await self._context.catalogue.keep_body(listing.id, envelope)
                found.append(listing)
        if not found:
            raise NotFoundError("the seller does not have this listing any more")
        return found

    async def profile(self, key: bytes) -> Signed[Profile] | None:
        """A key's profile as last known, or None."""
        return await self._record(Kind.PROFILE, Profile, key)

    async def arbiter_offer(self, key: bytes) -> Signed[ArbiterOffer] | None:
        """A key's terms as arbiter: held, else asked for; None if it has none."""
        held = await self._record(Kind.ARBITER_OFFER, ArbiterOffer, key)
        if held is None:
            await self._ask_owner(key)
            held = await self._record(Kind.ARBITER_OFFER, ArbiterOffer, key)
        return held

    async def _record(self, kind: int, body: type[R], key: bytes) -> Signed[R] | None:
        envelope = await self._context.catalogue.record(kind, key)
        if envelope is None and key == self._context.me:
            with self._context.book.unit() as unit:
                row = unit.record(kind)
            envelope = row.envelope if row else None
        return verify_as(body, envelope, self._context.network.id) if envelope else None
