"""Frames on a stream: ``u32 length || u8 type || MessagePack array``.

Sizes are checked on the length, before anything is read or allocated for it.
"""

import struct
from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

from bazaar.domain.errors import MalformedMessageError, ReplyCode
from net.limits import (
    KIB,
    MAX_FRAME_BYTES,
    MAX_REFUSAL_BYTES,
)
from net.shape import check

HEAD_BYTES: Final = 5
ANSWER: Final = 128
REFUSAL: Final = 255


class FrameType(IntEnum):
    """Requests of ``/bazaar/exchange/1.0.0``; the answer to ``t`` is ``ANSWER + t``."""

    HELLO = 1
    HEAD_GET = 2
    PAGE_GET = 3
    CARD_GET = 4
    LISTING_GET = 5
    BLOB_GET = 6
    PUT = 7
    DIGEST = 8
    MISSING = 9
    ACCOUNT_STATE = 10
    SLOTS = 11
    RATINGS = 12
    PEERS = 13
    MAIL_PUT = 14
    MAIL_TAKE = 15
    MAIL_DROP = 16
    SYNC = 17
    RECORD_GET = 18
    HEADS_RECENT = 19
    MAIL_KEEP = 20
    PROOF_ANNOUNCE = 21
    PROOF_GET = 22
    HEADS_BY_ID = 23
    HUB = 24
    PUT_SEALED = 25
    CHAT_HELD = 26
    CHAT_READ = 27
    CLOCK = 29
    SHARED = 30
    ACCOUNT_SINCE = 31
    MIRROR_TELL = 40
    SEEN_GET = 41
    INDEX_PUT = 32
    INDEX_GET = 33
    SEALED_GET = 34
    FIND = 45
    SEGMENT_LIST = 42
    SEGMENT_GET = 43


class Frame(NamedTuple):
    """One frame: a request, an answer or a refusal."""

    type: int
    body: bytes


class TooLargeError(MalformedMessageError):
    """The length of a frame is above the cap of its type; nothing was read."""

    code = ReplyCode.TOO_LARGE


class Reader(Protocol):
    """The reading half of a stream; ``read`` raises ``EOFError`` at its end."""

    async def read(self, n: int | None = None) -> bytes: ...


class Stream(Reader, Protocol):
    """A stream of any transport; what ``libp2p.network.stream.NetStream`` has."""

    async def write(self, data: bytes) -> None: ...
    async def close_write(self) -> None: ...
    async def close(self) -> None: ...
    async def reset(self) -> None: ...


REQUEST_BYTES: Final[Mapping[int, int]] = MappingProxyType(
    {
        FrameType.HELLO: 128,
        FrameType.HEAD_GET: 1 * KIB,
        FrameType.PAGE_GET: 16 * KIB,
        FrameType.CARD_GET: 16 * KIB,
        FrameType.LISTING_GET: 16 * KIB,
        FrameType.BLOB_GET: 128,
        FrameType.PUT: 257 * KIB,
        FrameType.DIGEST: 257 * KIB,
        FrameType.MISSING: 257 * KIB,
        FrameType.ACCOUNT_STATE: 33 * KIB,
        FrameType.SLOTS: 1 * KIB,
        FrameType.RATINGS: 1 * KIB,
        FrameType.PEERS: 128,
        FrameType.MAIL_PUT: 66 * KIB,
        FrameType.MAIL_TAKE: 1 * KIB,
        FrameType.MAIL_DROP: 16 * KIB,
        FrameType.SYNC: 65 * KIB,
        FrameType.RECORD_GET: 16 * KIB,
        FrameType.HEADS_RECENT: 128,
        FrameType.MAIL_KEEP: 33 * KIB,
        FrameType.PROOF_ANNOUNCE: 4 * KIB,
        FrameType.PROOF_GET: 128,
        FrameType.HEADS_BY_ID: 16 * KIB,
        FrameType.HUB: 256,
        FrameType.PUT_SEALED: 257 * KIB,
        FrameType.CHAT_HELD: 33 * KIB,
        FrameType.CHAT_READ: 128,
        FrameType.CLOCK: 128,
        FrameType.SHARED: 128,
        FrameType.ACCOUNT_SINCE: 128,
        FrameType.MIRROR_TELL: 128,
        FrameType.SEEN_GET: 1 * KIB,
        FrameType.INDEX_PUT: 257 * KIB,
        FrameType.INDEX_GET: 128,
        FrameType.SEALED_GET: 128,
        FrameType.FIND: 1 * KIB,
        FrameType.SEGMENT_LIST: 128,
        FrameType.SEGMENT_GET: 128,
    }
)
ANSWER_BYTES: Final[Mapping[int, int]] = MappingProxyType(
    {
        ANSWER + FrameType.HELLO: 128,
        ANSWER + FrameType.HEAD_GET: 320 * KIB,
        ANSWER + FrameType.PAGE_GET: 257 * KIB,
        ANSWER + FrameType.CARD_GET: 257 * KIB,
        ANSWER + FrameType.LISTING_GET: 257 * KIB,
        ANSWER + FrameType.BLOB_GET: 257 * KIB,
        ANSWER + FrameType.PUT: 33 * KIB,
        ANSWER + FrameType.DIGEST: 257 * KIB,
        ANSWER + FrameType.MISSING: 257 * KIB,
        ANSWER + FrameType.ACCOUNT_STATE: 257 * KIB,
        ANSWER + FrameType.SLOTS: 257 * KIB,
        ANSWER + FrameType.RATINGS: 257 * KIB,
        ANSWER + FrameType.PEERS: 64 * KIB,
        ANSWER + FrameType.MAIL_PUT: 4 * KIB,
        ANSWER + FrameType.MAIL_TAKE: 320 * KIB,
        ANSWER + FrameType.MAIL_DROP: 128,
        ANSWER + FrameType.SYNC: 65 * KIB,
        ANSWER + FrameType.RECORD_GET: 257 * KIB,
        ANSWER + FrameType.HEADS_RECENT: 257 * KIB,
        ANSWER + FrameType.MAIL_KEEP: 128,
        ANSWER + FrameType.PROOF_ANNOUNCE: 128,
        ANSWER + FrameType.PROOF_GET: 133 * KIB,
        ANSWER + FrameType.HEADS_BY_ID: 257 * KIB,
        ANSWER + FrameType.HUB: 128,
        ANSWER + FrameType.PUT_SEALED: 33 * KIB,
        ANSWER + FrameType.CHAT_HELD: 128,
        ANSWER + FrameType.CHAT_READ: 128,
        ANSWER + FrameType.CLOCK: 128,
        ANSWER + FrameType.SHARED: 257 * KIB,
        ANSWER + FrameType.ACCOUNT_SINCE: 257 * KIB,
        ANSWER + FrameType.MIRROR_TELL: 128,
        ANSWER + FrameType.SEEN_GET: 256,
        ANSWER + FrameType.INDEX_PUT: 128,
        ANSWER + FrameType.INDEX_GET: 257 * KIB,
        ANSWER + FrameType.SEALED_GET: 257 * KIB,
        ANSWER + FrameType.FIND: 16 * KIB,
        ANSWER + FrameType.SEGMENT_LIST: 65 * KIB,
        ANSWER + FrameType.SEGMENT_GET: 257 * KIB,
        REFUSAL: MAX_REFUSAL_BYTES,
    }
)


def encode(frame_type: int, body: bytes, caps: Mapping[int, int]) -> bytes:
    """The bytes of a frame on the wire.

    Raises:
        ValueError: the type has no cap, or the body is above it; a bug of the caller.
    """
    if len(body) > caps.get(frame_type, -1):
        raise ValueError(f"{len(body)} bytes for frame type {frame_type}")
    return struct.pack(">IB", len(body), frame_type) + body


async def read_head(stream: Reader, caps: Mapping[int, int]) -> tuple[int, int]:
    """Read length and type; the length is within the cap of the type.

    A type without a cap of its own is a newer node's: it may be as long as the
    longest frame, and is then answered with UNKNOWN_VERSION. Cancelling leaves the
    stream half read; it must be reset.

    Raises:
        TooLargeError: the length is above the cap.
        EOFError: the stream ended inside the head.
    """
    length, frame_type = struct.unpack(">IB", await _exactly(stream, HEAD_BYTES))
    cap = caps.get(frame_type, MAX_FRAME_BYTES)
    if length > cap:
        raise TooLargeError(f"{length} bytes in frame type {frame_type}; limit {cap}")
    return length, frame_type


async def read_start(stream: Reader, length: int, most: int) -> bytes:
    """The first ``most`` bytes of a body of ``length``; ``read_body`` reads the rest.

    Cancelling leaves the stream half read; it must be reset. Raises EOFError.
    """
    return await _exactly(stream, min(length, most))


async def read_body(stream: Reader, length: int, start: bytes = b"") -> bytes:
    """Read the body that a head announced and check its shape; ``start`` was read before.

    Cancelling leaves the stream half read; it must be reset.

    Raises:
        MalformedMessageError: ``check`` refused the body.
        EOFError: the stream ended inside the body.
    """
    body = start + await _exactly(stream, length - len(start))
    check(body)
    return body


async def _exactly(stream: Reader, length: int) -> bytes:
    parts: list[bytes] = []
    missing = length
    while missing:
        part = await stream.read(missing)
        if not part:
            raise EOFError("the stream ended inside a frame")
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
