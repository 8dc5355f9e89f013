"""What every room of the book shares: the declarative base and typed reads."""

from collections.abc import Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, MetaData, select
from sqlalchemy.orm import DeclarativeBase, Session

from store.book.held import HeldMessages

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

    def __init__(self, session: Session, held: HeldMessages) -> None:
        self._session = session
        self._remembered = held

    def _rows(
        self,
        kind: type[R],
        table: type[Table],
        *where: ColumnElement[bool],
        order: Sequence[Any] = (),
        limit: int | None = None,
    ) -> list[R]:
        columns = [getattr(table, name) for name in _fields(kind)]
        statement = select(*columns).where(*where).order_by(*order).limit(limit)
        return [kind(*row) for row in self._session.execute(statement)]

    def _row(
        self,
        kind: type[R],
        table: type[Table],
        *where: ColumnElement[bool],
        order: Sequence[Any] = (),
    ) -> R | None:
        rows = self._rows(kind, table, *where, order=order, limit=1)
        return rows[0] if rows else None


def _fields(kind: type) -> tuple[str, ...]:
    """Field names of a NamedTuple, or of a Struct where ``count`` would hide a method."""
    return getattr(kind, "_fields", ()) or cast("Any", kind).__struct_fields__
