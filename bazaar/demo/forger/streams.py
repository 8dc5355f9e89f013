"""multistream-select and yamux by hand: one request on one stream, whatever else arrives."""

import socket
import struct
from collections.abc import Callable
from typing import Final

from nacl.signing import SigningKey

from bazaar.demo.forger.noise import Channel, exactly, handshake

MULTISTREAM: Final = "/multistream/1.0.0"
NOISE: Final = "/noise"
YAMUX: Final = "/yamux/1.0.0"
DATA, WINDOW, PING, GO_AWAY = range(4)
SYN, ACK, FIN, RESET = 1, 2, 4, 8
HEAD: Final = ">BBHII"
HEAD_BYTES: Final = 12

Receive = Callable[[int], bytes]
Send = Callable[[bytes], None]


class Connection:
    """A connection of which only own streams count; what the node opens is reset."""

    def __init__(self, wire: socket.socket, identity: SigningKey) -> None:
        """Secure and multiplex ``wire``. Raises EOFError, OSError or ValueError."""
        _choose(wire.sendall, lambda count: exactly(wire, count), NOISE)
        self._channel: Channel = handshake(wire, identity)
        _choose(self._channel.send, self._channel.receive, YAMUX)
        self._next = 1
        self._data: dict[int, bytearray] = {}
        self._ended: set[int] = set()

    def ask(self, protocol: str, request: bytes) -> bytes:
        """Send ``request`` on a stream of its own; all that comes back. Raises as the maker."""
        stream, self._next = self._next, self._next + 2
        self._data[stream] = bytearray()
        self._send(WINDOW, SYN, stream)

        def send(data: bytes) -> None:
            self._send(DATA, 0, stream, data)

        def receive(count: int) -> bytes:
            return self._receive(stream, count)

        _choose(send, receive, protocol)
        send(request)
        self._send(DATA, FIN, stream)
        while stream not in self._ended:
            self._take()
        return bytes(self._data.pop(stream))

    def _receive(self, stream: int, count: int) -> bytes:
        data = self._data[stream]
        while len(data) < count:
            if stream in self._ended:
                raise EOFError("the node ended the stream")
            self._take()
        taken = bytes(data[:count])
        del data[:count]
        return taken

    def _take(self) -> None:
        """Take one frame, whichever stream it is for."""
        _, kind, flags, stream, length = struct.unpack(
            HEAD, self._channel.receive(HEAD_BYTES)
        )
        body = self._channel.receive(length) if kind == DATA else b""
        if kind == GO_AWAY:
            raise EOFError("the node wants to hear no more")
        if kind == PING and flags & SYN:
            self._send_head(PING, ACK, 0, length)
        elif stream in self._data:
            self._data[stream] += body
            if flags & (FIN | RESET):
                self._ended.add(stream)
        elif flags & SYN:
            self._send(WINDOW, RESET, stream)

    def _send(self, kind: int, flags: int, stream: int, data: bytes = b"") -> None:
        self._send_head(kind, flags, stream, len(data), data)

    def _send_head(
        self, kind: int, flags: int, stream: int, length: int, data: bytes = b""
    ) -> None:
        self._channel.send(struct.pack(HEAD, 0, kind, flags, stream, length) + data)


def _choose(send: Send, receive: Receive, protocol: str) -> None:
    """Agree on ``protocol``. Raises ValueError when the node does not speak it."""
    for line in (MULTISTREAM, protocol):
        send(bytes([len(line) + 1]) + line.encode() + b"\n")
    for line in (MULTISTREAM, protocol):
        (length,) = receive(1)
        if receive(length) != line.encode() + b"\n":
            raise ValueError(f"the node does not speak {protocol}")
