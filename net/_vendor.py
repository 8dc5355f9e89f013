"""Names of libp2p's packages that carry no type marks, imported in one place."""

from libp2p.peer.id import ID  # pyright: ignore[reportMissingTypeStubs] - the package has no marker
from multiaddr import Multiaddr  # pyright: ignore[reportMissingTypeStubs] - the package has no marker

__all__ = ["ID", "Multiaddr"]
