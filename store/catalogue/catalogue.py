"""The catalogue as the node holds it: threads behind calls that a task can wait for."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Concatenate, Final, ParamSpec, TypeVar

import trio
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bazaar.app.ports import (
    BlockRow,
    CatalogueError,
    Clock,
    FacetPage,
    Found,
    HeldRow,
    Keep,
    LeftOut,
    SearchPage,
    SearchQuery,
    StoreRow,
)
from bazaar.domain.bounds import Body
from bazaar.domain.card import Card
from bazaar.domain.envelope import Signed
from bazaar.domain.errors import RefusedError, ReplyCode
from bazaar.domain.head_set import HeadSet
from bazaar.domain.rating import Rating, RatingReply
from bazaar.domain.rating_rules import Rated
from bazaar.domain.records import StoreHead
from bazaar.domain.segment import Verified
from bazaar.domain.slots import SalesHead
from store.catalogue import (
    facets,
    heads,
    joining,
    known_heads,
    records,
    reputation,
    search,
    standing,
    typeahead,
)
from store.catalogue import held as keeping
from store.catalogue import quota as room
from store.catalogue.heads_in_memory import HeadsInMemory
from store.catalogue.schema import mark_damaged, prepare
from store.catalogue.word_counts import counts_of
from store.engine import (
    READER_PRAGMAS,
    WRITER_PRAGMAS,
    assert_sqlite,
    error_name,
    sqlite_engine,
)
from store.readers import Readers
from store.writer import Writer

P = ParamSpec("P")
T = TypeVar("T")
DAY_SECONDS: Final = 86_400
MAX_FORGOTTEN: Final = 500
SEGMENT_ROWS: Final = 2_000
"""Cards of a segment that go into one transaction."""

DAMAGED: Final = frozenset({"SQLITE_CORRUPT", "SQLITE_CORRUPT_VTAB", "SQLITE_NOTADB"})


class SqlCatalogue:
    """Fits ``bazaar.app.ports.Catalogue``; use ``open_catalogue``."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        writing = sqlite_engine(path, WRITER_PRAGMAS, any_thread=True)
        self._writer = Writer(writing.execution_options(write=True), counts_of)
        self._expiry_looked_at = -1
        self._heads = HeadsInMemory()
        self._readers = Readers(sqlite_engine(path, READER_PRAGMAS, any_thread=True))
        self._writer.start()
        self._readers.start()

    def join(self) -> None:
        """End the threads; blocks until what was begun is committed."""
        self._readers.join()
        self._writer.join()

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
        self._writer.upkeep.deleted(applied.removed)
        self._heads.moved([applied.moved])
        return applied.changed

    async def store(self, key: bytes) -> StoreRow | None:
        return await self._read(heads.store_row, key)

    async def stores(self, limit: int) -> list[StoreRow]:
        return await self._read(heads.store_rows, limit)

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

    async def drop_store(self, store: bytes) -> None:
        def work(connection: Connection) -> None:
            self._writer.upkeep.deleted(keeping.drop(connection, store))

        await self._write(work)

    async def left_out(self) -> LeftOut:
        return await self._read(known_heads.left_out, self._clock.now())

    async def forget_expired(self, keep: Keep) -> int:
        now, dropped = self._clock.now(), 0
        forget = partial(known_heads.forget_expired, now=now, most=MAX_FORGOTTEN)
        while gone := await self._write(forget):
            self._heads.gone(gone)
        while True:
            step = await self._write(partial(self._drop_expired, keep, now))
            dropped += step.stores
            if not step.more:
                return dropped

    def _drop_expired(
        self, keep: Keep, now: int, connection: Connection
    ) -> room.Evicted:
        step = room.drop_expired(connection, keep, now)
        self._writer.upkeep.deleted(step.documents)
        return step

    async def store_under(self, root: bytes) -> bytes | None:
        return await self._read(known_heads.store_under, root)

    async def pages_under(self, root: bytes) -> list[bytes]:
        return await self._read(heads.pages_under, root)

    async def pages(self, key: bytes) -> dict[bytes, bytes]:
        return await self._read(heads.pages, key)

    async def search(self, query: SearchQuery) -> SearchPage:
        """One page of hits. Cancelling it stops the query; RefusedError (BUSY) after 0.5 s."""
        await self._hide_expired()
        return await self._read(search.search, query)

    async def facets(self, query: SearchQuery) -> FacetPage:
        """Counts for the filters. As ``search``; ask for them once the hits are shown."""
        return await self._read(facets.facets, query)

    async def card(self, listing: bytes) -> Found | None:
        return await self._read(search.card, listing, self._clock.now())

    async def listing_ids(self, prefix: bytes, nibbles: int) -> list[bytes]:
        return await self._read(search.listing_ids, prefix, nibbles)

    async def categories(self) -> list[tuple[str, int]]:
        await self._hide_expired()
        return await self._read(search.categories)

    async def complete(self, prefix: str, limit: int) -> list[str]:
        return await self._read(typeahead.complete, prefix, limit)

    async def counts(self) -> tuple[int, int]:
        await self._hide_expired()
        return await self._read(heads.counts)

    async def used_bytes(self) -> int:
        return await self._read(room.used_bytes)

    async def evict(self, quota: int, keep: Keep) -> int:
        most, dropped = quota, 0
        while True:
            step = await self._write(partial(self._evict, most, keep))
            dropped += step.bodies + step.stores
            if not step.more:
                return dropped

    def _evict(self, most: int, keep: Keep, connection: Connection) -> room.Evicted:
        step = room.evict(connection, most, keep, self._clock.now())
        self._writer.upkeep.deleted(step.documents)
        return step

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
        self._writer.upkeep.deleted(sum(one.removed for one in applied))
        self._heads.moved([one.moved for one in applied])
        return sum(one.changed for one in applied)

    async def release(self) -> None:
        await self._write(joining.release)

    async def held(self, limit: int) -> list[HeldRow]:
        return await self._read(keeping.held, limit)

    async def purge(self, author: bytes) -> None:
        def work(connection: Connection) -> None:
            self._writer.upkeep.deleted(keeping.purge(connection, author))

        await self._write(work)

    async def keep_body(self, listing: bytes, envelope: bytes) -> None:
        def work(connection: Connection) -> None:
            again = records.keep_body(connection, listing, envelope, self._clock.now())
            self._writer.upkeep.deleted(again)

        await self._write(work)

    async def keep_bodies(self, bodies: Sequence[tuple[bytes, bytes]]) -> None:
        def work(connection: Connection) -> None:
            now = self._clock.now()
            again = records.keep_new_bodies(connection, bodies, now)
            self._writer.upkeep.deleted(again)

        await self._write(work, rows=len(bodies))

    async def body(self, listing: bytes) -> bytes | None:
        kept = await self._read(records.body, listing)
        if kept is None:
            return None
        envelope, used = kept
        now = self._clock.now()
        if used < now - DAY_SECONDS:  # what is looked at stays longest
            await self._write(partial(records.touch_body, listing=listing, now=now))
        return envelope

    async def keep_record(self, record: Signed[Body], now: int) -> bool:
        return await self._write(partial(records.keep_record, record=record, now=now))

    async def record(self, kind: int, key: bytes) -> bytes | None:
        return await self._read(records.record, kind, key)

    async def records_of(self, kind: int, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        return await self._read(records.records_of, kind, keys)

    async def records(self, kind: int, limit: int) -> list[bytes]:
        return await self._read(records.records, kind, limit, self._clock.now())

    async def keep_rating(self, rating: Signed[Rating], rated: Rated) -> bool:
        work = partial(reputation.keep_rating, rating=rating, rated=rated)
        return await self._write(work)

    async def keep_reply(self, reply: Signed[RatingReply]) -> None:
        await self._write(partial(reputation.keep_reply, reply=reply))

    async def replies(self, ratee: bytes) -> list[bytes]:
        return await self._read(reputation.replies, ratee)

    async def keep_chain(self, head: Signed[SalesHead]) -> None:
        await self._write(partial(reputation.keep_chain, head=head))

    async def chains(self, key: bytes) -> list[bytes]:
        return await self._read(reputation.chains, key)

    async def weigh(self, ratee: bytes) -> None:
        def work(connection: Connection) -> None:
            self._writer.upkeep.deleted(standing.weigh(connection, ratee))

        await self._write(work)

    async def ratings(self, ratee: bytes) -> list[bytes]:
        return await self._read(reputation.ratings, ratee)

    async def _hide_expired(self) -> None:
        now = self._clock.now()
        if now == self._expiry_looked_at:
            return
        self._expiry_looked_at = now
        if await self._read(heads.has_expired, now):
            await self._write(lambda connection: self._hide(connection, now))

    def _hide(self, connection: Connection, now: int) -> None:
        self._writer.upkeep.deleted(heads.hide_expired(connection, now))

    async def _read(
        self,
        ask: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        try:
            return await self._readers.run(
                lambda connection: ask(connection, *args, **kwargs)
            )
        except DBAPIError as error:
            raise self._in_our_words(error) from error

    async def _write(self, work: Callable[[Connection], T], rows: int = 1) -> T:
        try:
            return await self._writer.run(work, rows)
        except DBAPIError as error:
            raise self._in_our_words(error) from error

    def _in_our_words(self, error: DBAPIError) -> Exception:
        name = error_name(error)
        if name == "SQLITE_INTERRUPT":
            return RefusedError(
                ReplyCode.BUSY, "the search took too long; use rarer words"
            )
        if name in DAMAGED:
            mark_damaged(self._path)
        return CatalogueError(f"the catalogue cannot be used: {error.orig}")


@asynccontextmanager
async def open_catalogue(path: Path, clock: Clock) -> AsyncGenerator[SqlCatalogue]:
    """Open or create the catalogue; it is closed when the block is left, also by cancellation.

    ``clock`` says which heads have run out. Raises UnsafeSqliteError or OSError.
    """
    assert_sqlite()
    await trio.to_thread.run_sync(prepare, path)
    catalogue = SqlCatalogue(path, clock)
    try:
        yield catalogue
    finally:
        with trio.CancelScope(shield=True):
            await trio.to_thread.run_sync(catalogue.join)
