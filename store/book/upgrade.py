"""Before the book is opened: is it sound, is it ours to read, does it need a migration?"""

import os
from pathlib import Path
from typing import Final

import pysqlite3
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DatabaseError

from store.engine import BOOK_PRAGMAS, open_handle, sqlite_engine
from store.errors import DamagedBookError, NewerDatabaseError
from store.files import make_file, sync_folder

REVISIONS: Final = ("0001", "0002", "0003", "0004", "0005")
"""All revisions, oldest first; a test compares them with ``store/migrations/versions``."""


def check(path: Path) -> None:
    """Raise DamagedBookError unless SQLite finds the file sound; a missing one is sound."""
    if not path.exists():
        return
    handle = open_handle(str(path))
    try:
        found: object = handle.execute("PRAGMA quick_check(1)").fetchone()[0]
    except pysqlite3.DatabaseError as error:
        found = error
    finally:
        handle.close()
    if found != "ok":
        raise DamagedBookError(f"{path} is damaged ({found}); restore the last backup")


def upgrade(path: Path) -> None:
    """Bring the book to the newest revision in one transaction; a copy is made before.

    Raises NewerDatabaseError, or DamagedBookError if it is no database at all.
    """
    engine = sqlite_engine(path, BOOK_PRAGMAS).execution_options(write=True)
    try:
        with engine.connect() as connection:
            before = revision(connection)
            connection.rollback()
            if before == REVISIONS[-1]:
                return
            if before is not None:
                _refuse_unknown(path, before)
                back_up(path, before)
            with connection.begin():
                _migrate(connection)
    except DatabaseError as error:
        raise DamagedBookError(f"{path} cannot be read ({error.orig})") from error


def revision(connection: Connection) -> str | None:
    """The revision of the book, or None for an empty file."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(text("SELECT version_num FROM alembic_version"))


def back_up(path: Path, before: str) -> Path:
    """A whole, synced copy ``book.db.before-<revision>`` beside the book."""
    copy = path.with_name(f"{path.name}.before-{before}")
    make_file(copy)
    source, target = open_handle(str(path)), open_handle(str(copy))
    source.backup(target)
    source.close()
    target.close()
    handle = os.open(copy, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
    sync_folder(path.parent)
    return copy


def _refuse_unknown(path: Path, before: str) -> None:
    if before not in REVISIONS:
        raise NewerDatabaseError(
            f"{path} was written by a newer Bazaar (revision {before}, this one knows "
            f"{REVISIONS[-1]}); nothing was changed, please update"
        )


def _migrate(connection: Connection) -> None:
    from store.migrations.run import upgrade_to_head  # noqa: PLC0415 - 200 ms that few starts pay

    upgrade_to_head(connection)
