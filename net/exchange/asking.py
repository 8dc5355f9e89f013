"""The asking side of the exchange: greet once, then one frame out and one frame in."""

import contextlib
import logging
from collections.abc import Callable
from typing import Final, TypeVar, cast
from weakref import WeakValueDictionary

import trio

from bazaar.domain.errors import (
    BazaarError,
    MalformedMessageError,
    PeerError,
    PeerUnreachableError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.exchange.request_types import RequestType
from net.buckets import Buckets
from net.exchange import frames, hello, refusals
from net.exchange.frames import (
    ANSWER,
    ANSWER_BYTES,
    REFUSAL,
    REQUEST_BYTES,
    Frame,
    Stream,
)
from net.exchange.inbox import Inbox
from net.exchange.pace import Paced
from net.exchange.presence import is_there
from net.host import Host
from net.limits import (
    CONTENT_SECONDS,
    EXCHANGE_SECONDS,
    MAX_REQUESTS_PER_PEER,
    OWN_REQUESTS_BURST,
    OWN_REQUESTS_PER_SECOND,
    REFUSAL_SECONDS,
    TRACKED_PEERS,
)
from net.standing import Standing

log = logging.getLogger(__name__)

EXCHANGE_PROTOCOL: Final = "/bazaar/exchange/1.0.0"

Gate = TypeVar("Gate", trio.Lock, trio.Semaphore)


class Asker:
    """Asks connected peers; the first question to each is always the hello."""

    def __init__(
        self,
        host: Host,
        inbox: Inbox,
        standing: Standing,
        greeting: Callable[[bytes], None],
    ) -> None:
        self._host = host
        self._inbox = inbox
        self._standing = standing
        self._greeting = greeting
        self._rates = Buckets(
            OWN_REQUESTS_PER_SECOND, OWN_REQUESTS_BURST, TRACKED_PEERS
        )
        self._places: WeakValueDictionary[bytes, trio.Semaphore] = WeakValueDictionary()
        self._greetings: WeakValueDictionary[bytes, trio.Lock] = WeakValueDictionary()
        self._arrivals, self._to_greet = trio.open_memory_channel[bytes](TRACKED_PEERS)
        self._silent, self._to_ping = trio.open_memory_channel[bytes](TRACKED_PEERS)

    async def run(self) -> None:
        """Greet new peers and look after silent ones; ends by cancellation."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._ping_the_silent)
            async for peer in self._to_greet:
                if self._host.is_outbound(peer):  # the others greet us
                    nursery.start_soon(self._greet_quietly, peer)

    def arrived(self, peer: bytes) -> None:
        """Greet the peer soon, if it was we who dialled, in whichever way."""
        with contextlib.suppress(trio.WouldBlock):
            self._arrivals.send_nowait(peer)

    async def ask(self, peer: bytes, frame_type: int, body: bytes) -> bytes:
        """Ask a connected peer, greeting it first if need be; returns the answer's body.

        Cancelling resets the stream; the peer may or may not have acted.

        Raises:
            PeerUnreachableError: not connected, or no answer in time.
            RefusedError: the peer refused.
            PeerError: the answer is malformed; it was counted against the peer.
            NetworkDownError: the host is being restarted.
        """
        await self.greet(peer)
        try:
            return await self._once(peer, frame_type, body)
        except RefusedError as error:
            if error.code is not ReplyCode.WRONG_NETWORK:
                raise
        self._inbox.forget(peer)  # the peer was restarted and has forgotten our hello
        await self.greet(peer)
        return await self._once(peer, frame_type, body)

    async def greet(self, peer: bytes) -> None:
        """Exchange hellos, unless that was done; raises what ``ask`` does.

        A peer of another network is disconnected.
        """
        async with _shared(self._greetings, peer, trio.Lock):
            if peer in self._inbox.greeted:
                return
            try:
                answer = await self._once(peer, RequestType.HELLO, self._inbox.hello())
                hello.check(answer, self._inbox.network)
            except RefusedError:
                self._standing.send_away(peer)
                raise
            self._inbox.greeted.add(peer)
        self._greeting(peer)

    async def _greet_quietly(self, peer: bytes) -> None:
        try:
            await self.greet(peer)
        except BazaarError as error:
            log.info("no hello from a peer", extra={"error": repr(error)})

    async def _once(self, peer: bytes, frame_type: int, body: bytes) -> bytes:
        frame = frames.encode(frame_type, body, REQUEST_BYTES)
        seconds = (
            CONTENT_SECONDS if frame_type == RequestType.BLOB_GET else EXCHANGE_SECONDS
        )
        async with _shared(self._places, peer, _place):
            # below the rate at which the peer would refuse us
            await trio.sleep(self._rates.of(peer).book(trio.current_time()))
            try:
                with trio.fail_after(seconds) as scope:
                    stream = await self._host.open_stream(peer, EXCHANGE_PROTOCOL)
                    is_content = frame_type == RequestType.BLOB_GET
                    return _answered(
                        frame_type,
                        await _spoken(
                            cast("Stream", stream), frame, scope if is_content else None
                        ),
                    )
            except PeerError as error:
                self._standing.blame(peer, error)
                raise
            except BazaarError:
                raise
            except Exception as error:
                self._suspect(peer, error)
                raise PeerUnreachableError("the peer did not answer") from error

    def _suspect(self, peer: bytes, error: Exception) -> None:
        if isinstance(error, trio.TooSlowError):
            self._standing.counters.add("asking.timeouts")
            with contextlib.suppress(trio.WouldBlock):
                self._silent.send_nowait(peer)

    async def _ping_the_silent(self) -> None:
        """Disconnect who let a request time out and answers no ping either."""
        async for peer in self._to_ping:
            if not await is_there(self._host, peer):
                self._standing.counters.add("asking.vanished")
                self._standing.send_away(peer)


async def _spoken(
    stream: Stream, frame: bytes, scope: trio.CancelScope | None
) -> Frame:
    """Send one frame, half-close, read one frame; what comes in time puts ``scope`` off."""
    is_done = False
    reader = stream if scope is None else Paced(stream, scope)
    try:
        await stream.write(frame)
        await stream.close_write()
        length, frame_type = await frames.read_head(reader, ANSWER_BYTES)
        body = await frames.read_body(reader, length)
        await stream.close()
        is_done = True
        return Frame(frame_type, body)
    finally:
        if not is_done:
            with trio.move_on_after(REFUSAL_SECONDS, shield=True):
                await stream.reset()


def _answered(asked: int, answer: Frame) -> bytes:
    if answer.type == REFUSAL:
        raise refusals.decode(answer.body)
    if answer.type != ANSWER + asked:
        raise MalformedMessageError(f"frame type {answer.type} answers {asked}")
    return answer.body


def _place() -> trio.Semaphore:
    return trio.Semaphore(MAX_REQUESTS_PER_PEER)


def _shared(
    held: WeakValueDictionary[bytes, Gate], key: bytes, make: Callable[[], Gate]
) -> Gate:
    """The lock or semaphore of ``key``, one object for as long as anybody uses it."""
    gate = held.get(key) or make()
    held[key] = gate
    return gate
