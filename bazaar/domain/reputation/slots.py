"""Rating slots: the right to be rated, signed before money moves (PROTOCOL.md 11.1)."""

import hashlib
from typing import Annotated, Final

from msgspec import Meta

from bazaar.domain.wire.bounds import U8, U32, Body, Id, Key, Time, UnitId
from bazaar.domain.wire.kinds import Kind

SLOT_TAG: Final = b"bazaar/1 slot\0"
WEEK_SECONDS: Final = 604_800
FIRST_HEAD: Final = bytes(32)


class Slot(Body, frozen=True):
    """One numbered place in its author's chain of trades.

    Attributes:
        number: From 1, without a gap per author and kind of slot.
        previous: Head of the chain before this slot; zeros before the first.
        value_class: ``floor(log2(total + 1))``.
        week: Week number of the message around the slot.
    """

    by: Key
    number: Annotated[int, Meta(ge=1, le=2**32 - 1)]
    previous: Id
    rating_keys: Annotated[
        tuple[Key, ...], Meta(min_length=1, max_length=2, extra={"unique": True})
    ]
    listings: Annotated[
        tuple[Id, ...], Meta(min_length=1, max_length=16, extra={"unique": True})
    ]
    value_class: U8
    unit: UnitId
    week: U32
    seats: Annotated[tuple[Key, ...], Meta(max_length=2, extra={"unique": True})]


class SaleSlot(Slot, frozen=True, tag=int(Kind.SALE_SLOT)):
    """The seller may be rated by the buyer's rating key."""


class BuySlot(Slot, frozen=True, tag=int(Kind.BUY_SLOT)):
    """The buyer may be rated by the seller."""


class CaseSlot(Slot, frozen=True, tag=int(Kind.CASE_SLOT)):
    """A seat may be rated by both parties."""


class SalesHead(Body, frozen=True, tag=int(Kind.SALES_HEAD)):
    """How far one of its author's chains goes, signed anew with every slot (11.2).

    Attributes:
        chain: Kind of the slots.
        n: Number of the last slot.
        head: Head of the chain after it.
        at: Time of the message around that slot.
    """

    by: Key
    chain: Annotated[int, Meta(ge=int(Kind.SALE_SLOT), le=int(Kind.CASE_SLOT))]
    n: Annotated[int, Meta(ge=1, le=2**32 - 1)]
    head: Id
    at: Time


def next_head(previous: bytes, slot_id: bytes) -> bytes:
    """Head of a slot chain after ``slot_id``; 32 bytes."""
    return hashlib.sha256(SLOT_TAG + previous + slot_id).digest()


def value_class(total: int) -> int:
    """``floor(log2(total + 1))`` of an amount in minor units."""
    return (total + 1).bit_length() - 1
