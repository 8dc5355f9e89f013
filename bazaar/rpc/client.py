"""The blocking client of the local door, for the terminal and for tests."""

import socket
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from bazaar.rpc.deadlines import client_seconds
from bazaar.rpc.paths import TCP_PREFIX, read_door, read_token
from bazaar.rpc.problems import CallError, NodeGoneError
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.node import Event, Watch
from bazaar.rpc.session import Reply, Session

GREETING_SECONDS: Final = 5.0
SEND_SECONDS: Final = 30.0
_CHUNK_BYTES: Final = 65_536


class Client:
    """One authenticated connection; for one thread at a time."""

    def __init__(self, connection: socket.socket, token: bytes) -> None:
        """Greet the node over ``connection``, which the client closes from now on.

        Raises NodeGoneError, ImpostorError, VersionSkewError or GarbledError.
        """
        self._socket = connection
        self._session = Session(token)
        self._events: deque[Event] = deque()
        try:
            self._greet()
        except BaseException:
            connection.close()
            raise

    def call(self, call: Call, heard: Callable[[Event], None] | None = None) -> Any:
        """Ask and wait for the answer, of the type that CALLS names for ``call``.

        ``heard`` is told meanwhile of events that are watched for. Raises CallError when the node refuses, NodeGoneError when it does not answer
        in ``client_seconds``; what it did then is unknown until asked again.
        """
        asked = self._session.ask(call)
        end = time.monotonic() + client_seconds(call)
        self._send(asked.send)
        while True:
            replies = self._receive(end)
            while heard is not None and self._events:
                heard(self._events.popleft())
            for reply in replies:
                if reply.id == asked.id:
                    return _answer(reply)

    def events(self, topics: Sequence[str] = ()) -> Iterator[Event]:
        """Watch ``topics`` (none: all) from now on; ends with NodeGoneError."""
        self.watch(topics)
        return self._heard()

    def watch(self, topics: Sequence[str] = ()) -> None:
        """Subscribe to ``topics`` (none: all) for ``next_event``."""
        self.call(Watch(topics=tuple(topics)))

    def next_event(self, seconds: float) -> Event | None:
        """The next event watched for, or None when none came in time.

        Raises NodeGoneError when the node hung up.
        """
        end = time.monotonic() + seconds
        while not self._events:
            try:
                self._receive(end)
            except NodeGoneError as error:
                if isinstance(error.__cause__, TimeoutError):
                    return None
                raise
        return self._events.popleft()

    def close(self) -> None:
        """Hang up; the node cancels what this client still waits for."""
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _heard(self) -> Iterator[Event]:
        while True:
            while self._events:
                yield self._events.popleft()
            self._receive(None)

    def _greet(self) -> None:
        end = time.monotonic() + GREETING_SECONDS
        self._send(self._session.start())
        while self._session.welcome is None:
            self._receive(end)

    def _send(self, data: bytes) -> None:
        try:
            self._socket.settimeout(SEND_SECONDS)
            self._socket.sendall(data)
        except OSError as error:
            raise NodeGoneError(f"the node has gone: {error}") from error

    def _receive(self, end: float | None) -> tuple[Reply, ...]:
        try:
            self._socket.settimeout(
                None if end is None else max(end - time.monotonic(), 0.001)
            )
            data = self._socket.recv(_CHUNK_BYTES)
        except OSError as error:
            raise NodeGoneError(f"the node does not answer: {error}") from error
        if not data:
            raise NodeGoneError("the node has hung up")
        got = self._session.receive(data)
        if got.send:
            self._send(got.send)
        self._events.extend(got.events)
        return got.replies


def connect(home: Path) -> Client:
    """Connect to the node of ``home``. Raises RpcError: see ``Client``."""
    door = read_door(home)
    if door is None:
        raise NodeGoneError(f"no node runs in {home}")
    try:
        return Client(_dial(door.socket), read_token(home))
    except (OSError, ValueError) as error:
        raise NodeGoneError(f"no node answers in {home}: {error}") from error


def _dial(address: str) -> socket.socket:
    if address.startswith(TCP_PREFIX):
        host, _, port = address.removeprefix(TCP_PREFIX).rpartition(":")
        return socket.create_connection((host, int(port)), timeout=GREETING_SECONDS)
    plain = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        plain.settimeout(GREETING_SECONDS)
        plain.connect(address)
    except BaseException:
        plain.close()
        raise
    return plain


def _answer(reply: Reply) -> Any:
    if reply.problem is not None:
        raise CallError(reply.problem)
    return reply.answer
