"""Calls of the catalogue: searches and what else a shopper asks."""

from sqlalchemy import Connection

from bazaar.app.ports import FacetPage, Found, SearchPage, SearchQuery
from store.catalogue import facets, hits, search, spelling, typeahead
from store.catalogue import stores as rows_of_stores
from store.catalogue.threads import CatalogueThreads


class SearchCalls(CatalogueThreads):
    """What is found; stores whose heads have run out are hidden first."""

    async def search(self, query: SearchQuery) -> SearchPage:
        """One page of hits. Cancelling it stops the query; RefusedError (BUSY) after 0.5 s."""
        await self._hide_expired()
        return await self._read(search.search, query, self._columns)

    async def facets(self, query: SearchQuery) -> FacetPage:
        """Counts for the filters. As ``search``; ask for them once the hits are shown."""
        return await self._read(facets.facets, query, self._columns)

    async def card(self, listing: bytes) -> Found | None:
        return await self._read(hits.card, listing, self._clock.now())

    async def listing_ids(self, prefix: bytes, nibbles: int) -> list[bytes]:
        return await self._read(hits.listing_ids, prefix, nibbles)

    async def categories(self) -> list[tuple[str, int]]:
        await self._hide_expired()
        return await self._read(hits.categories)

    async def spelled(self, words: str) -> str:
        return await self._read(spelling.spelled, words)

    async def complete(self, prefix: str, limit: int) -> list[str]:
        return await self._read(typeahead.complete, prefix, limit)

    async def counts(self) -> tuple[int, int]:
        await self._hide_expired()
        return await self._read(rows_of_stores.counts)

    async def _hide_expired(self) -> None:
        now = self._clock.now()
        if now == self._expiry_looked_at:
            return
        self._expiry_looked_at = now
        if await self._read(rows_of_stores.has_expired, now):
            await self._write(lambda connection: self._hide(connection, now))

    def _hide(self, connection: Connection, now: int) -> None:
        self._writer.upkeep.deleted(rows_of_stores.hide_expired(connection, now))
