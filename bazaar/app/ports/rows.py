"""Rows of the private book, as use cases read and write them."""

from typing import NamedTuple

import msgspec


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


class OwedRow(NamedTuple):
    """All that is owed to one recipient.

    Attributes:
        messages: How many wait.
        mailed: Of them, how many lie in a mailbox at least.
        first: When the oldest was posted.
        due: When the next attempt is due.
        tries: Of the one that was tried most.
    """

    recipient: bytes
    messages: int
    mailed: int
    first: int
    due: int
    tries: int


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
    """Newest own record of one series; ``slug`` is empty but for listings and SalesHeads."""

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


class FollowerRow(NamedTuple):
    """Somebody whose newest Follow names us.

    Attributes:
        at: When that was first heard.
    """

    key: bytes
    seq: int
    envelope: bytes
    at: int


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
