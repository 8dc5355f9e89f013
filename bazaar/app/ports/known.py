"""What a node remembers of other nodes' addresses from one start to the next."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol


class KnownAddress(NamedTuple):
    """One address of one peer; times are wall seconds.

    Attributes:
        source: ``user``, ``lan`` or ``peer``.
        teller: Key of who told it; None for the user or the local network.
        worked_at: When a connection to it last succeeded; 0 never.
        failures: Failed dials since then.
        not_before: When it may be dialled again.
    """

    key: bytes
    address: str
    source: str
    teller: bytes | None
    worked_at: int = 0
    failures: int = 0
    not_before: int = 0


class PeerMemory(Protocol):
    """Addresses on the disk. They can be lost: then a bootstrap or an invitation is needed."""

    def load(self) -> list[KnownAddress]:
        """Every row; none if what lies there cannot be read."""
        ...

    def save(self, peers: Mapping[bytes, Sequence[KnownAddress]]) -> None:
        """Replace the rows of these peers, none to forget one. Never raises."""
        ...

    def ports(self) -> list[int]:
        """The ports listened on in the last life, to be taken again."""
        ...

    def save_ports(self, ports: Sequence[int]) -> None:
        """Replace them. Never raises."""
        ...

    def relays(self) -> list[bytes]:
        """Keys of relays that served in earlier lives, the best last."""
        ...

    def save_relays(self, relays: Sequence[bytes]) -> None:
        """Replace them. Never raises."""
        ...
