"""Deposits in mailboxes, and what their owner takes and drops."""

from typing import Annotated, Final

from msgspec import Meta

from bazaar.domain.delivery.seal import BLOB_SIZES
from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.exchange.coding import decode
from bazaar.domain.wire.bounds import U32, Amount, Body, Id, SignatureBytes, Time

MAX_MAIL_HEADER_BYTES: Final = 160
MAIL_PUT_PREFIX: Final = b"\x92\xc4"
"""An array of two whose first item is a bin of less than 256 bytes."""


MAIL_SCREEN_BYTES: Final = 3 + MAX_MAIL_HEADER_BYTES
MAX_TOKENS: Final = 900
MAX_LETTERS: Final = 64
MAX_DROPS: Final = 512


class MailHeader(Body, frozen=True):
    """What a mailbox reads before it reads a blob; ``hash`` is the blob's SHA-256.

    Attributes:
        token: Makes ``hour`` and ``nonce`` meaningless; without it they prove work.
    """

    recipient: Id
    token: Id | None
    hour: U32
    nonce: Amount
    hash: Id


class MailPut(Body, frozen=True):
    """A deposit: the header, as its own MessagePack bytes, then the sealed blob."""

    header: Annotated[bytes, Meta(min_length=1, max_length=MAX_MAIL_HEADER_BYTES)]
    blob: Annotated[bytes, Meta(min_length=BLOB_SIZES[0], max_length=BLOB_SIZES[-1])]


class MailReceipt(Body, frozen=True):
    """The host holds the blob since ``at``, its own clock, and signs that."""

    at: Time
    signature: SignatureBytes


class MailKeep(Body, frozen=True):
    """The recipient's half of an agreement; it replaces the one before, tokens included.

    Attributes:
        until: End of the agreement; not after ``at`` ends it now.
        locks: SHA-256 of each token that deposits may show.
    """

    at: Time
    until: Time
    locks: Annotated[
        tuple[Id, ...], Meta(max_length=MAX_TOKENS, extra={"unique": True})
    ]
    signature: SignatureBytes


class MailKept(Body, frozen=True):
    """The host's half: it serves until then."""

    until: Time
    signature: SignatureBytes


class Answered(Body, frozen=True):
    """A challenge of the host, and the recipient's signature that answers it."""

    challenge: Id
    signature: SignatureBytes


class MailTake(Body, frozen=True):
    """Collect mail numbered above ``after``; without an answer only a challenge is asked for."""

    answered: Answered | None
    after: Amount


class Letter(Body, frozen=True):
    """One blob as the host holds it; ``sender`` is who deposited it."""

    number: Amount
    sender: Id
    at: Time
    blob: Annotated[bytes, Meta(min_length=BLOB_SIZES[0], max_length=BLOB_SIZES[-1])]


class MailTaken(Body, frozen=True):
    """Letters in the order of their numbers, as many as fit; ``challenge`` is for the next call."""

    challenge: Id
    letters: Annotated[tuple[Letter, ...], Meta(max_length=MAX_LETTERS)]


class MailDrop(Body, frozen=True):
    """Delete letters by number."""

    answered: Answered
    numbers: Annotated[
        tuple[Amount, ...],
        Meta(min_length=1, max_length=MAX_DROPS, extra={"unique": True}),
    ]


class MailDropped(Body, frozen=True):
    """How many were there; ``challenge`` is for the next call."""

    challenge: Id
    count: U32


def mail_header(start: bytes) -> MailHeader:
    """The header of a MailPut, from its first bytes alone. Raises MalformedMessageError."""
    prefix, size = start[:2], start[2] if len(start) > 2 else 0  # noqa: PLR2004 - array, bin 8
    header = start[3 : 3 + size]
    if prefix != MAIL_PUT_PREFIX or len(header) != size:
        raise MalformedMessageError("this deposit has no header")
    return decode(MailHeader, header)
