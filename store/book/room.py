"""What every room of the book shares: the declarative base and typed reads."""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Connection, MetaData, Select, bindparam, select
from sqlalchemy.orm import DeclarativeBase

from store.book.held import Held

R = TypeVar("R")


class Table(DeclarativeBase):
    """Base of all rows; the names of constraints follow one pattern for Alembic."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Room:
    """One noun's part of a unit: reads and writes inside the unit's transaction."""

    def __init__(self, connection: Connection, held: Held) -> None:
        self._connection = connection
        self._remembered = held

    def _rows(
        self,
        kind: type[R],
        table: type[Table],
        *where: ColumnElement[bool],
        order: Sequence[Any] = (),
        limit: int | None = None,
    ) -> list[R]:
        statement = selected(kind, table).where(*where).order_by(*order).limit(limit)
        return [kind(*row) for row in self._connection.execute(statement)]

    def _row(self, kind: type[R], table: type[Table], /, **keys: Any) -> R | None:
        """The one row that has these values; they name it for the database."""
        statement = _selected_by(kind, table, tuple(keys))
        row = self._connection.execute(statement, keys).first()
        return None if row is None else kind(*row)


@cache
def selected(kind: type, table: type[Table]) -> Select[*tuple[Any, ...]]:
    """All columns of a kind of row: to build that costs more than to read a row."""
    return select(*(getattr(table, name) for name in _fields(kind)))


@cache
def _selected_by(
    kind: type, table: type[Table], names: tuple[str, ...]
) -> Select[*tuple[Any, ...]]:
    where = (getattr(table, name) == bindparam(name) for name in names)
    return selected(kind, table).where(*where)


def _fields(kind: type) -> tuple[str, ...]:
    """Field names of a NamedTuple, or of a Struct where ``count`` would hide a method."""
    return getattr(kind, "_fields", ()) or cast("Any", kind).__struct_fields__
