"""Calls of the catalogue: bodies of listings, records of others, ratings."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from sqlalchemy import Connection

from bazaar.domain.reputation.rating import Rating, RatingReply
from bazaar.domain.reputation.rating_rules import Rated
from bazaar.domain.reputation.reputation import Voice
from bazaar.domain.reputation.slots import SalesHead
from bazaar.domain.wire.bounds import Body
from bazaar.domain.wire.envelope import Signed
from store.catalogue import records, reputation, standing
from store.catalogue.threads import CatalogueThreads

DAY_SECONDS: Final = 86_400


class RecordCalls(CatalogueThreads):
    """What is kept as the envelopes that it came in."""

    async def keep_body(self, listing: bytes, envelope: bytes) -> None:
        def work(connection: Connection) -> list[int]:
            now = self._clock.now()
            return records.keep_body(connection, listing, envelope, now)

        self._indexed_again(await self._write(work))

    async def keep_bodies(self, bodies: Sequence[tuple[bytes, bytes]]) -> None:
        def work(connection: Connection) -> list[int]:
            now = self._clock.now()
            return records.keep_new_bodies(connection, bodies, now)

        self._indexed_again(await self._write(work, rows=len(bodies)))

    def _indexed_again(self, ids: Sequence[int]) -> None:
        self._writer.upkeep.deleted(len(ids))
        self._columns.changed(ids)

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

    async def voices(self) -> list[Voice]:
        return await self._read(reputation.voices)

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
