"""One life of the DHT on a host: the library's parts, each behind a limit of ours.

It is not run as the library's service: that would walk for every bucket each ten
minutes and put old records again. ``net.directory`` does what is needed of that.
"""

from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final, cast

import trio
from libp2p.abc import IHost, INetStream
from libp2p.kad_dht import peer_routing
from libp2p.kad_dht.kad_dht import DHTMode, KadDHT
from libp2p.records.validator import NamespacedValidator

from net._patches import KAD_PROTOCOL, CrowdedError
from net._vendor import ID
from net.buckets import Buckets
from net.frames import TooLargeError
from net.head_records import NAMESPACE, HeadValidator
from net.heads import Heads
from net.kad_stores import Providers, Values
from net.kad_table import Routing, Table, Turns
from net.limits import (
    KAD_ANSWER_BYTES,
    KAD_REQUEST_BYTES,
    KAD_REQUESTS_BURST,
    KAD_REQUESTS_PER_SECOND,
    KAD_STREAM_SECONDS,
    MAX_KAD_STREAMS_PER_PEER,
    TRACKED_PEERS,
)
from net.silence import Silence

Blame = Callable[[ID, Exception], None]

_sender: Final[ContextVar[ID | None]] = ContextVar("sender", default=None)


class Kad(KadDHT):
    """Serves and walks; what it refuses is blamed on the peer whose stream brought it."""

    def __init__(
        self, host: IHost, heads: Heads, blame: Blame, *, is_server: bool
    ) -> None:
        self._blame = blame
        validators = {NAMESPACE: HeadValidator(heads, self._refused)}
        super().__init__(
            host,
            DHTMode.SERVER if is_server else DHTMode.CLIENT,
            validator=NamespacedValidator(dict(validators), strict_validation=True),
            validator_changed=True,  # else the library adds namespaces of its own
            strict_validation=True,
        )
        cast("Any", peer_routing).MAX_DHT_MESSAGE_SIZE = KAD_ANSWER_BYTES
        self.silence = Silence()
        self.routing_table = Table(host, self.silence)
        self.turns = Turns()
        self.peer_routing = Routing(host, self.routing_table, self.silence, self.turns)
        self.value_store: Values = Values(host, _sender.get)
        self.provider_store: Providers = Providers(host, self.peer_routing)
        self._streams: Counter[ID] = Counter()
        self._rates = Buckets(
            KAD_REQUESTS_PER_SECOND, KAD_REQUESTS_BURST, TRACKED_PEERS
        )

    def turn(self, *, is_server: bool) -> bool:
        """Serve others or only ask; True if that is a change.

        The library's own switch empties the table of a node that becomes a client.
        """
        if (self.mode is DHTMode.SERVER) is is_server:
            return False
        self.mode = DHTMode.SERVER if is_server else DHTMode.CLIENT
        if is_server:
            self.host.set_stream_handler(KAD_PROTOCOL, self.handle_stream)
        else:
            self.host.remove_stream_handler(KAD_PROTOCOL)
        return True

    async def handle_stream(self, stream: INetStream) -> None:
        """Serve one request; cancelling leaves the stream to the library.

        Raises:
            CrowdedError: the peer asks too often, or too much at once.
        """
        peer = stream.muxed_conn.peer_id
        if self._streams[peer] >= MAX_KAD_STREAMS_PER_PEER:
            raise CrowdedError("too many DHT streams at once")
        if not self._rates.take(peer, trio.current_time()):
            raise CrowdedError("too many DHT requests")
        self._streams[peer] += 1
        token = _sender.set(peer)
        try:
            with trio.move_on_after(KAD_STREAM_SECONDS) as scope:
                await super().handle_stream(
                    cast("INetStream", OneRequest(stream, self._refused))
                )
            if scope.cancelled_caught:
                await stream.reset()
        finally:
            _sender.reset(token)
            self._streams[peer] -= 1
            if not self._streams[peer]:
                del self._streams[peer]

    def _refused(self, error: Exception) -> None:
        sender = _sender.get()
        if sender is not None:
            self._blame(sender, error)


class OneRequest:
    """A stream that carries one request of bounded size; whatever comes after it is refused."""

    def __init__(self, stream: INetStream, blame: Callable[[Exception], None]) -> None:
        self._stream = stream
        self._blame = blame
        self._left = KAD_REQUEST_BYTES
        self._is_answered = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    async def read(self, n: int | None = None) -> bytes:
        """As the stream's; raises TooLargeError or CrowdedError at the bound."""
        data = await self._stream.read(n)
        self._left -= len(data)
        error: Exception | None = None
        if self._left < 0:
            error = TooLargeError("a DHT request that is too long")
        elif data and self._is_answered:
            error = CrowdedError("a second DHT request on one stream")
        if error is not None:  # the library would swallow it
            self._blame(error)
            raise error
        return data

    async def write(self, data: bytes) -> None:
        """As the stream's."""
        self._is_answered = True
        await self._stream.write(data)
