"""What the book knows of mailboxes: where own messages lie, own prekeys, partners' records."""

from collections.abc import Collection, Iterable

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Integer,
    cast,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, mapped_column

from bazaar.app.ports import OwedRow, PartnerRow, PrekeyRow
from store.book.outbox import OutboxTable
from store.book.room import Room, Table


class DepositTable(Table):
    """One message of the outbox in one mailbox of its recipient."""

    __tablename__ = "deposit"
    outbox: Mapped[int] = mapped_column(ForeignKey("outbox.no"), primary_key=True)
    host: Mapped[bytes] = mapped_column(primary_key=True)
    at: Mapped[int]


class PrekeyTable(Table):
    """One X25519 key for mail; its secret is in no backup."""

    __tablename__ = "prekey"
    public: Mapped[bytes] = mapped_column(primary_key=True)
    secret: Mapped[bytes]
    made: Mapped[int]
    replaced: Mapped[int | None]


class PartnerTable(Table):
    """The newest records of one partner, as they came."""

    __tablename__ = "partner"
    __table_args__ = (CheckConstraint("length(key) = 32", "key"),)
    key: Mapped[bytes] = mapped_column(primary_key=True)
    profile: Mapped[bytes | None]
    contact: Mapped[bytes | None]


class MailRoom(Room):
    """Deposits, prekeys, partners."""

    def deposits(self, no: int) -> frozenset[bytes]:
        rows = select(DepositTable.host).where(DepositTable.outbox == no)
        return frozenset(self._connection.scalars(rows))

    def deposited(self, no: int, host: bytes, at: int) -> None:
        row = insert(DepositTable).values(outbox=no, host=host, at=at)
        self._connection.execute(row.on_conflict_do_nothing())

    def drop_letters(self, trade: bytes, subjects: Collection[bytes]) -> None:
        where = (OutboxTable.trade == trade, OutboxTable.subject.in_(subjects))
        named = select(OutboxTable.no).where(*where)
        self._connection.execute(
            delete(DepositTable).where(DepositTable.outbox.in_(named))
        )
        self._connection.execute(delete(OutboxTable).where(*where))

    def mailed(self, trade: bytes) -> frozenset[int]:
        rows = select(DepositTable.outbox).join(
            OutboxTable, OutboxTable.no == DepositTable.outbox
        )
        return frozenset(
            self._connection.scalars(rows.where(OutboxTable.trade == trade))
        )

    def owed(self, limit: int) -> list[OwedRow]:
        """One row for each recipient, who waits longest first."""
        table = OutboxTable
        mailed = select(DepositTable.outbox).where(DepositTable.outbox == table.no)
        rows = select(
            table.recipient,
            func.count(),
            func.sum(cast(mailed.exists(), Integer)),
            func.min(table.first),
            func.min(table.due),
            func.max(table.tries),
        ).where(table.delivered.is_(None))
        ordered = rows.group_by(table.recipient).order_by(func.min(table.first))
        found = self._connection.execute(ordered.limit(limit))
        return [OwedRow(*row) for row in found]

    def in_mailboxes(self) -> int:
        count = select(func.count(DepositTable.outbox.distinct()))
        owed = count.join(OutboxTable, OutboxTable.no == DepositTable.outbox)
        return self._connection.scalar(owed.where(OutboxTable.delivered.is_(None))) or 0

    def acknowledge(
        self, recipient: bytes, subjects: Iterable[bytes], now: int
    ) -> set[bytes]:
        owed = (
            update(OutboxTable)
            .where(OutboxTable.recipient == recipient)
            .where(OutboxTable.subject.in_(list(subjects)))
            .where(OutboxTable.delivered.is_(None))
            .values(delivered=now)
        )
        trades = self._connection.scalars(owed.returning(OutboxTable.trade))
        return {trade for trade in trades if trade is not None}

    def prekeys(self) -> list[PrekeyRow]:
        order = (PrekeyTable.made.desc(), PrekeyTable.public)
        return self._rows(PrekeyRow, PrekeyTable, order=order)

    def put_prekey(self, row: PrekeyRow) -> None:
        replaced = update(PrekeyTable).where(PrekeyTable.replaced.is_(None))
        self._connection.execute(replaced.values(replaced=row.made))
        self._connection.execute(insert(PrekeyTable).values(**row._asdict()))

    def forget_prekeys(self, before: int) -> None:
        self._connection.execute(
            delete(PrekeyTable).where(PrekeyTable.replaced < before)
        )

    def partner(self, key: bytes) -> PartnerRow | None:
        return self._row(PartnerRow, PartnerTable, key=key)

    def put_partner(self, row: PartnerRow) -> None:
        values = row._asdict()
        write = insert(PartnerTable).values(**values)
        self._connection.execute(write.on_conflict_do_update(set_=values))
