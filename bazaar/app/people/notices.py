"""What happened that needs the user: kept in the book, once per event.

``tell`` is the one door for every use case::

    tell(unit, context, Notice(NoticeKind.BACKUP, "backup:2026-11", "Back up again."))

``name`` says which event it is: telling the same name again does nothing, also after the
user threw the notice away. ``renew`` brings it back as new, for what happens again and
again (messages of one conversation). No address and no text of a chat goes into words.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from bazaar.app.context import Context
from bazaar.app.ports import NoticeRow, Unit

MAX_SHOWN: Final = 500
OFF: Final = b"off"


class NoticeKind(StrEnum):
    """What a notice is about; people choose by kind what they want to hear of."""

    ORDER = "order"
    PAYMENT = "payment"
    SHIPMENT = "shipment"
    DEADLINE = "deadline"
    DISPUTE = "dispute"
    RULING = "ruling"
    CASE = "case"
    CHAT = "chat"
    FOLLOW = "follow"
    WISH = "wish"
    SEARCH = "search"
    RATING = "rating"
    BACKUP = "backup"
    NETWORK = "network"


class Notice(NamedTuple):
    """One event for the user.

    Attributes:
        words: A sentence; the order's title or the peer's name is shown above it.
        trade: The order it leads to, or None.
        peer: The person it leads to, or None.
    """

    kind: NoticeKind
    name: str
    words: str
    trade: bytes | None = None
    peer: bytes | None = None


def tell(unit: Unit, context: Context, notice: Notice) -> None:
    """Keep ``notice`` in this unit, unless its name was told before or its kind is off."""
    is_wanted = unit.setting(_off_name(notice.kind)) is None
    if is_wanted and unit.put_notice(_row(context, notice)):
        context.emit("notice", {})


def renew(unit: Unit, context: Context, notice: Notice) -> None:
    """Keep ``notice`` as new, whatever became of the last one of its name."""
    if unit.setting(_off_name(notice.kind)) is None:
        unit.renew_notice(_row(context, notice))
        context.emit("notice", {})


def settle(unit: Unit, context: Context, name: str) -> None:
    """The user has seen by himself what the notice ``name`` tells."""
    mine = [row.no for row in unit.notices(MAX_SHOWN) if row.name == name]
    if mine:
        unit.see_notices(mine, context.now())
        context.emit("notice", {})


class Notices:
    """What the user does with notices."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def unseen(self) -> int:
        """How many wait to be seen, for the badge."""
        with self._context.book.unit() as unit:
            return unit.unseen_notices()

    def newest(self) -> list[NoticeRow]:
        """The newest ``MAX_SHOWN``."""
        with self._context.book.unit() as unit:
            return unit.notices(MAX_SHOWN)

    def see(self, numbers: Sequence[int] | None) -> None:
        """Mark as seen; None means all."""
        with self._context.book.unit() as unit:
            unit.see_notices(_listed(numbers), self._context.now())
        self._context.emit("notice", {})

    def drop(self, numbers: Sequence[int] | None) -> None:
        """Throw away; None means all."""
        with self._context.book.unit() as unit:
            unit.drop_notices(_listed(numbers), self._context.now())
        self._context.emit("notice", {})

    def off(self) -> frozenset[NoticeKind]:
        """Kinds that the user does not want to hear of."""
        with self._context.book.unit() as unit:
            return frozenset(
                kind for kind in NoticeKind if unit.setting(_off_name(kind))
            )

    def choose_off(self, kinds: frozenset[NoticeKind]) -> None:
        """Hear no more of ``kinds``, and of all others."""
        with self._context.book.unit() as unit:
            for kind in NoticeKind:
                unit.set_setting(_off_name(kind), OFF if kind in kinds else None)
        self._context.emit("notice", {})


def _row(context: Context, notice: Notice) -> NoticeRow:
    return NoticeRow(
        0,
        notice.name,
        notice.kind,
        notice.words,
        notice.trade,
        notice.peer,
        context.now(),
        None,
    )


def _listed(numbers: Sequence[int] | None) -> list[int] | None:
    return None if numbers is None else list(numbers)


def _off_name(kind: NoticeKind) -> str:
    return f"notice-off:{kind}"
