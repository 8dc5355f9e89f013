"""Addresses of other nodes on the disk, so that a restart needs no bootstrap.

Nothing here is precious: a file that cannot be read is thrown away.
"""

import logging
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bazaar.app.ports import KnownAddress
from store.engine import WRITER_PRAGMAS, assert_sqlite, sqlite_engine

log = logging.getLogger(__name__)

SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS address (key BLOB, address TEXT, source TEXT NOT NULL, "
    "teller BLOB, worked_at INTEGER NOT NULL, failures INTEGER NOT NULL, "
    "not_before INTEGER NOT NULL, PRIMARY KEY (key, address)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS port (number INTEGER PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS relay (place INTEGER PRIMARY KEY, key BLOB NOT NULL)",
)
COLUMNS: Final = ", ".join(KnownAddress._fields)
VALUES: Final = ", ".join(f":{name}" for name in KnownAddress._fields)


class SqlPeers:
    """Fits ``bazaar.app.ports.PeerMemory``; belongs to the thread that opened it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine = sqlite_engine(path, WRITER_PRAGMAS).execution_options(write=True)
        self._connection: Connection | None = None

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

    def load(self) -> list[KnownAddress]:
        try:
            with self._transaction() as connection:
                rows = connection.execute(text(f"SELECT {COLUMNS} FROM address"))  # noqa: S608 - names of ours
                return [KnownAddress(*row) for row in rows]
        except DBAPIError as error:
            log.warning("known peers were lost", extra={"why": str(error.orig)})
            self._begin_anew()
            return []

    def save(self, peers: Mapping[bytes, Sequence[KnownAddress]]) -> None:
        rows = [row._asdict() for of in peers.values() for row in of]
        try:
            with self._transaction() as connection:
                for key in peers:
                    connection.execute(
                        text("DELETE FROM address WHERE key = :key"), {"key": key}
                    )
                if rows:
                    insert = f"INSERT INTO address ({COLUMNS}) VALUES ({VALUES})"  # noqa: S608 - names of ours
                    connection.execute(text(insert), rows)
        except DBAPIError as error:
            log.warning("known peers were not stored", extra={"why": str(error.orig)})

    def ports(self) -> list[int]:
        try:
            with self._transaction() as connection:
                return list(
                    connection.execute(text("SELECT number FROM port")).scalars()
                )
        except DBAPIError:
            return []

    def save_ports(self, ports: Sequence[int]) -> None:
        try:
            with self._transaction() as connection:
                connection.execute(text("DELETE FROM port"))
                for port in sorted(set(ports)):
                    connection.execute(
                        text("INSERT INTO port VALUES (:port)"), {"port": port}
                    )
        except DBAPIError as error:
            log.warning("own ports were not stored", extra={"why": str(error.orig)})

    def relays(self) -> list[bytes]:
        try:
            with self._transaction() as connection:
                rows = connection.execute(text("SELECT key FROM relay ORDER BY place"))
                return list(rows.scalars())
        except DBAPIError:
            return []

    def save_relays(self, relays: Sequence[bytes]) -> None:
        rows = [{"place": place, "key": key} for place, key in enumerate(relays)]
        try:
            with self._transaction() as connection:
                connection.execute(text("DELETE FROM relay"))
                if rows:
                    insert = text("INSERT INTO relay VALUES (:place, :key)")
                    connection.execute(insert, rows)
        except DBAPIError as error:
            log.warning("good relays were not stored", extra={"why": str(error.orig)})

    def _begin_anew(self) -> None:
        for end in ("", "-wal", "-shm"):
            Path(f"{self._path}{end}").unlink(missing_ok=True)

    @contextmanager
    def _transaction(self) -> Generator[Connection]:
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
                with self._connection.begin():
                    for statement in SCHEMA:
                        self._connection.execute(text(statement))
            with self._connection.begin():
                yield self._connection
        except DBAPIError:
            self.close()
            raise


def open_peers(path: Path) -> SqlPeers:
    """Open the known peers, created with mode 0600 if need be. Raises UnsafeSqliteError."""
    assert_sqlite()
    return SqlPeers(path)
