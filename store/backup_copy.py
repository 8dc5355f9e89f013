"""The book as a backup holds it: a copy of the open database without its short-lived keys."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pysqlite3

from store.book.book import open_book
from store.engine import open_handle
from store.files import make_file

NOT_KEPT: Final = (
    "DELETE FROM prekey",
    "DELETE FROM secret WHERE name = 'box'",
)
"""Prekeys and trade-box secrets: who has the 24 words later must not open older mail."""

PAGES_A_STEP: Final = 512


def copy_book(book: Path, copy: Path, told: Callable[[int], None]) -> None:
    """Copy the database while its owner goes on writing; what must not be kept is wiped.

    Raises OSError when the disk fails. ``told`` hears per cent.
    """

    def progress(_status: int, left: int, whole: int) -> None:
        told(100 * (whole - left) // max(1, whole))

    make_file(copy)
    source, target = open_handle(str(book)), open_handle(str(copy))
    try:
        source.backup(target, pages=PAGES_A_STEP, progress=progress)
        target.execute("PRAGMA journal_mode=DELETE")
        target.execute("PRAGMA secure_delete=ON")
        for wipe in NOT_KEPT:
            target.execute(wipe)
        target.execute("VACUUM")
    except pysqlite3.DatabaseError as error:
        raise OSError(f"the book cannot be copied: {error}") from error
    finally:
        source.close()
        target.close()


def check_copy(copy: Path) -> None:
    """Open ``copy`` as a node would, every page of it read. Raises StoreError."""
    open_book(copy, unclean=True).close()
