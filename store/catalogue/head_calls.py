"""Calls of the catalogue: heads, the cards under them, and segments of a fresh join."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bazaar.app.ports import BlockRow, LeftOut, StoreRow
from bazaar.domain.listings.card import Card
from bazaar.domain.stores.head_set import HeadSet
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.stores.segment import Verified
from bazaar.domain.wire.envelope import Signed
from store.catalogue import heads, joining, known_heads
from store.catalogue import stores as rows_of_stores
from store.catalogue.threads import CatalogueThreads

SEGMENT_ROWS: Final = 2_000
"""Cards of a segment that go into one transaction."""


class HeadCalls(CatalogueThreads):
    """What the node learns of stores, and tells of them."""

    async def apply_head(
        self,
        head: Signed[StoreHead],
        page_ids: Sequence[bytes],
        cards: Sequence[Card],
        now: int,
    ) -> int:
        arrival = heads.Arrival(head, len(page_ids), cards, now)
        try:
            applied = await self._writer.run_together(
                heads.apply_heads, arrival, len(cards)
            )
        except DBAPIError as error:
            raise self._in_our_words(error) from error
        self._applied([applied])
        return applied.changed

    def _applied(self, applied: Sequence[heads.Applied]) -> None:
        self._writer.upkeep.deleted(sum(one.removed for one in applied))
        self._columns.changed(id_ for one in applied for id_ in one.reshown)
        self._heads.moved([one.moved for one in applied])

    async def store(self, key: bytes) -> StoreRow | None:
        return await self._read(rows_of_stores.store_row, key)

    async def stores(self, limit: int) -> list[StoreRow]:
        return await self._read(rows_of_stores.store_rows, limit)

    async def heads_since(self, issued: int, limit: int) -> list[bytes]:
        return await self._read(known_heads.since, issued, limit, self._clock.now())

    async def known(self) -> HeadSet:
        async def load() -> list[bytes]:
            return await self._read(known_heads.keys)

        return await self._heads.loaded(load)

    async def keep_heads(self, heads: Sequence[Signed[StoreHead]]) -> list[bool]:
        work = partial(known_heads.put_heads, heads=heads)
        moved = await self._write(work, len(heads))
        self._heads.moved(moved)
        return [one is not None for one in moved]

    async def newest_head(self, store: bytes) -> bytes | None:
        return await self._read(known_heads.newest, store)

    async def heads_by_id(self, ids: Sequence[bytes]) -> list[bytes]:
        return await self._read(known_heads.by_short_ids, ids, self._clock.now())

    async def lagging(self) -> list[bytes]:
        return await self._read(known_heads.lagging, self._clock.now())

    async def left_out(self) -> LeftOut:
        return await self._read(known_heads.left_out, self._clock.now())

    async def store_under(self, root: bytes) -> bytes | None:
        return await self._read(known_heads.store_under, root)

    async def pages_under(self, root: bytes) -> list[bytes]:
        return await self._read(rows_of_stores.pages_under, root)

    async def pages(self, key: bytes) -> dict[bytes, bytes]:
        return await self._read(rows_of_stores.pages, key)

    async def blocks(self, before: tuple[int, bytes], limit: int) -> list[BlockRow]:
        return await self._read(joining.blocks, before, limit, self._clock.now())

    async def reserve(self, listings: int) -> None:
        await self._write(partial(joining.reserve, listings=listings))

    async def apply_segment(self, stores: Sequence[Verified], now: int) -> int:
        changed, part, cards = 0, list[heads.Arrival](), 0
        for store in stores:
            part.append(heads.Arrival(store.head, store.pages, store.cards, now))
            cards += len(store.cards)
            if cards >= SEGMENT_ROWS:
                changed += await self._apply_part(part, cards)
                part, cards = [], 0
        return changed + await self._apply_part(part, cards)

    async def _apply_part(self, part: Sequence[heads.Arrival], cards: int) -> int:
        arrivals = tuple(part)

        def work(connection: Connection) -> list[heads.Applied]:
            return heads.apply_heads(connection, arrivals, older=True)

        applied = await self._write(work, rows=max(cards, 1))
        self._applied(applied)
        return sum(one.changed for one in applied)

    async def release(self) -> None:
        await self._write(joining.release)
