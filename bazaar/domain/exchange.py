"""Requests and answers between nodes, as MessagePack arrays (PROTOCOL.md 3.6, network.md 7).

Every one is bounded like a signed body; what they carry is verified by itself.
"""

from enum import IntEnum
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta

from bazaar.domain.bounds import (
    U8,
    U32,
    Amount,
    Body,
    BoxKey,
    Country,
    Id,
    Key,
    PositiveAmount,
    SignatureBytes,
    Time,
    UnitId,
    Word,
)
from bazaar.domain.delivery import MAX_SEALED_ADDRESS_BYTES
from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.marks import check_marks
from bazaar.domain.messages import Seen
from bazaar.domain.proof import MAX_PROOF_BYTES
from bazaar.domain.reconcile import SHORT_BYTES
from bazaar.domain.seal import BLOB_SIZES
from bazaar.domain.trade_index import INDEX_SIZES

MAX_HEADS: Final = 16
MAX_RECENT: Final = 256
MAX_HEADS_BY_ID: Final = 256
MAX_PAGES: Final = 1024
MAX_PAGES_AT_ONCE: Final = 8
MAX_LISTINGS: Final = 16
MAX_PUT: Final = 16
MAX_SEALED_PUT_BYTES: Final = BLOB_SIZES[2]
"""Chat fits into the third size; sixteen of them fit into one frame."""

MAX_TRADES: Final = 100
MAX_IDS: Final = 512
MAX_ANSWER_BYTES: Final = 256 * 1024
MAX_BLOB_PART_BYTES: Final = 256 * 1024
MAX_MAIL_HEADER_BYTES: Final = 160
MAIL_PUT_PREFIX: Final = b"\x92\xc4"
"""An array of two whose first item is a bin of less than 256 bytes."""

MAIL_SCREEN_BYTES: Final = 3 + MAX_MAIL_HEADER_BYTES
MAX_TOKENS: Final = 900
MAX_LETTERS: Final = 64
MAX_DROPS: Final = 512
MAX_PROOF_IDS: Final = 64
MAX_UNITS: Final = 64
MAX_STATES: Final = 32
MAX_UNANSWERED: Final = 4
MAX_RESEALED: Final = 16
"""A part is shipped once, and a trade has so many parts."""
MAX_CONTACTS: Final = 32
MAX_FOUND_HEADS: Final = 16
MAX_FIND_CHARS: Final = 120
MAX_CONTACT_BYTES: Final = 1_700
"""A Contact in its envelope."""


class RequestType(IntEnum):
    """Frame types that the use cases serve."""

    HEAD_GET = 2
    PAGE_GET = 3
    LISTING_GET = 5
    BLOB_GET = 6
    PUT = 7
    DIGEST = 8
    MISSING = 9
    ACCOUNT_STATE = 10
    RATINGS = 12
    PEERS = 13
    MAIL_PUT = 14
    MAIL_TAKE = 15
    MAIL_DROP = 16
    SYNC = 17
    RECORD_GET = 18
    HEADS_RECENT = 19
    MAIL_KEEP = 20
    PROOF_ANNOUNCE = 21
    PROOF_GET = 22
    HEADS_BY_ID = 23
    HUB = 24
    PUT_SEALED = 25
    CHAT_HELD = 26
    CHAT_READ = 27
    CLOCK = 29
    SHARED = 30
    ACCOUNT_SINCE = 31
    MIRROR_TELL = 40
    SEEN_GET = 41
    INDEX_PUT = 32
    INDEX_GET = 33
    SEALED_GET = 34
    FIND = 45
    SEGMENT_LIST = 42
    SEGMENT_GET = 43


Ids = Annotated[tuple[Id, ...], Meta(max_length=MAX_IDS)]
Envelope = Annotated[bytes, Meta(min_length=1, max_length=64 * 1024)]
Envelopes = Annotated[tuple[Envelope, ...], Meta(max_length=MAX_IDS)]


class HeadGet(Body, frozen=True):
    """Newest heads and records of stores; no keys means the answerer's own."""

    keys: Annotated[tuple[Key, ...], Meta(max_length=MAX_HEADS)]


class StoreRecords(Body, frozen=True):
    """One store: its head, and its owner's profile, contact and arbiter offer."""

    head: Envelope | None
    profile: Envelope | None
    contact: Envelope | None
    offer: Envelope | None


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


class ListingGet(Body, frozen=True):
    """Listing envelopes by id."""

    ids: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=MAX_LISTINGS)]


class EnvelopeList(Body, frozen=True):
    """What is held of what was asked, in that order, up to the answer's size."""

    envelopes: Envelopes


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


class AccountGet(Body, frozen=True):
    """The newest co-signed state of an account."""

    account: Id


class AccountAnswer(Body, frozen=True):
    """Its two envelopes; empty at state 0."""

    n: U32
    propose: bytes
    accept: bytes


class HubAsk(Body, frozen=True):
    """Would the answerer carry ``amount`` from the asker to ``seller``? Binds nobody."""

    seller: Key
    unit: UnitId
    amount: PositiveAmount


class HubAnswer(Body, frozen=True):
    """0 for yes, else the reply code that says why not."""

    code: U8


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


class AccountSince(Body, frozen=True):
    """The states of the account with the asker in ``unit`` above ``n``."""

    unit: UnitId
    n: U32


class CoSigned(Body, frozen=True):
    """The two envelopes under one state."""

    propose: Envelope
    accept: Envelope


class AccountStates(Body, frozen=True):
    """What the answerer has.

    Attributes:
        n: Its newest co-signed state, 0 for none.
        states: Those above what was asked, ascending, as many as fit.
        unanswered: What it holds about the next number: the asker's last proposal that
            it rejected, that Reject, the asker's proposal that waits.
    """

    n: U32
    states: Annotated[tuple[CoSigned, ...], Meta(max_length=MAX_STATES)]
    unanswered: Annotated[tuple[Envelope, ...], Meta(max_length=MAX_UNANSWERED)]


class RatingsGet(Body, frozen=True):
    """Ratings of ``ratee`` that the answerer holds, from a place on."""

    ratee: Key
    offset: U32


class RatingsAnswer(Body, frozen=True):
    """``total`` held, and as many from the offset as fit."""

    total: U32
    envelopes: Envelopes


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


B = TypeVar("B", bound=Body)


def encode(body: Body) -> bytes:
    """The bytes of a request or an answer."""
    return msgspec.msgpack.encode(body)


def decode(kind: type[B], data: bytes) -> B:
    """Decode and check. Raises MalformedMessageError."""
    try:
        body = msgspec.msgpack.decode(data, type=kind)
        check_marks(body)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise MalformedMessageError(str(error)) from error
    return body


def mail_header(start: bytes) -> MailHeader:
    """The header of a MailPut, from its first bytes alone. Raises MalformedMessageError."""
    prefix, size = start[:2], start[2] if len(start) > 2 else 0  # noqa: PLR2004 - array, bin 8
    header = start[3 : 3 + size]
    if prefix != MAIL_PUT_PREFIX or len(header) != size:
        raise MalformedMessageError("this deposit has no header")
    return decode(MailHeader, header)


def fitting(envelopes: tuple[bytes, ...] | list[bytes]) -> tuple[bytes, ...]:
    """As many of ``envelopes`` from the start as fit into one answer."""
    taken: list[bytes] = []
    size = 0
    for envelope in envelopes:
        size += len(envelope) + 8
        if size > MAX_ANSWER_BYTES:
            break
        taken.append(envelope)
    return tuple(taken)
