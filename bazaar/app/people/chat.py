"""Chat: said once, owed to each reader, kept in its author's chain (PROTOCOL.md 12).

An own message and what the outbox owes of it are one transaction; it then goes the way of
every message: direct, by mailbox, again until the reader's own Ack.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from bazaar.app.context import Context
from bazaar.app.delivery.partners import Partners
from bazaar.app.files import share
from bazaar.app.people.notices import Notice, NoticeKind, renew, settle
from bazaar.app.people.rooms import OPEN, REFUSED, REQUEST, Place, Rooms, place_of
from bazaar.app.ports import ChatRow, RoomRow, Unit
from bazaar.app.recovery.resync_mode import SINCE
from bazaar.domain.delivery.chat import (
    RESTORE_JUMP,
    Attachment,
    Chat,
    Held,
    first_missing,
)
from bazaar.domain.errors import (
    InputError,
    MalformedMessageError,
    NotAllowedError,
    NotFoundError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.keys.peer_ids import peer_id
from bazaar.domain.text.text import clean
from bazaar.domain.trading.messages import NO_ID
from bazaar.domain.wire.bounds import MAX_U32
from bazaar.domain.wire.envelope import Signed, verify_as

DAY: Final = 86_400
REQUESTS_PER_DAY: Final = 5
"""Messages of a stranger until he is answered (8.7)."""

MAX_REQUESTS: Final = 200
MAX_PER_DAY: Final = 2_000
"""Messages of one person in one conversation."""


class Line(NamedTuple):
    """What a person says.

    Attributes:
        reply_to: Id of the message it answers, or None.
    """

    text: str
    reply_to: bytes | None = None
    attachments: tuple[Attachment, ...] = ()


class ChatLog:
    """Says, hears, reads and deletes."""

    def __init__(self, context: Context, rooms: Rooms, partners: Partners) -> None:
        self._context = context
        self._rooms = rooms
        self._partners = partners
        self.posted: Callable[[], None] = lambda: None
        """Told when something is owed."""

        self.met: Callable[[], None] = lambda: None
        """Told when somebody became a contact."""

    # ------------------------------------------------------------- saying

    def say(self, place: Place, line: Line) -> Signed[Chat]:
        """Sign and keep a line and owe it to every reader, in one unit.

        Raises NotAllowedError (blocked, no dispute), RefusedError (LIMIT: not answered
        yet), InputError for a text that breaks a rule.
        """
        now, me = self._context.now(), self._context.me
        with self._context.book.unit() as unit:
            readers = self._readers(unit, place)
            known = unit.chat_room(place.id)
            room = (known or place.row(OPEN, now))._replace(state=OPEN, updated=now)
            seq, prev = self._end(unit, place.id)
            text = clean(line.text).strip()
            body = Chat(me, readers, place.trade, seq, prev, now, text, *line[1:])
            said = self._signed(body)
            unit.put_room(room)
            self._keep(unit, place.id, said)
            for key in readers:
                unit.post(key, said.id, said.envelope, None, now)
            share(unit, place.id, readers, (one.hash for one in line.attachments))
            if place.peer is not None:
                self._partners.introduce(unit, place.peer)
        self._told(place)
        self.posted()
        if known is None or known.state != OPEN:
            self.met()
        return said

    def _readers(self, unit: Unit, place: Place) -> tuple[bytes, ...]:
        if place.trade is not None:
            return self._rooms.readers(unit, place.trade)
        peer = place.peer or b""
        if peer == self._context.me:
            raise InputError("peer", "this is you")
        row = unit.peer(peer)
        if row is not None and row.blocked:
            raise NotAllowedError(
                "you blocked this person; unblock first", ReplyCode.BLOCKED
            )
        self._check_patience(unit, peer)
        return (peer,)

    def _check_patience(self, unit: Unit, peer: bytes) -> None:
        """Who has not answered yet keeps no more of ours anyway."""
        if self._is_known(unit, peer) or unit.chat_places(peer, peer):
            return
        since = self._context.now() - DAY
        if unit.chats_since(peer, self._context.me, since) >= REQUESTS_PER_DAY:
            words = f"not answered yet: {REQUESTS_PER_DAY} messages a day until then"
            raise RefusedError(ReplyCode.LIMIT, words)

    def _end(self, unit: Unit, room: bytes) -> tuple[int, bytes]:
        """(seq, prev) of the next own message; the first after a restore leaves places out."""
        places = unit.chat_places(room, self._context.me)
        last = unit.chat_at(room, self._context.me, places[-1]) if places else None
        restored, name = unit.setting(SINCE), f"chat-jump:{room.hex()}"
        if restored is None or unit.setting(name) == restored:
            return (0, NO_ID) if last is None else (last.seq + 1, last.id)
        unit.set_setting(name, restored)
        if last is None:
            return RESTORE_JUMP, room
        return last.seq + 1 + RESTORE_JUMP, last.id

    def _signed(self, body: Chat) -> Signed[Chat]:
        try:
            return self._context.sign(body)
        except MalformedMessageError as error:
            raise InputError("text", str(error)) from error

    # ------------------------------------------------------------- hearing

    def receive(self, unit: Unit, message: Signed[Chat]) -> None:
        """Keep a message of another once; own ones that come back are kept too.

        Raises NotAllowedError, NotFoundError or RefusedError (BLOCKED, LIMIT,
        RATE_LIMITED, WRONG_STATE; EQUIVOCATION for one that contradicts its chain).
        """
        place = place_of(message.body, self._context.me)
        if unit.chat(message.id) is not None:
            return
        room = unit.chat_room(place.id)
        if place.trade is not None and unit.trade(place.trade) is None:
            raise NotFoundError("this order is not here")
        if message.author != self._context.me:
            room = self._admitted(unit, place, room, message)
        self._check_chain(unit, place.id, message.body, message.id)
        now = self._context.now()
        unit.put_room((room or place.row(OPEN, now))._replace(updated=now))
        self._keep(unit, place.id, message)
        self._notify(unit, place, message.author)
        self._told(place)

    def _admitted(
        self, unit: Unit, place: Place, room: RoomRow | None, message: Signed[Chat]
    ) -> RoomRow:
        """The room that a message of another may enter."""
        if place.trade is not None:
            self._rooms.check(unit, message.body)
            found = room or place.row(OPEN, self._context.now())
        else:
            found = self._heard_of(unit, place, room, message)
        since = self._context.now() - DAY
        if unit.chats_since(place.id, message.author, since) >= self._most(found):
            raise RefusedError(ReplyCode.RATE_LIMITED, retry_after_seconds=DAY)
        return found

    def _heard_of(
        self, unit: Unit, place: Place, room: RoomRow | None, message: Signed[Chat]
    ) -> RoomRow:
        if self._context.me not in message.body.to:
            raise NotAllowedError("this message is not for us")
        row = unit.peer(message.author)
        is_blocked = row is not None and row.blocked
        if is_blocked or (room is not None and room.state == REFUSED):
            raise RefusedError(ReplyCode.BLOCKED)
        is_known = self._is_known(unit, message.author)
        if room is not None:
            return room._replace(state=OPEN) if is_known else room
        if not is_known:
            self._check_requests(unit)
        return place.row(OPEN if is_known else REQUEST, self._context.now())

    def _is_known(self, unit: Unit, key: bytes) -> bool:
        row = unit.peer(key)
        is_followed = row is not None and row.followed
        return is_followed or key in self._partners.dealt_with(unit)

    def _check_requests(self, unit: Unit) -> None:
        waiting = sum(room.state == REQUEST for room in unit.chat_rooms())
        if waiting >= MAX_REQUESTS:
            raise RefusedError(ReplyCode.LIMIT, "too many strangers wait here")

    def _most(self, room: RoomRow) -> int:
        return REQUESTS_PER_DAY if room.state == REQUEST else MAX_PER_DAY

    def _check_chain(self, unit: Unit, room: bytes, chat: Chat, subject: bytes) -> None:
        """Neighbours that are here must name each other, and a place is taken once."""
        before = unit.chat_at(room, chat.by, chat.seq - 1) if chat.seq else None
        after = unit.chat_at(room, chat.by, chat.seq + 1)
        is_taken = unit.chat_at(room, chat.by, chat.seq) is not None
        is_torn = (before is not None and before.id != chat.prev) or (
            after is not None and after.prev != subject
        )
        if is_taken or is_torn:
            raise RefusedError(ReplyCode.EQUIVOCATION)

    def _keep(self, unit: Unit, room: bytes, message: Signed[Chat]) -> None:
        body, now = message.body, self._context.now()
        unit.put_chat(
            ChatRow(
                0,
                message.id,
                room,
                body.by,
                body.seq,
                body.prev,
                now,
                message.envelope,
                None,
            )
        )

    def _notify(self, unit: Unit, place: Place, author: bytes) -> None:
        if author == self._context.me:
            return
        words = "New messages about this order." if place.trade else "New messages."
        notice = Notice(
            NoticeKind.CHAT, notice_name(place.id), words, place.trade, place.peer
        )
        renew(unit, self._context, notice)

    # ------------------------------------------------------------- the user's acts

    def unread(self, unit: Unit) -> int:
        """How many messages of others were not read, refused people's left out."""
        rooms = [room for room in unit.chat_rooms() if room.state != REFUSED]
        return sum(
            unit.unread_chats(room.id, self._context.me, room.read) for room in rooms
        )

    def read(self, place: Place) -> int | None:
        """All of a conversation was read; the peer's last seq if that is news to him."""
        with self._context.book.unit() as unit:
            room = unit.chat_room(place.id)
            newest = unit.chats(place.id, 1)
            if room is None or not newest or room.read == newest[-1].no:
                return None
            unit.put_room(room._replace(read=newest[-1].no))
            settle(unit, self._context, notice_name(place.id))
            theirs = unit.chat_places(place.id, place.peer or b"")
        self._told(place)
        return theirs[-1] if theirs else None

    def delete(self, place: Place, messages: Sequence[bytes] | None) -> None:
        """Delete here alone: some messages, or the text of all."""
        with self._context.book.unit() as unit:
            unit.erase_chats(place.id, messages)
            if messages is None:
                settle(unit, self._context, notice_name(place.id))
        self._told(place)

    def decide(self, peer: bytes, state: str) -> None:
        """Accept (OPEN) or refuse (REFUSED) a stranger. Raises NotFoundError."""
        with self._context.book.unit() as unit:
            room = unit.chat_room(peer)
            if room is None:
                raise NotFoundError("nobody of that key has written")
            unit.put_room(room._replace(state=state))
            if state == REFUSED:
                unit.erase_chats(peer, None)
            else:
                self._partners.introduce(unit, peer)
            settle(unit, self._context, notice_name(peer))
        self._told(Place(peer, None))
        self.posted()
        self.met()

    def hand_over(self, trade: bytes, messages: Sequence[bytes]) -> int:
        """Give the seats of a disputed order chosen earlier messages; how many.

        They go as they were signed; what is not chosen shows as a gap. Raises
        NotAllowedError without a dispute, NotFoundError for a message not of this order.
        """
        now = self._context.now()
        with self._context.book.unit() as unit:
            seats = self._rooms.seats(unit, trade)
            for subject in messages:
                row = unit.chat(subject)
                if row is None or row.room != trade or row.envelope is None:
                    raise NotFoundError("there is no such message in this order")
                self._give(unit, row, seats, trade, now)
        self.posted()
        return len(messages)

    def _give(
        self, unit: Unit, row: ChatRow, seats: Sequence[bytes], trade: bytes, now: int
    ) -> None:
        chat = self.opened(row)
        readers = [key for key in seats if key not in {chat.by, *chat.to}]
        for key in readers:
            unit.post(key, row.id, row.envelope or b"", None, now)
        share(unit, trade, readers, (one.hash for one in chat.attachments))

    def opened(self, row: ChatRow) -> Chat:
        """What a stored message says. Raises NotFoundError once it was deleted."""
        if row.envelope is None:
            raise NotFoundError("this message was deleted here")
        return verify_as(Chat, row.envelope, self._context.network.id).body

    def held(self, unit: Unit, place: Place, author: bytes) -> Held:
        """What is here of one chain, and which places are empty."""
        places = unit.chat_places(place.id, author)
        after = min(places[-1] + 1, MAX_U32) if places else 0
        return Held(place.trade, author, after, first_missing(places))

    def _told(self, place: Place) -> None:
        if place.trade is not None:
            self._context.emit("chat", {"order_id": place.trade.hex()})
        else:
            self._context.emit("chat", {"peer_id": peer_id(place.peer or b"")})


def notice_name(room: bytes) -> str:
    """The one notice of a conversation."""
    return f"chat:{room.hex()}"
