"""The attacker of T16, a process of its own: silent connections, new ones, streams.

``python -m tests.system.flooder ADDRESS NETWORK SILENT PER_SECOND STREAMS GROUPS`` says
``flooding`` when all silent connections are open, and goes on until its input ends.
"""

import contextlib
import itertools
import os
import sys
from collections import deque
from typing import Final

import trio

from bazaar.domain.errors import BazaarError
from bazaar.domain.wire.networks import network
from net.errors import NetworkDownError
from tests.system.from_address import come_from, many_addresses
from tests.system.hostile import EXCHANGE, hostile

MAX_STREAMERS: Final = 8
STREAMS_OF_ONE: Final = 100
FIRST_NUMBER: Final = 10_000
PATIENCE_SECONDS: Final = 2


class Flood:
    """Connections that say nothing; the node may close them, we never do before it is due."""

    def __init__(self, where: tuple[str, int], held: int, groups: int) -> None:
        self._where = where
        self._sources = itertools.cycle(
            f"127.{100 + number // 250}.{number % 250}.1" for number in range(groups)
        )
        self._held: deque[trio.SocketStream] = deque(maxlen=held)

    async def knock(self) -> None:
        """Open one more; the oldest is let go if too many are held."""
        with contextlib.suppress(OSError), trio.move_on_after(PATIENCE_SECONDS):
            stream = await trio.open_tcp_stream(
                *self._where, local_address=next(self._sources)
            )
            if len(self._held) == self._held.maxlen:
                await self._held[0].aclose()
            self._held.append(stream)

    async def fill(self) -> None:
        """Open as many as are held."""
        for _ in range(self._held.maxlen or 0):
            await self.knock()

    async def knock_for_ever(self, per_second: int) -> None:
        """Open so many more each second."""
        begin, done = trio.current_time(), 0
        async with trio.open_nursery() as nursery:
            while True:
                due = int((trio.current_time() - begin) * per_second)
                for _ in range(due - done):
                    nursery.start_soon(self.knock)
                done = due
                await trio.sleep(0.01)


async def stream_for_ever(
    address: str, name: str, number: int, left: trio.Semaphore
) -> None:
    """Open streams from one address, with a new identity whenever the last is banned."""
    come_from(f"127.0.{2 + number}.1")
    for identity in range(FIRST_NUMBER * (number + 1), FIRST_NUMBER * (number + 2)):
        async with hostile(identity, network(name), address, {}) as peer:
            with contextlib.suppress(BazaarError, NetworkDownError):
                await peer.greet()
                while True:
                    left.acquire_nowait()
                    await peer.stream(EXCHANGE)
        await trio.sleep(1)


async def streams_for_ever(address: str, name: str, streams: int) -> None:
    """Open so many streams in all."""
    left = trio.Semaphore(streams)
    with contextlib.suppress(trio.WouldBlock, ExceptionGroup):
        async with trio.open_nursery() as nursery:
            for number in range(min(MAX_STREAMERS, streams // STREAMS_OF_ONE)):
                nursery.start_soon(stream_for_ever, address, name, number, left)
    sys.stdout.write(f"{streams - left.value} streams\n")
    sys.stdout.flush()


async def flood(address: str, name: str, *numbers: int) -> None:
    """Begin all three and go on until nothing more comes from the standard input."""
    silent, rate, streams, groups = numbers
    _, _, host, _, port, *_ = address.split("/")
    attack = Flood((host, int(port)), silent, groups)
    with many_addresses():
        async with trio.open_nursery() as nursery:
            await attack.fill()
            nursery.start_soon(attack.knock_for_ever, rate)
            nursery.start_soon(streams_for_ever, address, name, streams)
            sys.stdout.write("flooding\n")
            sys.stdout.flush()
            await trio.to_thread.run_sync(
                lambda: os.read(sys.stdin.fileno(), 1), abandon_on_cancel=True
            )
            nursery.cancel_scope.cancel()


if __name__ == "__main__":
    _address, _name, *_numbers = sys.argv[1:]
    trio.run(flood, _address, _name, *map(int, _numbers))
