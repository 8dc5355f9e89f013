"""What was said and acknowledged before the kills, compared with what the books hold after them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from pysqlite3 import DatabaseError

from bazaar.domain.credit.account import (
    AccountAccept,
    AccountPropose,
    AccountReject,
    account_id,
)
from bazaar.domain.delivery.delivery import Ack, Address
from bazaar.domain.keys.identity import Identity
from bazaar.domain.trading.messages import Agree, Offer, Ruling, Settled, Step, Withdraw
from bazaar.domain.wire.envelope import Signed, verify
from store.engine import open_handle
from tests.crash.life import KEPT, LEFT, NAMES, NETWORK, Record

KEYS: Final = {Identity(bytes([n]) * 32).key: name for n, name in enumerate(NAMES, 1)}
UNSETTLED: Final = (Offer, Withdraw)
"""Own messages that seats need not be owed: before the Accept they know of no order."""


class Book:
    """The rows of one book, read beside the store's own code."""

    def __init__(self, path: Path) -> None:
        handle = open_handle(str(path))

        def column(query: str) -> set[Any]:
            return {row[0] for row in handle.execute(query).fetchall()}

        self.soundness = column("PRAGMA integrity_check")
        self.messages: list[tuple[bytes, bytes]] = handle.execute(
            "SELECT id, envelope FROM message"
        ).fetchall()
        self.ids = {one for one, _ in self.messages}
        self.objects = column("SELECT id FROM object")
        self.parked = column("SELECT subject FROM parked")
        self.settings = column("SELECT name FROM setting")
        self.addressed = column("SELECT trade FROM fact WHERE name = 'address'")
        self.counts = dict(handle.execute("SELECT id, n FROM account").fetchall())
        self.open = column("SELECT open FROM account WHERE open IS NOT NULL")
        self.owed: set[tuple[bytes, bytes]] = set(
            handle.execute("SELECT recipient, subject FROM outbox").fetchall()
        )
        handle.close()


class Audit:
    """Remembers over all lives of one market.

    Attributes:
        left, kept: How many envelopes left their author, and were acknowledged.
    """

    def __init__(self) -> None:
        self.envelopes: dict[bytes, Signed[Any]] = {}
        self._said: dict[bytes, set[bytes]] = defaultdict(set)
        self._kept: dict[bytes, set[bytes]] = defaultdict(set)
        self._places: dict[tuple[Any, ...], bytes] = {}
        self.faults: list[str] = []

    @property
    def left(self) -> int:
        return sum(map(len, self._said.values()))

    @property
    def kept(self) -> int:
        return sum(map(len, self._kept.values()))

    def hear(self, records: Sequence[Record]) -> None:
        """Note what one life told."""
        for what, whose, things in records:
            for thing in things if what in {LEFT, KEPT} else ():
                message = self._note(thing)
                if what == LEFT and message.author == whose:
                    self._said[whose].add(message.id)
                elif what == KEPT and isinstance(message.body, Ack):
                    self._kept[whose] |= set(message.body.ids)

    def _note(self, envelope: bytes) -> Signed[Any]:
        message: Signed[Any] = verify(envelope, NETWORK.id)
        if message.id not in self.envelopes:
            self.envelopes[message.id] = message
            for place in _places(message):
                first = self._places.setdefault(place, message.id)
                if first != message.id:
                    self.faults.append(f"equivocation: {place}")
        return message

    def check(self, folder: Path) -> None:
        """Compare all books with what was said and acknowledged so far."""
        for key, name in KEYS.items():
            try:
                book = Book(folder / name / "book.db")
            except DatabaseError as error:
                self.faults.append(f"{name}: integrity: {error}")
                continue
            for fault in self._faults(key, book):
                self.faults.append(f"{name}: {fault}")

    def _faults(self, key: bytes, book: Book) -> Iterator[str]:
        if book.soundness != {"ok"}:
            yield f"integrity: {book.soundness}"
        for _, envelope in book.messages:
            self._note(envelope)
        for subject in self._kept[key]:
            message = self.envelopes.get(subject)
            if message is not None and not _holds(book, message):
                yield f"lost {type(message.body).__name__} that was acknowledged"
        posted = {subject for _, subject in book.owed}
        for subject in self._said[key]:
            message = self.envelopes[subject]
            is_step = isinstance(message.body, Step)
            if subject not in posted or (is_step and subject not in book.ids):
                yield f"lost own {type(message.body).__name__} that had left"
        yield from self._unposted(key, book)

    def _unposted(self, key: bytes, book: Book) -> Iterator[str]:
        """Own messages that are in the book but owed to nobody."""
        for subject in book.ids:
            message = self.envelopes[subject]
            if message.author != key:
                continue
            for other in KEYS:
                name = KEYS[other]
                may_miss = isinstance(message.body, UNSETTLED) and name in NAMES[2:]
                if other != key and not may_miss and (other, subject) not in book.owed:
                    yield f"own {type(message.body).__name__} is not owed to {name}"


def _holds(book: Book, message: Signed[Any]) -> bool:
    """Whether the effect of an acknowledged message is in the book."""
    body, subject = message.body, message.id
    if isinstance(body, Step):
        return subject in book.ids | book.parked
    if isinstance(body, AccountPropose):
        answered = f"account-answered:{subject.hex()}" in book.settings
        return answered or subject in book.objects | book.parked or _is_past(book, body)
    if isinstance(body, AccountAccept):
        return subject in book.objects or body.n <= book.counts.get(body.account, 0)
    if isinstance(body, AccountReject):
        return not any(verify(e, NETWORK.id).id == body.propose for e in book.open)
    if isinstance(body, Address):
        return body.trade in book.addressed
    return True  # records and ratings: kept until a newer one comes


def _is_past(book: Book, body: AccountPropose) -> bool:
    account = account_id(NETWORK.id, body.by, body.partner, body.unit)
    return book.counts.get(account, 0) >= body.n


def _places(message: Signed[Any]) -> Iterator[tuple[Any, ...]]:
    """What no key may sign twice (PROTOCOL.md 10)."""
    body, author = message.body, message.author
    match body:
        case Offer():
            return
        case Step():
            yield author, body.trade, body.role, body.seq
        case AccountPropose():
            yield author, "propose", body.partner, body.unit, body.n, body.retry
        case AccountAccept():
            yield author, "accept", body.account, body.n, body.retry
            yield author, "answer", body.propose
        case AccountReject():
            yield author, "answer", body.propose
        case _:
            return
    if isinstance(body, Ruling | Settled):
        yield author, type(body).__name__, body.trade, body.part
    if isinstance(body, Agree):
        yield author, "agree", body.trade, body.part, body.names
