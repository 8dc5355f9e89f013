"""Conversations and their messages; what was deleted keeps its place in the chain."""

from collections.abc import Sequence

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    UniqueConstraint,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, mapped_column

from bazaar.app.ports import ChatRow, OutboxRow, RoomRow
from store.book.mail import DepositTable
from store.book.outbox import OutboxTable
from store.book.room import Room, Table


class RoomTable(Table):
    """One conversation: with a peer, or of all roles of a trade."""

    __tablename__ = "room"
    __table_args__ = (CheckConstraint("(trade IS NULL) <> (peer IS NULL)", "one"),)
    id: Mapped[bytes] = mapped_column(primary_key=True)
    trade: Mapped[bytes | None]
    peer: Mapped[bytes | None]
    state: Mapped[str]
    updated: Mapped[int]
    read: Mapped[int]


class ChatTable(Table):
    """One message; without an envelope it was deleted here."""

    __tablename__ = "chat"
    __table_args__ = (
        UniqueConstraint("id"),
        UniqueConstraint("room", "author", "seq"),
    )
    no: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[bytes]
    room: Mapped[bytes] = mapped_column(ForeignKey("room.id"))
    author: Mapped[bytes]
    seq: Mapped[int]
    prev: Mapped[bytes]
    received: Mapped[int]
    envelope: Mapped[bytes | None]
    seen: Mapped[int | None]


class ChatsRoom(Room):
    """Conversations and messages."""

    def chat_room(self, room: bytes) -> RoomRow | None:
        return self._row(RoomRow, RoomTable, id=room)

    def chat_rooms(self) -> list[RoomRow]:
        order = (RoomTable.updated.desc(), RoomTable.id)
        return self._rows(RoomRow, RoomTable, order=order)

    def put_room(self, row: RoomRow) -> None:
        values = row._asdict()
        write = insert(RoomTable).values(**values)
        self._connection.execute(write.on_conflict_do_update(set_=values))

    def put_chat(self, row: ChatRow) -> bool:
        values = row._asdict()
        del values["no"]
        write = insert(ChatTable).values(**values).on_conflict_do_nothing(["id"])
        return self._connection.scalar(write.returning(ChatTable.no)) is not None

    def chat(self, message: bytes) -> ChatRow | None:
        return self._row(ChatRow, ChatTable, id=message)

    def chat_at(self, room: bytes, author: bytes, seq: int) -> ChatRow | None:
        return self._row(ChatRow, ChatTable, room=room, author=author, seq=seq)

    def chats(self, room: bytes, limit: int | None = None) -> list[ChatRow]:
        order = (ChatTable.no.desc(),)
        where = ChatTable.room == room
        found = self._rows(ChatRow, ChatTable, where, order=order, limit=limit)
        return found[::-1]

    def chat_places(self, room: bytes, author: bytes) -> list[int]:
        place = (ChatTable.room == room, ChatTable.author == author)
        rows = select(ChatTable.seq).where(*place).order_by(ChatTable.seq)
        return list(self._connection.scalars(rows))

    def chats_since(self, room: bytes, author: bytes, since: int) -> int:
        place = (ChatTable.room == room, ChatTable.author == author)
        rows = select(func.count()).where(*place, ChatTable.received > since)
        return self._connection.scalar(rows) or 0

    def unread_chats(self, room: bytes, me: bytes, after: int) -> int:
        place = (ChatTable.room == room, ChatTable.author != me, ChatTable.no > after)
        rows = select(func.count()).where(*place, ChatTable.envelope.is_not(None))
        return self._connection.scalar(rows) or 0

    def erase_chats(self, room: bytes, messages: Sequence[bytes] | None) -> None:
        where = [ChatTable.room == room]
        if messages is not None:
            where.append(ChatTable.id.in_(list(messages)))
        erased = update(ChatTable).where(*where).values(envelope=None)
        ids = list(self._connection.scalars(erased.returning(ChatTable.id)))
        done = (OutboxTable.subject.in_(ids), OutboxTable.delivered.is_not(None))
        rows = select(OutboxTable.no).where(*done)
        lain = delete(DepositTable).where(DepositTable.outbox.in_(rows))
        self._connection.execute(lain)
        self._connection.execute(delete(OutboxTable).where(*done))

    def see_chats(self, room: bytes, author: bytes, upto: int, now: int) -> bool:
        place = (ChatTable.room == room, ChatTable.author == author)
        unseen = (ChatTable.seq <= upto, ChatTable.seen.is_(None))
        rows = update(ChatTable).where(*place, *unseen).values(seen=now)
        return bool(self._connection.scalars(rows.returning(ChatTable.no)).all())

    def outbox_of_subjects(self, subjects: Sequence[bytes]) -> list[OutboxRow]:
        where = OutboxTable.subject.in_(list(subjects))
        return self._rows(OutboxRow, OutboxTable, where, order=(OutboxTable.no,))

    def mailed_of(self, numbers: Sequence[int]) -> frozenset[int]:
        rows = select(DepositTable.outbox).where(DepositTable.outbox.in_(list(numbers)))
        return frozenset(self._connection.scalars(rows))

    def owe_again(self, recipient: bytes, subject: bytes, now: int) -> None:
        row = update(OutboxTable).where(
            OutboxTable.recipient == recipient, OutboxTable.subject == subject
        )
        self._connection.execute(row.values(delivered=None, due=now))
