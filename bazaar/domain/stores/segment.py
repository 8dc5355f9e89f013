"""Segments: many stores in one compressed, content-addressed piece for who has none yet (15).

The maker of a segment is not trusted: each store in it is a head with its pages, and
counts by the owner's signature and hashes alone.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from typing import Annotated, Final, NamedTuple

from msgspec import Meta

from bazaar.domain.errors import PeerError, RefusedError
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.messages import MAX_BLOB_PART_BYTES
from bazaar.domain.exchange.stores import MAX_PAGES
from bazaar.domain.listings.card import MAX_PAGE_BYTES, Card
from bazaar.domain.stores.head import cards_of
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire import inflating
from bazaar.domain.wire.bounds import U32, Body, Id, Time
from bazaar.domain.wire.envelope import Signed, verify_as

MAX_HEAD_BYTES: Final = 300
MAX_SEGMENT_BYTES: Final = 8 * 2**20
"""Inflated."""

MAX_PACKED_BYTES: Final = 8 * 2**20
MAX_RATIO: Final = 20
MAX_SEGMENTS: Final = 1_000
MAX_STORES: Final = 20_000
LEAST_CARDS: Final = 4_000
MOST_CARDS: Final = 16_000
MOST_BYTES: Final = 7 * 2**20
CUT_ZERO_BYTES: Final = 1
"""A store whose head's SHA-256 begins with so many zero bytes ends a segment that is large enough."""

LEVEL: Final = 6
FRAMING_BYTES: Final = 16


class SegmentStore(Body, frozen=True):
    """One store: its head's envelope and all its pages in order."""

    head: Annotated[bytes, Meta(min_length=1, max_length=MAX_HEAD_BYTES)]
    pages: Annotated[
        tuple[Annotated[bytes, Meta(max_length=MAX_PAGE_BYTES)], ...],
        Meta(min_length=1, max_length=MAX_PAGES),
    ]


class Segment(Body, frozen=True):
    """Stores whose heads were issued about the same time, the newest first."""

    stores: Annotated[
        tuple[SegmentStore, ...], Meta(min_length=1, max_length=MAX_STORES)
    ]


class SegmentRow(Body, frozen=True):
    """A segment that somebody serves.

    Attributes:
        size: Of the packed bytes, whose SHA-256 is ``hash``.
        cards: How many it holds, as its maker says.
        issued: When its newest head was issued.
    """

    hash: Id
    size: Annotated[int, Meta(ge=1, le=MAX_PACKED_BYTES)]
    cards: Annotated[int, Meta(ge=0, le=MOST_CARDS)]
    issued: Time


class SegmentsGet(Body, frozen=True):
    """The list of segments."""


class SegmentList(Body, frozen=True):
    """What the answerer serves, the newest heads first; empty if it has few stores itself."""

    segments: Annotated[tuple[SegmentRow, ...], Meta(max_length=MAX_SEGMENTS)]


class SegmentGet(Body, frozen=True):
    """A range of a segment's packed bytes; answered as a BlobPart."""

    hash: Id
    offset: U32
    length: Annotated[int, Meta(ge=1, le=MAX_BLOB_PART_BYTES)]


class Unpacked(NamedTuple):
    """Stores of a segment that verify, and how many did not."""

    stores: list["Verified"]
    bad: int


class Verified(NamedTuple):
    """A head with all its cards, checked against it."""

    head: Signed[StoreHead]
    pages: int
    cards: tuple[Card, ...]


def parts(stores: Iterable[SegmentStore], cards: Iterable[int]) -> Iterator[list[int]]:
    """Indexes of ``stores`` by segment, given how many cards each has.

    The cut depends on the stores near it alone, so that nodes which know the same stores
    mostly make the same segments. A store too large for one is left out.
    """
    part: list[int] = []
    count = size = 0
    for index, (store, more) in enumerate(zip(stores, cards, strict=True)):
        length = len(store.head) + sum(map(len, store.pages)) + FRAMING_BYTES
        if length > MOST_BYTES:
            continue
        if part and (count + more > MOST_CARDS or size + length > MOST_BYTES):
            yield part
            part, count, size = [], 0, 0
        part.append(index)
        count, size = count + more, size + length
        if count >= LEAST_CARDS and _ends(store.head):
            yield part
            part, count, size = [], 0, 0
    if part:
        yield part


def _ends(head: bytes) -> bool:
    return not any(hashlib.sha256(head).digest()[:CUT_ZERO_BYTES])


def pack(stores: Iterable[SegmentStore]) -> bytes:
    """One segment as it travels."""
    return zlib.compress(encode(Segment(tuple(stores))), LEVEL)


def inflate(data: bytes) -> bytes:
    """The bytes in a segment, never more than 8 MiB or 20 times what came.

    Raises MalformedMessageError, also for anything behind the end.
    """
    return inflating.inflate(data, min(MAX_SEGMENT_BYTES, MAX_RATIO * len(data)))


def unpack(data: bytes, network: bytes) -> Unpacked:
    """Every store in a segment that verifies. Raises MalformedMessageError if it is none."""
    segment = decode(Segment, inflate(data))
    found: list[Verified] = []
    bad = 0
    for store in segment.stores:
        try:
            found.append(_verified(store, network))
        except (PeerError, RefusedError):
            bad += 1
    return Unpacked(found, bad)


def _verified(store: SegmentStore, network: bytes) -> Verified:
    head = verify_as(StoreHead, store.head, network)
    return Verified(head, len(store.pages), cards_of(head.body, store.pages))
