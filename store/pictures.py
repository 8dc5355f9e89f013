"""Pictures are decoded by limited child processes only; this side never looks into them."""

import hashlib
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import trio

from bazaar.app.ports import AS_IT_IS, Cleaned, Edit
from bazaar.domain.errors import MalformedMessageError
from store.files import make_folder, replace_file, wipe_file
from store.picture_cache import evict
from store.picture_process import PictureProcess, Request
from store.picture_wire import CLEAN, MAX_BYTES, THUMBNAIL

SIZES_PX: Final = (200, 400, 1200)
MAX_OWN_BYTES: Final = 16 * 1024 * 1024
"""Own photographs may be larger than what is published; they leave within 2 MiB."""

CHILDREN: Final = 2
"""The second one starts only while the first is busy, as in an import."""

PICTURES_PER_LOOK: Final = 200
"""After so many pictures the cache is looked through for what is too much."""

CACHE_BYTES: Final = 1024 * 1024 * 1024


class ChildPictures:
    """Fits ``bazaar.app.ports.Pictures``; use ``open_pictures``. Children start when needed."""

    def __init__(self, cache: Path, cache_bytes: int = CACHE_BYTES) -> None:
        self._cache = make_folder(cache)
        self._cache_bytes = cache_bytes
        self._places = trio.Semaphore(CHILDREN)
        self._free = [PictureProcess() for _ in range(CHILDREN)]
        self._children = tuple(reversed(self._free))
        self._done = 0

    async def clean(self, data: bytes, edit: Edit = AS_IT_IS) -> Cleaned:
        """Turn, crop and re-encode a picture for publication.

        Raises MalformedMessageError in words.

        Cancelling it kills the child; the next call starts another.
        """
        if len(data) > MAX_OWN_BYTES:
            raise MalformedMessageError(
                f"the picture has {len(data)} bytes; limit {MAX_OWN_BYTES}"
            )
        return await self._ask(Request(CLEAN, 0, edit), data)

    async def thumbnail(self, digest: bytes, data: bytes, size: int) -> str:
        """Path of our own JPEG of ``size`` (200, 400 or 1200) px.

        Raises MalformedMessageError if ``data`` is not ``digest`` or no picture.
        Cancelling it kills the child and leaves no file.
        """
        path = self._path(digest, size)
        if (known := self.cached(digest, size)) is not None:
            return known
        if len(data) > MAX_BYTES:
            raise MalformedMessageError(
                f"the picture has {len(data)} bytes; limit {MAX_BYTES}"
            )
        if hashlib.sha256(data).digest() != digest:
            raise MalformedMessageError(
                "the picture's bytes are not those that were named"
            )
        made = await self._ask(Request(THUMBNAIL, size, AS_IT_IS), data)
        make_folder(path.parent)
        replace_file(path, made.data)
        return str(path)

    def cached(self, digest: bytes, size: int) -> str | None:
        """Path of a thumbnail made before, noted as shown now."""
        path = self._path(digest, size)
        try:
            os.utime(path)
        except FileNotFoundError:
            return None
        return str(path)

    def forget(self, digest: bytes) -> None:
        """Overwrite and delete the thumbnails of a picture. Raises OSError."""
        for size in SIZES_PX:
            wipe_file(self._path(digest, size))

    async def aclose(self) -> None:
        """End the children; also when cancelled."""
        for child in self._children:
            await child.aclose()

    def _path(self, digest: bytes, size: int) -> Path:
        if size not in SIZES_PX:
            raise ValueError(f"no thumbnail has {size} px")
        name = digest.hex()
        return self._cache / name[:2] / f"{name}-{size}.jpg"

    async def _ask(self, request: Request, data: bytes) -> Cleaned:
        async with self._places:
            child = self._free.pop()
            try:
                return await child.ask(request, data)
            finally:
                self._free.append(child)
                await self._look()

    async def _look(self) -> None:
        self._done += 1
        if self._done % PICTURES_PER_LOOK == 0:
            with trio.CancelScope(shield=True):
                await trio.to_thread.run_sync(evict, self._cache, self._cache_bytes)


@asynccontextmanager
async def open_pictures(cache: Path) -> AsyncGenerator[ChildPictures]:
    """Pictures whose thumbnails lie in ``cache``; the child ends with the block."""
    pictures = ChildPictures(cache)
    try:
        yield pictures
    finally:
        await pictures.aclose()
