"""Segments on disk by the SHA-256 of their packed bytes: ``<root>/<64 hex>``."""

import hashlib
from pathlib import Path

from store.files import TEMPORARY_PREFIX, make_folder, replace_file


class FileSegments:
    """Fits ``bazaar.app.ports.SegmentStore``; what is lost here is made or fetched again."""

    def __init__(self, root: Path) -> None:
        self._root = make_folder(root)
        for file in self._root.glob(f"{TEMPORARY_PREFIX}*"):
            file.unlink(missing_ok=True)

    def put(self, data: bytes) -> bytes:
        """Write a segment; returns its hash. Raises OSError."""
        digest = hashlib.sha256(data).digest()
        replace_file(self._path(digest), data)
        return digest

    def get(self, digest: bytes) -> bytes | None:
        """A whole segment, or None if it is not here or damaged."""
        try:
            data = self._path(digest).read_bytes()
        except OSError:
            return None
        return data if hashlib.sha256(data).digest() == digest else None

    def part(self, digest: bytes, offset: int, length: int) -> bytes | None:
        """A range of a segment, or None if it is not here."""
        try:
            with self._path(digest).open("rb") as file:
                file.seek(offset)
                return file.read(length)
        except OSError:
            return None

    def held(self) -> dict[bytes, int]:
        """Bytes of each segment, by hash."""
        return {
            bytes.fromhex(file.name): file.stat().st_size
            for file in self._root.iterdir()
            if not file.name.startswith(TEMPORARY_PREFIX)
        }

    def drop(self, digest: bytes) -> None:
        """Throw one away."""
        self._path(digest).unlink(missing_ok=True)

    def _path(self, digest: bytes) -> Path:
        return self._root / digest.hex()
