"""Heads, pages, listings and records of stores, who has them, and whom one may meet."""

from typing import Annotated, Final

from msgspec import Meta

from bazaar.domain.exchange.coding import Envelope, Envelopes
from bazaar.domain.stores.reconcile import SHORT_BYTES
from bazaar.domain.wire.bounds import U32, Body, Country, Id, Key, Time, Word

MAX_HEADS: Final = 16
MAX_RECENT: Final = 256
MAX_HEADS_BY_ID: Final = 256
MAX_PAGES: Final = 1024
MAX_PAGES_AT_ONCE: Final = 8
MAX_PACKED_BYTES: Final = 32 * 1024 + 64
"""A page of 32 KiB that does not shrink."""

MAX_LISTINGS: Final = 16
MAX_CONTACTS: Final = 32
MAX_FOUND_HEADS: Final = 16
MAX_FIND_CHARS: Final = 120
MAX_CONTACT_BYTES: Final = 1_700
"""A Contact in its envelope."""

MAX_CHAINS: Final = 3
MAX_CHAIN_BYTES: Final = 256
"""A SalesHead in its envelope."""


class HeadGet(Body, frozen=True):
    """Newest heads and records of stores; no keys means the answerer's own."""

    keys: Annotated[tuple[Key, ...], Meta(max_length=MAX_HEADS)]


class StoreRecords(Body, frozen=True):
    """One store: its head, its owner's profile, contact and arbiter offer, and SalesHeads.

    Attributes:
        chains: At most one SalesHead for each chain of slots (11.2).
    """

    head: Envelope | None
    profile: Envelope | None
    contact: Envelope | None
    offer: Envelope | None
    chains: Annotated[
        tuple[Annotated[bytes, Meta(min_length=1, max_length=MAX_CHAIN_BYTES)], ...],
        Meta(max_length=MAX_CHAINS),
    ]


class Heads(Body, frozen=True):
    """Answer to HeadGet, in the order asked."""

    stores: Annotated[tuple[StoreRecords, ...], Meta(max_length=MAX_HEADS)]


class HeadsRecent(Body, frozen=True):
    """Heads issued since a time, newest first."""

    since: Time
    limit: Annotated[int, Meta(ge=1, le=MAX_RECENT)]


class RecordGet(Body, frozen=True):
    """The Follow or BlockList of ``key``, or with ``naming`` the Follows that name it.

    Those that name it are answered by ``key`` alone, from number ``offset`` on.
    """

    kind: Annotated[int, Meta(ge=7, le=8)]
    key: Key
    naming: bool
    offset: U32


class HeadsById(Body, frozen=True):
    """Heads by the first 16 bytes of their ids, as reconciliation names them."""

    ids: Annotated[
        tuple[
            Annotated[bytes, Meta(min_length=SHORT_BYTES, max_length=SHORT_BYTES)], ...
        ],
        Meta(min_length=1, max_length=MAX_HEADS_BY_ID, extra={"unique": True}),
    ]


class PageGet(Body, frozen=True):
    """Pages under a root; no ids asks for the page list."""

    root: Id
    ids: Annotated[tuple[Id, ...], Meta(max_length=MAX_PAGES_AT_ONCE)]


class PageIds(Body, frozen=True):
    """The page list of a root."""

    ids: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=MAX_PAGES)]


class Pages(Body, frozen=True):
    """Pages in the order asked; what would exceed the answer's size is left out at the end."""

    pages: Annotated[tuple[bytes, ...], Meta(max_length=MAX_PAGES_AT_ONCE)]


class PagePacked(Body, frozen=True):
    """The one page under a root, where there is only one, and its list with it."""

    root: Id


class PackedPage(Body, frozen=True):
    """That page as a zlib stream."""

    packed: Annotated[bytes, Meta(max_length=MAX_PACKED_BYTES)]


class ListingGet(Body, frozen=True):
    """Listing envelopes by id."""

    ids: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=MAX_LISTINGS)]


class EnvelopeList(Body, frozen=True):
    """What is held of what was asked, in that order, up to the answer's size."""

    envelopes: Envelopes


class PeersGet(Body, frozen=True):
    """Whom do you know?"""

    wanted: Annotated[int, Meta(ge=1, le=MAX_CONTACTS)]


class PeersTold(Body, frozen=True):
    """Contacts of other peers, each signed by its owner, in no order."""

    contacts: Annotated[
        tuple[Annotated[bytes, Meta(min_length=1, max_length=MAX_CONTACT_BYTES)], ...],
        Meta(max_length=MAX_CONTACTS),
    ]


class Find(Body, frozen=True):
    """Which stores have such goods? Answered with heads, those of the best hits first."""

    words: Annotated[str, Meta(max_length=MAX_FIND_CHARS, extra={"text": "line"})]
    category: Word | None
    region: Country | None
