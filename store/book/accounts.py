"""Co-signed credit accounts: the newest state and the whole history."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, mapped_column

from bazaar.app.ports import AccountRow
from store.book.room import Room, Table


class AccountTable(Table):
    """The last co-signed state of one account; one per partner and unit."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("partner", "unit"),
        CheckConstraint("n >= 0", "n"),
        CheckConstraint(
            "n = 0 OR (length(propose) > 0 AND length(accept) > 0)", "signed"
        ),
    )
    id: Mapped[bytes] = mapped_column(primary_key=True)
    partner: Mapped[bytes]
    unit: Mapped[str]
    n: Mapped[int]
    state: Mapped[bytes]
    propose: Mapped[bytes]
    accept: Mapped[bytes]
    open: Mapped[bytes | None]


class AccountStateTable(Table):
    """The two signatures under state ``n``; there is one pair per ``n`` (I4)."""

    __tablename__ = "account_state"
    account: Mapped[bytes] = mapped_column(ForeignKey("account.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    propose: Mapped[bytes]
    accept: Mapped[bytes]


class AccountsRoom(Room):
    """Accounts and their histories."""

    def account(self, account: bytes) -> AccountRow | None:
        return self._row(AccountRow, AccountTable, id=account)

    def accounts(self) -> list[AccountRow]:
        """By unit, then partner."""
        return self._rows(
            AccountRow, AccountTable, order=(AccountTable.unit, AccountTable.partner)
        )

    def put_account(self, row: AccountRow) -> None:
        """Write the newest state; raises ValueError if it contradicts what was co-signed."""
        before = self.account(row.id)
        if before is not None and row.n < before.n:
            raise ValueError(f"state {row.n} after state {before.n}")
        values = row._asdict()
        write = insert(AccountTable).values(**values)
        self._connection.execute(write.on_conflict_do_update(["id"], set_=values))
        if row.n > 0:
            self._append(row)

    def account_history(self, account: bytes) -> list[tuple[int, bytes, bytes]]:
        """(n, propose, accept) of every co-signed state, ascending."""
        table = AccountStateTable
        rows = select(table.n, table.propose, table.accept).where(
            table.account == account
        )
        return [
            (n, propose, accept)
            for n, propose, accept in self._connection.execute(rows.order_by(table.n))
        ]

    def _append(self, row: AccountRow) -> None:
        table = AccountStateTable
        values = {
            "account": row.id,
            "n": row.n,
            "propose": row.propose,
            "accept": row.accept,
        }
        write = (
            insert(table).values(**values).on_conflict_do_nothing().returning(table.n)
        )
        if self._connection.scalar(write) is not None:
            return
        where = (table.account == row.id, table.n == row.n)
        held = self._connection.execute(
            select(table.propose, table.accept).where(*where)
        ).one()
        if tuple(held) != (row.propose, row.accept):
            raise ValueError(f"state {row.n} is already co-signed with other bytes")
