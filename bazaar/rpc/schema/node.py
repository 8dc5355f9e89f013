"""The node itself, its connections and its events."""

from typing import Any, Final

from msgspec import field

from bazaar.rpc.schema.call import Answer, Answers, Call, Done


class Status(Call, frozen=True, tag="status"):
    """Health of the node."""


class CatalogueCounts(Answer, frozen=True):
    """What is searchable here."""

    listings: int
    stores: int


class JoinView(Answer, frozen=True):
    """A first catalogue that is being fetched: ``listings`` of ``total``, as peers say."""

    listings: int
    total: int


class StatusView(Answer, frozen=True):
    """Health; ``reachability`` is reachable, relayed, local, outbound only, unknown or offline.

    Attributes:
        reachability_reason: Why, in a sentence.
        notices: How many notices were not seen.
        unread: How many messages of others were not read.
        backup_due: "none" or "old" while something can be lost that no backup of the last
            30 days holds, else empty.
        problems: Why the node does not do its work by itself, in sentences.
        clock: Why this machine's time is doubted, also in ``problems``; a person may confirm it.
        cart: How many lines lie in the cart.
        show_mature: Goods for adults are shown without a cover.
        joining: How far a first catalogue is, or None.
        in_mailboxes: How many of ``outbox`` lie in a mailbox of their recipient at least.
    """

    peer_id: str
    name: str
    addresses: tuple[str, ...]
    peers: int
    reachability: str
    outbox: int
    catalogue: CatalogueCounts
    version: str
    network: str
    test_network: bool
    fingerprint: tuple[str, ...]
    colour: str
    synced: int | None
    sells: bool
    arbitrates: bool
    warnings: tuple[str, ...] = ()
    counters: dict[str, int] = field(default_factory=dict[str, int])
    in_mailboxes: int = 0
    notices: int = 0
    unread: int = 0
    problems: tuple[str, ...] = ()
    backup_due: str = ""
    joining: JoinView | None = None
    cart: int = 0
    show_mature: bool = False
    reachability_reason: str = ""
    clock: str = ""


class Metrics(Call, frozen=True, tag="metrics"):
    """The node's figures for a monitor on this machine; nothing is ever sent anywhere."""


class MetricsView(Answer, frozen=True):
    """``text`` is in the exposition format of Prometheus, 0.0.4."""

    text: str


class ClockCheck(Call, frozen=True, tag="clock"):
    """Whether the node trusts this machine's time; ``confirm`` says that it is right."""

    confirm: bool = False


class ClockView(Answer, frozen=True):
    """The node's time; ``words`` say why it is doubted, empty while it is trusted."""

    now: int
    words: str


class Stop(Call, frozen=True, tag="stop"):
    """Stop the node cleanly."""


class Connect(Call, frozen=True, tag="connect"):
    """Dial a multiaddress with /p2p/ID, or join by an invitation link."""

    address: str


class PeerView(Answer, frozen=True):
    """One live connection; ``relayed`` if another node carries it."""

    peer_id: str
    address: str
    direction: str
    since: int
    relayed: bool = False


class Peers(Call, frozen=True, tag="peers"):
    """Live connections."""


class NetworkReach(Call, frozen=True, tag="network.reach"):
    """How others reach this node; with ``test`` peers are asked to dial it now."""

    test: bool = False


class NetworkReachView(Answer, frozen=True):
    """How others reach this node.

    Attributes:
        state: As in ``status``; ``reason`` says why, in a sentence.
        checked: When peers were last asked to dial, Unix seconds; 0 never.
        direct: Where it can be dialled; ``relays``: where relays pass connections on.
        serves_relay: The user agreed to be a relay; ``is_relay``: it is one now.
        relayed_for: So many nodes are reached through this one.
        circuits: So many connections run through it now.
        relay_only: Direct connections are forbidden; ``relay_only_next`` after a restart.
        opens_port: The router is to be asked for a port (UPnP).
        port: What came of that, in a sentence; empty if it was not asked.
    """

    state: str
    reason: str
    checked: int
    direct: tuple[str, ...]
    relays: tuple[str, ...]
    serves_relay: bool
    is_relay: bool
    relayed_for: int
    circuits: int
    relay_only: bool
    relay_only_next: bool
    opens_port: bool = False
    port: str = ""


class Invite(Call, frozen=True, tag="invite"):
    """An invitation link with own addresses."""


class InviteView(Answer, frozen=True):
    """``link`` starts with bazaar:; ``qr`` is an SVG document."""

    link: str
    qr: str


class Watch(Call, frozen=True, tag="watch"):
    """Subscribe this connection to topics; none means all."""

    topics: tuple[str, ...] = ()


class Event(Answer, frozen=True):
    """Something changed; re-read what is shown.

    Attributes:
        topic: order, catalogue, account, peers, profile, job, notice, chat, typing, block, mirror, seen or resync.
    """

    seq: int
    topic: str
    at: int
    data: dict[str, Any] = field(default_factory=dict[str, Any])


CALLS: Final[Answers] = {
    Status: StatusView,
    Stop: Done,
    ClockCheck: ClockView,
    Connect: PeerView,
    Peers: tuple[PeerView, ...],
    Invite: InviteView,
    NetworkReach: NetworkReachView,
    Metrics: MetricsView,
    Watch: Done,
}
