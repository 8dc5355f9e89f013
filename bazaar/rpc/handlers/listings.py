"""listing publish, list, show, remove."""

import json
from pathlib import Path
from typing import Any, Final, cast

import msgspec
import trio

from bazaar.app.node import Node
from bazaar.app.ports import SearchQuery
from bazaar.app.shop.blank_picture import pictured
from bazaar.app.shop.shop import Own
from bazaar.domain.errors import InputError
from bazaar.domain.keys.peer_ids import key_of
from bazaar.domain.listings.card import card_of
from bazaar.domain.listings.listing import Listing, ListingState
from bazaar.domain.wire.envelope import Signed
from bazaar.rpc.handlers import resolve
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.handlers.marking import marked
from bazaar.rpc.schema.call import Done
from bazaar.rpc.schema.listings import (
    CardView,
    ListingList,
    ListingPublish,
    ListingRemove,
    ListingShow,
    ListingView,
    Published,
    PublishedBatch,
)
from bazaar.rpc.views.listings import card_view, listing_view, stock_words
from bazaar.rpc.views.people import People, Person

MAX_FILE_BYTES: Final = 8 * 1024 * 1024
MAX_LIST: Final = 10_000


class ListingCalls:
    """Own listings, and those of others."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            ListingPublish: self.publish,
            ListingList: self.listings,
            ListingShow: self.listing,
            ListingRemove: self.remove,
        }

    async def publish(self, call: ListingPublish) -> PublishedBatch:
        """One batch, one head."""
        files, folder = list(call.listings), Path(call.folder or ".")
        if call.file is not None:
            files = await _read_file(Path(call.file))
            folder = Path(call.folder) if call.folder else Path(call.file).parent
        files = [pictured(self._node.context, file) for file in files]
        batch = await self._node.shop.publish(files, folder.absolute(), call.seen)
        with self._node.context.book.unit() as unit:
            head = self._node.shop.head(unit)
        views = tuple(published(own) for own in batch)
        return PublishedBatch(
            listing_id=views[0].listing_id,
            slug=views[0].slug,
            version=views[0].version,
            listings=views,
            seq=head.body.seq if head else 0,
        )

    async def listings(self, call: ListingList) -> tuple[CardView, ...]:
        """Own listings with their stock, or the cards of a store."""
        people = People(self._node.context)
        if call.peer is not None:
            key = await resolve.peer(self._node, call.peer)
            if key != self._node.context.me:
                query = SearchQuery(store=key, sort="newest", limit=MAX_LIST)
                page = await self._node.context.catalogue.search(query)
                person = await people.person(key)
                cards = [card_view(found.card, person) for found in page.found]
                return marked(self._node, cards, [key] * len(cards))
        with self._node.context.book.unit() as unit:
            own = self._node.shop.listings(unit)
        me = await people.person(self._node.context.me)
        return tuple(_own_card(one, me) for one in own)

    async def listing(self, call: ListingShow) -> ListingView:
        """One listing whole."""
        listing_id = await resolve.listing(self._node, call.id)
        seller = key_of(call.peer) if call.peer else None
        found = await self._node.market.listing(listing_id, seller)
        person = await People(self._node.context).person(found.author)
        is_own = found.author == self._node.context.me
        current = await self._node.shelf.current(found)
        newer = current.hex() if current and current != found.id else ""
        if not is_own:
            shown = listing_card(found, person)
            (card,) = marked(self._node, [shown], [person.key])
            view = listing_view(found, card, (), (), own=False)
            return msgspec.structs.replace(view, newer=newer)
        with self._node.context.book.unit() as unit:
            stock = [] if newer else unit.stock(found.body.slug)
            codes = () if newer else self._node.shop.coupon_codes(unit, found.body.slug)
        card = _own_card(Own(found, stock), person)
        view = listing_view(found, card, stock, codes, own=True)
        return msgspec.structs.replace(view, newer=newer)

    async def remove(self, call: ListingRemove) -> Done:
        """Take an own listing out."""
        await self._node.shop.remove(call.slug)
        return Done(words=f"{call.slug} is no longer in your store")


def published(own: Own) -> Published:
    """The answer to a publication."""
    body = own.listing.body
    return Published(listing_id=own.listing.id.hex(), slug=body.slug, version=body.seq)


def _own_card(own: Own, me: Person) -> CardView:
    return listing_card(own.listing, me, stock_words(own.stock))


def listing_card(listing: Signed[Listing], person: Person, stock: str = "") -> CardView:
    """A hidden listing has no card on the network; its owner sees one all the same."""
    body = listing.body
    if body.state == ListingState.HIDDEN:
        shown = msgspec.structs.replace(body, state=ListingState.OUT_OF_STOCK)
        card = card_of(Signed(listing.id, listing.author, shown, b""))
        view = card_view(card, person, stock)
        return msgspec.structs.replace(view, state="hidden")
    return card_view(card_of(listing), person, stock)


async def _read_file(path: Path) -> list[dict[str, Any]]:
    try:
        text = await trio.Path(path).read_bytes()
    except OSError as error:
        raise InputError(
            "file", f"{path.name} cannot be read: {error.strerror}"
        ) from error
    if len(text) > MAX_FILE_BYTES:
        raise InputError("file", "a listing file has at most 8 MiB")
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("file", f"{path.name} is not JSON: {error}") from error
    listings = cast("list[Any]", data if isinstance(data, list) else [data])
    if not all(isinstance(one, dict) for one in listings):
        raise InputError("file", "it must hold one listing object or a list of them")
    return listings
