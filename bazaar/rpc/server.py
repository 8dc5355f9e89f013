"""The door of the node: listens, greets, serves each client, spreads events."""

import logging
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import trio

from bazaar.rpc.coalescer import Coalescer
from bazaar.rpc.connection import Connection, Dispatch
from bazaar.rpc.greeting import StrangerError, greet
from bazaar.rpc.listener import address_of, is_of_user, loopback_listener, unix_listener
from bazaar.rpc.paths import announce, clear, socket_path

MAX_CLIENTS: Final = 32
"""Greeted and greeting together."""

FIRST_CLIENT_SECONDS: Final = 30.0
"""How long ``idle`` waits for the first client of all."""

log: Final = logging.getLogger(__name__)


class Server:
    """Serves the calls of clients that know ``token``.

    Attributes:
        clients: How many are greeted and connected now.
    """

    def __init__(self, dispatch: Dispatch, token: bytes) -> None:
        """``dispatch`` answers one call; what it raises is told to the client."""
        self.clients = 0
        self._dispatch = dispatch
        self._token = token
        self._user = os.getuid() if hasattr(os, "getuid") else 0
        self._guests = 0
        self._had_clients = False
        self._connections: set[Connection] = set()
        self._coalescer = Coalescer()
        self._wake = trio.Event()
        self._moved = trio.Event()

    async def serve(
        self,
        socket_path: Path | None,
        *,
        task_status: trio.TaskStatus[str] = trio.TASK_STATUS_IGNORED,
    ) -> None:
        """Listen at ``socket_path``, or on loopback without one; ends only by cancellation.

        Starts with its address. Raises OSError when it cannot listen. Cancelling hangs
        up on all clients and drops their open calls.
        """
        listener = (
            unix_listener(socket_path) if socket_path else await loopback_listener()
        )
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._spread)
            task_status.started(address_of(listener))
            await trio.serve_listeners(self._receive, [listener])

    def is_watched(self, topic: str) -> bool:
        """Whether any client wants to hear of ``topic``."""
        return any(connection.watches(topic) for connection in self._connections)

    def emit(self, topic: str, data: Mapping[str, Any] | None = None) -> None:
        """Tell all who watch ``topic``; only from the node's trio thread."""
        self._coalescer.add(topic, data or {})
        self._wake.set()

    async def idle(self, seconds: float) -> None:
        """Return when the last client has been gone for ``seconds``; cancel-safe.

        Before the first client it waits FIRST_CLIENT_SECONDS instead, when that is longer.
        """
        while True:
            moved = self._moved
            if self.clients:
                await moved.wait()
                continue
            with trio.move_on_after(self._patience(seconds)):
                await moved.wait()
                continue
            return

    def _patience(self, seconds: float) -> float:
        return seconds if self._had_clients else max(seconds, FIRST_CLIENT_SECONDS)

    async def _receive(self, stream: trio.SocketStream) -> None:
        async with stream:
            if self._guests == MAX_CLIENTS or not is_of_user(stream, self._user):
                log.warning("a client was turned away", extra={"guests": self._guests})
                return
            self._guests += 1
            try:
                await self._welcome(stream)
            except StrangerError as error:
                log.info("hung up", extra={"reason": str(error)})
            finally:
                self._guests -= 1

    async def _welcome(self, stream: trio.SocketStream) -> None:
        connection = Connection(
            stream, await greet(stream, self._token), self._dispatch
        )
        self._connections.add(connection)
        self._count()
        try:
            await connection.run()
        finally:
            self._connections.remove(connection)
            self._count()

    def _count(self) -> None:
        self.clients = len(self._connections)
        self._had_clients = True
        self._moved.set()
        self._moved = trio.Event()

    async def _spread(self) -> None:
        while True:
            await self._wake.wait()
            self._wake = trio.Event()
            while (wait := self._coalescer.wait(trio.current_time())) is not None:
                await trio.sleep(wait)
                for change in self._coalescer.take(trio.current_time()):
                    for connection in self._connections:
                        connection.tell(change, int(time.time()))


async def serve_home(
    server: Server,
    home: Path,
    *,
    task_status: trio.TaskStatus[str] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Serve at the place of ``home`` and announce it; the caller holds the home's lock.

    The token must be written before (``renew_token``). Starts with the address.
    Ends only by cancellation, and removes then what it left.
    """
    place = socket_path(home) if hasattr(trio.socket, "AF_UNIX") else None
    try:
        async with trio.open_nursery() as nursery:
            address = await nursery.start(server.serve, place)
            announce(home, address)
            task_status.started(address)
    finally:
        clear(home)
