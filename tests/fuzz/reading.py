"""Frames read from bytes, without a network and without trio."""

from collections.abc import Coroutine, Mapping
from typing import Any

from net.exchange import frames


class Bytes:
    """A stream that gives what it holds in odd pieces, and then its end."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    async def read(self, n: int | None = None) -> bytes:
        taken = min(n or 1, 1000, len(self._data))
        data, self._data = self._data[:taken], self._data[taken:]
        return data


async def _whole(data: bytes, caps: Mapping[int, int]) -> tuple[int, int, bytes]:
    stream = Bytes(data)
    length, kind = await frames.read_head(stream, caps)
    start = await frames.read_start(stream, length, 100)
    return length, kind, await frames.read_body(stream, length, start)


def read_whole(data: bytes, caps: Mapping[int, int]) -> tuple[int, int, bytes]:
    """Length, type and body of the frame that ``data`` starts with; raises as ``net.exchange.frames``."""
    return _done(_whole(data, caps))


def _done(
    reading: Coroutine[Any, Any, tuple[int, int, bytes]],
) -> tuple[int, int, bytes]:
    try:
        reading.send(None)
    except StopIteration as end:
        found: tuple[int, int, bytes] = end.value
        return found
    raise AssertionError("nothing here waits")
