"""Own records and slots, and the objects of others that a trade rests on."""

from collections.abc import Collection, Sequence

from sqlalchemy import CheckConstraint, delete, select, text
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, mapped_column

from bazaar.app.ports import RecordRow, SlotRow
from store.book.room import Room, Table


class RecordTable(Table):
    """Newest own record of one series."""

    __tablename__ = "record"
    kind: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]
    id: Mapped[bytes]
    envelope: Mapped[bytes]


class SlotTable(Table):
    """One own rating slot; a number of a chain is given once (I4)."""

    __tablename__ = "slot"
    __table_args__ = (CheckConstraint("number >= 1", "number"),)
    kind: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[bytes] = mapped_column(unique=True)
    head: Mapped[bytes]
    trade: Mapped[bytes] = mapped_column(index=True)


class ObjectTable(Table):
    """A signed object of somebody, kept by its id."""

    __tablename__ = "object"
    id: Mapped[bytes] = mapped_column(primary_key=True)
    kind: Mapped[int] = mapped_column(index=True)
    author: Mapped[bytes] = mapped_column(index=True)
    envelope: Mapped[bytes]


class RecordsRoom(Room):
    """Own records, slots, kept objects."""

    def record(self, kind: int, slug: str = "") -> RecordRow | None:
        return self._row(RecordRow, RecordTable, kind=kind, slug=slug)

    def records(self, kind: int) -> list[RecordRow]:
        """By slug."""
        where = RecordTable.kind == kind
        return self._rows(RecordRow, RecordTable, where, order=(RecordTable.slug,))

    def put_record(self, row: RecordRow) -> None:
        """Replace the series' record; ValueError if its seq was used for another body."""
        before = self.record(row.kind, row.slug)
        if before is not None and row.seq <= before.seq and row.id != before.id:
            raise ValueError(f"seq {row.seq} after {before.seq} would be equivocation")
        values = row._asdict()
        write = insert(RecordTable).values(**values)
        self._connection.execute(write.on_conflict_do_update(set_=values))

    def records_of(self, kind: int, slugs: Collection[str]) -> list[RecordRow]:
        """Those of ``slugs``, a few hundred at most, by slug."""
        where = (RecordTable.kind == kind, RecordTable.slug.in_(slugs))
        return self._rows(RecordRow, RecordTable, *where, order=(RecordTable.slug,))

    def record_keys(self, kind: int) -> list[tuple[str, int, bytes]]:
        """(slug, seq, id) of all, by slug, without their envelopes."""
        table = RecordTable
        rows = select(table.slug, table.seq, table.id).where(table.kind == kind)
        found = self._connection.execute(rows.order_by(table.slug))
        return [(slug, seq, subject) for slug, seq, subject in found]

    def put_records(self, rows: Sequence[RecordRow]) -> None:
        """Replace the records of many series; ValueError as for ``put_record``."""
        kinds = {row.kind for row in rows}
        before = {
            (kind, slug): (seq, subject)
            for kind in kinds
            for slug, seq, subject in self.record_keys(kind)
        }
        for row in rows:
            seq, subject = before.get((row.kind, row.slug), (0, row.id))
            if row.seq <= seq and row.id != subject:
                raise ValueError(f"seq {row.seq} after {seq} would be equivocation")
        write = insert(RecordTable)
        new = write.excluded
        write = write.on_conflict_do_update(
            set_={"seq": new.seq, "id": new.id, "envelope": new.envelope}
        )
        if rows:
            self._connection.execute(write, [row._asdict() for row in rows])

    def drop_record(self, kind: int, slug: str) -> None:
        where = (RecordTable.kind == kind, RecordTable.slug == slug)
        self._connection.execute(delete(RecordTable).where(*where))

    def last_slot(self, kind: int) -> SlotRow | None:
        newest = (SlotTable.number.desc(),)
        where = SlotTable.kind == kind
        rows = self._rows(SlotRow, SlotTable, where, order=newest, limit=1)
        return rows[0] if rows else None

    def slots(
        self, kind: int, first: int, last: int, limit: int | None = None
    ) -> list[SlotRow]:
        """The slots ``first`` to ``last``, both included, ascending; ``limit`` at most."""
        where = (SlotTable.kind == kind, SlotTable.number.between(first, last))
        order = (SlotTable.number,)
        return self._rows(SlotRow, SlotTable, *where, order=order, limit=limit)

    def put_slot(self, row: SlotRow) -> None:
        self._connection.execute(insert(SlotTable).values(**row._asdict()))

    def keep_object(
        self, subject: bytes, kind: int, author: bytes, envelope: bytes
    ) -> None:
        row = insert(ObjectTable).values(
            id=subject, kind=kind, author=author, envelope=envelope
        )
        self._connection.execute(row.on_conflict_do_nothing())

    def keep_records(self, kind: int, author: bytes, slugs: Collection[str]) -> None:
        """Keep the newest own records of ``slugs`` as objects, before others replace them."""
        rows = [
            {"id": row.id, "kind": kind, "author": author, "envelope": row.envelope}
            for row in self.records(kind)
            if row.slug in slugs
        ]
        if rows:
            keep = insert(ObjectTable).on_conflict_do_nothing()
            self._connection.execute(keep, rows)

    def object(self, subject: bytes) -> bytes | None:
        return self._connection.scalar(
            select(ObjectTable.envelope).where(ObjectTable.id == subject)
        )

    def objects(self, kind: int, author: bytes | None = None) -> list[bytes]:
        rows = select(ObjectTable.envelope).where(ObjectTable.kind == kind)
        if author is not None:
            rows = rows.where(ObjectTable.author == author)
        return list(self._connection.scalars(rows.order_by(ObjectTable.id)))

    def object_authors(self, kind: int, limit: int) -> list[bytes]:
        """Those of the newest first."""
        newest = text(
            "SELECT author FROM object WHERE kind = :kind "
            "GROUP BY author ORDER BY max(rowid) DESC LIMIT :limit"
        )
        rows = self._connection.execute(newest, {"kind": kind, "limit": limit})
        return [bytes(row[0]) for row in rows]
