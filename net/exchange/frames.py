"""Frames on a stream: ``u32 length || u8 type || MessagePack array``.

Sizes are checked on the length, before anything is read or allocated for it.
"""

import struct
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

from bazaar.domain.errors import MalformedMessageError, ReplyCode
from bazaar.domain.exchange.request_types import RequestType
from net.exchange.shape import check
from net.limits import (
    KIB,
    MAX_FRAME_BYTES,
    MAX_REFUSAL_BYTES,
)

HEAD_BYTES: Final = 5
ANSWER: Final = 128
REFUSAL: Final = 255


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
        RequestType.HELLO: 128,
        RequestType.HEAD_GET: 1 * KIB,
        RequestType.PAGE_GET: 16 * KIB,
        RequestType.CARD_GET: 16 * KIB,
        RequestType.LISTING_GET: 16 * KIB,
        RequestType.BLOB_GET: 128,
        RequestType.PUT: 257 * KIB,
        RequestType.DIGEST: 257 * KIB,
        RequestType.MISSING: 257 * KIB,
        RequestType.ACCOUNT_STATE: 33 * KIB,
        RequestType.SLOTS: 1 * KIB,
        RequestType.RATINGS: 1 * KIB,
        RequestType.PEERS: 128,
        RequestType.MAIL_PUT: 66 * KIB,
        RequestType.MAIL_TAKE: 1 * KIB,
        RequestType.MAIL_DROP: 16 * KIB,
        RequestType.SYNC: 65 * KIB,
        RequestType.RECORD_GET: 16 * KIB,
        RequestType.HEADS_RECENT: 128,
        RequestType.MAIL_KEEP: 33 * KIB,
        RequestType.PROOF_ANNOUNCE: 4 * KIB,
        RequestType.PROOF_GET: 128,
        RequestType.HEADS_BY_ID: 16 * KIB,
        RequestType.HUB: 256,
        RequestType.PUT_SEALED: 257 * KIB,
        RequestType.CHAT_HELD: 33 * KIB,
        RequestType.CHAT_READ: 128,
        RequestType.CHAT_TYPING: 128,
        RequestType.CLOCK: 128,
        RequestType.SHARED: 128,
        RequestType.ACCOUNT_SINCE: 128,
        RequestType.MIRROR_TELL: 128,
        RequestType.SEEN_GET: 1 * KIB,
        RequestType.INDEX_PUT: 257 * KIB,
        RequestType.INDEX_GET: 128,
        RequestType.SEALED_GET: 128,
        RequestType.FIND: 1 * KIB,
        RequestType.PAGE_PACKED: 128,
        RequestType.SEGMENT_LIST: 128,
        RequestType.SEGMENT_GET: 128,
    }
)
ANSWER_BYTES: Final[Mapping[int, int]] = MappingProxyType(
    {
        ANSWER + RequestType.HELLO: 128,
        ANSWER + RequestType.HEAD_GET: 320 * KIB,
        ANSWER + RequestType.PAGE_GET: 257 * KIB,
        ANSWER + RequestType.CARD_GET: 257 * KIB,
        ANSWER + RequestType.LISTING_GET: 257 * KIB,
        ANSWER + RequestType.BLOB_GET: 257 * KIB,
        ANSWER + RequestType.PUT: 33 * KIB,
        ANSWER + RequestType.DIGEST: 257 * KIB,
        ANSWER + RequestType.MISSING: 257 * KIB,
        ANSWER + RequestType.ACCOUNT_STATE: 257 * KIB,
        ANSWER + RequestType.SLOTS: 257 * KIB,
        ANSWER + RequestType.RATINGS: 257 * KIB,
        ANSWER + RequestType.PEERS: 64 * KIB,
        ANSWER + RequestType.MAIL_PUT: 4 * KIB,
        ANSWER + RequestType.MAIL_TAKE: 320 * KIB,
        ANSWER + RequestType.MAIL_DROP: 128,
        ANSWER + RequestType.SYNC: 65 * KIB,
        ANSWER + RequestType.RECORD_GET: 257 * KIB,
        ANSWER + RequestType.HEADS_RECENT: 257 * KIB,
        ANSWER + RequestType.MAIL_KEEP: 128,
        ANSWER + RequestType.PROOF_ANNOUNCE: 128,
        ANSWER + RequestType.PROOF_GET: 133 * KIB,
        ANSWER + RequestType.HEADS_BY_ID: 257 * KIB,
        ANSWER + RequestType.HUB: 128,
        ANSWER + RequestType.PUT_SEALED: 33 * KIB,
        ANSWER + RequestType.CHAT_HELD: 128,
        ANSWER + RequestType.CHAT_READ: 128,
        ANSWER + RequestType.CHAT_TYPING: 128,
        ANSWER + RequestType.CLOCK: 128,
        ANSWER + RequestType.SHARED: 257 * KIB,
        ANSWER + RequestType.ACCOUNT_SINCE: 257 * KIB,
        ANSWER + RequestType.MIRROR_TELL: 128,
        ANSWER + RequestType.SEEN_GET: 256,
        ANSWER + RequestType.INDEX_PUT: 128,
        ANSWER + RequestType.INDEX_GET: 257 * KIB,
        ANSWER + RequestType.SEALED_GET: 257 * KIB,
        ANSWER + RequestType.FIND: 16 * KIB,
        ANSWER + RequestType.PAGE_PACKED: 33 * KIB,
        ANSWER + RequestType.SEGMENT_LIST: 65 * KIB,
        ANSWER + RequestType.SEGMENT_GET: 257 * KIB,
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
