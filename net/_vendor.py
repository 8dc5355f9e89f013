"""Names of libp2p's packages that carry no type marks, imported in one place."""

from libp2p.peer.id import ID  # pyright: ignore[reportMissingTypeStubs] - the package has no marker
from libp2p.peer.peerinfo import PeerInfo  # pyright: ignore[reportMissingTypeStubs] - the package has no marker
from libp2p.peer.peerstore import (  # pyright: ignore[reportMissingTypeStubs] - the package has no marker
    PeerStoreError,
    env_to_send_in_RPC,
)
from multiaddr import Multiaddr  # pyright: ignore[reportMissingTypeStubs] - the package has no marker

__all__ = ["ID", "Multiaddr", "PeerInfo", "PeerStoreError", "env_to_send_in_RPC"]
