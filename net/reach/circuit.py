"""A connection through a relay: a stream to the relay that carries the bytes of another handshake."""

import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import trio
from libp2p.abc import INetStream
from libp2p.connection_types import ConnectionType
from libp2p.io.abc import ReadWriteCloser
from libp2p.io.exceptions import ConnectionClosedError
from libp2p.network.connection.raw_connection import RawConnection

from net._vendor import Multiaddr
from net.limits import SHUTDOWN_SECONDS
from net.peer_ids import peer_text


class Pipe(ReadWriteCloser):
    """A stream that ends and breaks as a socket does; the layers above know no other way."""

    def __init__(self, stream: INetStream) -> None:
        self._stream = stream

    async def read(self, n: int | None = None) -> bytes:
        """Up to ``n`` bytes; raises ConnectionClosedError when the circuit is gone."""
        try:
            return await self._stream.read(n)
        except Exception as error:
            raise ConnectionClosedError("the circuit has ended") from error

    async def write(self, data: bytes) -> None:
        """All of ``data``; raises ConnectionClosedError when the circuit is gone."""
        try:
            await self._stream.write(data)
        except Exception as error:
            raise ConnectionClosedError("the circuit has ended") from error

    async def close(self) -> None:
        """Give the circuit back to the relay; cancelling does not stop that."""
        await reset(self._stream)

    def get_remote_address(self) -> tuple[str, int] | None:
        """None: the relay's address is not that of the peer."""
        return None


def relayed(
    stream: INetStream, relay: bytes, peer: bytes, *, initiator: bool
) -> RawConnection:
    """What the handshake with ``peer`` runs on."""
    text = f"/p2p/{peer_text(relay)}/p2p-circuit/p2p/{peer_text(peer)}"
    return RawConnection(
        Pipe(stream), initiator, ConnectionType.RELAYED, [Multiaddr(text)]
    )


@asynccontextmanager
async def answering(stream: INetStream) -> AsyncGenerator[None]:
    """Close the stream once all is said; reset it if anything goes wrong on the way.

    A reset after the answer would take the answer away from who has not read it yet.
    """
    try:
        yield
        await stream.close()
    except BaseException:
        await reset(stream)
        raise


async def reset(stream: INetStream) -> None:
    """End a stream at once; never raises, and cancelling does not stop it."""
    with (
        trio.move_on_after(SHUTDOWN_SECONDS, shield=True),
        contextlib.suppress(Exception),
    ):
        await stream.reset()
