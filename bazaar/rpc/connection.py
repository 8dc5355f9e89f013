"""One greeted client: its calls, each in a task of its own, and its events."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

import msgspec
import trio

from bazaar.rpc.blame import problem_of
from bazaar.rpc.coalescer import Change, EventQueue
from bazaar.rpc.deadlines import node_seconds
from bazaar.rpc.frames import ReplyFrame, Request, line
from bazaar.rpc.greeting import next_line
from bazaar.rpc.lines import LineError, Lines, check_nesting
from bazaar.rpc.problems import (
    INPUT,
    SUPERSEDED,
    TOO_LARGE,
    UNKNOWN_CALL,
    Problem,
)
from bazaar.rpc.schema.call import MAX_LINE_BYTES, Call, Done
from bazaar.rpc.schema.calls import CALLS
from bazaar.rpc.schema.node import Watch

MAX_CALLS: Final = 64
"""Calls of one client at work at once; a further one waits unread."""

SEND_SECONDS: Final = 30.0
"""A client that takes nothing for so long is dropped."""

SUPERSEDED_PROBLEM: Final = Problem(SUPERSEDED, "a newer call of yours took its place")

Dispatch = Callable[[Call], Awaitable[object]]

_NO_CLIENT_OF_OURS: Final = (
    LineError,
    msgspec.DecodeError,
    UnicodeDecodeError,
    RecursionError,
)
_requests: Final = msgspec.json.Decoder(Request)
_types: Final = {
    call.__struct_config__.tag: msgspec.json.Decoder(call) for call in CALLS
}


class _Named(msgspec.Struct, frozen=True):
    type: str


_names: Final = msgspec.json.Decoder(_Named)


class Connection:
    """Serves one client until it hangs up, breaks a bound or takes nothing any more."""

    def __init__(
        self, stream: trio.SocketStream, lines: Lines, dispatch: Dispatch
    ) -> None:
        self._stream = stream
        self._lines = lines
        self._dispatch = dispatch
        self._sending = trio.Lock()
        self._calls = trio.Semaphore(MAX_CALLS)
        self._topics: frozenset[str] | None = None
        self._events = EventQueue()
        self._wake = trio.Event()
        self._whole = trio.CancelScope()
        self._live: dict[type[Call], trio.CancelScope] = {}

    def watches(self, topic: str) -> bool:
        """Whether this client asked for ``topic``."""
        return self._topics is not None and (not self._topics or topic in self._topics)

    def tell(self, change: Change, at: int) -> None:
        """Queue an event when this client watches its topic."""
        if self.watches(change.topic):
            self._events.put(change, at)
            self._wake.set()

    async def run(self) -> None:
        """Serve; returns when the client has gone. Cancelling drops its open calls."""
        with self._whole:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._send_events)
                with suppress(*_NO_CLIENT_OF_OURS, trio.BrokenResourceError):
                    await self._read(nursery)
                self._whole.cancel()

    async def _read(self, nursery: trio.Nursery) -> None:
        while (text := await next_line(self._stream, self._lines)) is not None:
            check_nesting(text)
            request = _requests.decode(text)
            await self._calls.acquire()
            nursery.start_soon(self._serve, request)

    async def _serve(self, request: Request) -> None:
        try:
            await self._send(await self._reply(request))
        finally:
            self._calls.release()

    async def _reply(self, request: Request) -> bytes:
        call = _call(request.call)
        if isinstance(call, Problem):
            return line(ReplyFrame(request.id, error=call))
        result: msgspec.Raw | None = None
        try:
            with trio.fail_after(node_seconds(call)), self._scope(call):
                result = msgspec.Raw(msgspec.json.encode(await self._result(call)))
        except Exception as error:  # noqa: BLE001 - a border: one failed call stops nothing else
            return line(ReplyFrame(request.id, error=problem_of(error)))
        if result is None:
            return line(ReplyFrame(request.id, error=SUPERSEDED_PROBLEM))
        reply = line(ReplyFrame(request.id, result))
        if len(reply) > MAX_LINE_BYTES:
            return line(
                ReplyFrame(request.id, error=Problem(TOO_LARGE, "ask for less at once"))
            )
        return reply

    def _scope(self, call: Call) -> trio.CancelScope:
        """Where ``call`` is at work; a newer live call of the same type ends the one before."""
        scope = trio.CancelScope()
        if getattr(call, "live", False):
            before, self._live[type(call)] = self._live.get(type(call)), scope
            if before is not None:
                before.cancel()
        return scope

    async def _result(self, call: Call) -> object:
        if isinstance(call, Watch):
            self._topics = frozenset(call.topics)
            return Done()
        return await self._dispatch(call)

    async def _send_events(self) -> None:
        while True:
            await self._wake.wait()
            self._wake = trio.Event()
            while (frame := self._events.take()) is not None:
                await self._send(line(frame))

    async def _send(self, data: bytes) -> None:
        try:
            async with self._sending:
                with trio.fail_after(SEND_SECONDS):
                    await self._stream.send_all(data)
        except (trio.BrokenResourceError, trio.TooSlowError):
            self._whole.cancel()


def _call(raw: msgspec.Raw) -> Call | Problem:
    try:
        name = _names.decode(raw).type
        decoder: msgspec.json.Decoder[Any] | None = _types.get(name)
        if decoder is None:
            return Problem(UNKNOWN_CALL, f"this node knows no call {name!r}")
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Problem(INPUT, str(error))
