"""The public catalogue: what others publish; may be deleted and fetched again."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import msgspec

from bazaar.domain.bounds import Body
from bazaar.domain.card import Card
from bazaar.domain.envelope import Signed
from bazaar.domain.errors import BazaarError
from bazaar.domain.records import StoreHead


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
        price_to: Greatest price in ``unit``, or None.
        region: Country that the goods must reach, or None.
        sort: relevance, newest or price.
    """

    words: str = ""
    category: str | None = None
    unit: str | None = None
    price_to: int | None = None
    region: str | None = None
    type: int | None = None
    store: bytes | None = None
    sort: str = "relevance"
    limit: int = 20
    offset: int = 0


class Found(NamedTuple):
    """One hit: the card and the store that signed the head over it."""

    store: bytes
    card: Card


class SearchPage(NamedTuple):
    """Hits in order; ``total`` is exact up to 10,000, above it ``exact`` is False."""

    total: int
    exact: bool
    found: tuple[Found, ...]


class CatalogueError(BazaarError):
    """The disk is full, broken or damaged; the catalogue can be deleted and fetched again."""


class Catalogue(Protocol):
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
    async def heads_since(self, issued: int, limit: int) -> list[bytes]: ...
    async def pages(self, key: bytes) -> dict[bytes, bytes]:
        """Pages held of a store, by SHA-256, so that only changed ones are fetched."""
        ...

    async def search(self, query: SearchQuery) -> SearchPage: ...
    async def card(self, listing: bytes) -> Found | None: ...
    async def listing_ids(self, prefix: bytes, nibbles: int) -> list[bytes]:
        """Ids that start with the first ``nibbles`` hex digits of ``prefix``; at most 2."""
        ...

    async def categories(self) -> list[tuple[str, int]]: ...
    async def complete(self, prefix: str, limit: int) -> list[str]: ...
    async def counts(self) -> tuple[int, int]:
        """(listings, stores)."""
        ...

    async def keep_body(self, listing: bytes, envelope: bytes) -> None: ...
    async def body(self, listing: bytes) -> bytes | None: ...
    async def keep_record(self, record: Signed[Body], now: int) -> bool:
        """Keep a verified Profile, Contact or ArbiterOffer; False if not newer."""
        ...

    async def record(self, kind: int, key: bytes) -> bytes | None: ...
    async def records(self, kind: int, limit: int) -> list[bytes]: ...
    async def keep_rating(
        self, rating: Signed[Body], ratee: bytes, slot: bytes
    ) -> bool: ...
    async def ratings(self, ratee: bytes) -> list[bytes]: ...
