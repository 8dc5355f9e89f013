"""Pictures are decoded by a limited child process only; this side never looks into them."""

import hashlib
import os
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, NamedTuple

import trio

from bazaar.app.ports import AS_IT_IS, Cleaned, Edit
from bazaar.domain.errors import MalformedMessageError
from store.files import make_folder, replace_file, wipe_file
from store.picture_cache import evict
from store.picture_wire import CLEAN, MAX_BYTES, REPLY, REQUEST, THUMBNAIL

ROOT: Final = Path(__file__).resolve().parent.parent
BOOT: Final = "import sys; sys.path.append(sys.argv[1]); from store.picture_child import main; main()"
"""An isolated interpreter (-I) knows neither our folder nor the user's."""

SIZES_PX: Final = (200, 400, 1200)
MAX_OWN_BYTES: Final = 16 * 1024 * 1024
"""Own photographs may be larger than what is published; they leave within 2 MiB."""

MAX_REPLY_BYTES: Final = 8 * 1024 * 1024
PICTURES_PER_CHILD: Final = 200
ANSWER_SECONDS: Final = 20
CACHE_BYTES: Final = 1024 * 1024 * 1024


class _Child(NamedTuple):
    process: trio.Process
    sink: trio.abc.SendStream
    source: trio.abc.ReceiveStream


class Request(NamedTuple):
    """What is asked of the child for one picture."""

    order: int
    size: int
    edit: Edit


class ChildPictures:
    """Fits ``bazaar.app.ports.Pictures``; use ``open_pictures``. The child starts when needed."""

    def __init__(self, cache: Path, cache_bytes: int = CACHE_BYTES) -> None:
        self._cache = make_folder(cache)
        self._cache_bytes = cache_bytes
        self._turn = trio.Lock()
        self._child: _Child | None = None
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
        """End the child; also when cancelled."""
        child, self._child = self._child, None
        if child is not None:
            child.process.kill()
            with trio.CancelScope(shield=True):
                await child.process.wait()
                await child.sink.aclose()
                await child.source.aclose()

    def _path(self, digest: bytes, size: int) -> Path:
        if size not in SIZES_PX:
            raise ValueError(f"no thumbnail has {size} px")
        name = digest.hex()
        return self._cache / name[:2] / f"{name}-{size}.jpg"

    async def _ask(self, request: Request, data: bytes) -> Cleaned:
        async with self._turn:
            whole = False
            try:
                with trio.move_on_after(ANSWER_SECONDS):
                    answer = await self._answer(request, data)
                    whole = True
                    return answer
            except RefusedByChildError as error:
                whole = True
                raise MalformedMessageError(
                    f"the picture is refused: {error}"
                ) from error
            except (trio.BrokenResourceError, EOFError):
                pass
            finally:
                if not whole or self._done % PICTURES_PER_CHILD == 0:
                    await self._renew()
            raise MalformedMessageError(
                "the picture is refused: it takes too much to decode"
            )

    async def _answer(self, request: Request, data: bytes) -> Cleaned:
        self._done += 1
        child = self._child = self._child or await _started()
        order, size, (turn, crop) = request
        head = REQUEST.pack(order, size, turn, *crop, len(data))
        await child.sink.send_all(head + data)
        done, width, height, length = REPLY.unpack(
            await _read(child.source, REPLY.size)
        )
        if length > MAX_REPLY_BYTES:
            raise EOFError
        said = await _read(child.source, length)
        if not done:
            raise RefusedByChildError(said.decode(errors="replace"))
        return Cleaned(said, width, height)

    async def _renew(self) -> None:
        await self.aclose()
        with trio.CancelScope(shield=True):
            await trio.to_thread.run_sync(evict, self._cache, self._cache_bytes)


class RefusedByChildError(Exception):
    """The child looked at the picture and did not take it."""


@asynccontextmanager
async def open_pictures(cache: Path) -> AsyncGenerator[ChildPictures]:
    """Pictures whose thumbnails lie in ``cache``; the child ends with the block."""
    pictures = ChildPictures(cache)
    try:
        yield pictures
    finally:
        await pictures.aclose()


async def _started() -> _Child:
    process = await trio.lowlevel.open_process(
        [sys.executable, "-I", "-c", BOOT, str(ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={},
        start_new_session=True,
    )
    assert process.stdin is not None  # noqa: S101 - both were asked for
    assert process.stdout is not None  # noqa: S101 - both were asked for
    return _Child(process, process.stdin, process.stdout)


async def _read(source: trio.abc.ReceiveStream, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        more = await source.receive_some(length - len(data))
        if not more:
            raise EOFError
        data += more
    return bytes(data)
