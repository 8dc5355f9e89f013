"""Calls of the catalogue: its room, and what leaves it."""

from functools import partial
from typing import Final

from sqlalchemy import Connection

from bazaar.app.ports import HeldRow, Keep
from store.catalogue import held as keeping
from store.catalogue import known_heads
from store.catalogue import quota as room
from store.catalogue.threads import CatalogueThreads

MAX_FORGOTTEN: Final = 500


class RoomCalls(CatalogueThreads):
    """What is held, and how it goes."""

    async def drop_store(self, store: bytes) -> None:
        def work(connection: Connection) -> None:
            self._writer.upkeep.deleted(keeping.drop(connection, store))

        await self._write(work)

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

    async def held(self, limit: int) -> list[HeldRow]:
        return await self._read(keeping.held, limit)

    async def purge(self, author: bytes) -> None:
        def work(connection: Connection) -> None:
            self._writer.upkeep.deleted(keeping.purge(connection, author))

        await self._write(work)
