"""What is owed to others until they acknowledge it, and what waits to be understood."""

from functools import cache
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Index,
    Select,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, mapped_column

from bazaar.app.ports import OutboxRow
from store.book.room import Room, Table, selected


class OutboxTable(Table):
    """One envelope owed to one recipient."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("recipient", "subject"),
        CheckConstraint("tries >= 0", "tries"),
        Index("ix_outbox_owed", "due", sqlite_where=text("delivered IS NULL")),
        {"sqlite_autoincrement": True},
    )
    no: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[bytes]
    subject: Mapped[bytes]
    envelope: Mapped[bytes]
    trade: Mapped[bytes | None] = mapped_column(index=True)
    first: Mapped[int]
    due: Mapped[int]
    tries: Mapped[int]
    delivered: Mapped[int | None]


class ParkedTable(Table):
    """One verified envelope that cannot be handled yet."""

    __tablename__ = "parked"
    subject: Mapped[bytes] = mapped_column(primary_key=True)
    trade: Mapped[bytes | None] = mapped_column(index=True)
    envelope: Mapped[bytes]
    reason: Mapped[str]
    since: Mapped[int]


class OutboxRoom(Room):
    """Outbox and parking place."""

    def post(
        self,
        recipient: bytes,
        subject: bytes,
        envelope: bytes,
        trade: bytes | None,
        now: int,
    ) -> None:
        row = insert(OutboxTable).values(
            recipient=recipient, subject=subject, envelope=envelope
        )
        row = row.values(trade=trade, first=now, due=now, tries=0)
        self._connection.execute(row.on_conflict_do_nothing(["recipient", "subject"]))

    def due(self, now: int, limit: int) -> list[OutboxRow]:
        """The longest due first, of one moment in the order of posting."""
        found = self._connection.execute(_due(), {"now": now, "limit": limit})
        return [OutboxRow(*row) for row in found]

    def delivered(self, recipient: bytes, subject: bytes, now: int) -> None:
        """Note the recipient's Ack; the first one counts."""
        where = (OutboxTable.recipient == recipient, OutboxTable.subject == subject)
        owed = update(OutboxTable).where(*where, OutboxTable.delivered.is_(None))
        self._connection.execute(owed.values(delivered=now))

    def failed(self, no: int, due: int) -> None:
        row = update(OutboxTable).where(OutboxTable.no == no)
        self._connection.execute(row.values(due=due, tries=OutboxTable.tries + 1))

    def hasten(self, recipient: bytes, now: int) -> None:
        where = (OutboxTable.recipient == recipient, OutboxTable.delivered.is_(None))
        later = update(OutboxTable).where(*where, OutboxTable.due > now)
        self._connection.execute(later.values(due=now))

    def undelivered(self) -> int:
        owed = select(func.count()).where(OutboxTable.delivered.is_(None))
        return self._connection.scalar(owed) or 0

    def next_due(self) -> int | None:
        return self._connection.scalar(_next_due())

    def outbox_of(self, trade: bytes) -> list[OutboxRow]:
        """All rows of a trade, delivered ones included, in the order of posting."""
        where = OutboxTable.trade == trade
        return self._rows(OutboxRow, OutboxTable, where, order=(OutboxTable.no,))

    def park(
        self,
        subject: bytes,
        trade: bytes | None,
        envelope: bytes,
        reason: str,
        now: int,
    ) -> None:
        row = insert(ParkedTable).values(
            subject=subject, trade=trade, envelope=envelope
        )
        row = row.values(reason=reason, since=now)
        self._connection.execute(
            row.on_conflict_do_update(set_={"reason": reason, "trade": trade})
        )

    def parked(self, trade: bytes | None = None) -> list[tuple[bytes, bytes, str]]:
        rows = _parked(of_trade=trade is not None)
        found = self._connection.execute(rows, {"trade": trade})
        return [(subject, envelope, reason) for subject, envelope, reason in found]

    def unpark(self, subject: bytes) -> None:
        self._connection.execute(
            delete(ParkedTable).where(ParkedTable.subject == subject)
        )


@cache
def _due() -> Select[*tuple[Any, ...]]:
    """Built once, as the two below: they are asked after every message."""
    where = (OutboxTable.delivered.is_(None), OutboxTable.due <= bindparam("now"))
    rows = selected(OutboxRow, OutboxTable).where(*where)
    return rows.order_by(OutboxTable.due, OutboxTable.no).limit(bindparam("limit"))


@cache
def _next_due() -> Select[int]:
    return select(func.min(OutboxTable.due)).where(OutboxTable.delivered.is_(None))


@cache
def _parked(*, of_trade: bool) -> Select[bytes, bytes, str]:
    rows = select(ParkedTable.subject, ParkedTable.envelope, ParkedTable.reason)
    if of_trade:
        rows = rows.where(ParkedTable.trade == bindparam("trade"))
    return rows.order_by(ParkedTable.since, text("parked.rowid"))
