"""Backup files on disk: written, restored for a test, and only then given their name."""

import hashlib
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from bazaar.app.ports import BackupWish
from bazaar.domain.errors import BazaarError, InputError
from bazaar.domain.recovery.backup import (
    BLOBS,
    BOOK,
    HEADER_BYTES,
    MAGIC,
    SALT_BYTES,
    SEALED_BYTES,
    SETTINGS,
    START_BYTES,
    VERSION,
    Kept,
    Manifest,
    Opening,
    check_header,
    damaged,
    manifest_bytes,
    pack_manifest,
    seal_backup,
    unpack_manifest,
)
from store.backup_copy import check_copy, copy_book
from store.files import TEMPORARY_PREFIX, make_folder, sync_folder

READ_BYTES: Final = 1024 * 1024
COPIED: Final = 40
WRITTEN: Final = 70
"""Per cent that are done when the book is copied, and when the file is written."""


class Source(NamedTuple):
    """One file that goes into a backup."""

    path: Path
    kept: Kept


class FileBackups:
    """Fits ``bazaar.app.ports.Archive`` for the home ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, wish: BackupWish, told: Callable[[int], None]) -> int:
        """See the port."""
        _check_target(wish.path)
        with _scratch(self._folder) as scratch:
            book = scratch / BOOK
            copy_book(
                self._folder / BOOK, book, lambda done: told(done * COPIED // 100)
            )
            sources = list(_sources(self._folder, book, wish.blobs))
            manifest = Manifest(
                VERSION,
                wish.network,
                wish.key,
                wish.made,
                tuple(one.kept for one in sources),
            )
            with _new_file(wish.path) as (file, path):
                for piece in _sealed(wish.backup_key, manifest, sources):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
                told(WRITTEN)
                _rehearse(path, wish.backup_key, scratch)
                size = path.stat().st_size
        told(100)
        return size

    def prune(self, folder: Path, stem: str, keep: int) -> int:
        """See the port."""
        named = re.compile(re.escape(stem) + r"(\d{1,12})\.backup")
        found = [
            (int(match[1]), path)
            for path in folder.iterdir()
            if (match := named.fullmatch(path.name)) and path.is_file()
        ]
        old = sorted(found)[:-keep] if keep else sorted(found)
        for _, path in old:
            path.unlink()
        return len(old)


def unpack(path: Path, backup_key: bytes, folder: Path) -> Manifest:
    """Write every file of a backup under ``folder``, each checked by its hash.

    Raises InputError in words for what is no whole backup of this identity, OSError; what
    was written so far stays in ``folder``, which is the caller's to delete.
    """
    make_folder(folder)
    with path.open("rb") as file:
        plain = _Plain(_opened(file, backup_key))
        manifest = plain.manifest()
        for kept in manifest.files:
            _unpack_one(plain, kept, folder)
        plain.end()
    return manifest


def peek(path: Path, backup_key: bytes) -> Manifest:
    """What a backup says that it holds, without its files. Raises InputError, OSError."""
    with path.open("rb") as file:
        return _Plain(_opened(file, backup_key)).manifest()


# ----------------------------------------------------------------- writing


def _sources(home: Path, book: Path, blobs: Sequence[bytes]) -> Iterator[Source]:
    yield _source(BOOK, book)
    if (home / SETTINGS).is_file():
        yield _source(SETTINGS, home / SETTINGS)
    for digest in sorted(set(blobs)):
        name = digest.hex()
        path = home / BLOBS / name[:2] / name
        found = _source(BLOBS + name, path) if path.is_file() else None
        if found is not None and found.kept.sha256 == digest:
            yield found


def _source(name: str, path: Path) -> Source:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    return Source(path, Kept(name, path.stat().st_size, digest))


def _sealed(
    backup_key: bytes, manifest: Manifest, sources: Sequence[Source]
) -> Iterator[bytes]:
    salt, start = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(START_BYTES)
    return seal_backup(backup_key, salt, start, _plain(manifest, sources))


def _plain(manifest: Manifest, sources: Sequence[Source]) -> Iterator[bytes]:
    yield pack_manifest(manifest)
    for one in sources:
        with one.path.open("rb") as file:
            while piece := file.read(READ_BYTES):
                yield piece


def _rehearse(path: Path, backup_key: bytes, scratch: Path) -> None:
    """The test restore: everything is read back, and the book is opened."""
    folder = scratch / "rehearsal"
    try:
        unpack(path, backup_key, folder)
        check_copy(folder / BOOK)
    except BazaarError as error:
        raise OSError(
            f"the backup failed its test and was thrown away: {error}"
        ) from error


def _check_target(path: Path) -> None:
    """Only an older backup may be written over. Raises InputError."""
    if not path.parent.is_dir():
        raise InputError("file", f"there is no folder {path.parent}")
    if path.is_dir():
        raise InputError("file", f"{path} is a folder; name a file in it")
    if path.exists():
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise InputError(
                    "file", f"{path.name} is there already and is not a backup"
                )


@contextmanager
def _new_file(path: Path) -> Generator[tuple[BinaryIO, Path]]:
    """A file beside ``path`` that takes its name when the block ends well."""
    handle, name = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, dir=path.parent)
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file, new
        new.replace(path)
        sync_folder(path.parent)
    finally:
        new.unlink(missing_ok=True)


@contextmanager
def _scratch(folder: Path) -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX, dir=folder) as name:
        yield Path(name)


# ----------------------------------------------------------------- reading


def _opened(file: BinaryIO, backup_key: bytes) -> Iterator[bytes]:
    """The plain bytes of each chunk. Raises InputError, also when the end is missing."""
    header = file.read(HEADER_BYTES)
    check_header(header)
    opening = Opening(backup_key, header)
    while chunk := file.read(SEALED_BYTES):
        yield opening.take(chunk)
    opening.end()


class _Plain:
    """The plain bytes of a backup, read piece by piece."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._held = b""

    def read(self, most: int) -> bytes:
        """The next 1 to ``most`` bytes. Raises InputError at the end."""
        if not self._held:
            self._held = self._next()
        piece, self._held = self._held[:most], self._held[most:]
        return piece

    def manifest(self) -> Manifest:
        start = b""
        while not (size := manifest_bytes(start)) or len(start) < size:
            start += self._next()
        self._held = start[size:]
        return unpack_manifest(start[:size])

    def end(self) -> None:
        """Raise InputError if anything follows the last file."""
        if self._held or next(self._chunks, b""):
            raise damaged("something follows its end")

    def _next(self) -> bytes:
        piece = next(self._chunks, b"")
        if not piece:
            raise damaged("its end is missing")
        return piece


def _unpack_one(plain: _Plain, kept: Kept, folder: Path) -> None:
    path = folder / kept.name
    make_folder(path.parent)
    digest, left = hashlib.sha256(), kept.size
    with path.open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
        while left:
            piece = plain.read(min(left, READ_BYTES))
            digest.update(piece)
            file.write(piece)
            left -= len(piece)
        file.flush()
        os.fsync(file.fileno())
    if digest.digest() != kept.sha256:
        raise damaged("a file of it was changed")
