"""Messages of libp2p's own protocols: a varint of the length, then a protobuf."""

from typing import Final, Protocol

import trio

from bazaar.domain.errors import MalformedMessageError
from net.limits import RELAY_MESSAGE_BYTES, RELAY_MESSAGE_SECONDS

_MORE: Final = 0x80
_VARINT_BYTES: Final = 2  # 4 KiB needs no more


class Stream(Protocol):
    """What is read from and written to."""

    async def read(self, n: int | None = None) -> bytes: ...
    async def write(self, data: bytes) -> None: ...


async def read_message(stream: Stream) -> bytes:
    """The next message, read to its last byte and not beyond.

    Cancelling leaves the stream in the middle of a message: reset it.

    Raises:
        MalformedMessageError: longer than 4 KiB, or it ended early.
        trio.TooSlowError: it did not come within 10 s.
    """
    with trio.fail_after(RELAY_MESSAGE_SECONDS):
        return await _exactly(stream, await _length(stream))


async def write_message(stream: Stream, message: bytes) -> None:
    """Write one message; cancelling leaves half of it: reset the stream.

    Raises:
        trio.TooSlowError: the peer did not take it within 10 s.
    """
    with trio.fail_after(RELAY_MESSAGE_SECONDS):
        await stream.write(_varint(len(message)) + message)


async def _length(stream: Stream) -> int:
    length = 0
    for place in range(_VARINT_BYTES):
        (byte,) = await _exactly(stream, 1)
        length |= (byte & ~_MORE) << (7 * place)
        if not byte & _MORE:
            break
    else:
        raise MalformedMessageError("a length of more than two bytes")
    if length > RELAY_MESSAGE_BYTES:
        raise MalformedMessageError(f"{length} bytes; limit {RELAY_MESSAGE_BYTES}")
    return length


async def _exactly(stream: Stream, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = await stream.read(size - len(data))
        if not part:
            raise MalformedMessageError("the stream ended in the middle of a message")
        data += part
    return data


def _varint(number: int) -> bytes:
    spelt = b""
    while number >= _MORE:
        spelt += bytes((number & ~_MORE & 0xFF | _MORE,))
        number >>= 7
    return spelt + bytes((number,))
