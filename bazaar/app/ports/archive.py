"""Backups of the home as sealed files, and the mark by which an older book is known."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol


class BackupWish(NamedTuple):
    """What a backup is made of.

    Attributes:
        path: The file to write, absolute.
        backup_key: The identity's ``backup`` key, 32 bytes.
        network: Name of the network.
        key: The identity.
        made: Now, seconds.
        blobs: SHA-256 of each own file beside the book.
    """

    path: Path
    backup_key: bytes
    network: str
    key: bytes
    made: int
    blobs: Sequence[bytes]


class Archive(Protocol):
    """Writes backups; blocks, so it is called in a thread."""

    def write(self, wish: BackupWish, told: Callable[[int], None]) -> int:
        """Write, restore for a test, and only then give the file its name; bytes written.

        ``told`` hears how many per cent are done. Raises InputError or OSError in words;
        no half file is left.
        """
        ...

    def prune(self, folder: Path, stem: str, keep: int) -> int:
        """Delete the oldest of the backups that are named ``stem`` and a time; how many.

        The newest ``keep`` stay, and every file of another name. Raises OSError.
        """
        ...


class Mark(Protocol):
    """A count beside the book that only rises: a book that counts less is an older copy."""

    def read(self) -> int:
        """The count, 0 if there is none."""
        ...

    def write(self, count: int) -> None:
        """Write it durably. Raises OSError."""
        ...
