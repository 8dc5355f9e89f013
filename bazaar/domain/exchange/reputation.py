"""Ratings with their replies, chains of slots, and proofs of contradiction."""

from typing import Annotated, Final

from msgspec import Meta

from bazaar.domain.exchange.coding import Envelope, Envelopes
from bazaar.domain.trading.proof import MAX_PROOF_BYTES
from bazaar.domain.wire.bounds import MAX_U32, U32, Body, Id, Key
from bazaar.domain.wire.kinds import Kind

MAX_PROOF_IDS: Final = 64
MAX_SLOTS: Final = 256
"""Places of a chain in one answer."""

MAX_SLOT_RATINGS: Final = 64
"""Two rating keys, sixteen lines, one correction each."""

SlotChain = Annotated[int, Meta(ge=int(Kind.SALE_SLOT), le=int(Kind.CASE_SLOT))]
Number = Annotated[int, Meta(ge=1, le=MAX_U32)]


class RatingsGet(Body, frozen=True):
    """Ratings of ``ratee`` that the answerer holds, from a place on."""

    ratee: Key
    offset: U32


class RatingsAnswer(Body, frozen=True):
    """``total`` held, as many from the offset as fit, and the replies to these."""

    total: U32
    envelopes: Envelopes
    replies: Envelopes


class SlotsGet(Body, frozen=True):
    """Places ``first`` to ``last`` of one of ``owner``'s chains, by number."""

    owner: Key
    chain: SlotChain
    first: Number
    last: Number


class SlotEntry(Body, frozen=True):
    """One slot of a chain.

    Attributes:
        previous: Head before it; None where it follows the entry before, number and all.
        status: A ``SlotStatus``.
        ratings: Ids of the ratings that were given for it.
    """

    number: Number
    id: Id
    previous: Id | None
    status: Annotated[int, Meta(ge=1, le=4)]
    ratings: Annotated[
        tuple[Id, ...], Meta(max_length=MAX_SLOT_RATINGS, extra={"unique": True})
    ]


class SlotsAnswer(Body, frozen=True):
    """The chain's newest SalesHead, None before its first slot, and as many places as fit."""

    head: Envelope | None
    entries: Annotated[tuple[SlotEntry, ...], Meta(max_length=MAX_SLOTS)]


class ProofAnnounce(Body, frozen=True):
    """Proofs of equivocation that the sender holds, by id (10)."""

    ids: Annotated[
        tuple[Id, ...],
        Meta(min_length=1, max_length=MAX_PROOF_IDS, extra={"unique": True}),
    ]


class Heard(Body, frozen=True):
    """The request was taken note of; nothing more is said."""


class ProofGet(Body, frozen=True):
    """One proof by its id."""

    id: Id


class ProofAnswer(Body, frozen=True):
    """The bytes of the proof."""

    proof: Annotated[bytes, Meta(min_length=1, max_length=MAX_PROOF_BYTES)]
