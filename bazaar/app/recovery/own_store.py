"""After a restore: own listings that only others still hold are brought back (PROTOCOL.md 14).

The newest own head that anybody shows says which listings there were; pages, bodies and
pictures come from whoever holds them, each checked by hash and by the own signature. The
own head is not signed anew before: it would bury what is looked for.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import trio

from bazaar.app.catalogue.market import Market
from bazaar.app.catalogue.page_fetch import PageFetch
from bazaar.app.context import Context
from bazaar.app.files import Files
from bazaar.app.people.notices import Notice, NoticeKind, renew
from bazaar.app.ports import RecordRow, StockRow, Unit
from bazaar.app.recovery import resync_mode
from bazaar.app.shop.shop import Shop, last_seq
from bazaar.domain.errors import BazaarError, MalformedMessageError
from bazaar.domain.exchange.stores import MAX_LISTINGS
from bazaar.domain.listings.card import Card
from bazaar.domain.listings.listing import Listing, ListingState, ListingType, StockHint
from bazaar.domain.listings.listing_file import NO_SKU
from bazaar.domain.listings.stock_hints import moves
from bazaar.domain.stores.head import cards_of
from bazaar.domain.stores.records import Profile, StoreHead
from bazaar.domain.trading.messages import MAX_EVIDENCE_BYTES
from bazaar.domain.wire.envelope import Signed, verify_as
from bazaar.domain.wire.kinds import Kind

log = logging.getLogger(__name__)

ROUND_SECONDS: Final = 60.0
AGAIN_SECONDS: Final = 5.0
MAX_HOLDERS: Final = 16


class Came(NamedTuple):
    """What was brought back.

    Attributes:
        listings: Slugs of listings that are here again.
        uncounted: Of them, those that show as sold out until their seller counts.
        hidden: Slugs that the book had and the store no longer showed.
        lacking: How many listings nobody gave.
        dark: How many pictures nobody gave.
    """

    listings: Sequence[str] = ()
    uncounted: int = 0
    hidden: Sequence[str] = ()
    lacking: int = 0
    dark: int = 0


class OwnStore:
    """Remembers the newest own head that was shown, and by whom; in memory only."""

    def __init__(
        self, context: Context, market: Market, shop: Shop, files: Files
    ) -> None:
        self._context = context
        self._market = market
        self._shop = shop
        self._files = files
        self._pages = PageFetch(context)
        self._head: Signed[StoreHead] | None = None
        self._holders: dict[bytes, None] = {}
        self._asked_directory = False
        self._again = 0.0
        self._came = Came()
        self.progressed = 0.0
        """When anything was brought back last, by the task's clock."""

    def forget(self) -> None:
        """Another restore began: ask anew."""
        self._head, self._holders = None, {}
        self._asked_directory = False
        self._again, self._came = 0.0, Came()

    def saw(self, envelope: bytes, peer: bytes | None) -> None:
        """Somebody shows an own head. Raises MalformedMessageError if it is not ours."""
        head = verify_as(StoreHead, envelope, self._context.network.id)
        if head.author != self._context.me:
            raise MalformedMessageError("the head of another store")
        if self._head is None or self._head.body.seq < head.body.seq:
            self._head = head
        if peer is not None and len(self._holders) < MAX_HOLDERS:
            self._holders[peer] = None

    async def ask_directory(self) -> None:
        """Once: the head that the directory keeps, and who says that it mirrors us. Never raises."""
        if self._asked_directory:
            return
        self._asked_directory = True
        me = self._context.me
        envelope = await self._context.directory.find_head(me)
        if envelope is not None:
            try:
                self.saw(envelope, None)
            except MalformedMessageError:
                log.warning("the directory gave a head that is not ours")
        for mirror in await self._market.sources.providers(me):
            try:
                await self._market.sources.reach(mirror)
                for records in await self._market.records.ask(mirror, (me,)):
                    if records.head is not None:
                        self.saw(records.head, mirror)
            except BazaarError as error:
                why = type(error).__name__
                log.info("a mirror told nothing of us", extra={"why": why})

    async def bring_back(self) -> bool:
        """Adopt what is newer than the book's; False while something is still lacking.

        Cancelling keeps what was adopted. Never raises but BookError.
        """
        head = self._head
        if head is None or not self._is_newer(head):
            return True
        if trio.current_time() < self._again:
            return False
        came: Came | None = None
        with trio.move_on_after(ROUND_SECONDS):
            try:
                came = await self._take(head)
            except BazaarError as error:
                why = type(error).__name__
                log.info("the own store was not had yet", extra={"why": why})
        self._again = trio.current_time() + AGAIN_SECONDS
        if came is None:
            return False
        if came.listings:
            self.progressed = trio.current_time()
        self._came = _sum(self._came, came)
        return not (came.lacking or came.dark)

    def _is_newer(self, head: Signed[StoreHead]) -> bool:
        """Signed before the restore, and after what the book holds."""
        with self._context.book.unit() as unit:
            start, row = resync_mode.since(unit) or 0, unit.record(Kind.STORE_HEAD)
        known = row.seq if row is not None and row.seq < start else 0
        return known < head.body.seq < start and head.body.count > 0

    # ------------------------------------------------------------- listings

    async def _take(self, head: Signed[StoreHead]) -> Came:
        sources = tuple(self._holders)
        _, pages = await self._pages.fetch(head, sources, {})
        cards = cards_of(head.body, pages)
        with self._context.book.unit() as unit:
            wanted = [card for card in cards if self._lacks(unit, card)]
            stale = self._stale(unit, cards)
        found = await self._fetch([card.listing for card in wanted], sources)
        with self._context.book.unit() as unit:
            uncounted = sum([self._adopt(unit, listing) for listing in found])
        slugs = [listing.body.slug for listing in found]
        if slugs:
            await self._shop.refresh_hints(slugs)
        for slug in stale:
            await self._shop.change(slug, {"state": ListingState.HIDDEN})
        dark = await self._fetch_pictures(sources)
        return Came(slugs, uncounted, stale, len(wanted) - len(found), dark)

    def _lacks(self, unit: Unit, card: Card) -> bool:
        row = unit.record(Kind.LISTING, card.slug)
        return (row.seq if row else last_seq(unit, card.slug)) < card.seq

    def _stale(self, unit: Unit, cards: Iterable[Card]) -> list[str]:
        """Listings of an older book that the store showed no more."""
        start, shown = resync_mode.since(unit) or 0, {card.slug for card in cards}
        return [
            row.slug
            for row in unit.records(Kind.LISTING)
            if row.slug not in shown
            and row.seq < start
            and self._read(row.envelope).body.state != ListingState.HIDDEN
        ]

    async def _fetch(
        self, ids: Sequence[bytes], sources: Sequence[bytes]
    ) -> list[Signed[Listing]]:
        """Those that anybody gives, in no order."""
        lacking, found = list(ids), list[Signed[Listing]]()
        for source in sources:
            for start in range(0, len(lacking), MAX_LISTINGS):
                batch = lacking[start : start + MAX_LISTINGS]
                found += await self._from(source, batch)
            here = {listing.id for listing in found}
            lacking = [one for one in ids if one not in here]
        return found

    async def _from(
        self, source: bytes, batch: Sequence[bytes]
    ) -> list[Signed[Listing]]:
        """What ``source`` gives of a batch; it leaves out what does not fit its answer."""
        me, left = self._context.me, list(batch)
        found: list[Signed[Listing]] = []
        while left:
            try:
                came = await self._market.fetch_listings(me, left, source)
            except BazaarError as error:
                why = type(error).__name__
                log.info("own listings were not had", extra={"why": why})
                return found
            found += came
            here = {listing.id for listing in came}
            left = [one for one in left if one not in here]
        return found

    def _adopt(self, unit: Unit, listing: Signed[Listing]) -> bool:
        """Put it in its place; whether nobody knows how much there is of it."""
        body = listing.body
        slug, row = body.slug, unit.record(Kind.LISTING, body.slug)
        if row is not None:
            unit.keep_object(row.id, Kind.LISTING, self._context.me, row.envelope)
            unit.move_stock(slug, moves(self._read(row.envelope).body, body))
        held = {one.sku: one.count for one in unit.stock(slug)}
        places = range(len(body.skus)) if body.skus else (NO_SKU,)
        unit.put_stock(
            slug,
            [StockRow(slug, one, held.get(one, _count(body, one))) for one in places],
        )
        unit.put_record(
            RecordRow(Kind.LISTING, slug, body.seq, listing.id, listing.envelope)
        )
        if body.state == ListingState.OUT_OF_STOCK:
            unit.set_setting(f"sold-out:{slug}", b"1")
        return not held and body.type == ListingType.PHYSICAL

    def _read(self, envelope: bytes) -> Signed[Listing]:
        return verify_as(Listing, envelope, self._context.network.id)

    # ------------------------------------------------------------- pictures

    async def _fetch_pictures(self, sources: Sequence[bytes]) -> int:
        """Fetch what own listings and the profile show; how many nobody gave."""
        with self._context.book.unit() as unit:
            wanted = {
                image.id
                for row in unit.records(Kind.LISTING)
                for image in self._read(row.envelope).body.images
            }
            row = unit.record(Kind.PROFILE)
            if row is not None:
                own = verify_as(Profile, row.envelope, self._context.network.id).body
                wanted |= {one for one in (own.avatar, own.header) if one}
        lacking = [one for one in wanted if not self._context.blobs.has(one)]
        return sum([not await self._picture(one, sources) for one in lacking])

    async def _picture(self, digest: bytes, sources: Sequence[bytes]) -> bool:
        for source in sources:
            try:
                await self._files.fetch(source, digest, MAX_EVIDENCE_BYTES)
            except BazaarError:
                continue
            return True
        return False

    # ------------------------------------------------------------- telling

    def tell(self) -> None:
        """Say what was brought back, once it was looked for long enough."""
        came, self._came = self._came, Came()
        if not (came.listings or came.hidden or came.lacking):
            return
        log.info("own listings were brought back", extra={"count": len(came.listings)})
        with self._context.book.unit() as unit:
            name = f"restored-store:{resync_mode.since(unit)}"
            notice = Notice(NoticeKind.BACKUP, name, words(came))
            renew(unit, self._context, notice)
        self._context.emit("catalogue", {})


def _sum(before: Came, now: Came) -> Came:
    """Two rounds as one; what is lacking is what still was at the end."""
    return Came(
        (*before.listings, *now.listings),
        before.uncounted + now.uncounted,
        (*before.hidden, *now.hidden),
        now.lacking,
        now.dark,
    )


def words(came: Came) -> str:
    """What its person is told."""
    said: list[str] = []
    if came.listings:
        said.append(f"{_some(len(came.listings))} came back from those who held them.")
    if came.uncounted:
        said.append(
            f"{came.uncounted} of them show as sold out until you say how many there are."
        )
    if came.hidden:
        count = len(came.hidden)
        said.append(f"{_some(count)} that your store no longer showed stay hidden.")
    if came.lacking:
        said.append(f"{_some(came.lacking)} could not be found.")
    return " ".join(said)


def _some(count: int) -> str:
    return "1 listing" if count == 1 else f"{count:,} listings"


def _count(body: Listing, sku: int) -> int | None:
    """What is sold without a count stays unlimited; what had one is unknown, so none."""
    hint = body.skus[sku].stock if sku != NO_SKU else StockHint.YES
    is_counted = body.type == ListingType.PHYSICAL or hint != StockHint.YES
    return 0 if is_counted or body.state == ListingState.OUT_OF_STOCK else None
