"""Names of libp2p's packages that carry no type marks, imported in one place."""

from libp2p.peer.envelope import (  # pyright: ignore[reportMissingTypeStubs] - the package has no marker
    Envelope,
    consume_envelope,
)
from libp2p.peer.id import ID  # pyright: ignore[reportMissingTypeStubs] - the package has no marker
from libp2p.peer.peerdata import PeerData  # pyright: ignore[reportMissingTypeStubs] - the package has no marker
from libp2p.peer.peerinfo import PeerInfo  # pyright: ignore[reportMissingTypeStubs] - the package has no marker
from libp2p.peer.peerstore import (  # pyright: ignore[reportMissingTypeStubs] - the package has no marker
    PeerStore,
    PeerStoreError,
    create_signed_peer_record,
    env_to_send_in_RPC,
)
from multiaddr import Multiaddr  # pyright: ignore[reportMissingTypeStubs] - the package has no marker

__all__ = [
    "ID",
    "Envelope",
    "Multiaddr",
    "PeerData",
    "PeerInfo",
    "PeerStore",
    "PeerStoreError",
    "consume_envelope",
    "create_signed_peer_record",
    "env_to_send_in_RPC",
]
