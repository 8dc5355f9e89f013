"""Making a libp2p host that offers TCP, Noise and yamux, and nothing else."""

import socket
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, cast

import trio
from libp2p import new_host
from libp2p.abc import INetStream, ITransport
from libp2p.crypto.ed25519 import create_new_key_pair
from libp2p.crypto.keys import KeyPair
from libp2p.crypto.x25519 import create_new_key_pair as create_noise_key_pair
from libp2p.custom_types import StreamHandlerFn, TProtocol
from libp2p.host.basic_host import BasicHost
from libp2p.network.auto_connector import AutoConnector
from libp2p.network.config import ConnectionConfig, RetryConfig
from libp2p.network.connection_gate import ConnectionGate
from libp2p.network.swarm import Swarm
from libp2p.rcmgr.manager import ResourceLimits, ResourceManager
from libp2p.security.noise.transport import PROTOCOL_ID as NOISE
from libp2p.security.noise.transport import Transport as Noise
from libp2p.stream_muxer.yamux.yamux import PROTOCOL_ID as YAMUX
from libp2p.stream_muxer.yamux.yamux import Yamux
from libp2p.transport.tcp.tcp import TCP

from bazaar.domain.errors import InputError
from net import _patches
from net._vendor import Multiaddr
from net.dialling.addresses import Source, is_dialable
from net.errors import ListenError
from net.limits import (
    DIAL_SECONDS_PER_ADDRESS,
    HANDSHAKE_SECONDS,
    IDLE_STREAM_SECONDS,
    MAX_CONNECTIONS,
    MAX_CONNECTIONS_PER_PEER,
    MAX_INBOUND_CONNECTIONS,
    NEGOTIATION_SECONDS,
)
from net.rules import NetworkRules
from net.traffic import install

SEED_BYTES: Final = 32


class DialGate(ConnectionGate):
    """Our dial rules for the dials that the library makes by itself, in DHT lookups."""

    def __init__(self, rules: NetworkRules) -> None:
        super().__init__()
        self._rules = rules

    async def is_allowed(self, remote_addr: Multiaddr) -> bool:
        """Only what any peer may tell us; names are not resolved here, hence refused."""
        text = str(remote_addr)
        if "/dns" in text or "/p2p-circuit" in text:
            return False  # the library would take the relay for its end
        return is_dialable(text, Source.PEER, self._rules)


class ShutGate(ConnectionGate):
    """No dials of the library's own: for who is to be reached, and to dial, through relays only."""

    async def is_allowed(self, remote_addr: Multiaddr) -> bool:
        """Nobody."""
        return False


class NoConnector(AutoConnector):
    """Dials nobody: the library's own one fills up to half its connections from its peer store."""

    async def run_background_task(self, nursery: trio.Nursery) -> None:
        """Start nothing."""

    async def maybe_connect(self) -> None:
        """Connect to nobody."""


def identity(seed: bytes) -> KeyPair:
    """The key pair of a 32-byte Ed25519 seed.

    Raises:
        ValueError: the seed has another length.
    """
    if len(seed) != SEED_BYTES:
        raise ValueError(f"an Ed25519 seed has {SEED_BYTES} bytes")
    return create_new_key_pair(seed)


def build(
    keys: KeyPair,
    rules: NetworkRules,
    border: _patches.Border,
    transport: ITransport | None = None,
) -> BasicHost:
    """A host that is not running yet; the library is patched first. Without one, over TCP."""
    _patches.apply()
    install()
    noise = Noise(keys, noise_privkey=create_noise_key_pair().private_key)
    host = new_host(
        key_pair=keys,
        sec_opt={NOISE: noise},
        muxer_opt={TProtocol(YAMUX): Yamux},
        transports=[transport or TCP()],
        connection_config=_connections(),
        resource_manager=_resources(),
        negotiate_timeout=NEGOTIATION_SECONDS,
    )
    swarm = swarm_of(host)
    swarm.set_resource_manager(None)  # C17: it never forgets a handshake that was cut
    _shorten(cast("BasicHost", host))
    swarm.retry_config = RetryConfig(max_retries=0)  # our own dial loop retries
    swarm.connection_gate = DialGate(rules)
    swarm.auto_connector = NoConnector(swarm)
    inbound = trio.CapacityLimiter(MAX_INBOUND_CONNECTIONS)
    cast("Any", swarm)._inbound_limiter = inbound  # noqa: SLF001 - no option for it
    _patches.protect(swarm, border)
    return cast("BasicHost", host)


def swarm_of(host: object) -> Swarm:
    """The swarm below a host; ours are always libp2p's own class."""
    return cast("Swarm", cast("BasicHost", host).get_network())


def check_free(address: str) -> None:
    """Try to open the socket of ``address``.

    libp2p listens with SO_REUSEPORT, so a second node of one user would silently
    share the port and get every other connection.

    Raises:
        ListenError: the address cannot be listened on; the words say why.
        InputError: ``address`` is no TCP multiaddr.
    """
    where = _parsed(address)
    family = socket.AF_INET6 if where[0] == "ip6" else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(where[1:])
            probe.listen(1)
        except OSError as error:
            raise ListenError(f"{address}: {error.strerror}") from error


class Wire(NamedTuple):
    """What a host is built on: sockets, or the memory of a test.

    Attributes:
        transport: A transport for one life of the host.
        check_free: Raises ListenError if an address cannot be listened on.
    """

    transport: Callable[[], ITransport]
    check_free: Callable[[str], None]


SOCKETS: Final = Wire(TCP, check_free)


async def listen(
    host: BasicHost, addresses: Sequence[str], wire: Wire = SOCKETS
) -> list[str]:
    """Listen on all of ``addresses``; returns them with the ports that they got.

    Cancelling leaves closing to the host's own shutdown.

    Raises:
        ListenError: one of them could not be listened on.
        InputError: one of them is no TCP multiaddr.
    """
    for address in addresses:
        wire.check_free(address)
        if not await swarm_of(host).listen(Multiaddr(address)):
            raise ListenError(f"{address}: no socket could be opened")
    return [str(address) for address in host.get_transport_addrs()]


def _parsed(address: str) -> tuple[str, str, int]:
    match address.split("/"):
        case ["", "ip4" | "ip6" as kind, host, "tcp", port] if port.isdigit():
            return kind, host, int(port)
        case _:
            raise InputError(
                "listen", f"{address} is not of the form /ip4/HOST/tcp/PORT"
            )


def _shorten(host: BasicHost) -> None:
    """Identify and ping are over soon, or their stream is idle."""
    handlers = host.multiselect.handlers
    for protocol, handler in list(handlers.items()):
        if handler is not None:
            handlers[protocol] = _brief(handler)


def _brief(handler: StreamHandlerFn) -> StreamHandlerFn:
    async def handle(stream: INetStream) -> None:
        with trio.fail_after(IDLE_STREAM_SECONDS):
            await handler(stream)

    return handle


def _connections() -> ConnectionConfig:
    return ConnectionConfig(
        max_connections=MAX_CONNECTIONS,
        high_watermark=MAX_CONNECTIONS,
        low_watermark=0,  # the library dials nobody by itself
        min_connections=0,
        max_connections_per_peer=MAX_CONNECTIONS_PER_PEER,
        dial_timeout=DIAL_SECONDS_PER_ADDRESS,
        inbound_upgrade_timeout=2 * HANDSHAKE_SECONDS,  # ours comes first, and counts
        outbound_upgrade_timeout=HANDSHAKE_SECONDS,
        outbound_stream_protocol_negotiation_timeout=NEGOTIATION_SECONDS,
        inbound_stream_protocol_negotiation_timeout=NEGOTIATION_SECONDS,
    )


def _resources() -> ResourceManager:
    """What the library asks for, and is taken from it again: its own would start watchers."""
    return ResourceManager(
        limits=ResourceLimits(),
        enable_metrics=False,
        enable_memory_limits=False,
        enable_circuit_breaker=False,
        enable_graceful_degradation=False,
        enable_rate_limiting=False,
    )
