"""One life of the DHT on a host: the library's parts, each behind a limit of ours.

It is not run as the library's service: that would walk for every bucket each ten
minutes and put old records again. ``net.dht.directory`` does what is needed of that.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any, Final, cast

import trio
from libp2p.abc import IHost, INetStream
from libp2p.kad_dht import peer_routing
from libp2p.kad_dht.kad_dht import DHTMode, KadDHT, get_connection_type
from libp2p.kad_dht.pb.kademlia_pb2 import Message
from libp2p.records.validator import NamespacedValidator

from net._patches import KAD_PROTOCOL, CrowdedError
from net._vendor import ID
from net.buckets import Buckets
from net.dht.head_records import NAMESPACE, HeadValidator
from net.dht.kad_stores import Providers, Values
from net.dht.kad_table import Routing, Table, Turns
from net.dht.one_request import OneRequest
from net.dht.silence import Silence
from net.gossip.heads import Heads
from net.limits import (
    KAD_ANSWER_BYTES,
    KAD_REQUESTS_BURST,
    KAD_REQUESTS_PER_SECOND,
    KAD_STREAM_SECONDS,
    MAX_KAD_STREAMS_PER_PEER,
    MAX_TOLD_ADDRESSES,
    TRACKED_PEERS,
)

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
        self.routing_table: Table = Table(host, self.silence)
        self.turns = Turns()
        self.peer_routing: Routing = Routing(host, self.routing_table, self.silence)
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

    def _add_closer_peers_to_response(
        self,
        response: Message,
        closest_peers: Sequence[ID],
        exclude_peer_id: ID | None = None,
    ) -> None:
        """Tell where nearer nodes are; the signed record comes with the nearest alone.

        The Noise handshake proves who they are, so twenty records prove nothing that a
        walk needs; who is looked for by its id is the nearest.
        """
        told = [peer for peer in closest_peers if peer != exclude_peer_id]
        for peer in told:
            row = response.closerPeers.add(
                id=peer.to_bytes(), connection=get_connection_type(self.host, peer)
            )
            addresses = self.routing_table.where(peer)[:MAX_TOLD_ADDRESSES]
            row.addrs.extend(address.to_bytes() for address in addresses)
        record = self.host.get_peerstore().get_peer_record(told[0]) if told else None
        if record is not None:
            response.closerPeers[0].signedRecord = record.marshal_envelope()

    def _refused(self, error: Exception) -> None:
        sender = _sender.get()
        if sender is not None:
            self._blame(sender, error)
