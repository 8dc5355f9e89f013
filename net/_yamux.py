"""Cures for the muxer of py-libp2p 0.8.1: C16 and C18, applied by ``net._patches``.

The library tells a peer how much it may send and then takes whatever comes: one
stream that nobody reads is enough to fill the memory. And it writes for as long as
the other side likes not to read.
"""

# Replacing the library's private methods is what this module is for.
# ruff: noqa: SLF001
# pyright: reportPrivateUsage=false

from typing import Any, cast

import trio
from libp2p.io.exceptions import IOException
from libp2p.network.connection.exceptions import RawConnError
from libp2p.stream_muxer.yamux import yamux as yamux_module
from libp2p.stream_muxer.yamux.yamux import Yamux, YamuxStream

from net import _sending
from net.limits import (
    MAX_UNREAD_BYTES,
    MAX_UNREAD_BYTES_PER_STREAM,
    WINDOW_BYTES,
    WRITE_SECONDS,
)


class OverrunError(trio.TooSlowError):
    """A peer sent more than it may before it is read.

    Of this parent because it is the one error that ends the library's reader, and
    the connection with it, wherever it is raised.
    """


class Unread(bytearray):
    """What came on one stream and was not read yet."""

    def __init__(self, of: "AllUnread") -> None:
        super().__init__()
        self._of = of

    def extend(self, data: bytes) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - bytes are all that the library gives
        """Add ``data``; raises OverrunError, adding nothing, above a bound."""
        length = len(self) + len(data)
        if length > MAX_UNREAD_BYTES_PER_STREAM or (
            length > len(data) + WINDOW_BYTES // 4
            and self._of.total() + len(data) > MAX_UNREAD_BYTES
        ):
            self._of.is_overrun = True
            raise OverrunError(f"{length} bytes that nobody has read")
        super().extend(data)


class AllUnread(dict[int, bytearray]):
    """What came on the streams of one connection and was not read yet.

    Attributes:
        is_overrun: Whether the peer went beyond a bound.
    """

    is_overrun: bool = False

    def __setitem__(self, stream: int, buffer: bytearray) -> None:
        super().__setitem__(stream, Unread(self))

    def total(self) -> int:
        """Bytes of all streams together."""
        return sum(map(len, self.values()))


def apply() -> None:
    """Apply both cures."""
    cast("Any", yamux_module).MAX_WINDOW_SIZE = WINDOW_BYTES
    _bound_what_comes()
    _forget_what_was_reset()
    _bound_writes()


def is_overrun(muxed: object) -> bool:
    """Whether the peer sent more on this connection than it may."""
    unread = getattr(muxed, "stream_buffers", None)
    return isinstance(unread, AllUnread) and unread.is_overrun


def is_broken(muxed: object) -> bool:
    """Whether a write has failed, so that the connection will end in a moment."""
    return getattr(muxed, "is_broken", False)


async def drop(muxed: Yamux) -> None:
    """Close the socket without a word; the layers above it find their connection broken."""
    with trio.CancelScope(shield=True) as scope:
        scope.cancel()
        await muxed.secured_conn.close()


def _bound_what_comes() -> None:
    """C16: bytes beyond the receive window end the connection."""
    initialise = Yamux.__init__

    def bounded(self: Yamux, *arguments: Any, **named: Any) -> None:
        initialise(self, *arguments, **named)
        self.stream_buffers = AllUnread()

    Yamux.__init__ = bounded


def _forget_what_was_reset() -> None:
    """C16: the bytes of a stream that was reset are not kept for a minute and a half."""
    finalize = Yamux._finalize_stream_locked

    def forgetting(self: Yamux, stream: YamuxStream, *, fully_closed: bool) -> None:
        if stream.reset_received:
            self.stream_buffers.get(stream.stream_id, bytearray()).clear()
        finalize(self, stream, fully_closed=fully_closed)

    Yamux._finalize_stream_locked = forgetting


def _bound_writes() -> None:
    """C18: a peer that takes no byte for so long loses its connection.

    A write that failed ends the reader too: of other errors it logs one for each
    frame that lies in its buffer, and goes on.
    """

    async def write(self: Yamux, data: bytes) -> None:
        async with self._write_lock:
            with trio.move_on_after(WRITE_SECONDS) as scope:
                try:
                    await _sending.send(self, data)
                except IOException as error:
                    cast("Any", self).is_broken = True
                    await drop(self)
                    raise RawConnError("the connection is broken") from error
            if scope.cancelled_caught:
                await drop(self)
                raise RawConnError("the peer reads nothing")
        await trio.lowlevel.checkpoint()

    Yamux._write_frame = write
