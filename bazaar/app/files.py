"""Files by hash: pictures of listings for everybody, files of a trade for its roles alone."""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.mirrors.sources import Sources
from bazaar.app.ports import Unit
from bazaar.app.trading.goods import Goods
from bazaar.domain.errors import (
    InputError,
    MalformedMessageError,
    NotFoundError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.messages import MAX_BLOB_PART_BYTES, BlobGet, BlobPart
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.listings.listing import Listing, ListingState
from bazaar.domain.stores.records import Profile
from bazaar.domain.trading.messages import MAX_EVIDENCE_BYTES
from bazaar.domain.wire.envelope import verify_as
from bazaar.domain.wire.kinds import Kind

log = logging.getLogger(__name__)

PICTURE_SECONDS: Final = 60.0
MAX_FETCHES: Final = 8


class Files:
    """Stores own files, serves them to who may see them, fetches those of others."""

    def __init__(self, context: Context, sources: Sources) -> None:
        self._context = context
        self._sources = sources
        self.mirrored: Callable[[bytes], bytes | None] = lambda _: None
        """A picture that is kept for a mirrored store."""

        self.goods = Goods(context)
        self._places = trio.CapacityLimiter(MAX_FETCHES)
        self._shown_under = b""
        self._shown: frozenset[bytes] = frozenset()

    # ------------------------------------------------------------- serving

    def part(self, peer: bytes, asked: BlobGet) -> BlobPart:
        """A range of a file that ``peer`` may have. Raises NotFoundError."""
        with self._context.book.unit() as unit:
            if unit.setting(file_name(asked.hash, peer)) is not None:
                found = self.goods.part(unit, asked.hash, asked.offset, asked.length)
                if found is not None:
                    return BlobPart(*found)
        data = self.served(peer, asked.hash)
        return BlobPart(len(data), data[asked.offset : asked.offset + asked.length])

    def served(self, peer: bytes, digest: bytes) -> bytes:
        """The bytes of a file that ``peer`` may have. Raises NotFoundError."""
        with self._context.book.unit() as unit:
            may = unit.setting(file_name(digest, peer)) is not None or self._is_public(
                unit, digest
            )
        data = self._context.blobs.get(digest) if may else self.mirrored(digest)
        if data is None:
            raise NotFoundError("this file is not served here")
        return data

    def _is_public(self, unit: Unit, digest: bytes) -> bool:
        """Whether the own profile or a listing of the newest own head shows it; looked through once per head."""
        head = unit.record(Kind.STORE_HEAD)
        if head is None:
            return False
        if head.id != self._shown_under:
            self._shown_under = head.id
            self._shown = frozenset(self._pictures(unit))
        return digest in self._shown

    def _pictures(self, unit: Unit) -> Iterator[bytes]:
        own = unit.record(Kind.PROFILE)
        if own is not None:
            profile = verify_as(Profile, own.envelope, self._context.network.id).body
            yield from filter(None, (profile.avatar, profile.header))
        for row in unit.records(Kind.LISTING):
            body = verify_as(Listing, row.envelope, self._context.network.id).body
            if body.state != ListingState.HIDDEN:
                yield from (image.id for image in body.images)

    # ------------------------------------------------------------- own files

    async def take_in(self, paths: Iterable[str]) -> list[tuple[bytes, int]]:
        """Read own files into the blob store; (sha256, size) of each. Raises InputError."""
        found: list[tuple[bytes, int]] = []
        for path in paths:
            data = await _read(Path(path))
            found.append((self._context.blobs.put(data), len(data)))
        return found

    # ------------------------------------------------------------- others' files

    async def fetch(self, peer: bytes, digest: bytes, most: int) -> bytes:
        """A file of at most ``most`` bytes from ``peer``, checked by hash and kept.

        Raises NotFoundError, PeerUnreachableError, MalformedMessageError, or RefusedError
        (NO_SPACE); cancelling keeps nothing.
        """
        held = self._context.blobs.get(digest)
        if held is not None:
            return held
        if not self._context.has_space():
            raise RefusedError(
                ReplyCode.NO_SPACE, "the disk is nearly full; files are not fetched"
            )
        data = await self._checked(peer, digest, most)
        self._context.blobs.put(data)
        return data

    async def _checked(self, peer: bytes, digest: bytes, most: int) -> bytes:
        async with self._places:
            data = await self._parts(peer, digest, most)
        if hashlib.sha256(data).digest() != digest:
            raise MalformedMessageError("the file does not have its hash")
        return data

    async def any_picture(self, owner: bytes, digest: bytes) -> bytes:
        """A picture of ``owner``'s listings from him or a mirror. Raises as ``fetch`` does."""

        async def ask(source: bytes) -> bytes:
            return await self.fetch(source, digest, MAX_EVIDENCE_BYTES)

        return await self._sources.first(owner, ask)

    async def for_mirror(self, owner: bytes, digest: bytes) -> bytes:
        """As ``any_picture``, but it is kept by the caller alone."""

        async def ask(source: bytes) -> bytes:
            return await self._checked(source, digest, MAX_EVIDENCE_BYTES)

        held = self._context.blobs.get(digest)
        return held or await self._sources.first(owner, ask)

    async def _parts(self, peer: bytes, digest: bytes, most: int) -> bytes:
        """All parts in order; each but the last is full, so that a liar ends soon."""
        data = b""
        size: int | None = None
        while True:
            request = encode(BlobGet(digest, len(data), MAX_BLOB_PART_BYTES))
            reply = await self._context.exchange.request(
                peer, RequestType.BLOB_GET, request
            )
            part = decode(BlobPart, reply)
            size = part.size if size is None else size
            due = min(MAX_BLOB_PART_BYTES, size - len(data))
            if part.size != size or size > most or len(part.data) != due or due == 0:
                raise MalformedMessageError("the file has another size than it may")
            data += part.data
            if len(data) == size:
                return data

    async def picture(self, peer: bytes, digest: bytes, size: int) -> str:
        """Path of our own JPEG of a listing's picture, at most ``size`` px a side.

        It comes from ``peer``, whose listing shows it, or from a mirror. Raises what ``fetch`` raises, and MalformedMessageError if it is no picture.
        """
        cached = self._context.pictures.cached(digest, size)
        if cached is not None:
            return cached
        with trio.fail_after(PICTURE_SECONDS):
            data = self.mirrored(digest) or await self.any_picture(peer, digest)
            return await self._context.pictures.thumbnail(digest, data, size)


def share(
    unit: Unit, trade: bytes, keys: Iterable[bytes], digests: Iterable[bytes]
) -> None:
    """From now on ``keys``, roles of ``trade``, may have these files."""
    readers = tuple(keys)
    for digest in digests:
        for key in readers:
            unit.set_setting(file_name(digest, key), trade)


def unshare(unit: Unit, trade: bytes, keys: Iterable[bytes], digest: bytes) -> None:
    """``keys`` may no longer have a file by ``trade``."""
    for key in keys:
        if unit.setting(file_name(digest, key)) == trade:
            unit.set_setting(file_name(digest, key), None)


def readers_of(unit: Unit, digest: bytes) -> int:
    """How many may have a file by any trade or conversation."""
    return len(unit.settings(f"file:{digest.hex()}:"))


def file_name(digest: bytes, reader: bytes) -> str:
    """Setting that says by which trade ``reader`` may have a file."""
    return f"file:{digest.hex()}:{reader.hex()}"


async def _read(path: Path) -> bytes:
    """The file, if it is one and not too large. Raises InputError."""
    data = b""
    try:
        if await trio.Path(path).is_file() and (
            (await trio.Path(path).stat()).st_size <= MAX_EVIDENCE_BYTES
        ):
            data = await trio.Path(path).read_bytes()
        elif not await trio.Path(path).exists():
            raise InputError("evidence", f"{path.name} does not exist")
    except OSError as error:
        raise InputError(
            "evidence", f"{path.name} cannot be read: {error.strerror}"
        ) from error
    if not 1 <= len(data) <= MAX_EVIDENCE_BYTES:
        raise InputError("evidence", f"{path.name} must be a file of 1 byte to 2 MiB")
    return data
