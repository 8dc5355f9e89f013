"""What happened that a person should know of; what was thrown away stays known by its name."""

from sqlalchemy import UniqueConstraint, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, mapped_column

from bazaar.app.ports import NoticeRow
from store.book.room import Room, Table


class NoticeTable(Table):
    """One notice; ``name`` says which event it is of, so that none is told twice."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("name"),)
    no: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    words: Mapped[str]
    trade: Mapped[bytes | None]
    peer: Mapped[bytes | None]
    at: Mapped[int]
    seen: Mapped[int | None]
    dropped: Mapped[bool]


class NoticesRoom(Room):
    """Notices."""

    def put_notice(self, row: NoticeRow) -> bool:
        write = insert(NoticeTable).values(**_values(row))
        once = write.on_conflict_do_nothing(["name"]).returning(NoticeTable.no)
        return self._connection.scalar(once) is not None

    def renew_notice(self, row: NoticeRow) -> None:
        values = _values(row)
        write = insert(NoticeTable).values(**values)
        self._connection.execute(write.on_conflict_do_update(["name"], set_=values))

    def notices(self, limit: int) -> list[NoticeRow]:
        order = (NoticeTable.at.desc(), NoticeTable.no.desc())
        where = NoticeTable.dropped.is_(False)
        return self._rows(NoticeRow, NoticeTable, where, order=order, limit=limit)

    def unseen_notices(self) -> int:
        kept = (NoticeTable.dropped.is_(False), NoticeTable.seen.is_(None))
        return self._connection.scalar(select(func.count()).where(*kept)) or 0

    def see_notices(self, numbers: list[int] | None, now: int) -> None:
        rows = update(NoticeTable).where(NoticeTable.seen.is_(None))
        if numbers is not None:
            rows = rows.where(NoticeTable.no.in_(numbers))
        self._connection.execute(rows.values(seen=now))

    def drop_notices(self, numbers: list[int] | None, now: int) -> None:
        rows = update(NoticeTable).where(NoticeTable.dropped.is_(False))
        if numbers is not None:
            rows = rows.where(NoticeTable.no.in_(numbers))
        seen = func.coalesce(NoticeTable.seen, now)
        self._connection.execute(rows.values(dropped=True, words="", seen=seen))


def _values(row: NoticeRow) -> dict[str, object]:
    values: dict[str, object] = row._asdict()
    del values["no"]
    return values | {"dropped": False}
