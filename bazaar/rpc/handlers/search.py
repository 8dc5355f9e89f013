"""search, its completions and categories; store; picture."""

import time
from collections.abc import Sequence
from typing import Final

import msgspec
import trio

from bazaar.app.files import PICTURE_SECONDS
from bazaar.app.node import Node
from bazaar.app.ports import Found
from bazaar.domain.errors import BazaarError, InputError, NotFoundError
from bazaar.domain.keys.peer_ids import key_of
from bazaar.domain.listings.listing import Condition
from bazaar.domain.stores.mirroring import MAX_SEEN_KEYS
from bazaar.rpc.handlers import resolve
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.handlers.marking import marked
from bazaar.rpc.handlers.wanted import ordered, wanted
from bazaar.rpc.schema.listings import CardView
from bazaar.rpc.schema.search import (
    Categories,
    CategoryCount,
    Complete,
    Facets,
    FacetsView,
    FacetView,
    Picture,
    PictureView,
    Search,
    SearchView,
    Store,
    StoreView,
    Words,
)
from bazaar.rpc.views.listings import card_view
from bazaar.rpc.views.people import People, Person

HASH_BYTES: Final = 32


class SearchCalls:
    """The local catalogue, and what it is filled from."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            Search: self.search,
            Facets: self.facets,
            Complete: self.complete,
            Categories: self.categories,
            Store: self.store,
            Picture: self.picture,
        }

    async def search(self, call: Search) -> SearchView:
        """Search the local catalogue; works without any network."""
        query = await ordered(self._node, call)
        start = time.perf_counter_ns()
        page = await self._node.context.catalogue.search(query)
        took = (time.perf_counter_ns() - start) // 1000
        meant = ""
        if query.words.strip() and not page.total:
            meant = await self._node.context.catalogue.spelled(query.words)
        people = People(self._node.context)
        sellers = {found.store for found in page.found}
        await people.meet(sellers)
        seen = self._seen(tuple(dict.fromkeys(one.store for one in page.found)))
        results = tuple(
            [
                _found_view(await people.person(one.store), one, seen[one.store])
                for one in page.found
            ]
        )
        return SearchView(
            total=page.total,
            total_is_exact=page.exact,
            results=marked(self._node, results, [one.store for one in page.found]),
            stores=len(sellers),
            took_us=took,
            as_of=self._node.market.synced,
            left_out=await self._node.interests.left_out(),
            meant=meant,
        )

    def _seen(self, sellers: Sequence[bytes]) -> dict[bytes, int]:
        """When sellers were last seen; the first ones, who are on screen, are asked for."""
        sightings = self._node.sightings
        sightings.known(sellers[:MAX_SEEN_KEYS])
        return {key: sightings.at(key) for key in sellers}

    async def facets(self, call: Facets) -> FacetsView:
        """Counts of the filters for a search."""
        query = await wanted(self._node, call)
        page = await self._node.context.catalogue.facets(query)
        counts = tuple(
            FacetView(facet=one.facet, value=one.value, listings=one.listings)
            for one in page.counts
        )
        return FacetsView(counted=page.counted, exact=page.exact, facets=counts)

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
        seen = await self._node.sightings.look(key)
        return StoreView(
            peer_id=person.peer_id,
            name=person.name,
            seq=row.seq,
            listings=row.count,
            online=online,
            as_of=row.seen,
            seen=self._node.context.now() if online else seen.at,
            mirrored=key in self._node.mirrors.stores,
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


def _found_view(person: Person, found: Found, seen: int) -> CardView:
    view = card_view(found.card, person)
    condition = Condition(found.condition or Condition.NONE).name
    return msgspec.structs.replace(
        view,
        condition=condition.lower().replace("_", " ") if found.condition else "",
        rating=found.mean,
        votes=found.votes,
        as_of=found.seen,
        seen=seen,
    )
