"""Keeps the catalogue of others within its quota, and whom the user deals with in it."""

import logging
from collections.abc import Callable
from typing import Final

import trio

from bazaar.app.catalogue.market import Market
from bazaar.app.context import Context
from bazaar.app.ports import CatalogueError, Keep, Unit
from bazaar.domain.wire.kinds import Kind

log = logging.getLogger(__name__)

GIB: Final = 2**30
CATALOGUE_QUOTA_BYTES: Final = 2 * GIB
"""About 1.4 million listings with their pages."""

LOW_SHARE: Final = 0.9
"""What is made room for at once, so that it is not made with every head."""

LOOK_SECONDS: Final = 60
QUOTA_SETTING: Final = "catalogue-quota"

Also = Callable[[Unit], Keep]


class Room:
    """Looks every minute whether the catalogue has outgrown its quota."""

    def __init__(self, context: Context, market: Market) -> None:
        self._context = context
        self._market = market
        self.also: list[Also] = []
        """What other services keep, such as lists of wishes."""

    async def run(self) -> None:
        """Make room for ever; cancelling it leaves the catalogue whole."""
        while True:
            await trio.sleep(LOOK_SECONDS)
            try:
                await self.make()
            except CatalogueError as error:
                log.warning("no room could be made", extra={"why": str(error)})

    async def make(self) -> int:
        """Drop what has run out and what is over the quota; returns how many pages and stores went."""
        with self._context.book.unit() as unit:
            quota, keep = quota_of(unit), self.kept(unit)
        dropped = await self._context.catalogue.forget_expired(keep)
        used = await self._context.catalogue.used_bytes()
        if used > quota:
            low = int(quota * LOW_SHARE)
            dropped += await self._context.catalogue.evict(low, keep)
            used = await self._context.catalogue.used_bytes()
        self._market.fetch.is_full = used > quota
        return dropped

    def kept(self, unit: Unit) -> Keep:
        """Own, followed and named people, partners of trades and accounts, what others keep."""
        people = {row.key for row in unit.peers() if row.followed or row.petname}
        people |= {row.partner for row in unit.accounts()}
        for row in unit.trades():
            people |= {row.buyer, row.seller}
        listings = {row.id for row in unit.records(Kind.LISTING)}
        for also in self.also:
            more = also(unit)
            people |= more.stores
            listings |= more.listings
        return Keep(frozenset({self._context.me} | people), frozenset(listings))


def quota_of(unit: Unit) -> int:
    """Bytes that the catalogue may have."""
    setting = unit.setting(QUOTA_SETTING)
    return int(setting) if setting else CATALOGUE_QUOTA_BYTES
