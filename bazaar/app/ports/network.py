"""The network as the use cases see it: requests by key, hints, heads."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

import trio


class Request(NamedTuple):
    """One request of a peer whose hello matched."""

    peer: bytes
    type: int
    body: bytes


class Connected(NamedTuple):
    """One live connection."""

    key: bytes
    peer_id: str
    address: str
    direction: str
    since: float
    relayed: bool = False


class Reached(StrEnum):
    """How others reach this node."""

    REACHABLE = "reachable"
    RELAYED = "relayed"
    LOCAL = "local"
    OUTBOUND = "outbound only"
    UNKNOWN = "unknown"
    OFFLINE = "offline"


class Reachability(NamedTuple):
    """Whether others can reach this node.

    Attributes:
        reason: Why we think so, in a sentence.
        checked: When peers were last asked, wall seconds; 0 never.
        relays: Addresses through relays.
        is_relay: Whether this node is a relay for others now.
        relayed_for: How many nodes are reached through this one.
        circuits: How many connections run through this one now.
        relay_only: Whether the user forbade direct connections.
        port: What came of asking the router, in a sentence; empty if it was not asked.
    """

    state: Reached
    reason: str
    checked: int = 0
    relays: tuple[str, ...] = ()
    is_relay: bool = False
    relayed_for: int = 0
    circuits: int = 0
    relay_only: bool = False
    port: str = ""


class Traffic(NamedTuple):
    """Bytes of connections; rates are bytes a second over the last minute.

    Attributes:
        since: When counting began, wall seconds.
        of: (came, went) of each connected peer, by key.
    """

    since: int
    came: int
    went: int
    came_rate: float
    went_rate: float
    of: dict[bytes, tuple[int, int]]


Handler = Callable[[Request], Awaitable[bytes]]


class Screen(NamedTuple):
    """Looks at the first ``size`` bytes of a request before the rest of it is read.

    Attributes:
        check: Given the request with its start as body, and the length of the whole;
            raises RefusedError or PeerError to refuse it.
    """

    size: int
    check: Callable[[Request, int], None]


Policy = Callable[[bytes, int], None]
"""Called with (peer, type) of each request; raises RefusedError to refuse it."""


class Exchange(Protocol):
    """Request and response with peers, by key."""

    def serve(
        self,
        type: int,  # noqa: A002 - the frame's own word
        handler: Handler,
        screen: Screen | None = None,
    ) -> None: ...
    def police(self, policy: Policy) -> None:
        """Ask ``policy`` before anything of a peer is read or served."""
        ...

    def on_connected(self, callback: Callable[[bytes], None]) -> None: ...

    async def request(
        self,
        peer: bytes,
        type: int,  # noqa: A002 - the frame's own word
        body: bytes,
        *,
        addresses: Sequence[str] = (),
    ) -> bytes:
        """One exchange. Raises PeerUnreachableError, RefusedError or PeerError; cancel-safe."""
        ...

    async def approach(self, peer: bytes) -> None:
        """Have a connection to a peer by addresses that are known. Raises as ``request``."""
        ...

    async def connect(self, address: str) -> bytes: ...
    async def disconnect(self, peer: bytes) -> None: ...
    async def is_online(self, peer: bytes) -> bool:
        """Whether ``peer`` is connected and answers a ping within 2 s."""
        ...

    def peers(self) -> list[Connected]: ...
    def addresses(self) -> list[str]: ...
    def invitable(self) -> list[str]:
        """Where a guest of the user might reach this node."""
        ...

    def tellable(self) -> list[str]:
        """Where anybody might dial it; no private address is among them on a public network."""
        ...

    def relays(self) -> list[str]:
        """Where anybody might reach it through relays."""
        ...

    def reachability(self) -> Reachability:
        """Whether others can reach this node, in words."""
        ...

    async def check_reachability(self) -> Reachability:
        """Ask peers to dial this node now. Cancel-safe."""
        ...

    def on_reach(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` when the ways to this node may be others."""
        ...

    def relay_for_others(self, *, agreed: bool) -> None:
        """Whether this node may carry the traffic of others, once it can be dialled."""
        ...

    def open_port(self, *, wished: bool) -> None:
        """Whether the router is to be asked to pass on our port."""
        ...

    def reserve(self, keys: Iterable[bytes]) -> None:
        """Keep slots and rates for these peers."""
        ...

    def learn(
        self, peer: bytes, addresses: Sequence[str], teller: bytes | None = None
    ) -> None:
        """Remember where a peer is; ``teller`` told, if it was not the peer itself."""
        ...

    def counters(self) -> dict[str, int]: ...
    def traffic(self) -> Traffic:
        """What all connections moved since the start."""
        ...

    def blame(self, peer: bytes, error: Exception) -> None:
        """Count against ``peer`` what its content raised when it was looked at."""
        ...


HeadSeen = Callable[[bytes, bytes], None]
"""Called with (forwarder's key, head envelope) for each head that gossip accepted."""


class Directory(Protocol):
    """Hints: where a store's newest head and its owner may be."""

    async def put_head(self, store: bytes, head: bytes) -> int:
        """Store a head in the DHT; returns how many replicas gave it back."""
        ...

    def neighbours(self) -> int:
        """How many nodes the routing table holds."""
        ...

    async def find_head(self, store: bytes) -> bytes | None: ...
    async def find_addresses(self, peer: bytes) -> list[str]: ...
    async def provide(self, token: bytes) -> None: ...
    def retract(self, token: bytes) -> None:
        """Renew a token no longer; what others hold of it runs out."""
        ...

    async def find_providers(self, token: bytes) -> list[bytes]: ...
    def forget(self, store: bytes, token: bytes) -> None:
        """Put a head and provide a token no more; replicas forget them by themselves."""
        ...


class Listening(NamedTuple):
    """Whose heads to hear at once where there are too many to hear them all.

    Attributes:
        stores: Those that matter to the user.
        is_everything: Whether others are heard as far as the node can bear it.
    """

    stores: frozenset[bytes]
    is_everything: bool


class Gossip(Protocol):
    """Store heads to everybody; coalesced to one per ten seconds and store."""

    async def publish_head(self, head: bytes) -> None: ...
    def on_head(self, callback: HeadSeen) -> None: ...
    def listen_for(self, chosen: Callable[[], Listening]) -> None: ...


Started = trio.TaskStatus[None]
