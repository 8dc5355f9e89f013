"""A chain of slots as its owner shows it: checked against the SalesHead, then counted (11.2).

Pure: nothing here trusts the owner. Ids must hash to the published head, and every slot
and every rating that the reader holds is compared with what is shown.
"""

from collections.abc import Collection, Iterable, Sequence
from enum import IntEnum
from typing import Final, NamedTuple

from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.exchange.reputation import SlotEntry
from bazaar.domain.reputation.slots import (
    FIRST_HEAD,
    WEEK_SECONDS,
    SalesHead,
    Slot,
    next_head,
)
from bazaar.domain.stores.records import CLOCK_SECONDS
from bazaar.domain.wire.bodies import KIND_OF
from bazaar.domain.wire.envelope import Signed

MAX_READ: Final = 8_192
"""Places of a chain that are read; of a longer one the newest."""


class SlotStatus(IntEnum):
    """What the owner says became of the trade of a slot."""

    OPEN = 1
    ABORTED = 2
    CLOSED = 3
    RATED = 4


class Known(NamedTuple):
    """A slot that the reader holds with its owner's signature.

    Attributes:
        at: By the owner's own clock the slot was signed before this.
    """

    chain: int
    number: int
    id: bytes
    at: int
    envelope: bytes


class Shortened(NamedTuple):
    """Two envelopes of one key that its history cannot both hold."""

    held: bytes
    head: bytes


class Walk:
    """Follows a chain from ``first`` up to ``head``, answer by answer.

    Attributes:
        first: The number that was asked from; what is below was not read.
        entries: What was shown and fits so far.
        left_out: Numbers that no slot has, between the first and the last shown.
        breaks: Places where numbers are left out.
        unproven: Entries from the start that the published head does not vouch for,
            since their owner no longer shows what came between.
    """

    def __init__(self, head: Signed[SalesHead], first: int = 1) -> None:
        self.head = head
        self.entries: list[SlotEntry] = []
        self.left_out: int = 0
        self.breaks: int = 0
        self.unproven: int = 0
        self.first = first
        self._number: int = first - 1
        self._last = FIRST_HEAD if first == 1 else b""

    @property
    def next(self) -> int:
        """The number from which to ask on."""
        return self._number + 1

    @property
    def is_done(self) -> bool:
        """Whether the last number is reached."""
        return self._number >= self.head.body.n

    def take(self, entries: Sequence[SlotEntry]) -> None:
        """Follow one answer. Raises MalformedMessageError naming the first false place."""
        if not entries:
            raise MalformedMessageError("the list ends before its head")
        for place, entry in enumerate(entries):
            self._check(entry, opens=place == 0)
            self._follow(entry)
        if self.is_done and self._last != self.head.body.head:
            raise MalformedMessageError("the ids do not hash to the published head")

    def _check(self, entry: SlotEntry, *, opens: bool) -> None:
        number = entry.number
        if not self._number < number <= self.head.body.n:
            raise MalformedMessageError(f"slot {number} is out of its place")
        is_named = opens or number != self._number + 1
        if (entry.previous is not None) != is_named:
            raise MalformedMessageError(
                f"slot {number} names a head at the wrong place"
            )
        if (entry.status == SlotStatus.RATED) != bool(entry.ratings):
            raise MalformedMessageError(f"slot {number} is not marked as it is")

    def _follow(self, entry: SlotEntry) -> None:
        previous = self._last if entry.previous is None else entry.previous
        if entry.number != self._number + 1 and self._last:
            self.left_out += entry.number - self._number - 1
            self.breaks += 1
            if previous != self._last:
                self.unproven = len(self.entries)
        elif self._last and previous != self._last:
            raise MalformedMessageError(
                f"slot {entry.number} names another head before it"
            )
        self._last = next_head(previous, entry.id)
        self._number = entry.number
        self.entries.append(entry)


class Tally(NamedTuple):
    """What a chain comes to for one reader.

    Attributes:
        sales: Slots shown, and those that the reader knows besides.
        closed: Sales that are neither open nor called off.
        rated: Sales of which the reader holds a valid rating.
        unaccounted: Closed sales of which there is none.
        false_marks: Ids of slots called off that were rated all the same.
        shortened: Slots that the chain must hold and does not.
    """

    sales: int
    open: int
    aborted: int
    closed: int
    rated: int
    unaccounted: int
    false_marks: tuple[bytes, ...]
    shortened: tuple[Shortened, ...]


def tally(walk: Walk, rated: Collection[bytes], known: Iterable[Known]) -> Tally:
    """Count a chain that was walked to its end.

    ``rated`` are the ids of slots that the reader holds a valid rating of, ``known`` the
    slots of this key that it holds.
    """
    shown = {entry.number: entry for entry in walk.entries}
    ids = {entry.id for entry in walk.entries}
    besides = {
        one.id: one
        for one in known
        if one.chain == walk.head.body.chain
        and one.id not in ids
        and one.number >= walk.first
    }
    unrated = [entry.status for entry in walk.entries if entry.id not in rated]
    is_open = unrated.count(SlotStatus.OPEN)
    aborted = unrated.count(SlotStatus.ABORTED)
    sales = len(walk.entries) + len(besides)
    is_rated = sum(one in rated for one in ids | besides.keys())
    closed = sales - is_open - aborted
    return Tally(
        sales,
        is_open,
        aborted,
        closed,
        is_rated,
        closed - is_rated,
        tuple(
            entry.id
            for entry in walk.entries
            if entry.status == SlotStatus.ABORTED and entry.id in rated
        ),
        tuple(
            Shortened(one.envelope, walk.head.envelope)
            for one in besides.values()
            if one.number in shown or is_cut(walk.head.body, one)
        ),
    )


def is_cut(head: SalesHead, slot: Known) -> bool:
    """Whether a slot above ``head`` was signed before it."""
    return head.n < slot.number and slot.at < head.at


def is_behind(head: SalesHead, held: SalesHead) -> bool:
    """Whether ``head`` was signed after ``held`` and does not reach as far."""
    same = head.chain == held.chain and head.by == held.by
    return same and head.n < held.n and held.at + CLOCK_SECONDS < head.at


def known_slot(slot: Signed[Slot], said_at: int | None = None) -> Known:
    """A slot that the reader holds; ``said_at`` is the time of its author's message around it.

    Without that message the slot's own week bounds the time.
    """
    body = slot.body
    end = (body.week + 1) * WEEK_SECONDS
    at = end if said_at is None else said_at + CLOCK_SECONDS
    chain = int(KIND_OF[type(body)])
    return Known(chain, body.number, slot.id, at, slot.envelope)
