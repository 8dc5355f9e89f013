"""Pictures and pages by the SHA-256 of their bytes: ``<root>/<2 hex>/<64 hex>``."""

import hashlib
from pathlib import Path

from store.files import make_folder, wipe_file, write_durably


class FileBlobs:
    """Fits ``bazaar.app.ports.Blobs``. The name of a file is all that is known about it."""

    def __init__(self, root: Path) -> None:
        self._root = make_folder(root)

    def put(self, data: bytes) -> bytes:
        """Write ``data`` durably unless it is there whole; returns its SHA-256. Raises OSError."""
        digest = hashlib.sha256(data).digest()
        if self.get(digest) is None:
            path = self._path(digest)
            make_folder(path.parent)
            write_durably(path, data)
        return digest

    def get(self, digest: bytes) -> bytes | None:
        """The bytes, or None if they are not here or no longer match their name."""
        try:
            data = self._path(digest).read_bytes()
        except FileNotFoundError:
            return None
        return data if hashlib.sha256(data).digest() == digest else None

    def has(self, digest: bytes) -> bool:
        """Whether a file of this name is here."""
        return self._path(digest).is_file()

    def place(self, digest: bytes) -> str:
        """Path of the file of this name, whether or not it is here."""
        return str(self._path(digest))

    def drop(self, digest: bytes) -> None:
        """Overwrite and delete; one that is not here is fine. Raises OSError."""
        wipe_file(self._path(digest))

    def _path(self, digest: bytes) -> Path:
        name = digest.hex()
        return self._root / name[:2] / name
