"""Conversations as the doors show them: order, gaps, and where each own message lies."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from bazaar.app.ports import ChatRow, OutboxRow, Unit
from bazaar.domain.delivery.chat import AttachmentType, Chat
from bazaar.domain.delivery.suggestion import suggested
from bazaar.domain.keys.peer_ids import peer_id
from bazaar.domain.trading.messages import Role
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import verify_as
from bazaar.rpc.schema.chat import AttachmentView, ChatLineView, SuggestionView
from bazaar.rpc.views.people import Person, money
from bazaar.rpc.views.trade_messages import ROLE_NAMES

SEATS: Final = frozenset({Role.PRIMARY, Role.BACKUP})
QUOTED: Final = 120
"""Characters of a message in the answer to it, and in lists."""


class Entry(NamedTuple):
    """One message that is here.

    Attributes:
        shown_at: Its time, never after it came and never before its predecessor.
        rank: Its number among all, never before its predecessor's.
        gap: Messages of its author before it that are not here.
    """

    row: ChatRow
    chat: Chat
    shown_at: int
    rank: int
    gap: int


class Lying(NamedTuple):
    """Where own messages lie: outbox rows by message, and those in a mailbox."""

    rows: Mapping[bytes, list[OutboxRow]]
    mailed: frozenset[int]


def entries(
    rows: Iterable[ChatRow],
    network: bytes,
    places: Mapping[bytes, Sequence[int]] = MappingProxyType({}),
) -> list[Entry]:
    """Messages in the order people read them: each chain in its order, mixed by time.

    ``places`` are all that is held of each author's chain, ascending, for the gaps.
    """
    chains: dict[bytes, list[ChatRow]] = {}
    for row in sorted(rows, key=lambda one: one.seq):
        chains.setdefault(row.author, []).append(row)
    found = [
        one
        for author, chain in chains.items()
        for one in _chain(chain, network, places.get(author, ()))
    ]
    return sorted(found, key=lambda one: (one.shown_at, one.rank, one.row.seq))


def _chain(
    rows: Iterable[ChatRow], network: bytes, places: Sequence[int]
) -> Iterable[Entry]:
    last = rank = 0
    for row in rows:
        number = bisect_left(places, row.seq)
        gap = row.seq - (places[number - 1] + 1 if number else 0) if places else 0
        if row.envelope is None:
            continue
        chat = verify_as(Chat, row.envelope, network).body
        last = max(last, min(chat.at, row.received))
        rank = max(rank, row.no)
        yield Entry(row, chat, last, rank, gap)


def lying(unit: Unit, found: Iterable[Entry], me: bytes) -> Lying:
    """What the outbox knows of own messages."""
    own = [one.row.id for one in found if one.chat.by == me]
    rows: dict[bytes, list[OutboxRow]] = {}
    for row in unit.outbox_of_subjects(own):
        rows.setdefault(row.subject, []).append(row)
    numbers = [row.no for several in rows.values() for row in several]
    return Lying(rows, unit.mailed_of(numbers))


def short(text: str) -> str:
    """A text in one line of at most QUOTED characters."""
    one = " ".join(text.split())
    return one if len(one) <= QUOTED else f"{one[: QUOTED - 1]}…"


class Lines:
    """Builds the views of one conversation."""

    def __init__(
        self,
        me: bytes,
        trade: Trade | None,
        people: Mapping[bytes, Person],
        where: Lying,
    ) -> None:
        self._me = me
        self._trade = trade
        self._people = people
        self._where = where

    def views(self, found: list[Entry]) -> tuple[ChatLineView, ...]:
        """In the order of ``found``."""
        texts = {one.row.id: one.chat.text for one in found}
        return tuple(self._view(one, texts) for one in found)

    def _view(self, one: Entry, texts: Mapping[bytes, str]) -> ChatLineView:
        chat, is_own = one.chat, one.chat.by == self._me
        states = self._states(one) if is_own else {}
        state = _least(states.values()) if is_own else "delivered"
        return ChatLineView(
            message_id=one.row.id.hex(),
            sender=peer_id(chat.by),
            name=self._people[chat.by].name,
            role=self._role(chat.by),
            own=is_own,
            at=one.shown_at,
            text=chat.text,
            delivered=state in {"delivered", "read"},
            state=state,
            states=states,
            gap=one.gap,
            reply_to=chat.reply_to.hex() if chat.reply_to else "",
            quoted=short(texts.get(chat.reply_to or b"", "")),
            attachments=tuple(
                AttachmentView(
                    hash=file.hash.hex(),
                    size=file.size,
                    picture=file.type == AttachmentType.PICTURE,
                )
                for file in chat.attachments
            ),
            suggestion=self._suggestion(chat),
        )

    def _states(self, one: Entry) -> dict[str, str]:
        if one.row.seen is not None:
            return {peer_id(key): "read" for key in one.chat.to}
        owed = {row.recipient: row for row in self._where.rows.get(one.row.id, [])}
        return {peer_id(key): self._state(owed.get(key)) for key in one.chat.to}

    def _state(self, row: OutboxRow | None) -> str:
        if row is None or row.delivered is not None:
            return "delivered"
        return "in_mailbox" if row.no in self._where.mailed else "queued"

    def _role(self, key: bytes) -> str:
        role = self._trade.contract.role_of(key) if self._trade else None
        return ROLE_NAMES[role] if role is not None else ""

    def _suggestion(self, chat: Chat) -> SuggestionView | None:
        if self._trade is None or self._trade.contract.role_of(chat.by) not in SEATS:
            return None
        offer = self._trade.contract.offer
        found = suggested(chat.text, offer)
        if found is None:
            return None
        return SuggestionView(
            part=found.part,
            to_buyer=money(found.to_buyer, offer.unit),
            to_seller=money(found.to_seller, offer.unit),
        )


def _least(states: Iterable[str]) -> str:
    """The state that all readers have reached at least."""
    order = ("queued", "in_mailbox", "delivered", "read")
    return min(states, key=order.index, default="delivered")
