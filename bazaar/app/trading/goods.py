"""Own digital goods: taken in once, sealed anew for every buyer, served by the chunk."""

import errno
import hashlib
import secrets
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import trio

from bazaar.app.context import Context
from bazaar.app.ports import GoodsStore, Unit
from bazaar.domain.errors import InputError, NotFoundError, RefusedError, ReplyCode
from bazaar.domain.trading.goods import (
    CHUNK_BYTES,
    KEY_BYTES,
    MAX_NAME,
    Sealed,
    chunk_count,
    goods_hash,
    list_bytes,
    turn,
)
from bazaar.domain.trading.messages import MAX_GOODS, MAX_GOODS_BYTES, GoodsFile
from bazaar.domain.wire.bounds import Body, Id

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Prepared(NamedTuple):
    """A file ready to be named by a Ship."""

    file: GoodsFile
    sealed: Sealed
    kept: "Kept"


class Kept(Body, frozen=True):
    """How a delivered file is made from the own copy: ``copy`` names it in the store."""

    copy: str
    key: Id
    size: int
    listed: bytes


class Goods:
    """The seller's side of digital deliveries."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @property
    def _store(self) -> GoodsStore:
        if self._context.goods is None:
            raise NotFoundError("this node keeps no goods")
        return self._context.goods

    async def prepare(self, paths: Sequence[str]) -> list[Prepared]:
        """Copy files into the store and seal their chunks; nothing is promised yet.

        Raises InputError for a file that cannot be delivered and RefusedError (NO_SPACE)
        when the disk is full; then, and when cancelled, no half copy stays.
        """
        if not 1 <= len(paths) <= MAX_GOODS:
            raise InputError("file", f"1 to {MAX_GOODS} files go into one delivery")
        return [await self._prepare(Path(path)) for path in paths]

    async def _prepare(self, path: Path) -> Prepared:
        size = await _size_of(path)
        draft, key = secrets.token_hex(16), secrets.token_bytes(KEY_BYTES)
        try:
            copying = partial(self._copy, path, draft, key, size)
            plain, hashes = await trio.to_thread.run_sync(
                copying, abandon_on_cancel=False
            )
            copy = f"own-{plain.hex()}"
            self._store.finish(draft, copy)
        except OSError as error:
            raise _words(path, error) from error
        finally:
            self._store.discard(draft)
        listed = b"".join(hashes) if list_bytes(size) else b""
        file = GoodsFile(goods_hash(hashes), size)
        name = path.name.replace("\n", " ")[:MAX_NAME]
        return Prepared(file, Sealed(key, name), Kept(copy, key, size, listed))

    def _copy(
        self, path: Path, draft: str, key: bytes, size: int
    ) -> tuple[bytes, list[bytes]]:
        """Hash of the plain bytes, and of every sealed chunk; runs in a thread."""
        plain, hashes = hashlib.sha256(), list[bytes]()
        with path.open("rb") as source:
            for index in range(chunk_count(size)):
                trio.from_thread.check_cancelled()
                chunk = source.read(CHUNK_BYTES)
                self._store.write(draft, index * CHUNK_BYTES, chunk)
                plain.update(chunk)
                hashes.append(hashlib.sha256(turn(chunk, key, index)).digest())
            if source.tell() != size or source.read(1):
                raise InputError("file", f"{path.name} changed while it was read")
        return plain.digest(), hashes

    def part(
        self, unit: Unit, digest: bytes, offset: int, length: int
    ) -> tuple[int, bytes] | None:
        """(size, bytes) of the list of chunks and the sealed bytes after it; None if not ours."""
        held = unit.setting(_name(digest))
        if held is None:
            return None
        kept = msgspec.msgpack.decode(held, type=Kept)
        start = len(kept.listed)
        data = kept.listed[offset : offset + length]
        while len(data) < length and offset + len(data) < start + kept.size:
            at = offset + len(data) - start
            index = at // CHUNK_BYTES
            plain = self._store.read(kept.copy, index * CHUNK_BYTES, CHUNK_BYTES)
            inside = turn(plain, kept.key, index)[at % CHUNK_BYTES :]
            if not inside:
                raise NotFoundError("the own copy of this file is gone")
            data += inside[: length - len(data)]
        return start + kept.size, data


def keep_goods(unit: Unit, prepared: Sequence[Prepared]) -> None:
    """Remember how to make what a Ship names, in the unit that signs it."""
    for one in prepared:
        unit.set_setting(_name(one.file.hash), msgspec.msgpack.encode(one.kept))


async def _size_of(path: Path) -> int:
    here = trio.Path(path)
    try:
        if not await here.is_file():
            raise InputError("file", f"{path.name} is no file")
        size = (await here.stat()).st_size
    except OSError as error:
        raise _words(path, error) from error
    if not 1 <= size <= MAX_GOODS_BYTES:
        raise InputError("file", f"{path.name} must have 1 byte to 2 GiB")
    return size


def _words(path: Path, error: OSError) -> InputError | RefusedError:
    if error.errno in FULL:
        return RefusedError(
            ReplyCode.NO_SPACE, f"the disk is full: {path.name} was not taken in"
        )
    return InputError("file", f"{path.name} cannot be read: {error.strerror}")


def _name(digest: bytes) -> str:
    return f"goods:{digest.hex()}"
