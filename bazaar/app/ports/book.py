"""The private book: one transaction at a time, never lost."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from bazaar.app.ports.rows import (
    AccountRow,
    FollowerRow,
    MessageRow,
    OutboxRow,
    OwedRow,
    PartnerRow,
    PeerRow,
    PrekeyRow,
    RecordRow,
    SlotRow,
    StockRow,
    TradeRow,
)
from bazaar.app.ports.talk import ChatUnit, NoticeUnit
from bazaar.domain.errors import BazaarError


class BookError(BazaarError):
    """The disk is full, broken or damaged; nothing of the unit was stored."""


class Unit(NoticeUnit, ChatUnit, Protocol):
    """One transaction of the book; leaving it without an error commits it durably.

    It contains no await. Every method may raise BookError when the disk fails.
    """

    # settings: small values under a name
    def setting(self, name: str) -> bytes | None: ...
    def settings(self, prefix: str) -> dict[str, bytes]:
        """All whose names begin with ``prefix``, by the rest of their names."""
        ...

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
    def ended_trades(
        self, until: int, lacking: str, kind: int | None = None
    ) -> list[TradeRow]:
        """Trades that ended at or before ``until`` and lack the fact ``lacking``, oldest first.

        Only those that hold a message of ``kind``, if it is given.
        """
        ...

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
    def keep_records(self, kind: int, author: bytes, slugs: Collection[str]) -> None:
        """Keep own records of ``slugs`` as objects, before others replace them."""
        ...

    def object(self, subject: bytes) -> bytes | None: ...
    def objects(self, kind: int, author: bytes | None = None) -> list[bytes]: ...
    def object_authors(self, kind: int, limit: int) -> list[bytes]:
        """Under whose names objects of a kind are kept, those of the newest first."""
        ...

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

    def owed(self, limit: int) -> list[OwedRow]:
        """What waits, by recipient, who waits longest first."""
        ...

    def undelivered(self) -> int: ...
    def next_due(self) -> int | None: ...
    def outbox_of(self, trade: bytes) -> list[OutboxRow]: ...

    def drop_letters(self, trade: bytes, subjects: Collection[bytes]) -> None:
        """Take envelopes of a trade out of the outbox, delivered or not."""
        ...

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
    def records_of(self, kind: int, slugs: Collection[str]) -> list[RecordRow]:
        """Those of ``slugs``, a few hundred at most."""
        ...

    def record_keys(self, kind: int) -> list[tuple[str, int, bytes]]:
        """(slug, seq, id) of all of a kind, by slug."""
        ...

    def put_records(self, rows: Sequence[RecordRow]) -> None: ...
    def drop_record(self, kind: int, slug: str) -> None: ...
    def stock(self, slug: str) -> list[StockRow]: ...
    def put_stock(self, slug: str, rows: Sequence[StockRow]) -> None: ...
    def left(self, slug: str) -> dict[int, int | None]:
        """What is free of each SKU (-1: the listing has none); None is unlimited."""
        ...

    def move_stock(self, slug: str, moves: Mapping[int, int]) -> None:
        """Give SKUs other numbers, with what is promised of them."""
        ...

    def promised(self) -> dict[str, dict[int, int]]:
        """What open orders have been promised, by slug and SKU."""
        ...

    def all_stock(self) -> dict[str, list[StockRow]]: ...
    def put_stocks(self, rows: Mapping[str, Sequence[StockRow]]) -> None: ...
    def reserve(self, trade: bytes, slug: str, sku: int, quantity: int) -> int | None:
        """Reserve; None when done, else the count that is left (I24)."""
        ...

    def release(self, trade: bytes, *, sold: bool) -> None:
        """End a trade's reservations once: sold takes them from stock, else they are freed."""
        ...

    def last_slot(self, kind: int) -> SlotRow | None: ...
    def slots(
        self, kind: int, first: int, last: int, limit: int | None = None
    ) -> list[SlotRow]:
        """Own slots ``first`` to ``last``, both included, ascending; ``limit`` at most."""
        ...

    def put_slot(self, row: SlotRow) -> None: ...

    # people
    def peer(self, key: bytes) -> PeerRow | None: ...
    def peers(self) -> list[PeerRow]: ...
    def put_peer(self, row: PeerRow) -> None: ...

    def follower(self, key: bytes) -> FollowerRow | None: ...
    def followers(self, limit: int, offset: int = 0) -> list[FollowerRow]:
        """Newest first."""
        ...

    def count_followers(self, since: int = 0) -> int:
        """How many there are whom one first heard of at ``since`` or later."""
        ...

    def put_follower(self, row: FollowerRow) -> None: ...
    def drop_follower(self, key: bytes) -> None: ...

    # proofs of equivocation, kept for ever
    def put_proof(
        self, proof: bytes, subject: bytes, classes: int, signer: bytes, now: int
    ) -> None: ...
    def proofs(self, signer: bytes | None = None) -> list[bytes]: ...
    def proof(self, proof: bytes) -> bytes | None: ...
    def proof_signers(self) -> set[bytes]: ...
    def newest_proof(self) -> int:
        """The greatest number of a proof, 0 without any; nothing is ever deleted."""
        ...

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
    def scrub(self) -> None:
        """Leave nothing of deleted rows in the files of the book; no unit may be open.

        Blocks while the file is written anew. Raises BookError; then it is as before.
        """
        ...
