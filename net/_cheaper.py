"""Cures for what a stream costs in py-libp2p 0.8.1: C21-C23, applied by ``net._patches``.

A request took 22 frames of which half only said that one byte had been read; each frame
is encrypted, sent and read by itself.
"""

# Replacing the library's private methods is what this module is for.
# ruff: noqa: SLF001
# pyright: reportPrivateUsage=false

from collections.abc import Sequence
from typing import Any, Final, cast
from weakref import WeakKeyDictionary

import trio
from libp2p.abc import IMultiselectCommunicator
from libp2p.custom_types import TProtocol
from libp2p.network.connection.raw_connection import RawConnection
from libp2p.protocol_muxer.exceptions import (
    MultiselectClientError,
    MultiselectCommunicatorError,
    ProtocolNotSupportedError,
)
from libp2p.protocol_muxer.multiselect_client import (
    DEFAULT_NEGOTIATE_TIMEOUT,
    MULTISELECT_PROTOCOL_ID,
    PROTOCOL_NOT_FOUND_MSG,
    MultiselectClient,
)
from libp2p.protocol_muxer.multiselect_communicator import MultiselectCommunicator
from libp2p.stream_muxer.yamux.yamux import YamuxStream
from libp2p.utils import encode_delim

READ_AHEAD_BYTES: Final = 16 * 1024
"""What is taken from a socket at once if so much is there."""

_ahead: Final[WeakKeyDictionary[RawConnection, bytearray]] = WeakKeyDictionary()


def apply() -> None:
    """Apply all of them."""
    _read_ahead()
    _widen_by_halves()
    _read_what_is_there()
    _ask_at_once()


def _read_ahead() -> None:
    """C21: a frame is not read from the socket in four pieces."""
    read = RawConnection.read

    async def ahead(self: RawConnection, n: int | None = None) -> bytes:
        kept = _ahead.get(self)
        if not kept:
            if n is None or not 0 < n < READ_AHEAD_BYTES:
                return await read(self, n)
            data = await read(self, READ_AHEAD_BYTES)
            if len(data) <= n:
                return data
            kept = _ahead[self] = bytearray(data)
        taken = bytes(kept if n is None else kept[:n])
        del kept[: len(taken)]
        return taken

    RawConnection.read = ahead


def _widen_by_halves() -> None:
    """C22: a window is opened again once half of it was read, not after every byte."""

    async def widened(self: YamuxStream, *, bytes_read: int = 0) -> None:
        del bytes_read
        unread = len(self.conn.stream_buffers.get(self.stream_id, b""))
        lacking = self.target_recv_window - (self.recv_window + unread)
        if self.recv_closed or lacking < self.target_recv_window // 2:
            return
        self.recv_window += lacking
        await self.send_window_update(lacking, skip_lock=True)

    YamuxStream._auto_tune_and_send_window_update = widened


def _read_what_is_there() -> None:
    """C22: what has come already is read without two locks for each byte of a length."""
    read = YamuxStream.read

    async def direct(self: YamuxStream, n: int | None = -1) -> bytes:
        conn = self.conn
        unread = conn.stream_buffers.get(self.stream_id)
        is_odd = self.reset_received or conn.event_shutting_down.is_set()
        if n is None or n <= 0 or not unread or is_odd:
            return await read(self, n)
        data = bytes(unread[:n])
        del unread[:n]
        if not unread and self.closed:
            await conn._finalize_stream(self, fully_closed=True)
        await self._auto_tune_and_send_window_update(bytes_read=len(data))
        return data

    YamuxStream.read = direct


def _ask_at_once() -> None:
    """C23: who asks for one protocol names it together with the greeting.

    Every responder reads the one after the other; this saves a round trip and a frame.
    """
    select = MultiselectClient.select_one_of

    async def selected(
        self: MultiselectClient,
        protocols: Sequence[TProtocol],
        communicator: IMultiselectCommunicator,
        negotiate_timeout: int = DEFAULT_NEGOTIATE_TIMEOUT,
    ) -> TProtocol:
        if len(protocols) != 1 or not isinstance(communicator, MultiselectCommunicator):
            return await select(self, protocols, communicator, negotiate_timeout)
        with trio.move_on_after(negotiate_timeout):
            return await _selected(communicator, protocols[0])
        raise MultiselectClientError(f"no answer in {negotiate_timeout} s")

    cast("Any", MultiselectClient).select_one_of = selected


async def _selected(
    communicator: MultiselectCommunicator, protocol: TProtocol
) -> TProtocol:
    try:
        both = encode_delim(MULTISELECT_PROTOCOL_ID.encode())
        both += encode_delim(protocol.encode())
        await communicator.read_writer.write(both)
        greeting, answer = await communicator.read(), await communicator.read()
    except MultiselectCommunicatorError as error:
        raise MultiselectClientError("the negotiation broke off") from error
    if greeting != MULTISELECT_PROTOCOL_ID:
        raise MultiselectClientError("the peer greets in another way")
    if answer == PROTOCOL_NOT_FOUND_MSG:
        raise ProtocolNotSupportedError(f"protocol not supported: {protocol}")
    if answer != protocol:
        raise MultiselectClientError("the peer answers something else")
    return protocol
