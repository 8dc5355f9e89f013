"""How the node stands in the network, for the page that explains it."""

from enum import StrEnum
from typing import Final

from bazaar.rpc.schema.call import Answer, Answers, Call


class NetworkState(Call, frozen=True, tag="network"):
    """Everything that the network page shows, at one moment."""


class NeighbourView(Answer, frozen=True):
    """One live connection.

    Attributes:
        name: Of the profile; the end of the peer id where none is known.
        direction: ``inbound`` or ``outbound``.
        came, went: Bytes since it stands.
    """

    peer_id: str
    name: str
    address: str
    direction: str
    relayed: bool
    since: int
    came: int
    went: int


class TrafficView(Answer, frozen=True):
    """Bytes since the node started at ``since``, and bytes a second over the last minute."""

    since: int
    came: int
    went: int
    came_rate: float
    went_rate: float


class QueueView(Answer, frozen=True):
    """What waits for one recipient.

    Attributes:
        messages: How many.
        mailed: Of them, how many lie in a mailbox at least.
        first: Since when the oldest waits.
        next_try: When they are tried again.
        tries: How often the most tried one was tried.
    """

    peer_id: str
    name: str
    messages: int
    mailed: int
    first: int
    next_try: int
    tries: int


class StorageView(Answer, frozen=True):
    """What one kind of data takes on the disk.

    Attributes:
        kind: book, catalogue, pictures, previews, goods, mail, peers or log.
        quota: Bytes that it may have; None where nothing limits it.
        is_own: Whether it would be lost with the disk; the rest is fetched again.
    """

    kind: str
    size: int
    quota: int | None
    is_own: bool


class PublicationView(Answer, frozen=True):
    """The newest own publication: when, its number, and how many peers fetched it."""

    seq: int
    at: int
    have: int


class Reacher(StrEnum):
    """Who can reach this node at an address."""

    ANYBODY = "anybody"
    RELAY = "relay"
    LOCAL = "local"
    UNPROVEN = "unproven"
    MACHINE = "machine"


class OwnAddressView(Answer, frozen=True):
    """An address of this node, as an invitation names it."""

    address: str
    who: Reacher


class NetworkView(Answer, frozen=True):
    """How the node stands.

    Attributes:
        reachability: As in ``status``.
        reason: Why, in a sentence.
        synced: When a peer last told of stores; None before the first.
        published: None before anything was published.
        known_peers: Peers that a restart could begin with.
        addresses: Where this node is, wildcards spelt out.
        routes: Nodes of the DHT's table.
        free: Bytes free on the disk.
        limits: Limits that were met since the start, in sentences.
        problems: What the owner should look at, in sentences.
    """

    reachability: str
    reason: str
    peers: tuple[NeighbourView, ...]
    traffic: TrafficView
    synced: int | None
    published: PublicationView | None
    queue: tuple[QueueView, ...]
    storage: tuple[StorageView, ...]
    free: int
    known_peers: int
    routes: int
    addresses: tuple[OwnAddressView, ...]
    limits: tuple[str, ...]
    problems: tuple[str, ...]


CALLS: Final[Answers] = {
    NetworkState: NetworkView,
}
