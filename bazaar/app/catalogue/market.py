"""Other people's stores as the use cases see them: bring up to date, find, read.

The network is a hint: a head counts by its signature and sequence, a page by the head's
root, a listing by its id. What does not verify is never written. ``head_news`` hears of
heads, ``store_fetch`` fetches what changed, ``owner_records`` what goes with a store.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import trio

from bazaar.app.catalogue.head_news import HeadNews
from bazaar.app.catalogue.owner_records import OwnerRecords
from bazaar.app.catalogue.reconciling import Reconciling
from bazaar.app.catalogue.store_fetch import StoreFetch
from bazaar.app.context import Context
from bazaar.app.mirrors.sources import Sources
from bazaar.app.reputation.sales_heads import SalesHeads
from bazaar.domain.errors import (
    BazaarError,
    MalformedMessageError,
    NotFoundError,
    PeerError,
)
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import MAX_LISTINGS, EnvelopeList, ListingGet
from bazaar.domain.listings.listing import Listing
from bazaar.domain.stores.records import ArbiterOffer, Profile, StoreHead
from bazaar.domain.wire.envelope import Signed, verify_as
from bazaar.domain.wire.kinds import Kind

log = logging.getLogger(__name__)

OWNER_SECONDS: Final = 1.0
"""How long the owner is asked alone."""

OTHERS_SECONDS: Final = 12.0
MORE_SECONDS: Final = 2.0


class Market:
    """Stores and their records, from their owner or from who told of them.

    Attributes:
        records: What owners publish beside their listings.
        chains: How far they say that their slots go.
        fetch: Brings stores up to heads.
        news: Hears of heads.
        reconciling: Finds heads that were missed.
        sources: Who serves a store while its owner is away.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self.chains = SalesHeads(context)
        self.records = OwnerRecords(context, self.chains)
        self.fetch = StoreFetch(context, self.records)
        self.sources = Sources(context, self.records)
        self.news = HeadNews(context, self.records, self.fetch, self.sources)
        self.reconciling = Reconciling(context, self.records, self.news)
        self.is_joining: Callable[[], Awaitable[bool]] = _never
        """Whether the catalogue comes in segments, after which peers are greeted again."""

    async def run(self) -> None:
        """Hear, fetch and reconcile for ever; cancelling leaves every store whole."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self.news.run)
            nursery.start_soon(self.reconciling.run)

    async def greet(self, peer: bytes) -> None:
        """Learn what a new connection says of itself and of others. Never raises."""
        await self.news.greet(peer)
        if not await self.is_joining():
            await self.reconciling.greet(peer)

    @property
    def synced(self) -> int | None:
        """When a peer last told of stores; until then what is here may be old."""
        return self.news.synced

    async def refresh(self, store: bytes) -> bool:
        """Fetch a store now by every way; True if its owner answered.

        Cancelling leaves the store as it was or newer. Raises NotFoundError.
        """
        answered, asked = False, trio.Event()

        async def ask_owner() -> None:
            nonlocal answered
            answered = await self.news.ask_owner(store)
            asked.set()

        async with trio.open_nursery() as nursery:
            nursery.start_soon(ask_owner)
            with trio.move_on_after(OWNER_SECONDS):
                await asked.wait()
            if not answered:
                await self._ask_others(store)
            if await self._context.catalogue.store(store) is not None:
                nursery.cancel_scope.cancel()
        if not answered and await self._context.catalogue.store(store) is None:
            raise NotFoundError("this store was not found")
        return answered

    async def _ask_others(self, store: bytes) -> None:
        """Ask directory, mirrors and neighbours for a newer head, and fetch by it.

        Once one has served, the others have two seconds more.
        """
        known = await self.sources.known(store)
        with trio.move_on_after(OTHERS_SECONDS) as scope:

            async def ask(key: bytes) -> None:
                if await self._ask_other(store, key):
                    end = trio.current_time() + MORE_SECONDS
                    scope.deadline = min(scope.deadline, end)

            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._ask_directory, store)
                for key in known:
                    nursery.start_soon(ask, key)
                for key in await self.sources.providers(store):
                    nursery.start_soon(ask, key)

    async def _ask_directory(self, store: bytes) -> None:
        envelope = await self._context.directory.find_head(store)
        if envelope is not None:
            await self._take(store, envelope, None)

    async def _ask_other(self, store: bytes, key: bytes) -> bool:
        """Whether a mirror or a neighbour had the store, which is then here. Never raises."""
        if key in {store, self._context.me}:
            return False
        try:
            await self.sources.reach(key)
            told = await self.records.fetch(store, key)
            heads = [one.head for one in told if one.head is not None]
            for head in heads:
                self.sources.heard(store, key)
                await self._take(store, head, key)
        except BazaarError as error:
            why = type(error).__name__
            log.info("a store was not had from others", extra={"why": why})
            return False
        return bool(heads)

    async def _take(self, store: bytes, envelope: bytes, source: bytes | None) -> None:
        """Bring the store up to a head that was found; from anybody if ``source`` is None."""
        try:
            head = verify_as(StoreHead, envelope, self._context.network.id)
            if head.author != store:
                raise MalformedMessageError("the head of another store")
            known = [source] if source else await self.sources.known(store)
            await self.fetch.take_head(head, known)
        except BazaarError as error:
            if source is not None and isinstance(error, PeerError):
                self._context.exchange.blame(source, error)
            log.info("a head led nowhere", extra={"why": type(error).__name__})

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
        return (await self.listings(seller, (listing,)))[0]

    async def listings(
        self, seller: bytes, ids: Sequence[bytes]
    ) -> list[Signed[Listing]]:
        """Those of up to 16 listings that the seller, or else a mirror, has.

        Raises NotFoundError, or why the seller did not answer.
        """

        async def ask(source: bytes) -> list[Signed[Listing]]:
            return await self.fetch_listings(seller, ids, source)

        return await self.sources.first(seller, ask)

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
        await self.sources.reach(asked)
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

    async def ask(self, peer: bytes, kind: int, body: bytes) -> bytes:
        """One exchange with ``peer``, wherever it is. Raises what ``Exchange.request`` does."""
        await self.sources.reach(peer)
        return await self._context.exchange.request(peer, kind, body)

    async def profile(self, key: bytes) -> Signed[Profile] | None:
        """A key's profile as last known, else as peers tell it, or None."""
        held = await self.records.held(Kind.PROFILE, Profile, key)
        if held is None:
            await self.records.seek(key)
            held = await self.records.held(Kind.PROFILE, Profile, key)
        return held

    async def arbiter_offer(self, key: bytes) -> Signed[ArbiterOffer] | None:
        """A key's terms as arbiter: held, else asked for; None if it has none."""
        held = await self.records.held(Kind.ARBITER_OFFER, ArbiterOffer, key)
        if held is None:
            await self.news.ask_owner(key)
            held = await self.records.held(Kind.ARBITER_OFFER, ArbiterOffer, key)
        return held


async def _never() -> bool:
    await trio.lowlevel.checkpoint()
    return False
