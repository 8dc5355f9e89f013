"""Files by hash: pictures of listings for everybody, files of a trade for its roles alone."""

import hashlib
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.ports import Unit
from bazaar.domain.envelope import verify_as
from bazaar.domain.errors import InputError, MalformedMessageError, NotFoundError
from bazaar.domain.exchange import (
    MAX_BLOB_PART_BYTES,
    BlobGet,
    BlobPart,
    RequestType,
    decode,
    encode,
)
from bazaar.domain.kinds import Kind
from bazaar.domain.listing import Listing
from bazaar.domain.messages import MAX_EVIDENCE_BYTES

log = logging.getLogger(__name__)

PICTURE_SECONDS: Final = 60.0
MAX_FETCHES: Final = 8


class Files:
    """Stores own files, serves them to who may see them, fetches those of others."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._places = trio.CapacityLimiter(MAX_FETCHES)

    # ------------------------------------------------------------- serving

    def served(self, peer: bytes, digest: bytes) -> bytes:
        """The bytes of a file that ``peer`` may have. Raises NotFoundError."""
        with self._context.book.unit() as unit:
            may = self._is_public(unit, digest) or self._shares_trade(
                unit, peer, digest
            )
        data = self._context.blobs.get(digest) if may else None
        if data is None:
            raise NotFoundError("this file is not served here")
        return data

    def _is_public(self, unit: Unit, digest: bytes) -> bool:
        return any(
            digest == image.id
            for row in unit.records(Kind.LISTING)
            for image in verify_as(
                Listing, row.envelope, self._context.network.id
            ).body.images
        )

    def _shares_trade(self, unit: Unit, peer: bytes, digest: bytes) -> bool:
        trade = unit.setting(file_name(digest))
        if trade is None:
            return False
        keys = unit.fact(trade, "roles") or b""
        return peer in {keys[i : i + 32] for i in range(0, len(keys), 32)}

    # ------------------------------------------------------------- own files

    async def take_in(self, paths: Iterable[str]) -> list[tuple[bytes, int]]:
        """Read own files into the blob store; (sha256, size) of each. Raises InputError."""
        found: list[tuple[bytes, int]] = []
        for path in paths:
            data = await _read(Path(path))
            found.append((self._context.blobs.put(data), len(data)))
        return found

    def share(
        self, unit: Unit, trade: bytes, keys: Iterable[bytes], digests: Iterable[bytes]
    ) -> None:
        """From now on the roles of ``trade`` may have these files."""
        unit.set_fact(trade, "roles", b"".join(keys))
        for digest in digests:
            unit.set_setting(file_name(digest), trade)

    # ------------------------------------------------------------- others' files

    async def fetch(self, peer: bytes, digest: bytes, most: int) -> bytes:
        """A file of at most ``most`` bytes from ``peer``, checked by hash and kept.

        Raises NotFoundError, PeerUnreachableError or MalformedMessageError; cancelling
        keeps nothing.
        """
        held = self._context.blobs.get(digest)
        if held is not None:
            return held
        async with self._places:
            data = await self._parts(peer, digest, most)
        if hashlib.sha256(data).digest() != digest:
            raise MalformedMessageError("the file does not have its hash")
        self._context.blobs.put(data)
        return data

    async def _parts(self, peer: bytes, digest: bytes, most: int) -> bytes:
        data = b""
        while True:
            request = encode(BlobGet(digest, len(data), MAX_BLOB_PART_BYTES))
            reply = await self._context.exchange.request(
                peer, RequestType.BLOB_GET, request
            )
            part = decode(BlobPart, reply)
            if part.size > most or not part.data:
                raise MalformedMessageError(
                    "the file is larger than it may be, or empty"
                )
            data += part.data
            if len(data) >= part.size:
                return data

    async def picture(self, peer: bytes, digest: bytes, size: int) -> str:
        """Path of our own JPEG of a listing's picture, at most ``size`` px a side.

        Raises what ``fetch`` raises, and MalformedMessageError if it is no picture.
        """
        cached = self._context.pictures.cached(digest, size)
        if cached is not None:
            return cached
        with trio.fail_after(PICTURE_SECONDS):
            data = await self.fetch(peer, digest, MAX_EVIDENCE_BYTES)
            return await self._context.pictures.thumbnail(digest, data, size)


def file_name(digest: bytes) -> str:
    """Setting that says to which trade a file belongs."""
    return f"file:{digest.hex()}"


async def _read(path: Path) -> bytes:
    try:
        data = await trio.Path(path).read_bytes()
    except OSError as error:
        raise InputError(
            "evidence", f"{path.name} cannot be read: {error.strerror}"
        ) from error
    if not 1 <= len(data) <= MAX_EVIDENCE_BYTES:
        raise InputError("evidence", f"{path.name} must have 1 byte to 2 MiB")
    return data
