"""Stock of own listings and what open orders have been promised of it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import CheckConstraint, delete, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, mapped_column

from bazaar.app.ports import StockRow
from bazaar.domain.errors import InputError
from store.book.room import Room, Table


class StockTable(Table):
    """What is there of one SKU; ``held`` of it is promised and never exceeds it (I24)."""

    __tablename__ = "stock"
    __table_args__ = (
        CheckConstraint("count >= 0", "count"),
        CheckConstraint("held >= 0 AND (count IS NULL OR held <= count)", "held"),
        CheckConstraint("sku >= -1", "sku"),
    )
    slug: Mapped[str] = mapped_column(primary_key=True)
    sku: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int | None]
    held: Mapped[int] = mapped_column(default=0)


class ReservationTable(Table):
    """One promise to one trade; its row goes when the promise ends, so it ends once."""

    __tablename__ = "reservation"
    __table_args__ = (CheckConstraint("quantity >= 1", "quantity"),)
    no: Mapped[int] = mapped_column(primary_key=True)
    trade: Mapped[bytes] = mapped_column(index=True)
    slug: Mapped[str]
    sku: Mapped[int]
    quantity: Mapped[int]


class StockRoom(Room):
    """Stock and reservations."""

    def stock(self, slug: str) -> list[StockRow]:
        """By SKU; counts include what is promised."""
        return self._rows(
            StockRow, StockTable, StockTable.slug == slug, order=(StockTable.sku,)
        )

    def put_stock(self, slug: str, rows: Sequence[StockRow]) -> None:
        """Set what is there; a SKU no longer named keeps only what is promised of it.

        Raises InputError if a count lies below what open orders have been promised.
        """
        held = self._held(slug)
        for row in rows:
            if row.count is not None and row.count < held.get(row.sku, 0):
                raise InputError(
                    "stock", f"{held[row.sku]} are promised to open orders"
                )
            write = insert(StockTable).values(
                slug=slug, sku=row.sku, count=row.count, held=0
            )
            self._connection.execute(
                write.on_conflict_do_update(set_={"count": row.count})
            )
        gone = (
            StockTable.slug == slug,
            StockTable.sku.not_in([row.sku for row in rows]),
        )
        self._connection.execute(
            update(StockTable).where(*gone).values(count=StockTable.held)
        )
        self._connection.execute(delete(StockTable).where(*gone, StockTable.held == 0))

    def left(self, slug: str) -> dict[int, int | None]:
        """What is free of each SKU; None is unlimited."""
        table = StockTable
        left = (table.count - table.held).label("left")
        rows = self._connection.execute(
            select(table.sku, left).where(table.slug == slug)
        )
        return {row.sku: row.left for row in rows}

    def move_stock(self, slug: str, moves: Mapping[int, int]) -> None:
        """Give SKUs other numbers, with what is promised of them; two never get one."""
        rows = self._connection.execute(
            select(StockTable.sku, StockTable.count, StockTable.held).where(
                StockTable.slug == slug
            )
        ).all()
        self._connection.execute(delete(StockTable).where(StockTable.slug == slug))
        places = _places([row.sku for row in rows], moves)
        for row in rows:
            values = {"slug": slug, "count": row.count, "held": row.held}
            write = insert(StockTable).values(sku=places[row.sku], **values)
            self._connection.execute(write)
        kept = select(ReservationTable.no, ReservationTable.sku).where(
            ReservationTable.slug == slug
        )
        for no, sku in self._connection.execute(kept).all():
            move = update(ReservationTable).where(ReservationTable.no == no)
            self._connection.execute(move.values(sku=places.get(sku, sku)))

    def all_stock(self) -> dict[str, list[StockRow]]:
        """The stock of every listing, by slug and SKU."""
        found: dict[str, list[StockRow]] = {}
        order = (StockTable.slug, StockTable.sku)
        for row in self._rows(StockRow, StockTable, order=order):
            found.setdefault(row.slug, []).append(row)
        return found

    def put_stocks(self, rows: Mapping[str, Sequence[StockRow]]) -> None:
        """Set the stock of many listings by slug; raises as ``put_stock`` does.

        What is new, or changes its counts alone, is written together.
        """
        known = self.all_stock()
        promised = self.promised()
        fresh: list[dict[str, object]] = []
        for slug, listed in rows.items():
            before = {row.sku: row.count for row in known.get(slug, ())}
            after = {row.sku: row.count for row in listed}
            if slug in promised or (before and before.keys() != after.keys()):
                self.put_stock(slug, listed)
            elif before != after:
                fresh.extend(
                    {"slug": slug, "sku": sku, "count": count, "held": 0}
                    for sku, count in after.items()
                )
        if fresh:
            write = insert(StockTable)
            change = {"count": write.excluded.count}
            self._connection.execute(write.on_conflict_do_update(set_=change), fresh)

    def reserve(self, trade: bytes, slug: str, sku: int, quantity: int) -> int | None:
        """Promise ``quantity``; None when done, else what is left (0 for an unknown SKU)."""
        table = StockTable
        where = (table.slug == slug, table.sku == sku)
        enough = or_(table.count.is_(None), table.held + quantity <= table.count)
        take = update(table).where(*where, enough).values(held=table.held + quantity)
        if self._connection.scalar(take.returning(table.sku)) is None:
            left = self._connection.scalar(
                select(table.count - table.held).where(*where)
            )
            return left or 0
        row = {"trade": trade, "slug": slug, "sku": sku, "quantity": quantity}
        self._connection.execute(insert(ReservationTable).values(**row))
        return None

    def release(self, trade: bytes, *, sold: bool) -> None:
        """End a trade's reservations once: sold takes them from stock, else they are freed."""
        gone = delete(ReservationTable).where(ReservationTable.trade == trade)
        ended = self._connection.execute(
            gone.returning(
                ReservationTable.slug, ReservationTable.sku, ReservationTable.quantity
            )
        ).all()
        for slug, sku, quantity in ended:
            where = (StockTable.slug == slug, StockTable.sku == sku)
            values = {"held": StockTable.held - quantity}
            if sold:
                values["count"] = StockTable.count - quantity
            self._connection.execute(update(StockTable).where(*where).values(values))

    def promised(self) -> dict[str, dict[int, int]]:
        """What open orders have been promised, by slug and SKU."""
        table = StockTable
        rows = select(table.slug, table.sku, table.held).where(table.held > 0)
        found: dict[str, dict[int, int]] = {}
        for slug, sku, held in self._connection.execute(rows):
            found.setdefault(slug, {})[sku] = held
        return found

    def _held(self, slug: str) -> dict[int, int]:
        rows = select(StockTable.sku, StockTable.held).where(StockTable.slug == slug)
        return {row.sku: row.held for row in self._connection.execute(rows)}


def _places(skus: Sequence[int], moves: Mapping[int, int]) -> dict[int, int]:
    """The number that each SKU gets; one whose place is taken gets the next free one."""
    found: dict[int, int] = {}
    moved = sorted(skus, key=lambda sku: (sku not in moves, moves.get(sku, sku)))
    for sku in moved:
        place = moves.get(sku, sku)
        while place in found.values():
            place += 1
        found[sku] = place
    return found
