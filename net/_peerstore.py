"""C19: what the library remembers of where peers are is bounded, whoever says it.

It keeps 1,000 addresses of whatever a peer says of itself in identify, and any number in a
signed record, which comes with questions and answers of the DHT and with gossip; it
compares each with all before it, and remembers a thousand peers.
"""

from collections.abc import Sequence
from typing import Any, cast

from libp2p.abc import IPeerStore
from libp2p.host import basic_host
from libp2p.identity.identify.pb.identify_pb2 import Identify
from libp2p.identity.identify_push import identify_push

from net._vendor import ID, Envelope, Multiaddr, PeerData, PeerStore
from net.limits import (
    MAX_ADDRESSES_PER_PEER,
    MAX_PEER_RECORD_BYTES,
    MAX_PROTOCOLS_PER_PEER,
    MAX_REMEMBERED_ADDRESSES,
)


def apply() -> None:
    """Apply both cures; must be done once."""
    _bound_identify()
    _bound_records()


def _bound_identify() -> None:
    update = cast("Any", identify_push).update_peerstore_from_identify

    async def bounded(peerstore: IPeerStore, peer: ID, said: Identify) -> None:
        del said.listen_addrs[MAX_ADDRESSES_PER_PEER:]
        del said.protocols[MAX_PROTOCOLS_PER_PEER:]
        if len(said.signedPeerRecord) > MAX_PEER_RECORD_BYTES:
            said.ClearField("signedPeerRecord")
        await update(peerstore, peer, said)

    for module in (identify_push, basic_host):
        cast("Any", module).update_peerstore_from_identify = bounded


def _bound_records() -> None:
    consume, add = PeerStore.consume_peer_record, PeerData.add_addrs

    def consumed(self: PeerStore, envelope: Envelope, ttl: int) -> bool:
        if len(envelope.raw_payload) > MAX_PEER_RECORD_BYTES:
            return False
        return consume(self, envelope, ttl)

    def added(self: PeerData, addrs: Sequence[Multiaddr]) -> None:
        room = MAX_REMEMBERED_ADDRESSES - len(self.addrs)
        add(self, list(addrs)[: max(0, room)])

    PeerStore.consume_peer_record = consumed
    PeerData.add_addrs = added
