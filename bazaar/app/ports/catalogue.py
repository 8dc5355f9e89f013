"""The public catalogue: what others publish; may be deleted and fetched again."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import msgspec

from bazaar.app.ports.reputation import Standings
from bazaar.domain.errors import BazaarError
from bazaar.domain.listings.card import Card
from bazaar.domain.stores.head_set import HeadSet
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.stores.segment import Verified
from bazaar.domain.wire.bounds import Body
from bazaar.domain.wire.envelope import Signed


class StoreRow(msgspec.Struct, frozen=True):
    """One store as last seen: its newest head and how many of its cards are indexed."""

    key: bytes
    seq: int
    head: bytes
    count: int
    seen: int


class SearchQuery(NamedTuple):
    """A search of the local catalogue; every field but ``words`` may be left neutral.

    Attributes:
        words: As typed; at most 8 words count.
        price_from, price_to: Least and greatest price in ``unit``, or None.
        region: Country that the goods must reach, or None.
        place: (country, beginning of a postal code) that they are sent from, or None.
        condition: One ``Condition``; like place and language known of listings whose page is here.
        stores: Keys of sellers, one of which it must be; at most 200 count.
        without: Keys of sellers whose goods are left out; at most 200 count.
        least_stars: Half stars that the seller's verified ratings must reach.
        flags: Bits of ``CardFlag`` that it must have.
        mature: Whether goods marked as not safe for work are shown.
        in_stock: Only what can be bought now.
        sort: relevance, newest, price, dearest or rating.
    """

    words: str = ""
    category: str | None = None
    unit: str | None = None
    price_from: int | None = None
    price_to: int | None = None
    region: str | None = None
    place: tuple[str, str] | None = None
    type: int | None = None
    condition: int | None = None
    language: str | None = None
    store: bytes | None = None
    stores: tuple[bytes, ...] | None = None
    without: tuple[bytes, ...] = ()
    least_stars: int = 0
    flags: int = 0
    mature: bool = True
    in_stock: bool = False
    sort: str = "relevance"
    limit: int = 20
    offset: int = 0


class Found(NamedTuple):
    """One hit: the card and the store that signed the head over it.

    Attributes:
        seen: When its head was last heard.
        mean: Mean of the seller's verified ratings here, hundredths of a star.
        votes: How many they are.
        condition: ``Condition``, or None until its page is here.
    """

    store: bytes
    card: Card
    seen: int = 0
    mean: int = 0
    votes: int = 0
    condition: int | None = None


class SearchPage(NamedTuple):
    """Hits in order; ``total`` is exact up to 10,000, above it ``exact`` is False."""

    total: int
    exact: bool
    found: tuple[Found, ...]


class FacetCount(NamedTuple):
    """How many matches have one value of a facet; its name is that of the filter."""

    facet: str
    value: str
    listings: int


class FacetPage(NamedTuple):
    """Counts over the ``counted`` newest matches; exact if these are all."""

    counted: int
    exact: bool
    counts: tuple[FacetCount, ...]


class Keep(NamedTuple):
    """Keys of stores and ids of listings that are never dropped to make room."""

    stores: frozenset[bytes]
    listings: frozenset[bytes]


class HeldRow(NamedTuple):
    """How many listings are kept whole of an author, and their bytes on disk."""

    author: bytes
    listings: int
    bytes: int


class LeftOut(NamedTuple):
    """What known heads offer of which no card is here."""

    stores: int
    listings: int


class BlockRow(NamedTuple):
    """One store whole: its head and all its pages in order."""

    issued: int
    key: bytes
    head: bytes
    pages: tuple[bytes, ...]
    cards: int


class CatalogueError(BazaarError):
    """The disk is full, broken or damaged; the catalogue can be deleted and fetched again."""


class Catalogue(Standings, Protocol):
    """What others publish; may be deleted and fetched again.

    All methods run in worker threads; cancelling one leaves the catalogue as before
    or as after, never between.
    """

    async def apply_head(
        self,
        head: Signed[StoreHead],
        page_ids: Sequence[bytes],
        cards: Sequence[Card],
        now: int,
    ) -> int:
        """Replace a store's cards by those of ``head`` in one transaction.

        ``page_ids`` are the SHA-256 of its pages in order, ``cards`` all its cards,
        already checked against the root. An older or equal seq changes nothing.
        Returns how many cards were new or changed.
        """
        ...

    async def store(self, key: bytes) -> StoreRow | None: ...
    async def stores(self, limit: int) -> list[StoreRow]: ...
    async def heads_since(self, issued: int, limit: int) -> list[bytes]:
        """Known heads issued then or later and not run out, newest first."""
        ...

    async def known(self) -> HeadSet:
        """All known heads that have not run out; kept up to date, only to be read."""
        ...

    async def keep_heads(self, heads: Sequence[Signed[StoreHead]]) -> list[bool]:
        """Remember verified heads of as many stores; whether each was newer."""
        ...

    async def newest_head(self, store: bytes) -> bytes | None: ...
    async def heads_by_id(self, ids: Sequence[bytes]) -> list[bytes]:
        """Known heads whose ids begin so."""
        ...

    async def lagging(self) -> list[bytes]:
        """Known heads whose cards are not here, newest first."""
        ...

    async def drop_store(self, store: bytes) -> None:
        """Forget the cards of a store; its head stays known."""
        ...

    async def left_out(self) -> LeftOut: ...
    async def forget_expired(self, keep: Keep) -> int:
        """Forget heads and stores that have run out, except ``keep``; how many stores went."""
        ...

    async def store_under(self, root: bytes) -> bytes | None:
        """The store whose indexed cards are under ``root``."""
        ...

    async def pages_under(self, root: bytes) -> list[bytes]:
        """The pages, in order, of a store whose indexed cards are under ``root``; none if none is."""
        ...

    async def pages(self, key: bytes) -> dict[bytes, bytes]:
        """Pages held of a store, by SHA-256, so that only changed ones are fetched."""
        ...

    async def search(self, query: SearchQuery) -> SearchPage: ...
    async def facets(self, query: SearchQuery) -> FacetPage:
        """Counts by category, type, state, condition, unit and rating of all matches."""
        ...

    async def card(self, listing: bytes) -> Found | None: ...
    async def listing_ids(self, prefix: bytes, nibbles: int) -> list[bytes]:
        """Ids that start with the first ``nibbles`` hex digits of ``prefix``; at most 2."""
        ...

    async def categories(self) -> list[tuple[str, int]]: ...
    async def spelled(self, words: str) -> str:
        """``words`` as they were perhaps meant; empty if they are known, or nobody can say."""
        ...

    async def complete(self, prefix: str, limit: int) -> list[str]: ...
    async def counts(self) -> tuple[int, int]:
        """(listings, stores)."""
        ...

    async def used_bytes(self) -> int: ...
    async def evict(self, quota: int, keep: Keep) -> int:
        """Drop what is easiest to fetch again until ``quota`` bytes are used, except ``keep``.

        Returns how many bodies and stores went. Cancelling it stops between two steps.
        """
        ...

    async def blocks(self, before: tuple[int, bytes], limit: int) -> list[BlockRow]:
        """Stores whole whose heads were issued before (issued, key), the newest first."""
        ...

    async def reserve(self, listings: int) -> None:
        """Keep room above what is here for older cards that come newest first."""
        ...

    async def apply_segment(self, stores: Sequence[Verified], now: int) -> int:
        """As ``apply_head`` for many, all older than those before; how many cards were new."""
        ...

    async def release(self) -> None:
        """No more segments come."""
        ...

    async def held(self, limit: int) -> list[HeldRow]:
        """Listings kept whole by author, who has most first."""
        ...

    async def purge(self, author: bytes) -> None:
        """Forget store, listings and records of ``author``."""
        ...

    async def keep_body(self, listing: bytes, envelope: bytes) -> None: ...
    async def keep_bodies(self, bodies: Sequence[tuple[bytes, bytes]]) -> None:
        """Keep those (id, envelope) that are not here yet, a few hundred at most."""
        ...

    async def body(self, listing: bytes) -> bytes | None: ...
    async def keep_record(self, record: Signed[Body], now: int) -> bool:
        """Keep a verified Profile, Contact or ArbiterOffer; False if not newer."""
        ...

    async def record(self, kind: int, key: bytes) -> bytes | None: ...
    async def records_of(self, kind: int, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The newest record of one kind of those ``keys`` that have one."""
        ...

    async def records(self, kind: int, limit: int) -> list[bytes]: ...
