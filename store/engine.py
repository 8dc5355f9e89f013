"""SQLite as both databases use it: engines, pragmas and the versions that are safe."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pysqlite3
from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DBAPIError

from store.errors import UnsafeSqliteError
from store.files import make_file

LEAST_SQLITE: Final = (3, 51, 3)
"""All versions from 3.7.0 to 3.51.2 can corrupt a WAL database with several connections."""

PRAGMAS: Final = (
    "journal_mode=WAL",
    "foreign_keys=ON",
    "busy_timeout=5000",
    "temp_store=MEMORY",
    "mmap_size=0",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "journal_size_limit=67108864",
)
BOOK_PRAGMAS: Final = (
    *PRAGMAS,
    "synchronous=FULL",
    "secure_delete=ON",
    "cache_size=-8192",
    *(("fullfsync=ON",) if sys.platform == "darwin" else ()),
)
WRITER_PRAGMAS: Final = (
    *PRAGMAS,
    "synchronous=NORMAL",
    "cache_size=-65536",
    "wal_autocheckpoint=1000",
)
READER_PRAGMAS: Final = (
    *PRAGMAS,
    "synchronous=NORMAL",
    "cache_size=-16384",
    "query_only=ON",
)


def assert_sqlite() -> None:
    """Raise UnsafeSqliteError unless the library is safe with WAL and can search text."""
    if pysqlite3.sqlite_version_info < LEAST_SQLITE:
        raise UnsafeSqliteError(
            f"SQLite {pysqlite3.sqlite_version} may damage data; 3.51.3 is needed"
        )
    handle = open_handle(":memory:")
    options = {row[0] for row in handle.execute("PRAGMA compile_options").fetchall()}
    handle.close()
    if "ENABLE_FTS5" not in options:
        raise UnsafeSqliteError("this SQLite lacks full text search (FTS5)")


def open_handle(path: str) -> pysqlite3.Connection:
    """A bare driver connection, for copies and checks."""
    return pysqlite3.connect(path, isolation_level=None)


def sqlite_engine(
    path: Path, pragmas: Sequence[str], *, any_thread: bool = False
) -> Engine:
    """An engine on ``path`` that opens transactions itself, at once.

    Execution option ``write`` makes a transaction take the write lock when it begins.
    The file is created with mode 0600.
    """
    make_file(path)
    engine = create_engine(
        f"sqlite:///{path}",
        module=pysqlite3,
        poolclass=NullPool,
        connect_args={"check_same_thread": not any_thread},
    )

    @event.listens_for(engine, "connect")
    def prepare(handle: pysqlite3.Connection, _: object) -> None:
        handle.isolation_level = None  # the driver opens transactions late
        for pragma in pragmas:
            handle.execute("PRAGMA " + pragma).close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    del prepare, begin
    return engine


def error_name(error: DBAPIError) -> str:
    """SQLite's own name of an error, such as ``SQLITE_FULL``; empty if it has none."""
    return str(getattr(error.orig, "sqlite_errorname", ""))
