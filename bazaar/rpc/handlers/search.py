"""search, its completions and categories; store; picture."""

import time
from typing import Final

import trio

from bazaar.app.files import PICTURE_SECONDS
from bazaar.app.node import Node
from bazaar.app.ports import Found, SearchQuery
from bazaar.domain.errors import BazaarError, InputError, NotFoundError
from bazaar.domain.listing import ListingType
from bazaar.domain.money import parse_amount
from bazaar.domain.peer_ids import key_of
from bazaar.rpc.handlers import resolve
from bazaar.rpc.schema import (
    CardView,
    Categories,
    CategoryCount,
    Complete,
    Picture,
    PictureView,
    Search,
    SearchView,
    Store,
    StoreView,
    Words,
)
from bazaar.rpc.views.listings import card_view
from bazaar.rpc.views.people import People

MAX_SEARCH: Final = 200
SORTS: Final = frozenset({"relevance", "newest", "price", "rating"})
TYPES: Final = {"physical": 1, "digital": 2, "service": 3}
HASH_BYTES: Final = 32


class SearchCalls:
    """The local catalogue, and what it is filled from."""

    def __init__(self, node: Node) -> None:
        self._node = node

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
