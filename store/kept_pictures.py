"""Pictures of mirrored stores: ``<root>/<store>/<sha256>``, one folder for each store.

So a store's share is measured and thrown away as a whole, and no order's file is among it.
"""

import hashlib
import shutil
from pathlib import Path

from store.files import TEMPORARY_PREFIX, make_folder, write_durably


class FileKeptPictures:
    """Fits ``bazaar.app.ports.KeptPictures``."""

    def __init__(self, root: Path) -> None:
        self._root = make_folder(root)
        self._sizes: dict[bytes, dict[bytes, int]] = {
            bytes.fromhex(folder.name): dict(_files(folder))
            for folder in self._root.iterdir()
            if folder.is_dir()
        }

    def put(self, store: bytes, data: bytes) -> bytes:
        """Keep a picture of ``store``; returns its SHA-256. Raises OSError."""
        digest = hashlib.sha256(data).digest()
        write_durably(make_folder(self._folder(store)) / digest.hex(), data)
        self._sizes.setdefault(store, {})[digest] = len(data)
        return digest

    def get(self, digest: bytes, without: frozenset[bytes]) -> bytes | None:
        """The bytes, if a store that is not in ``without`` has them and they are whole."""
        for store, held in self._sizes.items():
            if digest in held and store not in without:
                return self._read(store, digest)
        return None

    def held(self, store: bytes) -> dict[bytes, int]:
        """Bytes of each picture kept of ``store``, by SHA-256."""
        return dict(self._sizes.get(store, {}))

    def drop(self, store: bytes, digest: bytes) -> None:
        """Throw one picture away."""
        (self._folder(store) / digest.hex()).unlink(missing_ok=True)
        self._sizes.get(store, {}).pop(digest, None)

    def drop_all(self, store: bytes) -> None:
        """Throw away everything kept of ``store``."""
        shutil.rmtree(self._folder(store), ignore_errors=True)
        self._sizes.pop(store, None)

    def _read(self, store: bytes, digest: bytes) -> bytes | None:
        try:
            data = (self._folder(store) / digest.hex()).read_bytes()
        except OSError:
            return None
        return data if hashlib.sha256(data).digest() == digest else None

    def _folder(self, store: bytes) -> Path:
        return self._root / store.hex()


def _files(folder: Path) -> list[tuple[bytes, int]]:
    """Digest and bytes of each whole file; what a crash left half is thrown away."""
    found: list[tuple[bytes, int]] = []
    for file in folder.iterdir():
        if file.name.startswith(TEMPORARY_PREFIX):
            file.unlink(missing_ok=True)
        else:
            found.append((bytes.fromhex(file.name), file.stat().st_size))
    return found
