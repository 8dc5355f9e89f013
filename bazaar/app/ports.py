"""What the use cases need of the outside world; adapters fit these shapes without inheriting."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

import msgspec
import trio

from bazaar.domain.bounds import Body
from bazaar.domain.card import Card
from bazaar.domain.envelope import Signed
from bazaar.domain.errors import BazaarError
from bazaar.domain.exchange import Letter
from bazaar.domain.mail import Used
from bazaar.domain.records import StoreHead


class Clock(Protocol):
    """Wall time in whole seconds."""

    def now(self) -> int: ...


# ----------------------------------------------------------------- private book


class TradeRow(NamedTuple):
    """One trade as the book indexes it; everything else is folded from its messages.

    Attributes:
        role: Own role: 0 buyer, 1 seller, 2 primary seat, 3 backup seat.
        phase: Displayed state when last written, for lists.
        ended: Time of CLOSED or ABORTED, or None.
        digest: Version that commands carry; changes with every message.
    """

    id: bytes
    role: int
    buyer: bytes
    seller: bytes
    phase: str
    created: int
    updated: int
    ended: int | None
    digest: bytes


class MessageRow(NamedTuple):
    """One signed trade message and the moment of its commit here."""

    id: bytes
    trade: bytes
    role: int
    seq: int
    kind: int
    received: int
    envelope: bytes


class OutboxRow(NamedTuple):
    """One envelope owed to one recipient.

    Attributes:
        subject: Id of the object; the recipient's Ack names it.
        trade: Trade it belongs to, or None.
        first: Time of the first attempt due; the retry ladder counts from here.
        due: Next attempt.
    """

    no: int
    recipient: bytes
    subject: bytes
    envelope: bytes
    trade: bytes | None
    first: int
    due: int
    tries: int
    delivered: int | None


class AccountRow(NamedTuple):
    """The last co-signed state of one account, and the own proposal still open.

    Attributes:
        propose, accept: Envelopes of state n; empty at state 0.
        open: Own unanswered AccountPropose envelope, or None.
    """

    id: bytes
    partner: bytes
    unit: str
    n: int
    state: bytes
    propose: bytes
    accept: bytes
    open: bytes | None


class RecordRow(NamedTuple):
    """Newest own record of one series; ``slug`` is empty but for listings."""

    kind: int
    slug: str
    seq: int
    id: bytes
    envelope: bytes


class SlotRow(NamedTuple):
    """One own rating slot in the chain of its kind."""

    kind: int
    number: int
    id: bytes
    head: bytes
    trade: bytes


class PeerRow(NamedTuple):
    """A key that this user deals with.

    Attributes:
        contact: Newest Contact envelope, or None.
        seen: Time of the last connection, 0 never.
    """

    key: bytes
    petname: str | None
    followed: bool
    blocked: bool
    contact: bytes | None
    addresses: tuple[str, ...]
    seen: int


class PrekeyRow(NamedTuple):
    """One own X25519 key that mail is sealed to; ``replaced`` is None for the published one."""

    public: bytes
    secret: bytes
    made: int
    replaced: int | None


class PartnerRow(NamedTuple):
    """Newest Profile and Contact envelopes of a key that we trade with."""

    key: bytes
    profile: bytes | None
    contact: bytes | None


class StockRow(msgspec.Struct, frozen=True):
    """Stock of one SKU of an own listing; ``count`` None is unlimited, ``sku`` -1 none."""

    slug: str
    sku: int
    count: int | None


class BookError(BazaarError):
    """The disk is full, broken or damaged; nothing of the unit was stored."""


class Unit(Protocol):
    """One transaction of the book; leaving it without an error commits it durably.

    It contains no await. Every method may raise BookError when the disk fails.
    """

    # settings: small values under a name
    def setting(self, name: str) -> bytes | None: ...
    def set_setting(self, name: str, value: bytes | None) -> None: ...

    # signatures given: a name claimed twice is refused by a UNIQUE index (I4, I14)
    def claim(self, name: str) -> bool:
        """Claim ``name`` for ever; False if it was claimed before."""
        ...

    # trades
    def open_trade(self, row: TradeRow) -> None: ...
    def trade(self, trade: bytes) -> TradeRow | None: ...
    def trades(
        self, *, role: int | None = None, open_only: bool = False
    ) -> list[TradeRow]: ...
    def touch_trade(
        self, trade: bytes, phase: str, updated: int, ended: int | None, digest: bytes
    ) -> None: ...
    def keep_message(self, row: MessageRow) -> bool:
        """Store a verified message; False if its id was already there."""
        ...

    def messages(self, trade: bytes) -> list[MessageRow]: ...

    # facts of a trade outside its signed set: address, delivery text, secrets (name -> bytes)
    def fact(self, trade: bytes, name: str) -> bytes | None: ...
    def set_fact(self, trade: bytes, name: str, value: bytes | None) -> None: ...
    def secret(self, trade: bytes, name: str) -> bytes | None: ...
    def set_secret(self, trade: bytes, name: str, value: bytes | None) -> None: ...

    # parked: verified envelopes that cannot be handled yet, with the reason
    def park(
        self,
        subject: bytes,
        trade: bytes | None,
        envelope: bytes,
        reason: str,
        now: int,
    ) -> None: ...
    def parked(self, trade: bytes | None = None) -> list[tuple[bytes, bytes, str]]:
        """(subject, envelope, reason) of what waits, oldest first; all when no trade is given."""
        ...

    def unpark(self, subject: bytes) -> None: ...

    # kept objects of others that a trade rests on: listings, arbiter offers, account envelopes
    def keep_object(
        self, subject: bytes, kind: int, author: bytes, envelope: bytes
    ) -> None: ...
    def object(self, subject: bytes) -> bytes | None: ...
    def objects(self, kind: int, author: bytes | None = None) -> list[bytes]: ...

    # outbox
    def post(
        self,
        recipient: bytes,
        subject: bytes,
        envelope: bytes,
        trade: bytes | None,
        now: int,
    ) -> None:
        """Owe ``envelope`` to ``recipient``; a repetition of (recipient, subject) does nothing."""
        ...

    def due(self, now: int, limit: int) -> list[OutboxRow]: ...
    def delivered(self, recipient: bytes, subject: bytes, now: int) -> None: ...
    def failed(self, no: int, due: int) -> None: ...
    def hasten(self, recipient: bytes, now: int) -> None:
        """Make everything owed to ``recipient`` due now (the peer was seen online)."""
        ...

    def undelivered(self) -> int: ...
    def next_due(self) -> int | None: ...
    def outbox_of(self, trade: bytes) -> list[OutboxRow]: ...

    # mailboxes of recipients, own prekeys, records of partners
    def deposits(self, no: int) -> frozenset[bytes]:
        """Mailboxes that hold a message of the outbox."""
        ...

    def deposited(self, no: int, host: bytes, at: int) -> None: ...
    def mailed(self, trade: bytes) -> frozenset[int]:
        """Numbers of a trade's outbox rows that lie in a mailbox at least."""
        ...

    def in_mailboxes(self) -> int:
        """How many undelivered messages lie in a mailbox at least."""
        ...

    def acknowledge(
        self, recipient: bytes, subjects: Sequence[bytes], now: int
    ) -> set[bytes]:
        """Note the recipient's Ack of several; the trades of those that were still owed."""
        ...

    def prekeys(self) -> list[PrekeyRow]:
        """Newest first."""
        ...

    def put_prekey(self, row: PrekeyRow) -> None:
        """A new one; what was published before is replaced at its ``made``."""
        ...

    def forget_prekeys(self, before: int) -> None:
        """Delete those replaced before a time."""
        ...

    def partner(self, key: bytes) -> PartnerRow | None: ...
    def put_partner(self, row: PartnerRow) -> None: ...

    # accounts
    def account(self, account: bytes) -> AccountRow | None: ...
    def accounts(self) -> list[AccountRow]: ...
    def put_account(self, row: AccountRow) -> None:
        """Write the newest state; also appends (n, propose, accept) to the history."""
        ...

    def account_history(self, account: bytes) -> list[tuple[int, bytes, bytes]]: ...

    # own records, stock, slots
    def record(self, kind: int, slug: str = "") -> RecordRow | None: ...
    def records(self, kind: int) -> list[RecordRow]: ...
    def put_record(self, row: RecordRow) -> None: ...
    def drop_record(self, kind: int, slug: str) -> None: ...
    def stock(self, slug: str) -> list[StockRow]: ...
    def put_stock(self, slug: str, rows: Sequence[StockRow]) -> None: ...
    def reserve(self, trade: bytes, slug: str, sku: int, quantity: int) -> int | None:
        """Reserve; None when done, else the count that is left (I24)."""
        ...

    def release(self, trade: bytes, *, sold: bool) -> None:
        """End a trade's reservations once: sold takes them from stock, else they are freed."""
        ...

    def last_slot(self, kind: int) -> SlotRow | None: ...
    def slots(self, kind: int, first: int, last: int) -> list[SlotRow]: ...
    def put_slot(self, row: SlotRow) -> None: ...

    # people
    def peer(self, key: bytes) -> PeerRow | None: ...
    def peers(self) -> list[PeerRow]: ...
    def put_peer(self, row: PeerRow) -> None: ...

    # proofs of equivocation, kept for ever
    def put_proof(
        self, proof: bytes, subject: bytes, classes: int, signer: bytes, now: int
    ) -> None: ...
    def proofs(self, signer: bytes | None = None) -> list[bytes]: ...
    def proof(self, proof: bytes) -> bytes | None: ...
    def proof_signers(self) -> set[bytes]: ...
    def proof_ids(self, after: int, limit: int) -> list[tuple[int, bytes]]:
        """(number, id) of proofs above ``after`` in the order of storing; numbers ascend."""
        ...

    # online spells of this node, for the cut-off of seats (7.4)
    def spells(self, since: int) -> list[tuple[int, int]]:
        """(start, last heartbeat) of the node's lives that ended after ``since``, ascending."""
        ...

    def beat(self, start: int, now: int) -> None:
        """Note that the life begun at ``start`` is still there at ``now``."""
        ...


class Book(Protocol):
    """The private database: what must never be lost."""

    def unit(self) -> AbstractContextManager[Unit]: ...


# ----------------------------------------------------------------- public catalogue


class StoreRow(msgspec.Struct, frozen=True):
    """One store as last seen: its newest head and how many of its cards are indexed."""

    key: bytes
    seq: int
    head: bytes
    count: int
    seen: int


class SearchQuery(NamedTuple):
    """A search of the local catalogue; every field but ``words`` may be left neutral.

    Attributes:
        words: As typed; at most 8 words count.
        price_to: Greatest price in ``unit``, or None.
        region: Country that the goods must reach, or None.
        sort: relevance, newest or price.
    """

    words: str = ""
    category: str | None = None
    unit: str | None = None
    price_to: int | None = None
    region: str | None = None
    type: int | None = None
    store: bytes | None = None
    sort: str = "relevance"
    limit: int = 20
    offset: int = 0


class Found(NamedTuple):
    """One hit: the card and the store that signed the head over it."""

    store: bytes
    card: Card


class SearchPage(NamedTuple):
    """Hits in order; ``total`` is exact up to 10,000, above it ``exact`` is False."""

    total: int
    exact: bool
    found: tuple[Found, ...]


class CatalogueError(BazaarError):
    """The disk is full, broken or damaged; the catalogue can be deleted and fetched again."""


class Catalogue(Protocol):
    """What others publish; may be deleted and fetched again.

    All methods run in worker threads; cancelling one leaves the catalogue as before
    or as after, never between.
    """

    async def apply_head(
        self,
        head: Signed[StoreHead],
        page_ids: Sequence[bytes],
        cards: Sequence[Card],
        now: int,
    ) -> int:
        """Replace a store's cards by those of ``head`` in one transaction.

        ``page_ids`` are the SHA-256 of its pages in order, ``cards`` all its cards,
        already checked against the root. An older or equal seq changes nothing.
        Returns how many cards were new or changed.
        """
        ...

    async def store(self, key: bytes) -> StoreRow | None: ...
    async def stores(self, limit: int) -> list[StoreRow]: ...
    async def heads_since(self, issued: int, limit: int) -> list[bytes]: ...
    async def pages(self, key: bytes) -> dict[bytes, bytes]:
        """Pages held of a store, by SHA-256, so that only changed ones are fetched."""
        ...

    async def search(self, query: SearchQuery) -> SearchPage: ...
    async def card(self, listing: bytes) -> Found | None: ...
    async def listing_ids(self, prefix: bytes, nibbles: int) -> list[bytes]:
        """Ids that start with the first ``nibbles`` hex digits of ``prefix``; at most 2."""
        ...

    async def categories(self) -> list[tuple[str, int]]: ...
    async def complete(self, prefix: str, limit: int) -> list[str]: ...
    async def counts(self) -> tuple[int, int]:
        """(listings, stores)."""
        ...

    async def keep_body(self, listing: bytes, envelope: bytes) -> None: ...
    async def body(self, listing: bytes) -> bytes | None: ...
    async def keep_record(self, record: Signed[Body], now: int) -> bool:
        """Keep a verified Profile, Contact or ArbiterOffer; False if not newer."""
        ...

    async def record(self, kind: int, key: bytes) -> bytes | None: ...
    async def records(self, kind: int, limit: int) -> list[bytes]: ...
    async def keep_rating(
        self, rating: Signed[Body], ratee: bytes, slot: bytes
    ) -> bool: ...
    async def ratings(self, ratee: bytes) -> list[bytes]: ...


# ----------------------------------------------------------------- mail kept for others


class Deposit(NamedTuple):
    """One sealed blob to be kept for a recipient.

    Attributes:
        with_token: Whether it counts against the quota of partners or of strangers.
    """

    recipient: bytes
    sender: bytes
    at: int
    with_token: bool
    blob: bytes


class Agreement(NamedTuple):
    """A recipient that is served, with the signature that asked for it."""

    recipient: bytes
    at: int
    until: int
    signature: bytes


class MailStore(Protocol):
    """Mail that this node keeps for others, and for whom; each call is one transaction.

    Every method may raise MailError when the disk fails.
    """

    def agree(self, agreement: Agreement, locks: Sequence[bytes]) -> None:
        """Serve a recipient with exactly these tokens' locks, in place of what stood before."""
        ...

    def agreement(self, recipient: bytes) -> Agreement | None: ...
    def end(self, recipient: bytes) -> None:
        """Serve a recipient no more; its mail is deleted."""
        ...

    def recipients(self) -> int: ...
    def has_lock(self, recipient: bytes, lock: bytes) -> bool: ...
    def used(self, recipient: bytes, sender: bytes) -> Used: ...
    def put(self, deposit: Deposit) -> int:
        """Keep durably; its number, greater than all before. The same blob again changes nothing."""
        ...

    def take(self, recipient: bytes, after: int, most: int) -> list[Letter]:
        """Letters above a number in their order, as long as their blobs are ``most`` bytes."""
        ...

    def drop(self, recipient: bytes, numbers: Sequence[int]) -> int: ...
    def expire(self, now: int, before: int) -> int:
        """Delete mail older than ``before`` and agreements that ended by ``now``."""
        ...


class MailError(BazaarError):
    """The disk is full, broken or damaged; nothing was stored."""


# ----------------------------------------------------------------- content and pictures


class Blobs(Protocol):
    """Files by SHA-256 on disk."""

    def put(self, data: bytes) -> bytes:
        """Write durably; returns the SHA-256."""
        ...

    def get(self, digest: bytes) -> bytes | None: ...
    def has(self, digest: bytes) -> bool: ...
    def place(self, digest: bytes) -> str:
        """Path of the file that ``get`` reads; for saving a copy, never for opening it."""
        ...


class Cleaned(NamedTuple):
    """An own picture after re-encoding: no metadata, within the limits."""

    data: bytes
    width: int
    height: int


class Pictures(Protocol):
    """Decodes foreign bytes in a limited child process only."""

    async def clean(self, data: bytes) -> Cleaned:
        """Re-encode a picture for publication. Raises MalformedMessageError in words."""
        ...

    async def thumbnail(self, digest: bytes, data: bytes, size: int) -> str:
        """Path of our own JPEG of ``size`` (200, 400 or 1200) px; MalformedMessageError."""
        ...

    def cached(self, digest: bytes, size: int) -> str | None: ...


# ----------------------------------------------------------------- network


class Request(NamedTuple):
    """One request of a peer whose hello matched."""

    peer: bytes
    type: int
    body: bytes


class Connected(NamedTuple):
    """One live connection."""

    key: bytes
    peer_id: str
    address: str
    direction: str
    since: float


Handler = Callable[[Request], Awaitable[bytes]]


class Screen(NamedTuple):
    """Looks at the first ``size`` bytes of a request before the rest of it is read.

    Attributes:
        check: Given the request with its start as body, and the length of the whole;
            raises RefusedError or PeerError to refuse it.
    """

    size: int
    check: Callable[[Request, int], None]


class Exchange(Protocol):
    """Request and response with peers, by key."""

    def serve(
        self,
        type: int,  # noqa: A002 - the frame's own word
        handler: Handler,
        screen: Screen | None = None,
    ) -> None: ...
    def on_connected(self, callback: Callable[[bytes], None]) -> None: ...

    async def request(
        self,
        peer: bytes,
        type: int,  # noqa: A002 - the frame's own word
        body: bytes,
        *,
        addresses: Sequence[str] = (),
    ) -> bytes:
        """One exchange. Raises PeerUnreachableError, RefusedError or PeerError; cancel-safe."""
        ...

    async def connect(self, address: str) -> bytes: ...
    async def disconnect(self, peer: bytes) -> None: ...
    def peers(self) -> list[Connected]: ...
    def addresses(self) -> list[str]: ...
    def invitable(self) -> list[str]:
        """Where a guest of the user might reach this node."""
        ...

    def tellable(self) -> list[str]:
        """Where anybody might; no private address is among them on a public network."""
        ...

    def learn(self, peer: bytes, addresses: Sequence[str]) -> None: ...
    def counters(self) -> dict[str, int]: ...
    def blame(self, peer: bytes, error: Exception) -> None:
        """Count against ``peer`` what its content raised when it was looked at."""
        ...


HeadSeen = Callable[[bytes, bytes], None]
"""Called with (forwarder's key, head envelope) for each head that gossip accepted."""


class Directory(Protocol):
    """Hints: where a store's newest head and its owner may be."""

    async def put_head(self, store: bytes, head: bytes) -> int:
        """Store a head in the DHT; returns how many replicas gave it back."""
        ...

    async def find_head(self, store: bytes) -> bytes | None: ...
    async def find_addresses(self, peer: bytes) -> list[str]: ...
    async def provide(self, token: bytes) -> None: ...
    async def find_providers(self, token: bytes) -> list[bytes]: ...


class Gossip(Protocol):
    """Store heads to everybody; coalesced to one per ten seconds and store."""

    async def publish_head(self, head: bytes) -> None: ...
    def on_head(self, callback: HeadSeen) -> None: ...


Started = trio.TaskStatus[None]
