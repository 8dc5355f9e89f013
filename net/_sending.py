"""C24: a write that is cancelled leaves no gap; applied by ``net._patches``.

The library encrypts, which counts the message, and only then begins to send. Whoever was
cancelled in between, as the slower of two that are asked, broke the connection for all.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final
from weakref import WeakKeyDictionary

import trio
from libp2p.io.exceptions import ConnectionClosedError
from libp2p.io.trio import TrioTCPStream
from libp2p.network.connection.raw_connection import RawConnection
from libp2p.stream_muxer.yamux.yamux import Yamux

AT_ONCE_BYTES: Final = 64 * 1024
_BELOW: Final = ("secured_conn", "conn", "read_writer", "read_write_closer")


class Unsent:
    """What is on its way to a socket.

    Attributes:
        waiting: Encrypted bytes in their order; who writes next sends them first.
        is_held: More belongs to them, and all is sent together.
    """

    def __init__(self) -> None:
        self.waiting = bytearray()
        self.is_held = False


_unsent: Final[WeakKeyDictionary[RawConnection, Unsent]] = WeakKeyDictionary()


def apply() -> None:
    """Let every raw connection keep what could not be sent yet."""
    direct = RawConnection.write

    async def write(self: RawConnection, data: bytes) -> None:
        if not isinstance(self.stream, TrioTCPStream):
            with trio.CancelScope(shield=True):
                await direct(self, data)
            return
        unsent = _of(self)
        unsent.waiting += data
        if not unsent.is_held:
            await _flush(self.stream, unsent)

    RawConnection.write = write


async def send(muxed: Yamux, frame: bytes) -> None:
    """Encrypt and send a whole frame; cancelling leaves it to the next one to be sent.

    Raises what the connection does when it is broken.
    """
    raw = _raw_below(muxed)
    if raw is None or not isinstance(raw.stream, TrioTCPStream):
        with trio.CancelScope(shield=True):  # a circuit: its own end bounds this
            await muxed.secured_conn.write(frame)
        return
    unsent = _of(raw)
    with _held(unsent):
        await muxed.secured_conn.write(frame)
    await _flush(raw.stream, unsent)


@contextmanager
def _held(unsent: Unsent) -> Generator[None]:
    unsent.is_held = True
    try:
        yield
    finally:
        unsent.is_held = False


async def _flush(stream: TrioTCPStream, unsent: Unsent) -> None:
    """Send what waits; a socket takes a part or nothing, also when this is cancelled."""
    try:
        while unsent.waiting:
            part = bytes(unsent.waiting[:AT_ONCE_BYTES])
            sent = await stream.stream.socket.send(part)
            del unsent.waiting[:sent]
    except (OSError, trio.ClosedResourceError) as error:
        unsent.waiting.clear()
        raise ConnectionClosedError(f"TCP: {error}", transport="tcp") from error


def _of(raw: RawConnection) -> Unsent:
    unsent = _unsent.get(raw)
    if unsent is None:
        unsent = _unsent[raw] = Unsent()
    return unsent


def _raw_below(muxed: Yamux) -> RawConnection | None:
    layer: Any = muxed
    for name in _BELOW:
        layer = getattr(layer, name, None)
    return layer if isinstance(layer, RawConnection) else None
