"""Trades, their signed messages, and the facts and secrets beside them."""

from functools import cache
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Select,
    bindparam,
    delete,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, mapped_column

from bazaar.app.ports import MessageRow, TradeRow
from store.book.room import Room, Table, selected


class TradeTable(Table):
    """One trade as lists show it."""

    __tablename__ = "trade"
    __table_args__ = (
        CheckConstraint("length(id) = 32", "id"),
        CheckConstraint("role BETWEEN 0 AND 4", "role"),
        CheckConstraint("buyer <> seller", "parties"),
    )
    id: Mapped[bytes] = mapped_column(primary_key=True)
    role: Mapped[int]
    buyer: Mapped[bytes]
    seller: Mapped[bytes]
    phase: Mapped[str]
    created: Mapped[int] = mapped_column(index=True)
    updated: Mapped[int]
    ended: Mapped[int | None] = mapped_column(index=True)
    digest: Mapped[bytes]


class MessageTable(Table):
    """One verified message; both branches of a fork are kept, hence no key on ``seq``."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("length(id) = 32", "id"),
        CheckConstraint("role BETWEEN 0 AND 3", "role"),
        CheckConstraint("seq BETWEEN 0 AND 127", "seq"),
    )
    id: Mapped[bytes] = mapped_column(primary_key=True)
    trade: Mapped[bytes] = mapped_column(
        ForeignKey("trade.id", deferrable=True, initially="DEFERRED"), index=True
    )
    role: Mapped[int]
    seq: Mapped[int]
    kind: Mapped[int]
    received: Mapped[int]
    envelope: Mapped[bytes]


class FactTable(Table):
    """One value of a trade outside its signed set."""

    __tablename__ = "fact"
    trade: Mapped[bytes] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[bytes]


class SecretTable(Table):
    """One secret of a trade, such as the key of its box; never shown, never exported."""

    __tablename__ = "secret"
    trade: Mapped[bytes] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[bytes]


class TradesRoom(Room):
    """Trades, messages, facts, secrets."""

    def open_trade(self, row: TradeRow) -> None:
        self._connection.execute(insert(TradeTable).values(**row._asdict()))

    def trade(self, trade: bytes) -> TradeRow | None:
        return self._row(TradeRow, TradeTable, id=trade)

    def trades(
        self, *, role: int | None = None, open_only: bool = False
    ) -> list[TradeRow]:
        """Newest first."""
        rows = _trades(by_role=role is not None, open_only=open_only)
        found = self._connection.execute(rows, {"role": role})
        return [TradeRow(*row) for row in found]

    def ended_trades(
        self, until: int, lacking: str, kind: int | None = None
    ) -> list[TradeRow]:
        table = TradeTable
        noted = select(FactTable.trade).where(
            FactTable.trade == table.id, FactTable.name == lacking
        )
        where = [table.ended <= until, ~noted.exists()]
        if kind is not None:
            held = select(MessageTable.id).where(
                MessageTable.trade == table.id, MessageTable.kind == kind
            )
            where.append(held.exists())
        order = (table.ended, table.id)
        return self._rows(TradeRow, table, *where, order=order)

    def touch_trade(
        self, trade: bytes, phase: str, updated: int, ended: int | None, digest: bytes
    ) -> None:
        values = {"phase": phase, "updated": updated, "ended": ended, "digest": digest}
        self._connection.execute(
            update(TradeTable).where(TradeTable.id == trade).values(values)
        )

    def keep_message(self, row: MessageRow) -> bool:
        self._remembered.messages.forget(row.trade)
        once = (
            insert(MessageTable).values(**row._asdict()).on_conflict_do_nothing(["id"])
        )
        return self._connection.scalar(once.returning(MessageTable.id)) is not None

    def messages(self, trade: bytes) -> list[MessageRow]:
        """In the order of their arrival, of one second by role and seq."""
        rows = self._remembered.messages.get(trade)
        if rows is None:
            rows = self._read_messages(trade)
            self._remembered.messages.put(trade, rows)
        return list(rows)

    def _read_messages(self, trade: bytes) -> list[MessageRow]:
        order = (
            MessageTable.received,
            MessageTable.role,
            MessageTable.seq,
            MessageTable.id,
        )
        return self._rows(
            MessageRow, MessageTable, MessageTable.trade == trade, order=order
        )

    def fact(self, trade: bytes, name: str) -> bytes | None:
        return self._value(FactTable, trade, name)

    def set_fact(self, trade: bytes, name: str, value: bytes | None) -> None:
        self._set_value(FactTable, trade, name, value)

    def secret(self, trade: bytes, name: str) -> bytes | None:
        return self._value(SecretTable, trade, name)

    def set_secret(self, trade: bytes, name: str, value: bytes | None) -> None:
        self._set_value(SecretTable, trade, name, value)

    def _value(
        self, table: type[FactTable | SecretTable], trade: bytes, name: str
    ) -> bytes | None:
        return self._connection.scalar(_value(table), {"trade": trade, "name": name})

    def _set_value(
        self,
        table: type[FactTable | SecretTable],
        trade: bytes,
        name: str,
        value: bytes | None,
    ) -> None:
        if value is None:
            where = (table.trade == trade, table.name == name)
            self._connection.execute(delete(table).where(*where))
            return
        row = insert(table).values(trade=trade, name=name, value=value)
        self._connection.execute(row.on_conflict_do_update(set_={"value": value}))


@cache
def _trades(*, by_role: bool, open_only: bool) -> Select[*tuple[Any, ...]]:
    """Built once: it is asked at every beat."""
    rows = selected(TradeRow, TradeTable)
    if by_role:
        rows = rows.where(TradeTable.role == bindparam("role"))
    if open_only:
        rows = rows.where(TradeTable.ended.is_(None))
    return rows.order_by(TradeTable.created.desc(), TradeTable.id)


@cache
def _value(table: type[FactTable | SecretTable]) -> Select[bytes]:
    where = (table.trade == bindparam("trade"), table.name == bindparam("name"))
    return select(table.value).where(*where)
