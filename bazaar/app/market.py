"""Other people's stores as the use cases see them: bring up to date, find, read.

The network is a hint: a head counts by its signature and sequence, a page by the head's
root, a listing by its id. What does not verify is never written. ``head_news`` hears of
heads, ``store_fetch`` fetches what changed, ``owner_records`` what goes with a store.
"""

from collections.abc import Sequence

from bazaar.app.context import Context
from bazaar.app.head_news import HeadNews
from bazaar.app.owner_records import OwnerRecords
from bazaar.app.store_fetch import StoreFetch
from bazaar.domain.envelope import Signed, verify_as
from bazaar.domain.errors import NotFoundError
from bazaar.domain.exchange import (
    MAX_HEADS,
    MAX_LISTINGS,
    EnvelopeList,
    ListingGet,
    RequestType,
    decode,
    encode,
)
from bazaar.domain.kinds import Kind
from bazaar.domain.listing import Listing
from bazaar.domain.records import ArbiterOffer, Profile, StoreHead


class Market:
    """Stores and their records, from their owner or from who told of them.

    Attributes:
        records: What owners publish beside their listings.
        fetch: Brings stores up to heads.
        news: Hears of heads.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self.records = OwnerRecords(context)
        self.fetch = StoreFetch(context, self.records)
        self.news = HeadNews(context, self.records, self.fetch)

    @property
    def synced(self) -> int | None:
        """When a peer last told of stores; until then what is here may be old."""
        return self.news.synced

    async def refresh(self, store: bytes) -> bool:
        """Fetch a store now by every way; True if its owner answered.

        Cancelling leaves the store as it was or newer. Raises NotFoundError.
        """
        if await self.news.ask_owner(store):
            return True
        envelope = await self._context.directory.find_head(store)
        if envelope is not None:
            head = verify_as(StoreHead, envelope, self._context.network.id)
            peers = [one.key for one in self._context.exchange.peers()]
            await self.fetch.take_head(head, peers[:MAX_HEADS])
        elif await self._context.catalogue.store(store) is None:
            raise NotFoundError("this store was not found")
        return False

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
        await self.news.reach(asked)
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
        await self.news.reach(peer)
        return await self._context.exchange.request(peer, kind, body)

    async def profile(self, key: bytes) -> Signed[Profile] | None:
        """A key's profile as last known, or None."""
        return await self.records.held(Kind.PROFILE, Profile, key)

    async def arbiter_offer(self, key: bytes) -> Signed[ArbiterOffer] | None:
        """A key's terms as arbiter: held, else asked for; None if it has none."""
        held = await self.records.held(Kind.ARBITER_OFFER, ArbiterOffer, key)
        if held is None:
            await self.news.ask_owner(key)
            held = await self.records.held(Kind.ARBITER_OFFER, ArbiterOffer, key)
        return held
