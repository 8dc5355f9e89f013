"""What this node answers to peers' questions: its store, what it mirrors, its trades' messages."""

import logging
import zlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

from bazaar.app.catalogue.foreign_pages import ForeignPages
from bazaar.app.context import Context
from bazaar.app.files import Files
from bazaar.app.ports import Request
from bazaar.app.recovery import resync_mode
from bazaar.app.reputation.rating_replies import RatingReplies
from bazaar.app.reputation.ratings import Ratings
from bazaar.app.reputation.slot_chain import own_heads
from bazaar.app.shop.shop import Shop
from bazaar.domain.errors import NotFoundError
from bazaar.domain.exchange.accounts import AccountAnswer, AccountGet
from bazaar.domain.exchange.coding import (
    MAX_ANSWER_BYTES,
    MAX_IDS,
    decode,
    encode,
    fitting,
)
from bazaar.domain.exchange.messages import BlobGet
from bazaar.domain.exchange.reputation import RatingsAnswer, RatingsGet
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import (
    MAX_CHAINS,
    EnvelopeList,
    HeadGet,
    Heads,
    HeadsRecent,
    ListingGet,
    PackedPage,
    PageGet,
    PageIds,
    PagePacked,
    Pages,
    StoreRecords,
)
from bazaar.domain.listings.card import page_id
from bazaar.domain.reputation.rating import RatingReply
from bazaar.domain.wire.envelope import author_of, body_of, id_of
from bazaar.domain.wire.kinds import Kind

log = logging.getLogger(__name__)

MAX_RATINGS_AT_ONCE: Final = 256
MAX_STORES_BYTES: Final = 300 * 1024
FRAMING_BYTES: Final = 8
PAGE_LEVEL: Final = 6


class Serving:
    """Handlers of the requests that read; ``put`` and resync stand in rooms of their own."""

    def __init__(
        self,
        context: Context,
        shop: Shop,
        files: Files,
        ratings: Ratings,
        replies: RatingReplies,
    ) -> None:
        self._context = context
        self._shop = shop
        self._files = files
        self._ratings = ratings
        self._replies = replies
        self.blocked: Callable[[], frozenset[bytes]] = frozenset
        """Keys of whom nothing is served."""

        self.foreign = ForeignPages(context)

    def handlers(self) -> dict[RequestType, Callable[[Request], Awaitable[bytes]]]:
        """Frame type to handler."""
        return {
            RequestType.HEAD_GET: self.heads,
            RequestType.HEADS_RECENT: self.recent,
            RequestType.PAGE_GET: self.pages,
            RequestType.PAGE_PACKED: self.packed_page,
            RequestType.LISTING_GET: self.listings,
            RequestType.BLOB_GET: self.blob,
            RequestType.ACCOUNT_STATE: self.account,
            RequestType.RATINGS: self.ratings,
        }

    async def heads(self, request: Request) -> bytes:
        """Own records, or those held of the stores asked for."""
        keys = decode(HeadGet, request.body).keys or (self._context.me,)
        stores: list[StoreRecords] = []
        left = MAX_STORES_BYTES
        for key in keys:
            one = await self._store(key)
            left -= len(encode(one))
            if left < 0:
                break
            stores.append(one)
        return encode(Heads(tuple(stores)))

    async def _store(self, key: bytes) -> StoreRecords:
        if key == self._context.me:
            return self._own_records()
        if key in self.blocked():
            return StoreRecords(None, None, None, None, ())
        catalogue = self._context.catalogue
        profile = await catalogue.record(Kind.PROFILE, key)
        contact = await catalogue.record(Kind.CONTACT, key)
        offer = await catalogue.record(Kind.ARBITER_OFFER, key)
        head, chains = await catalogue.newest_head(key), await catalogue.chains(key)
        found = tuple(chains[:MAX_CHAINS])
        return StoreRecords(head, profile, contact, offer, found)

    def _own_records(self) -> StoreRecords:
        kinds = (Kind.STORE_HEAD, Kind.PROFILE, Kind.CONTACT, Kind.ARBITER_OFFER)
        with self._context.book.unit() as unit:
            is_old = resync_mode.is_seeking(unit)
            if is_old:
                return StoreRecords(None, None, None, None, ())
            rows = (unit.record(kind) for kind in kinds)
            head, profile, contact, offer = (one and one.envelope for one in rows)
            chains = own_heads(self._context, unit)
        return StoreRecords(head, profile, contact, offer, chains)

    async def recent(self, request: Request) -> bytes:
        """Heads issued since a time, newest first."""
        asked = decode(HeadsRecent, request.body)
        heads = await self._context.catalogue.heads_since(asked.since, asked.limit)
        return encode(EnvelopeList(fitting(self._unblocked(heads))))

    def _unblocked(self, envelopes: Iterable[bytes]) -> list[bytes]:
        blocked = self.blocked()
        return [one for one in envelopes if author_of(one) not in blocked]

    async def pages(self, request: Request) -> bytes:
        """The page list of a root, or some of its pages."""
        asked = decode(PageGet, request.body)
        listed = await self._under(asked.root, request.peer)
        if not asked.ids:
            return encode(PageIds(tuple(one for one, _ in listed)))
        held = dict(listed)
        if any(one not in held for one in asked.ids):
            raise NotFoundError("this page is not under that root")
        return encode(Pages(fitting([held[one] for one in asked.ids])))

    async def packed_page(self, request: Request) -> bytes:
        """The page of a small store, in one answer."""
        listed = await self._under(decode(PagePacked, request.body).root, request.peer)
        if len(listed) != 1:
            raise NotFoundError("there is more than one page under that root")
        return encode(PackedPage(zlib.compress(listed[0][1], PAGE_LEVEL)))

    async def _under(self, root: bytes, asker: bytes) -> Sequence[tuple[bytes, bytes]]:
        """The pages under a root with their ids, own or others'. Raises NotFoundError."""
        own = self._shop.pages(root)
        if own is None:
            return await self.foreign.under(root)
        self._shop.fetched(asker, root)
        return [(page_id(page), page) for page in own]

    async def listings(self, request: Request) -> bytes:
        """Own listings, and those of others that were looked at here."""
        ids = decode(ListingGet, request.body).ids
        with self._context.book.unit() as unit:
            own = {row.id: row.envelope for row in unit.records(Kind.LISTING)}
            kept = [own.get(one) or unit.object(one) for one in ids]
        bodies = [
            envelope or await self._looked_at(one)
            for one, envelope in zip(ids, kept, strict=True)
        ]
        return encode(EnvelopeList(fitting([body for body in bodies if body])))

    async def _looked_at(self, listing: bytes) -> bytes | None:
        body = await self._context.catalogue.body(listing)
        return next(iter(self._unblocked([body])), None) if body else None

    async def blob(self, request: Request) -> bytes:
        """A range of a picture that is shown here, or of a file of a shared trade."""
        asked = decode(BlobGet, request.body)
        return encode(self._files.part(request.peer, asked))

    async def account(self, request: Request) -> bytes:
        """The newest co-signed state of an account with the asker."""
        asked = decode(AccountGet, request.body)
        with self._context.book.unit() as unit:
            row = unit.account(asked.account)
        if row is None or row.partner != request.peer:
            raise NotFoundError("there is no such account with you")
        return encode(AccountAnswer(row.n, row.propose, row.accept))

    async def ratings(self, request: Request) -> bytes:
        """Ratings held of a key with the replies to them, in one order for all askers."""
        asked = decode(RatingsGet, request.body)
        catalogue = self._context.catalogue
        kept = self._ratings.held(asked.ratee)
        kept += await catalogue.ratings(asked.ratee)
        said = self._replies.held(asked.ratee) + await catalogue.replies(asked.ratee)
        held = sorted(set(kept))
        chosen = held[asked.offset : asked.offset + MAX_RATINGS_AT_ONCE]
        return encode(self._answer(len(held), chosen, sorted(set(said))))

    def _answer(
        self, total: int, ratings: Iterable[bytes], replies: Iterable[bytes]
    ) -> RatingsAnswer:
        """As many ratings as fit together with the replies to them."""
        answers: dict[bytes, list[bytes]] = {}
        for reply in replies:
            about = body_of(RatingReply, reply).rating
            answers.setdefault(about, []).append(reply)
        taken: list[bytes] = []
        told: list[bytes] = []
        room = MAX_ANSWER_BYTES
        for rating in ratings:
            mine = answers.get(id_of(rating, self._context.network.id), [])
            room -= sum(len(one) + FRAMING_BYTES for one in (rating, *mine))
            if room < 0:
                break
            taken.append(rating)
            told += mine
        return RatingsAnswer(total, tuple(taken), tuple(told[:MAX_IDS]))
