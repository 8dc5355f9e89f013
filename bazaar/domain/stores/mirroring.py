"""What mirrors say: their token, what they keep, and when somebody was last seen (PROTOCOL.md 15)."""

from typing import Annotated, Final

from msgspec import Meta

from bazaar.domain.wire.bounds import U32, Amount, Body, Key, Time

MIB: Final = 2**20
LEAST_QUOTA_BYTES: Final = MIB
DEFAULT_QUOTA_BYTES: Final = 200 * MIB
GREATEST_QUOTA_BYTES: Final = 10 * 1024 * MIB
MAX_MIRRORS_NAMED: Final = 8
MAX_SEEN_KEYS: Final = 16
SEEN_STEP_SECONDS: Final = 300
"""Times of presence are told no finer than a mailbox lease is renewed."""

TOKEN_HEAD: Final = b"m:"


def mirror_token(store: bytes) -> bytes:
    """What a node provides in the DHT that keeps a copy of ``store``."""
    return TOKEN_HEAD + store


def coarse(at: int) -> int:
    """A time of presence as it may be told: down to five minutes."""
    return at - at % SEEN_STEP_SECONDS


class MirrorTell(Body, frozen=True):
    """To the owner of a store: the asker keeps a copy of it.

    Attributes:
        seq: Of the head that the copy stands under.
        listings, pictures: How many are held whole.
        quota: Bytes that the copy may have; 0 says that the asker keeps it no more.
    """

    seq: U32
    listings: U32
    pictures: U32
    quota: Amount


class MirrorTold(Body, frozen=True):
    """Whether the owner's Contact names the asker as a mirror, or soon will."""

    named: bool


class SeenGet(Body, frozen=True):
    """When keys were last seen by the one asked."""

    keys: Annotated[tuple[Key, ...], Meta(min_length=1, max_length=MAX_SEEN_KEYS)]


class SeenAnswer(Body, frozen=True):
    """Times in the order asked, each a multiple of 300 s; 0 where nothing may be told."""

    times: Annotated[tuple[Time, ...], Meta(max_length=MAX_SEEN_KEYS)]
