"""What this machine keeps of the market: all heads, and the cards of the stores that its user chose."""

from typing import Final, NamedTuple

import msgspec

from bazaar.app.catalogue.market import Market
from bazaar.app.catalogue.room import QUOTA_SETTING, Room, quota_of
from bazaar.app.context import Context
from bazaar.app.ports import Listening
from bazaar.domain.errors import InputError
from bazaar.domain.stores.interests import Interests, wants
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire.envelope import Signed, verify_as

INTERESTS_SETTING: Final = "interests"
LEAST_QUOTA_BYTES: Final = 64 * 2**20
MOST_QUOTA_BYTES: Final = 2**40
MAX_STORES_LOOKED_AT: Final = 1_000_000


class Kept(NamedTuple):
    """The choice, and what follows from it."""

    chosen: Interests
    quota: int
    used: int
    listings: int
    stores: int
    listings_left_out: int
    stores_left_out: int


class InterestChoice:
    """Reads, changes and applies the choice; whom the user deals with is always kept."""

    def __init__(self, context: Context, market: Market, room: Room) -> None:
        self._context = context
        self._market = market
        self._room = room
        self._read: Interests | None = None
        market.fetch.wants = self.wants

    @property
    def chosen(self) -> Interests:
        """The choice; everything until one is made."""
        if self._read is None:
            with self._context.book.unit() as unit:
                kept = unit.setting(INTERESTS_SETTING)
            decode = msgspec.msgpack.decode
            self._read = decode(kept, type=Interests) if kept else Interests()
        return self._read

    def wants(self, head: Signed[StoreHead]) -> bool:
        """Whether the cards under ``head`` are kept."""
        if self.chosen.is_everything or wants(self.chosen, head.body):
            return True
        with self._context.book.unit() as unit:
            return head.author in self._room.kept(unit).stores

    def listening(self) -> Listening:
        """Whose heads to hear at once in a market too large to hear all of them."""
        with self._context.book.unit() as unit:
            stores = self._room.kept(unit).stores
        return Listening(stores, self.chosen.is_everything)

    async def kept(self) -> Kept:
        """The choice beside what is here and what is left out."""
        catalogue = self._context.catalogue
        with self._context.book.unit() as unit:
            quota = quota_of(unit)
        listings, stores = await catalogue.counts()
        left = await catalogue.left_out()
        used = await catalogue.used_bytes()
        return Kept(
            self.chosen, quota, used, listings, stores, left.listings, left.stores
        )

    async def left_out(self) -> int:
        """How many listings the choice keeps away; 0 where nothing was left out by choice."""
        if self.chosen.is_everything:
            return 0
        return (await self._context.catalogue.left_out()).listings

    async def choose(self, chosen: Interests, quota: int) -> None:
        """Keep this from now on: what falls out is dropped, what comes in is fetched.

        Raises InputError for a quota out of bounds. Cancelling leaves the choice made, and
        some of what falls out until the next choice.
        """
        if not LEAST_QUOTA_BYTES <= quota <= MOST_QUOTA_BYTES:
            least = LEAST_QUOTA_BYTES // 2**20
            raise InputError("quota", f"must be between {least} MiB and 1 TiB")
        with self._context.book.unit() as unit:
            unit.set_setting(INTERESTS_SETTING, msgspec.msgpack.encode(chosen))
            unit.set_setting(QUOTA_SETTING, str(quota).encode())
        self._read = chosen
        await self._drop_the_rest()
        await self._room.make()
        self._market.news.look()
        self._context.emit("catalogue", {})

    async def _drop_the_rest(self) -> None:
        catalogue = self._context.catalogue
        for row in await catalogue.stores(MAX_STORES_LOOKED_AT):
            head = verify_as(StoreHead, row.head, self._context.network.id)
            if row.key != self._context.me and not self.wants(head):
                await catalogue.drop_store(row.key)
