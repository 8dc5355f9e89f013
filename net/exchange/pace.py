"""How slowly a peer may take or send a frame: content may take long, but never stands still.

A small frame has the time of a whole exchange. Content (``blob.get``) has 30 s for
each 30 KiB, which is 1 KiB/s, whatever its length.
"""

from typing import Final

import trio

from bazaar.domain.exchange.request_types import RequestType
from net.exchange.frames import ANSWER, Reader, Stream
from net.limits import CONTENT_SECONDS, EXCHANGE_SECONDS, SLOWEST_BYTES_PER_SECOND

STEP_BYTES: Final = int(CONTENT_SECONDS * SLOWEST_BYTES_PER_SECOND)


class Paced:
    """A reader that puts off the deadline of ``scope`` by each step that came."""

    def __init__(self, stream: Reader, scope: trio.CancelScope) -> None:
        self._stream = stream
        self._scope = scope
        self._came = 0

    async def read(self, n: int | None = None) -> bytes:
        """As the stream's."""
        data = await self._stream.read(n)
        self._came += len(data)
        if self._came >= STEP_BYTES:
            self._came = 0
            self._scope.deadline = trio.current_time() + CONTENT_SECONDS
        return data


async def write(stream: Stream, frame: bytes) -> None:
    """Write an answer, half-close; cancelling leaves the stream to be reset.

    Raises:
        trio.TooSlowError: the peer takes it more slowly than it may.
    """
    is_content = frame[4] == ANSWER + RequestType.BLOB_GET
    step = STEP_BYTES if is_content else len(frame)
    seconds = CONTENT_SECONDS if is_content else EXCHANGE_SECONDS
    for start in range(0, len(frame), step):
        with trio.fail_after(seconds):
            await stream.write(frame[start : start + step])
    with trio.fail_after(EXCHANGE_SECONDS):
        await stream.close_write()
