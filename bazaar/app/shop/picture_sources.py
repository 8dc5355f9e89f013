"""Where an import finds its pictures: a folder or a zip archive, and nowhere else."""

import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final, Protocol

from bazaar.domain.errors import InputError

MAX_PICTURE_FILE_BYTES: Final = 16 * 1024 * 1024
MAX_ARCHIVE_FILES: Final = 50_000
MAX_PACKING: Final = 200
"""No honest picture or table shrinks further when packed."""


SPARE: Final = "/spare"
"""Names the spare picture; as a path it would lead outside and is refused everywhere else."""


class PictureSource(Protocol):
    """Files by the path that a row names."""

    def size(self, path: str) -> int:
        """Bytes of the file. Raises InputError when it is not there or lies outside."""
        ...

    def read(self, path: str) -> bytes:
        """The file whole. Raises InputError, also when it is too large."""
        ...


class FolderPictures:
    """Files below one folder; links that lead out of it are not followed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def size(self, path: str) -> int:
        """See ``PictureSource``."""
        size = self._found(path).stat().st_size
        _check_size(path, size)
        return size

    def read(self, path: str) -> bytes:
        """See ``PictureSource``."""
        self.size(path)
        try:
            return self._found(path).read_bytes()
        except OSError as error:
            raise InputError("images", f"{path}: {error.strerror}") from error

    def _found(self, path: str) -> Path:
        _check_path(path)
        try:
            found = (self._folder / path).resolve()
            if not found.is_relative_to(self._folder):
                raise InputError("images", f"{path} lies outside of the folder")
            if not found.is_file():
                raise InputError("images", f"there is no file {path}")
        except (OSError, ValueError) as error:
            raise InputError("images", f"{path[:80]!r} is no path") from error
        return found


class ZipPictures:
    """Files of an archive, read one at a time and never unpacked to disk."""

    def __init__(self, archive: zipfile.ZipFile, root: str) -> None:
        """``root`` is the folder in the archive that paths are relative to."""
        self._archive = archive
        self._root = PurePosixPath(root)

    def size(self, path: str) -> int:
        """See ``PictureSource``."""
        found = self._found(path)
        _check_size(path, found.file_size)
        return found.file_size

    def read(self, path: str) -> bytes:
        """See ``PictureSource``."""
        self.size(path)
        return read_member(self._archive, self._found(path), MAX_PICTURE_FILE_BYTES)

    def _found(self, path: str) -> zipfile.ZipInfo:
        _check_path(path)
        try:
            return self._archive.getinfo(str(self._root / path))
        except KeyError as error:
            words = f"the archive holds no file {path}"
            raise InputError("images", words) from error


class WithSpare:
    """Another source, and one picture for all goods that have none."""

    def __init__(self, source: PictureSource, spare: Path) -> None:
        self._source = source
        self._spare = spare.absolute()

    def size(self, path: str) -> int:
        """See ``PictureSource``."""
        return self._of(path).size(self._name(path))

    def read(self, path: str) -> bytes:
        """See ``PictureSource``."""
        return self._of(path).read(self._name(path))

    def _of(self, path: str) -> PictureSource:
        is_spare = path == SPARE
        return FolderPictures(self._spare.parent) if is_spare else self._source

    def _name(self, path: str) -> str:
        return self._spare.name if path == SPARE else path


def open_archive(path: Path) -> zipfile.ZipFile:
    """The archive at ``path``. Raises InputError."""
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        raise InputError("file", f"{path.name} is no zip archive: {error}") from error
    if len(archive.infolist()) > MAX_ARCHIVE_FILES:
        archive.close()
        raise InputError("file", f"an archive has at most {MAX_ARCHIVE_FILES} files")
    return archive


def table_in(archive: zipfile.ZipFile, endings: Iterable[str]) -> zipfile.ZipInfo:
    """The one file of the archive with one of ``endings``. Raises InputError."""
    found = [
        info
        for info in archive.infolist()
        if info.filename.lower().endswith(tuple(endings))
        and not info.filename.startswith("__MACOSX/")
    ]
    if len(found) != 1:
        words = f"it must hold one CSV or JSON file, not {len(found)}"
        raise InputError("file", words)
    return found[0]


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """A file of the archive, at most ``most`` bytes whatever it claims. Raises InputError."""
    is_bomb = info.file_size > MAX_PACKING * max(info.compress_size, 1)
    if info.file_size > most or (is_bomb and info.file_size > most // MAX_PACKING):
        raise InputError("file", f"{info.filename} is too large unpacked")
    try:
        with archive.open(info) as member:
            data = member.read(most + 1)
    except (OSError, RuntimeError, zipfile.BadZipFile, NotImplementedError) as error:
        raise InputError("file", f"{info.filename} cannot be unpacked") from error
    if len(data) > most:
        raise InputError("file", f"{info.filename} is too large unpacked")
    return data


def _check_path(path: str) -> None:
    parts = PurePosixPath(path.replace("\\", "/")).parts
    is_outside = ".." in parts or path.startswith(("/", "\\")) or ":" in path[:3]
    if is_outside or "\0" in path:
        raise InputError("images", f"{path[:80]!r} lies outside of the folder")


def _check_size(path: str, size: int) -> None:
    if size > MAX_PICTURE_FILE_BYTES:
        mib = MAX_PICTURE_FILE_BYTES // 2**20
        raise InputError("images", f"{path} is larger than {mib} MiB")
