"""profile, listing, store, search, categories, picture."""

import json
import time
from pathlib import Path
from typing import Any, Final, cast

import msgspec
import trio

from bazaar.app.files import PICTURE_SECONDS
from bazaar.app.node import Node
from bazaar.app.ports import Found, SearchQuery
from bazaar.app.shop import Own
from bazaar.domain.card import card_of
from bazaar.domain.envelope import Signed
from bazaar.domain.errors import BazaarError, InputError, NotFoundError
from bazaar.domain.listing import Listing, ListingState, ListingType
from bazaar.domain.money import parse_amount
from bazaar.domain.peer_ids import key_of, peer_id
from bazaar.domain.records import Profile
from bazaar.rpc.handlers import resolve
from bazaar.rpc.schema import (
    CardView,
    Categories,
    CategoryCount,
    Complete,
    Done,
    ListingList,
    ListingPublish,
    ListingRemove,
    ListingShow,
    ListingView,
    Picture,
    PictureView,
    ProfileSet,
    ProfileShow,
    ProfileView,
    Published,
    PublishedBatch,
    Search,
    SearchView,
    Store,
    StoreView,
    Words,
)
from bazaar.rpc.views.listings import card_view, listing_view, stock_words
from bazaar.rpc.views.people import People, Person

MAX_FILE_BYTES: Final = 8 * 1024 * 1024
MAX_LIST: Final = 10_000
MAX_SEARCH: Final = 200
SORTS: Final = frozenset({"relevance", "newest", "price", "rating"})
TYPES: Final = {"physical": 1, "digital": 2, "service": 3}
HASH_BYTES: Final = 32


class ShopCalls:
    """Own and other people's shops."""

    def __init__(self, node: Node) -> None:
        self._node = node

    # ------------------------------------------------------------- profile

    async def profile_show(self, call: ProfileShow) -> ProfileView:
        """Own profile, or that of a peer, asked for if it is not known."""
        key = self._node.context.me
        if call.peer is not None:
            key = await resolve.peer(self._node, call.peer)
        people = People(self._node.context)
        profile = await people.profile(key)
        if profile is None:
            await self._node.market.refresh(key)
            profile = await people.profile(key)
        if profile is None:
            raise NotFoundError("this peer has no profile that we know")
        return self._profile_view(profile, await people.person(key))

    def _profile_view(self, profile: Profile, person: Person) -> ProfileView:
        return ProfileView(
            peer_id=person.peer_id,
            name=profile.name,
            handle=profile.handle,
            location=profile.location,
            about=profile.about,
            short=profile.short,
            nsfw=profile.nsfw,
            sells=profile.sells,
            arbitrates=profile.arbitrates,
            languages=profile.languages,
            vacation=profile.vacation,
            arbiters=tuple(map(peer_id, profile.seats)),
            fingerprint=person.words,
            colour=person.colour,
            seq=profile.seq,
            online=person.online,
        )

    async def profile_set(self, call: ProfileSet) -> ProfileView:
        """Change own fields."""
        await self._node.profiles.change(call.values)
        return await self.profile_show(ProfileShow())

    # ------------------------------------------------------------- listings

    async def publish(self, call: ListingPublish) -> PublishedBatch:
        """One batch, one head."""
        files, folder = list(call.listings), Path(call.folder or ".")
        if call.file is not None:
            files = await _read_file(Path(call.file))
            folder = Path(call.folder) if call.folder else Path(call.file).parent
        published = await self._node.shop.publish(files, folder.absolute())
        with self._node.context.book.unit() as unit:
            head = self._node.shop.head(unit)
            sells = self._node.profiles.own(unit).body.sells
        if not sells:
            await self._node.profiles.change({"sells": "yes"})
        views = tuple(_published(own) for own in published)
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
                return tuple(card_view(found.card, person) for found in page.found)
        with self._node.context.book.unit() as unit:
            own = self._node.shop.listings(unit)
        me = await people.person(self._node.context.me)
        return tuple(_own_card(one, me) for one in own)

    async def listing(self, call: ListingShow) -> ListingView:
        """One listing whole."""
        listing_id = await resolve.listing(self._node, call.id)
        found = await self._node.market.listing(listing_id)
        person = await People(self._node.context).person(found.author)
        is_own = found.author == self._node.context.me
        if not is_own:
            return listing_view(found, _card(found, person), (), (), own=False)
        with self._node.context.book.unit() as unit:
            stock = unit.stock(found.body.slug)
            codes = self._node.shop.coupon_codes(unit, found.body.slug)
        return listing_view(
            found, _own_card(Own(found, stock), person), stock, codes, own=True
        )

    async def remove(self, call: ListingRemove) -> Done:
        """Take an own listing out."""
        await self._node.shop.remove(call.slug)
        return Done(words=f"{call.slug} is no longer in your store")

    # ------------------------------------------------------------- finding

    async def search(self, call: Search) -> SearchView:
        """Search the local catalogue."""
        query = _query(call)
        start = time.perf_counter_ns()
        page = await self._node.context.catalogue.search(query)
        took = (time.perf_counter_ns() - start) // 1000
        people = People(self._node.context)
        results = tuple([await _found_view(people, found) for found in page.found])
        stores = len({found.store for found in page.found})
        return SearchView(
            total=page.total,
            total_is_exact=page.exact,
            results=results,
            stores=stores,
            took_us=took,
        )

    async def complete(self, call: Complete) -> Words:
        """Completions of the last word."""
        limit = max(1, min(call.limit, 20))
        return Words(
            words=tuple(await self._node.context.catalogue.complete(call.prefix, limit))
        )

    async def categories(self, _: Categories) -> tuple[CategoryCount, ...]:
        """Categories with counts, most first."""
        found = await self._node.context.catalogue.categories()
        return tuple(
            CategoryCount(category=name, listings=count) for name, count in found
        )

    async def store(self, call: Store) -> StoreView:
        """Fetch a store now."""
        key = await resolve.peer(self._node, call.peer)
        online = await self._node.market.refresh(key)
        row = await self._node.context.catalogue.store(key)
        person = await People(self._node.context).person(key)
        if row is None:
            raise NotFoundError("this peer has no store that we know")
        return StoreView(
            peer_id=person.peer_id,
            name=person.name,
            seq=row.seq,
            listings=row.count,
            online=online,
            as_of=row.seen,
        )

    async def picture(self, call: Picture) -> PictureView:
        """Path of our own JPEG; a picture that cannot be had is no error of the call."""
        try:
            digest = bytes.fromhex(call.id)
        except ValueError:
            digest = b""
        if len(digest) != HASH_BYTES or call.size not in {200, 400, 1200}:
            raise InputError(
                "id", "give a picture's hash, and 200, 400 or 1200 as size"
            )
        try:
            with trio.fail_after(PICTURE_SECONDS):
                path = await self._node.files.picture(
                    key_of(call.peer), digest, call.size
                )
        except (BazaarError, trio.TooSlowError) as error:
            return PictureView(
                path=None, problem=str(error) or "nobody answered in time"
            )
        return PictureView(path=path)


def _published(own: Own) -> Published:
    body = own.listing.body
    return Published(listing_id=own.listing.id.hex(), slug=body.slug, version=body.seq)


def _own_card(own: Own, me: Person) -> CardView:
    return _card(own.listing, me, stock_words(own.stock))


def _card(listing: Signed[Listing], person: Person, stock: str = "") -> CardView:
    """A hidden listing has no card on the network; its owner sees one all the same."""
    body = listing.body
    if body.state == ListingState.HIDDEN:
        shown = msgspec.structs.replace(body, state=ListingState.OUT_OF_STOCK)
        card = card_of(Signed(listing.id, listing.author, shown, b""))
        view = card_view(card, person, stock)
        return msgspec.structs.replace(view, state="hidden")
    return card_view(card_of(listing), person, stock)


async def _found_view(people: People, found: Found) -> CardView:
    return card_view(found.card, await people.person(found.store))


def _query(call: Search) -> SearchQuery:
    if call.sort not in SORTS:
        raise InputError("sort", f"one of {', '.join(sorted(SORTS))}")
    if call.kind is not None and call.kind not in TYPES:
        raise InputError("kind", f"one of {', '.join(TYPES)}")
    most = parse_amount(call.max_price, "max-price") if call.max_price else None
    if not 1 <= call.limit <= MAX_SEARCH:
        raise InputError("limit", f"must be 1 to {MAX_SEARCH}")
    return SearchQuery(
        words=call.words,
        category=call.category,
        unit=most.unit if most else None,
        price_to=most.minor if most else None,
        region=call.region.upper() if call.region else None,
        type=int(ListingType(TYPES[call.kind])) if call.kind else None,
        sort="newest" if call.sort == "rating" else call.sort,
        limit=call.limit,
        offset=max(0, call.offset),
    )


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
