"""A transport in memory, for hundreds of real hosts in one process and on a clock that jumps.

Its addresses look like those of TCP, so every dial rule and every cap applies. Latency is
a queue that the reader waits for: a writer never sleeps under its lock.
"""

from collections import Counter, deque
from typing import Final, cast

import trio
from libp2p.abc import IListener, IRawConnection, ITransport
from libp2p.custom_types import THandler
from libp2p.io.abc import ReadWriteCloser
from libp2p.io.exceptions import ConnectionClosedError
from libp2p.network.connection.raw_connection import RawConnection
from libp2p.transport.exceptions import OpenConnectionError

from net._vendor import Multiaddr
from net.building import Wire

PIPE_BYTES: Final = 256 * 1024
FIRST_PORT: Final = 10_000
Place = tuple[str, int]


class Pipe:
    """One direction of a connection: bytes come out ``seconds`` after they went in."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._parts: deque[tuple[float, bytes]] = deque()
        self._held = 0
        self._is_closed = False
        self._changed = trio.lowlevel.ParkingLot()

    async def send(self, data: bytes) -> None:
        """Put ``data`` in, waiting while the pipe is full.

        Raises:
            ConnectionClosedError: either side has closed it.
        """
        await trio.lowlevel.checkpoint()
        while self._held >= PIPE_BYTES and not self._is_closed:
            await self._changed.park()
        if self._is_closed:
            raise ConnectionClosedError("the pipe is closed", transport="memory")
        self._parts.append((trio.current_time() + self._seconds, bytes(data)))
        self._held += len(data)
        self._changed.unpark_all()

    async def receive(self, most: int | None) -> bytes:
        """What has arrived, at most ``most`` bytes; empty at the end."""
        await trio.lowlevel.checkpoint()
        while not self._parts:
            if self._is_closed:
                return b""
            await self._changed.park()
        at, data = self._parts[0]
        if at > trio.current_time():
            await trio.sleep_until(at)
        cut = len(data) if most is None else min(most, len(data))
        self._parts.popleft()
        if cut < len(data):
            self._parts.appendleft((at, data[cut:]))
        self._held -= cut
        self._changed.unpark_all()
        return data[:cut]

    def close(self) -> None:
        """Nothing goes in any more; what is inside still comes out."""
        self._is_closed = True
        self._changed.unpark_all()


class End(ReadWriteCloser):
    """One side's view of two pipes, in the library's words."""

    def __init__(self, memory: "Memory", ways: tuple[Pipe, Pipe], me: str, peer: Place):
        self._memory = memory
        self._in, self._out = ways
        self._me = me
        self._peer = peer
        self._reading, self._writing = trio.Lock(), trio.Lock()

    async def read(self, n: int | None = None) -> bytes:
        """At most ``n`` bytes; empty at the end. Cancelling loses nothing."""
        async with self._reading:
            return b"" if n == 0 else await self._in.receive(n)

    async def write(self, data: bytes) -> None:
        """Send ``data``; cancelling sends all of it or nothing.

        Raises:
            ConnectionClosedError: either side has closed.
        """
        async with self._writing:
            await self._out.send(data)
            self._memory.bytes[self._me] += len(data)
            self._memory.writes[self._me] += 1

    async def close(self) -> None:
        """Close both ways; cancelling does not stop it."""
        self._in.close()
        self._out.close()
        await trio.lowlevel.checkpoint()

    def get_remote_address(self) -> Place:
        """Host and port of the other side."""
        return self._peer


class Listener(IListener):
    """Accepts connections at places of one host."""

    def __init__(self, memory: "Memory", handler: THandler) -> None:
        self._memory = memory
        self._handler = handler
        self._places: list[Place] = []
        self._scope = trio.CancelScope()
        self._nursery: trio.Nursery | None = None

    async def listen(self, maddr: Multiaddr) -> None:
        """Listen at ``maddr``; port 0 is any free one.

        Raises:
            OpenConnectionError: somebody listens there.
        """
        if self._nursery is None:
            ready = trio.Event()
            trio.lowlevel.spawn_system_task(self._serve, ready)
            await ready.wait()
        self._places.append(self._memory.open(_place(maddr), self))

    def get_addrs(self) -> tuple[Multiaddr, ...]:
        """Where it listens."""
        return tuple(
            Multiaddr(f"/ip4/{host}/tcp/{port}") for host, port in self._places
        )

    async def close(self) -> None:
        """Stop listening and end what was accepted; cancelling does not stop it."""
        for place in self._places:
            self._memory.shut(place)
        self._places.clear()
        self._scope.cancel()
        await trio.lowlevel.checkpoint()

    def accept(self, end: End) -> None:
        """Serve a new connection in the background."""
        if self._nursery is None:
            raise OpenConnectionError("nobody listens there any more")
        self._nursery.start_soon(self._handle, end)

    async def _serve(self, ready: trio.Event) -> None:
        try:
            with self._scope:
                async with trio.open_nursery() as self._nursery:
                    ready.set()
                    await trio.sleep_forever()
        finally:
            self._nursery = None

    async def _handle(self, end: End) -> None:
        try:
            await self._handler(end)
        except Exception:  # noqa: BLE001 - as the library's TCP listener: it ends one connection
            await end.close()


class MemoryTransport(ITransport):
    """The transport of one host of a ``Memory``."""

    def __init__(self, memory: "Memory", host: str) -> None:
        self._memory = memory
        self._host = host

    async def dial(self, maddr: Multiaddr) -> IRawConnection:
        """Connect; raises OpenConnectionError. Cancelling leaves nothing open."""
        here = self._memory.latency(self._host)
        host, port = _place(maddr)
        await trio.sleep(2 * (here + self._memory.latency(host)))
        end = self._memory.connect(self._host, (host, port))
        return RawConnection(end, initiator=True)

    def create_listener(self, handler_function: THandler) -> Listener:
        """A listener that gives each connection to ``handler_function``."""
        return Listener(self._memory, handler_function)

    def can_dial(self, maddr: Multiaddr) -> bool:
        """Whether it is a plain address of TCP."""
        return {one.name for one in maddr.protocols()} <= {"ip4", "tcp", "p2p"}

    def can_listen(self, maddr: Multiaddr) -> bool:
        """The same."""
        return self.can_dial(maddr)

    def protocols(self) -> list[str]:
        """Names of the protocols it handles."""
        return ["tcp"]


class Memory:
    """All hosts of one process, by their IPv4 addresses.

    Attributes:
        bytes: Sent by each host so far, after encryption.
        writes: How many pieces these were.
        seconds: One-way delay between a host and the middle of the net.
    """

    def __init__(self, seconds: float = 0.0) -> None:
        self._listeners: dict[Place, Listener] = {}
        self._ports = FIRST_PORT
        self.bytes: Counter[str] = Counter()
        self.writes: Counter[str] = Counter()
        self.seconds = seconds

    def wire(self, host: str) -> Wire:
        """What a host at ``host`` is built with in place of sockets."""
        return Wire(lambda: MemoryTransport(self, host), _any)

    def latency(self, host: str) -> float:
        """Seconds from ``host`` to the middle of the net."""
        del host
        return self.seconds

    def open(self, place: Place, listener: Listener) -> Place:
        """Let ``listener`` have a place; raises OpenConnectionError if it is taken."""
        host, port = place
        self._ports += not port
        place = host, port or self._ports
        if place in self._listeners:
            raise OpenConnectionError("somebody listens there")
        self._listeners[place] = listener
        return place

    def shut(self, place: Place) -> None:
        """Nobody listens at ``place`` any more."""
        self._listeners.pop(place, None)

    def connect(self, host: str, to: Place) -> End:
        """A connection from ``host``; raises OpenConnectionError if nobody listens."""
        listener = self._listeners.get(to)
        if listener is None:
            raise OpenConnectionError("nobody listens there")
        seconds = self.latency(host) + self.latency(to[0])
        there, back = Pipe(seconds), Pipe(seconds)
        self._ports += 1
        listener.accept(End(self, (there, back), to[0], (host, self._ports)))
        return End(self, (back, there), host, to)


def _place(address: Multiaddr) -> Place:
    host = cast("str", address.value_for_protocol("ip4"))
    return host, int(cast("str", address.value_for_protocol("tcp")))


def _any(address: str) -> None:
    """Every address of a memory may be listened on; a taken one is found there."""
    del address
