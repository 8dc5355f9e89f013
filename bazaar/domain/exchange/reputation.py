"""Ratings, and proofs of contradiction."""

from typing import Annotated, Final

from msgspec import Meta

from bazaar.domain.bounds import U32, Body, Id, Key
from bazaar.domain.exchange.coding import Envelopes
from bazaar.domain.proof import MAX_PROOF_BYTES

MAX_PROOF_IDS: Final = 64


class RatingsGet(Body, frozen=True):
    """Ratings of ``ratee`` that the answerer holds, from a place on."""

    ratee: Key
    offset: U32


class RatingsAnswer(Body, frozen=True):
    """``total`` held, and as many from the offset as fit."""

    total: U32
    envelopes: Envelopes


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
