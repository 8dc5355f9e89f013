"""Mail that this node keeps for others: sealed blobs, agreements, and what each may fill."""

import hashlib
from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bazaar.app.ports import Agreement, Deposit, MailError
from bazaar.domain.delivery.mail import Used
from bazaar.domain.exchange.mail import MAX_LETTERS, Letter
from store.engine import BOOK_PRAGMAS, assert_sqlite, sqlite_engine

SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS agreement (recipient BLOB PRIMARY KEY, at INTEGER NOT NULL, "
    "until INTEGER NOT NULL, signature BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS lock (recipient BLOB, lock BLOB, "
    "PRIMARY KEY (recipient, lock)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS mail (number INTEGER PRIMARY KEY AUTOINCREMENT, "
    "recipient BLOB NOT NULL, sender BLOB NOT NULL, at INTEGER NOT NULL, "
    "with_token INTEGER NOT NULL, size INTEGER NOT NULL, hash BLOB NOT NULL, "
    "blob BLOB NOT NULL, UNIQUE (recipient, hash))",
    "CREATE INDEX IF NOT EXISTS mail_at ON mail (at)",
    "CREATE INDEX IF NOT EXISTS mail_of ON mail (recipient, number)",
    "CREATE TABLE IF NOT EXISTS trade_index (recipient BLOB PRIMARY KEY, at INTEGER NOT NULL, "
    "blob BLOB NOT NULL)",
)


class SqlMail:
    """Fits ``bazaar.app.ports.MailStore``; belongs to the thread that opened it.

    What is used stands in memory too, so that a refusal touches no disk.
    """

    def __init__(self, path: Path) -> None:
        self._engine = sqlite_engine(path, BOOK_PRAGMAS).execution_options(write=True)
        self._connection: Connection | None = None
        self._token: Counter[bytes] = Counter()
        self._strangers: Counter[bytes] = Counter()
        self._senders: Counter[bytes] = Counter()
        self._agreed: dict[bytes, Agreement] = {}
        self._locks: set[tuple[bytes, bytes]] = set()
        with self._transaction() as connection:
            for statement in SCHEMA:
                connection.execute(text(statement))
        self._recall()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; doing it twice is harmless."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # ------------------------------------------------------------- agreements

    def agree(self, agreement: Agreement, locks: Sequence[bytes]) -> None:
        values = agreement._asdict()
        recipient = agreement.recipient
        with self._transaction() as connection:
            self._forget(connection, recipient)
            statement = (
                "INSERT INTO agreement VALUES (:recipient, :at, :until, :signature)"
            )
            connection.execute(text(statement), values)
            rows = [{"recipient": recipient, "lock": lock} for lock in locks]
            if rows:
                into = "INSERT OR IGNORE INTO lock VALUES (:recipient, :lock)"
                connection.execute(text(into), rows)
        self._agreed[recipient] = agreement
        self._locks = {one for one in self._locks if one[0] != recipient}
        self._locks |= {(recipient, lock) for lock in locks}

    def agreement(self, recipient: bytes) -> Agreement | None:
        return self._agreed.get(recipient)

    def end(self, recipient: bytes) -> None:
        with self._transaction() as connection:
            self._forget(connection, recipient)
            connection.execute(
                text("DELETE FROM mail WHERE recipient = :recipient"),
                {"recipient": recipient},
            )
            connection.execute(
                text("DELETE FROM trade_index WHERE recipient = :recipient"),
                {"recipient": recipient},
            )
        self._recall()

    def recipients(self) -> int:
        return len(self._agreed)

    def has_lock(self, recipient: bytes, lock: bytes) -> bool:
        return (recipient, lock) in self._locks

    # ------------------------------------------------------------- mail

    def used(self, recipient: bytes, sender: bytes) -> Used:
        return Used(
            self._token[recipient],
            self._strangers[recipient],
            self._senders[sender],
            self._strangers.total(),
        )

    def put(self, deposit: Deposit) -> int:
        values = deposit._asdict() | {"size": len(deposit.blob)}
        values["hash"] = hashlib.sha256(deposit.blob).digest()
        known = "SELECT number FROM mail WHERE recipient = :recipient AND hash = :hash"
        names = "recipient, sender, at, with_token, size, hash, blob"
        into = (
            f"INSERT INTO mail ({names}) VALUES (:{names.replace(', ', ', :')}) "  # noqa: S608 - names of ours
            "RETURNING number"
        )
        with self._transaction() as connection:
            number = connection.scalar(text(known), values)
            is_new = number is None
            if is_new:
                number = connection.execute(text(into), values).scalar_one()
        if is_new:
            row = (deposit.recipient, deposit.sender, deposit.with_token)
            self._add([(*row, len(deposit.blob))], 1)
        return int(number or 0)

    def take(self, recipient: bytes, after: int, most: int) -> list[Letter]:
        statement = (
            "SELECT number, sender, at, blob FROM mail "
            "WHERE recipient = :recipient AND number > :after ORDER BY number LIMIT :limit"
        )
        values = {"recipient": recipient, "after": after, "limit": MAX_LETTERS}
        letters: list[Letter] = []
        with self._transaction() as connection:
            for row in connection.execute(text(statement), values):
                most -= len(row.blob)
                if most < 0:
                    break
                letters.append(Letter(*row))
        return letters

    def drop(self, recipient: bytes, numbers: Sequence[int]) -> int:
        statement = (
            "DELETE FROM mail WHERE recipient = :recipient AND number = :number "
            "RETURNING recipient, sender, with_token, size"
        )
        dropped: list[Any] = []
        with self._transaction() as connection:
            for number in numbers:
                values = {"recipient": recipient, "number": number}
                dropped += connection.execute(text(statement), values).all()
        self._add(dropped, -1)
        return len(dropped)

    def expire(self, now: int, before: int) -> int:
        statement = (
            "DELETE FROM mail WHERE at < :before OR recipient NOT IN "
            "(SELECT recipient FROM agreement) RETURNING 1"
        )
        ended = [one.recipient for one in self._agreed.values() if one.until <= now]
        with self._transaction() as connection:
            for recipient in ended:
                self._forget(connection, recipient)
            count = len(connection.execute(text(statement), {"before": before}).all())
            connection.execute(
                text(
                    "DELETE FROM trade_index WHERE recipient NOT IN "
                    "(SELECT recipient FROM agreement)"
                )
            )
        if count or ended:
            self._recall()
        return count

    # ------------------------------------------------------------- trade indexes

    def put_index(self, recipient: bytes, at: int, blob: bytes) -> bool:
        statement = (
            "INSERT INTO trade_index VALUES (:recipient, :at, :blob) "
            "ON CONFLICT (recipient) DO UPDATE SET at = :at, blob = :blob "
            "WHERE trade_index.at <= :at RETURNING 1"
        )
        values = {"recipient": recipient, "at": at, "blob": blob}
        with self._transaction() as connection:
            return connection.scalar(text(statement), values) is not None

    def index(self, recipient: bytes) -> tuple[int, bytes] | None:
        statement = "SELECT at, blob FROM trade_index WHERE recipient = :recipient"
        with self._transaction() as connection:
            row = connection.execute(text(statement), {"recipient": recipient}).first()
        return None if row is None else (row.at, row.blob)

    def index_owners(self) -> list[bytes]:
        with self._transaction() as connection:
            rows = connection.execute(text("SELECT recipient FROM trade_index"))
            return [row.recipient for row in rows]

    # ------------------------------------------------------------- counting

    def _recall(self) -> None:
        """Count anew what lies on the disk."""
        with self._transaction() as connection:
            agreed = connection.execute(
                text("SELECT recipient, at, until, signature FROM agreement")
            )
            self._agreed = {row.recipient: Agreement(*row) for row in agreed}
            locks = connection.execute(text("SELECT recipient, lock FROM lock"))
            self._locks = {(row.recipient, row.lock) for row in locks}
            held = connection.execute(
                text("SELECT recipient, sender, with_token, size FROM mail")
            ).all()
        self._token.clear()
        self._strangers.clear()
        self._senders.clear()
        self._add(held, 1)

    def _add(self, rows: Iterable[Any], sign: int) -> None:
        for recipient, sender, with_token, size in rows:
            if with_token:
                self._token[recipient] += sign * size
                continue
            self._strangers[recipient] += sign * size
            self._senders[sender] += sign * size
            if not self._senders[sender]:
                del self._senders[sender]

    def _forget(self, connection: Connection, recipient: bytes) -> None:
        for table in ("agreement", "lock"):
            statement = f"DELETE FROM {table} WHERE recipient = :recipient"  # noqa: S608 - names of ours
            connection.execute(text(statement), {"recipient": recipient})

    @contextmanager
    def _transaction(self) -> Generator[Connection]:
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            with self._connection.begin():
                yield self._connection
        except DBAPIError as error:
            self.close()
            raise MailError(f"mail cannot be kept: {error.orig}") from error


def open_mail_store(path: Path) -> SqlMail:
    """Open the mail of others, created with mode 0600 if it is not there.

    Raises UnsafeSqliteError, MailError or OSError.
    """
    assert_sqlite()
    return SqlMail(path)
