"""A rating of one trade line, and the answer of who was rated (PROTOCOL.md 11.3, 11.4)."""

from typing import Annotated, Final

from msgspec import Meta

from bazaar.domain.wire.bounds import (
    Body,
    Id,
    Key,
    NestedEnvelope,
    SignatureBytes,
    Time,
    Word,
)
from bazaar.domain.wire.kinds import Kind

RATING_TAG: Final = b"bazaar/1 rating\0"
MAX_RATING_TEXT: Final = 3000
MAX_REPLY_TEXT: Final = 1000
CORRECTION_SECONDS: Final = 90 * 86_400

Stars = Annotated[int, Meta(ge=1, le=5)]
Aspect = Annotated[int, Meta(ge=0, le=5)]


class Rating(Body, frozen=True, tag=int(Kind.RATING)):
    """Who was rated, for which slot, how; 0 in an aspect means not given."""

    by: Key
    seq: Annotated[int, Meta(ge=0, le=1)]
    ratee: Key
    ratee_role: Annotated[int, Meta(ge=0, le=3)]
    slot: NestedEnvelope
    fund_ack: NestedEnvelope
    overall: Stars
    aspects: tuple[Aspect, Aspect, Aspect, Aspect]
    tags: Annotated[tuple[Word, ...], Meta(max_length=5, extra={"unique": True})]
    text: Annotated[str, Meta(max_length=MAX_RATING_TEXT, extra={"text": "text"})]
    at: Time
    line: Annotated[int, Meta(ge=0, le=15)]
    slot_signature: SignatureBytes


class RatingReply(Body, frozen=True, tag=int(Kind.RATING_REPLY)):
    """What the ratee answers to one rating; ``seq`` 1 takes the place of 0."""

    by: Key
    seq: Annotated[int, Meta(ge=0, le=1)]
    rating: Id
    text: Annotated[
        str, Meta(min_length=1, max_length=MAX_REPLY_TEXT, extra={"text": "text"})
    ]
    at: Time
