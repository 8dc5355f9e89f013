"""Files that are either there as a whole or not at all, and readable by their owner only."""

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600
TEMPORARY_PREFIX: Final = ".new-"


def make_folder(path: Path) -> Path:
    """Create ``path`` and its parents; the folder itself is made private (0700)."""
    path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    if path.stat().st_mode & 0o777 != FOLDER_MODE:
        path.chmod(FOLDER_MODE)
    return path


def make_file(path: Path) -> None:
    """Create an empty private file (0600), or make an existing one private."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE))
    if path.stat().st_mode & 0o777 != FILE_MODE:
        path.chmod(FILE_MODE)


def write_durably(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data``: temporary file (0600), fsync, rename, fsync of the folder.

    A crash leaves the old content or the new one. Raises OSError; the old file then stays.
    """
    with _temporary(path) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def replace_file(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data`` in one step, for what may be lost but never be half."""
    with _temporary(path) as file:
        file.write(data)


def wipe_file(path: Path) -> None:
    """Overwrite ``path`` with zeros and delete it; one that is not there is fine. Raises OSError."""
    try:
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    path.unlink()
    sync_folder(path.parent)


@contextmanager
def _temporary(path: Path) -> Generator[BinaryIO]:
    handle, name = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, dir=path.parent)
    renamed = False
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        Path(name).replace(path)
        renamed = True
    finally:
        if not renamed:
            Path(name).unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make renames inside ``folder`` durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
