"""What a restored node asks: the time, what is shared, its index, sealed data anew."""

from typing import Annotated, Final

from msgspec import Meta

from bazaar.domain.delivery.delivery import MAX_SEALED_ADDRESS_BYTES
from bazaar.domain.exchange.accounts import MAX_UNITS
from bazaar.domain.exchange.messages import MAX_TRADES, TradeDigest
from bazaar.domain.recovery.trade_index import INDEX_SIZES
from bazaar.domain.wire.bounds import U32, Body, BoxKey, Id, Time, UnitId

MAX_RESEALED: Final = 16
"""A part is shipped once, and a trade has so many parts."""


class ClockGet(Body, frozen=True):
    """What time is it?"""


class ClockAnswer(Body, frozen=True):
    """The answerer's clock."""

    now: Time


class SharedGet(Body, frozen=True):
    """All that the answerer shares with the asker, who lost its book (14)."""

    offset: U32


class Shared(Body, frozen=True):
    """A page of it, by ascending trade id, answered once the own mailboxes are empty.

    Attributes:
        total: How many trades there are in all.
        trades: What is held of each, from the offset asked.
        units: Of every account of the two, on each page.
    """

    total: U32
    trades: Annotated[tuple[TradeDigest, ...], Meta(max_length=MAX_TRADES)]
    units: Annotated[
        tuple[UnitId, ...], Meta(max_length=MAX_UNITS, extra={"unique": True})
    ]


SealedIndex = Annotated[
    bytes, Meta(min_length=INDEX_SIZES[0], max_length=INDEX_SIZES[-1])
]


class IndexPut(Body, frozen=True):
    """Keep this sealed trade index in place of the one before (14)."""

    at: Time
    blob: SealedIndex


class IndexKept(Body, frozen=True):
    """The index of this time is kept."""

    at: Time


class IndexGet(Body, frozen=True):
    """Show the asker's own trade index."""


class IndexShown(Body, frozen=True):
    """The asker's index, if one is kept."""

    at: Time
    blob: SealedIndex | None


class SealedGet(Body, frozen=True):
    """Seal anew to ``key`` (X25519) what was sealed to the asker in a trade (13)."""

    trade: Id
    key: BoxKey


class Resealed(Body, frozen=True):
    """The buyer's address for the seller, or the deliveries for the buyer; each sealed."""

    address: (
        Annotated[bytes, Meta(min_length=1, max_length=MAX_SEALED_ADDRESS_BYTES)] | None
    )
    deliveries: Annotated[
        tuple[
            Annotated[bytes, Meta(min_length=1, max_length=MAX_SEALED_ADDRESS_BYTES)],
            ...,
        ],
        Meta(max_length=MAX_RESEALED),
    ]
