"""Messages put, what of a trade is held, and parts of files."""

from typing import Annotated, Final

from msgspec import Meta

from bazaar.domain.delivery.seal import BLOB_SIZES
from bazaar.domain.exchange.coding import MAX_IDS, Envelope, Ids
from bazaar.domain.trading.messages import Seen
from bazaar.domain.wire.bounds import U32, Body, Id

MAX_PUT: Final = 16
MAX_SEALED_PUT_BYTES: Final = BLOB_SIZES[2]
"""Chat fits into the third size; sixteen of them fit into one frame."""


MAX_TRADES: Final = 100
MAX_BLOB_PART_BYTES: Final = 256 * 1024


class BlobGet(Body, frozen=True):
    """A range of a file by its SHA-256."""

    hash: Id
    offset: U32
    length: Annotated[int, Meta(ge=1, le=MAX_BLOB_PART_BYTES)]


class BlobPart(Body, frozen=True):
    """Bytes from the offset asked; ``size`` is the whole file's."""

    size: U32
    data: Annotated[bytes, Meta(max_length=MAX_BLOB_PART_BYTES)]


class Put(Body, frozen=True):
    """Envelopes for the recipient; answered after its commit."""

    envelopes: Annotated[tuple[Envelope, ...], Meta(min_length=1, max_length=MAX_PUT)]


class PutSealed(Body, frozen=True):
    """Envelopes for the recipient alone, each in a blob of 8.5; answered as a put is."""

    blobs: Annotated[
        tuple[
            Annotated[
                bytes, Meta(min_length=BLOB_SIZES[0], max_length=MAX_SEALED_PUT_BYTES)
            ],
            ...,
        ],
        Meta(min_length=1, max_length=MAX_PUT),
    ]


class PutAnswer(Body, frozen=True):
    """A code per envelope (0 accepted), and one Ack envelope over the accepted ids."""

    codes: Annotated[
        tuple[Annotated[int, Meta(ge=0, le=255)], ...], Meta(max_length=MAX_PUT)
    ]
    ack: Envelope | None


class TradeDigest(Body, frozen=True):
    """What a node holds of a trade (8.4)."""

    trade: Id
    count: U32
    total: Id
    heads: Annotated[tuple[Seen, ...], Meta(max_length=4)]


class DigestRequest(Body, frozen=True):
    """Digests of the trades shared with the answerer."""

    trades: Annotated[tuple[TradeDigest, ...], Meta(max_length=MAX_TRADES)]


class TradeIds(Body, frozen=True):
    """All message ids held of one trade."""

    trade: Id
    ids: Ids


class DigestAnswer(Body, frozen=True):
    """The trades whose digests differ; equal ones and unknown ones are left out."""

    trades: Annotated[tuple[TradeIds, ...], Meta(max_length=MAX_TRADES)]


class Missing(Body, frozen=True):
    """Ask for messages of one trade by id."""

    trade: Id
    ids: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=MAX_IDS)]
