"""Digital goods on disk: own ones to deliver, those of others while they arrive and after.

Names are hashes in hex and nothing else; a file that is not whole ends in ``.part``. What
is in one is never believed: every chunk is compared with its hash before it counts.
"""

import os
import secrets
from pathlib import Path
from typing import Final

from store.files import FILE_MODE, make_folder, sync_folder

PART: Final = ".part"
COPY_BYTES: Final = 1024 * 1024
TEMPORARY: Final = ".bazaar-"


class FileGoods:
    """Fits ``bazaar.app.ports.GoodsStore``. Every method may raise OSError."""

    def __init__(self, root: Path) -> None:
        self._root = make_folder(root)

    def has(self, name: str) -> bool:
        """Whether a whole file of this name is here."""
        return self._whole(name).is_file()

    def write(self, name: str, offset: int, data: bytes) -> None:
        """Write into the unfinished file ``name``, which is made when it is not there."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW
        handle = os.open(self._part(name), flags, FILE_MODE)
        with os.fdopen(handle, "r+b", buffering=0) as file:
            file.seek(offset)
            rest = memoryview(data)
            while rest:
                rest = rest[file.write(rest) :]

    def read(self, name: str, offset: int, length: int) -> bytes:
        """Bytes of a file, whole or not; fewer where it ends, none where it is not here."""
        for path in (self._whole(name), self._part(name)):
            if path.is_file():
                with path.open("rb") as file:
                    file.seek(offset)
                    return file.read(length)
        return b""

    def finish(self, name: str, as_name: str) -> None:
        """Make the unfinished file durable under ``as_name``; one that is there stays."""
        part = self._part(name)
        handle = os.open(part, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        part.replace(self._whole(as_name))
        sync_folder(self._root)

    def discard(self, name: str) -> None:
        """Delete an unfinished file."""
        self._part(name).unlink(missing_ok=True)

    def copy_out(self, name: str, folder: str, as_name: str) -> str:
        """Copy a whole file into ``folder`` under a new name; its path.

        Never replaces or follows anything, never makes a file that runs; what fails
        leaves nothing behind. Raises FileExistsError if every name is taken.
        """
        target = Path(folder)
        temporary = target / f"{TEMPORARY}{secrets.token_hex(8)}"
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        try:
            with os.fdopen(handle, "wb") as out, self._whole(name).open("rb") as file:
                while data := file.read(COPY_BYTES):
                    out.write(data)
                out.flush()
                os.fsync(out.fileno())
            return str(_place(temporary, target, as_name))
        finally:
            temporary.unlink(missing_ok=True)

    def _whole(self, name: str) -> Path:
        return self._root / _checked(name)

    def _part(self, name: str) -> Path:
        return self._root / f"{_checked(name)}{PART}"


def _place(temporary: Path, folder: Path, name: str) -> Path:
    """Give the copy its name, with a number if it is taken; a link never replaces."""
    stem, dot, ending = name.rpartition(".")
    for number in range(100):
        more = f" ({number})" if number else ""
        path = folder / (f"{stem}{more}.{ending}" if dot else f"{name}{more}")
        try:
            path.hardlink_to(temporary)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(name)


def _checked(name: str) -> str:
    if not name or not name.isascii() or not name.replace("-", "").isalnum():
        raise ValueError("this is not a name of ours")
    return name
