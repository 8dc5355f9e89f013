"""The network as the app sees it: requests to peers by key, and serving theirs."""

import contextlib
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar, cast
from weakref import WeakValueDictionary

import trio
from libp2p.io.exceptions import IOException

from bazaar.app.ports import Connected, Handler
from bazaar.domain.errors import (
    BazaarError,
    InputError,
    MalformedMessageError,
    PeerError,
    PeerUnreachableError,
    RefusedError,
    ReplyCode,
)
from net import frames, hello, refusals
from net.addresses import Source
from net.buckets import Buckets
from net.counters import Counters
from net.dial import Dialer
from net.errors import ListenError
from net.frames import (
    ANSWER,
    ANSWER_BYTES,
    REFUSAL,
    REQUEST_BYTES,
    Frame,
    FrameType,
    Stream,
)
from net.host import Attachment, Host
from net.inbox import Inbox
from net.limits import (
    CONTENT_SECONDS,
    EXCHANGE_SECONDS,
    MAX_REQUESTS_PER_PEER,
    OWN_REQUESTS_BURST,
    OWN_REQUESTS_PER_SECOND,
    REFUSAL_SECONDS,
    TRACKED_PEERS,
)
from net.peerbook import PeerBook
from net.rules import NetworkRules
from net.standing import Standing

log = logging.getLogger(__name__)

EXCHANGE_PROTOCOL: Final = "/bazaar/exchange/1.0.0"

Gate = TypeVar("Gate", trio.Lock, trio.Semaphore)


class Libp2pNetwork:
    """One node's network, to be run by one task; fits ``bazaar.app.ports.Exchange``.

    Attributes:
        host: The libp2p host below, for the DHT, gossip and the local network.
        standing: Breaches and bans.
        book: Known peers; the store loads and dumps it.
    """

    def __init__(
        self, seed: bytes, network: bytes, listen: Sequence[str], rules: NetworkRules
    ) -> None:
        """Build it; nothing is opened.

        Args:
            seed: 32-byte Ed25519 seed of the identity; never written anywhere.
            network: 32-byte id of the network.
            listen: Addresses such as ``/ip4/0.0.0.0/tcp/0``.
            rules: What differs between public and local networks.
        """
        self._network = network
        self._counters = Counters()
        self.host = Host(seed, listen, rules, self._counters)
        self.standing = Standing(self.host, rules, self._counters)
        self.book = PeerBook(rules)
        self._dialer = Dialer(self.host, self.book, self.standing, rules)
        self._inbox = Inbox(network, self.standing, self._tell)
        self._inbox.reserved = lambda key: key in self.host.admission.reserved
        self._own_rates = Buckets(
            OWN_REQUESTS_PER_SECOND, OWN_REQUESTS_BURST, TRACKED_PEERS
        )
        self._places: WeakValueDictionary[bytes, trio.Semaphore] = WeakValueDictionary()
        self._greetings: WeakValueDictionary[bytes, trio.Lock] = WeakValueDictionary()
        self._callbacks: list[Callable[[bytes], None]] = []
        self._told: set[bytes] = set()
        self._arrivals, self._to_greet = trio.open_memory_channel[bytes](TRACKED_PEERS)
        self.host.handle(EXCHANGE_PROTOCOL, self._inbox.handle)
        self.host.notices.on_connected(self._arrived)
        self.host.notices.on_disconnected(self._left)

    async def run(
        self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED
    ) -> None:
        """Run the host, supervised; ready when it listens. Ends by cancellation.

        Cancelling closes every connection.

        Raises:
            ListenError: an address could not be listened on.
            InputError: an address is no TCP multiaddr.
        """
        failure: ListenError | InputError | None = None
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self.standing.run)
            nursery.start_soon(self._greet_arrivals, nursery)
            try:
                await self.host.run(task_status=task_status)
            except (ListenError, InputError) as error:
                failure = error
                nursery.cancel_scope.cancel()
        if failure is not None:
            raise failure

    def attach(self, attachment: Attachment) -> None:
        """Run a service of the host (DHT, gossip) in each of its lives; before ``run``."""
        self.host.attach(attachment)

    def serve(self, type: int, handler: Handler) -> None:  # noqa: A002 - the port's word
        """Answer requests of a frame type; to be called before ``run``.

        The handler gets only requests of peers whose hello matched. It returns the
        body of the answer, or raises a ``RefusedError`` whose code is sent, or a
        ``PeerError`` which is also counted against the peer.

        Raises:
            ValueError: the type is served already, or is the hello.
        """
        self._inbox.serve(type, handler)

    def on_connected(self, callback: Callable[[bytes], None]) -> None:
        """Call ``callback`` with the key of each peer whose hello matched."""
        self._callbacks.append(callback)

    def reserve(self, keys: Iterable[bytes]) -> None:
        """Keep slots and rate for these keys: parties, seats, mailboxes, anchors."""
        self.host.admission.reserved = frozenset(keys)

    async def request(
        self,
        peer: bytes,
        type: int,  # noqa: A002 - the port's word
        body: bytes,
        *,
        addresses: Sequence[str] = (),
    ) -> bytes:
        """Ask a peer, connecting and greeting first if need be; returns the answer's body.

        Cancelling resets the stream; the peer may or may not have acted.

        Raises:
            PeerUnreachableError: no connection, or no answer in 10 s (content: 30 s).
            RefusedError: the peer refused, in its own words' code.
            PeerError: the answer is malformed; it was counted against the peer.
            NetworkDownError: the host is being restarted.
        """
        await self._dialer.reach(peer, addresses)
        await self._greet(peer)
        try:
            return await self._ask(peer, type, body)
        except RefusedError as error:
            if error.code is not ReplyCode.WRONG_NETWORK:
                raise
        self._inbox.forget(peer)  # the peer was restarted and has forgotten our hello
        await self._greet(peer)
        return await self._ask(peer, type, body)

    async def connect(self, address: str) -> bytes:
        """Connect to an address of the user and greet; returns the key of the peer.

        Cancelling may leave the connection open.

        Raises:
            InputError: not a multiaddr that ends in ``/p2p/`` and a peer id.
            PeerUnreachableError: nobody answered there, or no node of ours.
            RefusedError: WRONG_NETWORK or UNKNOWN_VERSION; the peer was disconnected.
            PeerError: the hello is malformed.
        """
        key = await self._dialer.connect(address)
        await self._greet(key)
        return key

    async def disconnect(self, peer: bytes) -> None:
        """Close every connection to the peer; cancelling leaves some to the library."""
        await self.host.disconnect(peer)

    def peers(self) -> list[Connected]:
        """Connected peers whose hello matched."""
        return [row for row in self.host.peers() if row.key in self._inbox.greeted]

    def addresses(self) -> list[str]:
        """Addresses listened on, each ending in ``/p2p/`` and the own peer id."""
        return self.host.addresses()

    def learn(self, peer: bytes, addresses: Sequence[str]) -> None:
        """Remember addresses from a verified record of the peer; the dial rules apply."""
        self.book.learn(peer, addresses, Source.PEER, peer)

    def counters(self) -> dict[str, int]:
        """How often each limit was met, and what is open now."""
        now = {
            "connections.inbound": self.host.admission.inbound(),
            "connections.peers": len(self.host.peers()),
            "handshakes.pending": self.host.admission.pending(),
            "peerbook.peers": len(self.book),
            "score.banned_now": self.standing.banned(),
        }
        return self._counters.shown() | now

    def _tell(self, peer: bytes) -> None:
        if peer in self._told:
            return
        self._told.add(peer)
        for callback in self._callbacks:
            callback(peer)

    def _left(self, peer: bytes) -> None:
        self._inbox.forget(peer)
        self._told.discard(peer)

    def _arrived(self, peer: bytes) -> None:
        with contextlib.suppress(trio.WouldBlock):
            self._arrivals.send_nowait(peer)

    async def _greet_arrivals(self, nursery: trio.Nursery) -> None:
        """Greet whom we dialled, whichever part of the library did it; the others greet us."""
        async for peer in self._to_greet:
            if self.host.is_outbound(peer):
                nursery.start_soon(self._greet_quietly, peer)

    async def _greet_quietly(self, peer: bytes) -> None:
        try:
            await self._greet(peer)
        except BazaarError as error:
            log.info("no hello from a peer", extra={"error": repr(error)})

    async def _greet(self, peer: bytes) -> None:
        async with _shared(self._greetings, peer, trio.Lock):
            if peer in self._inbox.greeted:
                return
            try:
                answer = await self._ask(
                    peer, FrameType.HELLO, hello.own(self._network)
                )
                hello.check(answer, self._network)
            except RefusedError:
                self.standing.send_away(peer)
                raise
            self._inbox.greeted.add(peer)
        self._tell(peer)

    async def _ask(self, peer: bytes, frame_type: int, body: bytes) -> bytes:
        frame = frames.encode(frame_type, body, REQUEST_BYTES)
        seconds = (
            CONTENT_SECONDS if frame_type == FrameType.BLOB_GET else EXCHANGE_SECONDS
        )
        async with _shared(self._places, peer, _place):
            try:
                with trio.fail_after(seconds):
                    await self._wait_turn(peer)
                    stream = await self.host.open_stream(peer, EXCHANGE_PROTOCOL)
                    return _answered(
                        frame_type, await _spoken(cast("Stream", stream), frame)
                    )
            except (IOException, EOFError, OSError, trio.TooSlowError) as error:
                raise PeerUnreachableError("the peer did not answer") from error
            except PeerError as error:
                self.standing.blame(peer, error)
                raise

    async def _wait_turn(self, peer: bytes) -> None:
        """Stay below the rate at which the peer would refuse us."""
        await trio.sleep(self._own_rates.of(peer).book(trio.current_time()))


async def _spoken(stream: Stream, frame: bytes) -> Frame:
    """Send one frame, half-close, read one frame."""
    is_done = False
    try:
        await stream.write(frame)
        await stream.close_write()
        length, frame_type = await frames.read_head(stream, ANSWER_BYTES)
        body = await frames.read_body(stream, length)
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
