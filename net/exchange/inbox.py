"""Inbound requests: who may ask, how often, how long; one frame in, one frame out."""

import logging
from collections.abc import Callable
from typing import Any, cast
from weakref import WeakValueDictionary

import trio
from libp2p.abc import INetStream
from libp2p.io.exceptions import IOException

from bazaar.app.ports import Handler, Request, Screen
from bazaar.domain.errors import PeerError, RefusedError, ReplyCode
from bazaar.domain.exchange.request_types import RequestType
from net._patches import cut
from net.exchange import frames, hello, pace, refusals
from net.exchange.frames import ANSWER, ANSWER_BYTES, REFUSAL, REQUEST_BYTES, Stream
from net.exchange.rates import Rates
from net.limits import (
    CONTENT_SECONDS,
    DRAIN_BYTES,
    EXCHANGE_SECONDS,
    FIRST_BYTE_SECONDS,
    MAX_REQUESTS,
    MAX_REQUESTS_PER_PEER,
    REFUSAL_SECONDS,
    RESERVED_REQUESTS,
)
from net.peer_ids import key_of
from net.score import Breach
from net.standing import Standing

log = logging.getLogger(__name__)


class Inbox:
    """Serves the exchange protocol; nothing a peer sends makes ``handle`` raise.

    Attributes:
        network: Id of the network that callers must be in.
        greeted: Keys of connected peers whose hello matched ours.
        policy: Raises RefusedError for a peer and type that the user wants refused.
        reserved: Whether a key is a party of an open trade, and no stranger.
    """

    def __init__(
        self, network: bytes, standing: Standing, greeting: Callable[[bytes], None]
    ) -> None:
        self.network = network
        self._standing = standing
        self._counters = standing.counters
        self._greeting = greeting
        self._handlers: dict[int, Handler] = {}
        self._screens: dict[int, Screen] = {}
        self._rates = Rates()
        self._free = MAX_REQUESTS
        self._places: WeakValueDictionary[bytes, trio.Semaphore] = WeakValueDictionary()
        self.greeted: set[bytes] = set()
        self.policy: Callable[[bytes, int], None] = _no_policy
        self.reserved: Callable[[bytes], bool] = _nobody

    def serve(
        self, frame_type: int, handler: Handler, screen: Screen | None = None
    ) -> None:
        """Answer requests of a type; one handler for each type.

        ``screen`` sees the start of each and may refuse it before the rest is read.

        Raises:
            ValueError: the type is served already, or is the hello.
        """
        if frame_type in self._handlers or frame_type == RequestType.HELLO:
            raise ValueError(f"frame type {frame_type} is served already")
        self._handlers[frame_type] = handler
        if screen is not None:
            self._screens[frame_type] = screen

    async def handle(self, stream: INetStream) -> None:
        """Serve ``stream``, then close or reset it. Never raises but ``Cancelled``.

        Cancelling it resets nothing and may have run the handler: the peer asks again.
        """
        peer = key_of(stream.muxed_conn.peer_id)
        places = self._free if self.reserved(peer) else self._free - RESERVED_REQUESTS
        if places <= 0 or not self._standing.welcomes(peer):
            self._counters.add("inbox.full")
            await cut(stream)
            return
        self._free -= 1
        try:
            async with self._place(peer):
                await self._exchange(peer, stream)
        except (PeerError, trio.TooSlowError, IOException, EOFError, OSError) as error:
            self._counters.add("inbox.resets")
            self._standing.blame(peer, error)
            await cut(stream)
        finally:
            self._free += 1

    def hello(self) -> bytes:
        """This node's own hello, as bytes."""
        return hello.own(self.network)

    def forget(self, peer: bytes) -> None:
        """The peer is gone; it has to greet again."""
        self.greeted.discard(peer)

    def _place(self, peer: bytes) -> trio.Semaphore:
        place = self._places.get(peer) or trio.Semaphore(MAX_REQUESTS_PER_PEER)
        self._places[peer] = place
        return place

    async def _exchange(self, peer: bytes, stream: INetStream) -> None:
        self._counters.add("inbox.requests")
        frame, is_hello = await self._outcome(peer, stream)
        await pace.write(cast("Stream", stream), frame)
        await _drain(stream)
        if is_hello:
            await self._met(peer, stream)

    async def _outcome(self, peer: bytes, stream: INetStream) -> tuple[bytes, bool]:
        """The frame to answer with, whatever was asked, and whether that was a hello."""
        is_hello = False
        try:
            request, deadline = await self._read(peer, stream)
            is_hello = request.type == RequestType.HELLO
            return await self._answer(request, deadline), is_hello
        except RefusedError as error:
            self._counters.add(f"inbox.refused_{error.code.name.lower()}")
            body = refusals.encode(error)
        except PeerError as error:
            self._standing.blame(peer, error)
            body = refusals.encode_code(error.code)
        return frames.encode(REFUSAL, body, ANSWER_BYTES), is_hello

    async def _met(self, peer: bytes, stream: INetStream) -> None:
        """Tell of a peer whose hello matched; send any other away once it read why."""
        if peer in self.greeted:
            self._greeting(peer)
            return
        with trio.move_on_after(REFUSAL_SECONDS):
            await cast("Any", stream.muxed_conn).event_closed.wait()
        self._standing.send_away(peer)

    async def _read(self, peer: bytes, stream: INetStream) -> tuple[Request, float]:
        deadline = trio.current_time() + EXCHANGE_SECONDS
        with trio.fail_after(FIRST_BYTE_SECONDS):
            head = await frames.read_head(stream, REQUEST_BYTES)
        length, frame_type = head
        self._check_rate(peer, head)
        if frame_type != RequestType.HELLO and peer not in self.greeted:
            raise RefusedError(ReplyCode.WRONG_NETWORK)
        if frame_type != RequestType.HELLO:
            self.policy(peer, frame_type)
        if frame_type == RequestType.BLOB_GET:
            deadline += CONTENT_SECONDS - EXCHANGE_SECONDS
        with trio.fail_at(deadline):
            start = await self._screened(peer, stream, head)
            body = await frames.read_body(stream, length, start)
            return Request(peer, frame_type, body), deadline

    async def _screened(
        self, peer: bytes, stream: INetStream, head: tuple[int, int]
    ) -> bytes:
        length, frame_type = head
        screen = self._screens.get(frame_type)
        if screen is None:
            return b""
        start = await frames.read_start(stream, length, screen.size)
        screen.check(Request(peer, frame_type, start), length)
        return start

    def _check_rate(self, peer: bytes, head: tuple[int, int]) -> None:
        is_stranger = not self.reserved(peer)
        try:
            self._rates.check(peer, head, trio.current_time(), is_stranger=is_stranger)
        except RefusedError:
            self._standing.breach(peer, Breach.TOO_FAST)
            raise

    async def _answer(self, request: Request, deadline: float) -> bytes:
        if request.type == RequestType.HELLO:
            return self._greet(request)
        handler = self._handlers.get(request.type)
        if handler is None:
            raise RefusedError(ReplyCode.UNKNOWN_VERSION)
        try:
            with trio.fail_at(deadline):
                body = await handler(request)
            return frames.encode(ANSWER + request.type, body, ANSWER_BYTES)
        except (RefusedError, PeerError):
            raise
        except Exception as error:
            self._counters.add("inbox.handler_errors")
            log.exception("a handler failed", extra={"type": request.type})
            raise RefusedError(ReplyCode.BUSY, retry_after_seconds=60) from error

    def _greet(self, request: Request) -> bytes:
        self.greeted.discard(request.peer)
        hello.check(request.body, self.network)
        self.greeted.add(request.peer)
        return frames.encode(ANSWER + RequestType.HELLO, self.hello(), ANSWER_BYTES)


async def _drain(stream: INetStream) -> None:
    """Wait for the peer to close its side; one that keeps talking is cut off."""
    with trio.move_on_after(REFUSAL_SECONDS):
        try:
            while await stream.read(DRAIN_BYTES):
                pass
        except EOFError:
            await stream.close()
            return
    await cut(stream)


def _no_policy(key: bytes, frame_type: int) -> None:
    del key, frame_type


def _nobody(key: bytes) -> bool:
    del key
    return False
