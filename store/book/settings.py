"""Small values under a name, signatures given once and for ever, and the node's lives."""

from typing import Final

from sqlalchemy import CheckConstraint, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, mapped_column

from store.book.room import Room, Table

LAST_CHARACTER: Final = "\U0010ffff"


class SettingTable(Table):
    """One setting."""

    __tablename__ = "setting"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[bytes]


class ClaimTable(Table):
    """A signature given; the primary key refuses a second one (I4, I14)."""

    __tablename__ = "claim"
    name: Mapped[str] = mapped_column(primary_key=True)


class SpellTable(Table):
    """One life of this node, from its start to its last heartbeat."""

    __tablename__ = "spell"
    __table_args__ = (CheckConstraint("last >= start", "forward"),)
    start: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class SettingsRoom(Room):
    """Settings, claims, spells."""

    def setting(self, name: str) -> bytes | None:
        held = self._remembered.settings
        if name in held:
            return held.get(name)
        value = self._connection.scalar(
            select(SettingTable.value).where(SettingTable.name == name)
        )
        held.put(name, value)
        return value

    def settings(self, prefix: str) -> dict[str, bytes]:
        """All whose names begin with ``prefix``, by the rest of their names."""
        table = SettingTable
        rows = select(table.name, table.value).where(
            table.name.between(prefix, prefix + LAST_CHARACTER)
        )
        found = self._connection.execute(rows)
        return {name.removeprefix(prefix): value for name, value in found}

    def set_setting(self, name: str, value: bytes | None) -> None:
        held = self._remembered.settings
        held.forget(name)
        if value is None:
            gone = delete(SettingTable).where(SettingTable.name == name)
            self._connection.execute(gone)
        else:
            row = insert(SettingTable).values(name=name, value=value)
            self._connection.execute(row.on_conflict_do_update(set_={"value": value}))
        held.put(name, value)

    def claim(self, name: str) -> bool:
        row = insert(ClaimTable).values(name=name).on_conflict_do_nothing()
        return self._connection.scalar(row.returning(ClaimTable.name)) is not None

    def spells(self, since: int) -> list[tuple[int, int]]:
        rows = select(SpellTable.start, SpellTable.last).where(SpellTable.last > since)
        found = self._connection.execute(rows.order_by(SpellTable.start))
        return [(start, last) for start, last in found]

    def beat(self, start: int, now: int) -> None:
        row = insert(SpellTable).values(start=start, last=max(start, now))
        later = row.excluded.last > SpellTable.last
        self._connection.execute(
            row.on_conflict_do_update(set_={"last": row.excluded.last}, where=later)
        )
