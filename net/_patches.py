"""Cures for py-libp2p 0.8.1: C1-C5, C11, C13, C15, C19 and C20.

C16 and C18 are in ``net._yamux``, C21-C23 in ``net._cheaper``, C24 in ``net._sending``.

Each cure has a test in ``tests/net/test_patches.py`` that fails without it. The
library's classes are changed once per process; what differs per host (admission,
blame) hangs on its swarm as a ``Border``.
"""

# Replacing the library's private methods is what this module is for.
# ruff: noqa: SLF001
# pyright: reportPrivateUsage=false

import contextlib
import importlib.metadata
import logging
from collections import Counter
from collections.abc import Callable, Generator
from types import ModuleType
from typing import Any, Final, NamedTuple, cast
from weakref import WeakKeyDictionary

import trio
from libp2p.abc import IMuxedConn, INetStream
from libp2p.custom_types import TProtocol
from libp2p.host.basic_host import BasicHost
from libp2p.io.abc import ReadWriteCloser
from libp2p.kad_dht import common, kad_dht, peer_routing, provider_store, value_store
from libp2p.network import swarm as swarm_module
from libp2p.network.connection.raw_connection import RawConnection
from libp2p.network.connection.swarm_connection import SwarmConn
from libp2p.network.swarm import Swarm
from libp2p.pubsub.pb import rpc_pb2
from libp2p.pubsub.pubsub import Pubsub
from libp2p.stream_muxer.yamux.yamux import Yamux

from net import _cheaper, _peerstore, _sending, _yamux
from net._vendor import ID, Multiaddr
from net.dialling.admission import Admission, group_of
from net.exchange.frames import TooLargeError
from net.limits import (
    FAIR_STREAMS_PER_PEER,
    MAX_CONNECTIONS_PER_PEER,
    MAX_INBOUND_STREAMS,
    MAX_INBOUND_STREAMS_PER_PEER,
    REFUSAL_SECONDS,
    SHUTDOWN_SECONDS,
)
from net.peer_ids import key_of

log = logging.getLogger(__name__)

LIBP2P_VERSION: Final = "0.8.1"
KAD_PROTOCOL: Final = TProtocol("/bazaar/kad/1.0.0")
KAD_QUERY_SECONDS: Final = 3
NOWHERE: Final = Multiaddr("/ip4/0.0.0.0/tcp/1")  # for a log line of the library
KAD_MODULES: Final[tuple[ModuleType, ...]] = (
    common,
    kad_dht,
    peer_routing,
    provider_store,
    value_store,
)


class CrowdedError(Exception):
    """A peer opened more streams at once than it may."""


class FullError(Exception):
    """All streams that the node serves at once are in use; no fault of the peer's."""


class Border(NamedTuple):
    """What one host wants done at the places where strangers' bytes come in.

    Attributes:
        admission: Decides which sockets may start a handshake and stay.
        welcome: Whether a peer may connect at all; False for banned ones.
        blame: Told each error that a peer's bytes raised in a handler.
        streams: Inbound streams of each peer, counted here.
    """

    admission: Admission
    welcome: Callable[[ID], bool]
    blame: Callable[[ID, Exception], None]
    streams: Counter[ID]


_borders: WeakKeyDictionary[object, Border] = WeakKeyDictionary()
_applied: set[str] = set()


def protect(swarm: object, border: Border) -> None:
    """Let ``swarm`` ask ``border``; must be called before it listens."""
    _borders[swarm] = border


def announce(host: BasicHost, addresses: Callable[[], list[str]]) -> None:
    """C20: let ``host`` tell ``addresses`` and nothing else.

    The library tells every address that it listens on, private ones too, and cuts a
    relay address off before its relay.
    """

    def told() -> list[Multiaddr]:
        return [Multiaddr(address) for address in addresses()]

    cast("Any", host).get_addrs = told


def apply() -> None:
    """Apply every cure; the second and later calls do nothing.

    Raises:
        RuntimeError: another version of libp2p is installed.
    """
    if _applied:
        return
    found = importlib.metadata.version("libp2p")
    if found != LIBP2P_VERSION:
        raise RuntimeError(
            f"libp2p {found} is installed; the cures are for {LIBP2P_VERSION}"
        )
    _applied.add(found)
    _guard_handlers()
    _guard_gossip()
    _free_inbound_slots()
    _dial_at_once()
    _close_to_the_end()
    _yamux.apply()
    _cheaper.apply()
    _sending.apply()
    _peerstore.apply()
    _own_kad_protocol()
    _ask_kad_briefly()
    _quieten()


def _quieten() -> None:
    """The library tells each failed dial in eight lines; at debug they pass through our log.

    Importing it cut its loggers off from ours, so that they wrote to stderr unasked.
    """
    library = logging.getLogger("libp2p")
    library.propagate = True
    is_wanted = logging.getLogger().isEnabledFor(logging.DEBUG)
    library.setLevel(logging.INFO if is_wanted else logging.CRITICAL)


def _guard_handlers() -> None:
    """C1, C2: no error of a stream handler may leave it, or the whole host ends."""
    handle = BasicHost._swarm_stream_handler

    async def guarded(self: BasicHost, net_stream: INetStream) -> None:
        try:
            with _counted(self.get_network(), net_stream.muxed_conn.peer_id):
                await handle(self, net_stream)
        except Exception as error:  # noqa: BLE001 - the border: a peer's fault ends its stream only
            log.info("stream handler failed", extra={"error": repr(error)})
            _blame(self.get_network(), net_stream.muxed_conn.peer_id, error)
            await cut(net_stream)

    BasicHost._swarm_stream_handler = guarded


async def cut(stream: INetStream) -> None:
    """Reset ``stream``; a peer that does not even take that loses its connection.

    Cancelling leaves the stream to the end of its connection.
    """
    with trio.move_on_after(REFUSAL_SECONDS) as scope, contextlib.suppress(Exception):
        await stream.reset()
    if scope.cancelled_caught:
        await _yamux.drop(cast("Yamux", stream.muxed_conn))


def _guard_gossip() -> None:
    """C3: a gossip message with a garbage key field must not end Pubsub."""
    push = Pubsub.push_msg

    async def guarded(self: Pubsub, msg_forwarder: ID, msg: rpc_pb2.Message) -> None:
        try:
            await push(self, msg_forwarder, msg)
        except Exception as error:  # noqa: BLE001 - the border: the message is dropped, its forwarder blamed
            log.info("gossip message refused", extra={"error": repr(error)})
            _blame(self.host.get_network(), msg_forwarder, error)

    Pubsub.push_msg = guarded


def _free_inbound_slots() -> None:
    """C4: an inbound slot ends with its connection, not with the host."""
    Swarm._do_handle_inbound_connection = _handle_inbound


def _dial_at_once() -> None:
    """C5: a dial that succeeded does not wait for the happy-eyeballs timer."""
    swarm_module._HAPPY_EYEBALLS_DELAY = 0.0


def _close_to_the_end() -> None:
    """C15: a connection marks itself closed first, so that a close cut short is never resumed.

    Its socket then stays open until the garbage collector comes, and the other side
    believes that it is connected.
    """
    close = SwarmConn.close

    async def closed(self: SwarmConn) -> None:
        try:
            with trio.move_on_after(SHUTDOWN_SECONDS, shield=True):
                await close(self)
        finally:
            shared: bool = getattr(self, "_shared_muxed_conn", False)
            if not shared and not self.muxed_conn.is_closed:
                await _yamux.drop(cast("Yamux", self.muxed_conn))

    SwarmConn.close = closed


def _own_kad_protocol() -> None:
    """C11: the DHT's protocol id is a constant that five modules import by name."""
    for module in KAD_MODULES:
        cast("Any", module).PROTOCOL_ID = KAD_PROTOCOL


def _ask_kad_briefly() -> None:
    """C13: a silent peer costs a lookup round 3 s instead of 10 s."""
    for module in KAD_MODULES:
        if hasattr(module, "QUERY_TIMEOUT"):
            cast("Any", module).QUERY_TIMEOUT = KAD_QUERY_SECONDS


@contextlib.contextmanager
def _counted(swarm: object, peer: ID) -> Generator[None]:
    """Hold one of the peer's places for inbound streams, of all protocols together."""
    border = _borders.get(swarm)
    streams = Counter[ID]() if border is None else border.streams
    if streams[peer] >= MAX_INBOUND_STREAMS_PER_PEER:
        raise CrowdedError(f"more than {MAX_INBOUND_STREAMS_PER_PEER} streams")
    is_full = streams.total() >= MAX_INBOUND_STREAMS
    if is_full and streams[peer] >= FAIR_STREAMS_PER_PEER:
        raise FullError(f"more than {MAX_INBOUND_STREAMS} streams of all peers")
    streams[peer] += 1
    try:
        yield
    finally:
        streams[peer] -= 1
        if not streams[peer]:
            del streams[peer]


def _blame(swarm: object, peer: ID, error: Exception) -> None:
    border = _borders.get(swarm)
    if border is None:
        return
    if isinstance(error, FullError):
        border.admission.count("streams_full")
    else:
        border.blame(peer, error)


async def _handle_inbound(
    self: Swarm,
    read_write_closer: ReadWriteCloser,
    maddr: Multiaddr,
    failure_event: object,
) -> None:
    del failure_event, maddr  # metrics are off; the library logs the address only
    border = _borders.get(self)
    if border is None:
        await read_write_closer.close()
        return
    remote = read_write_closer.get_remote_address()
    group = group_of(remote[0]) if remote else "?"
    await _received(
        self, border, RawConnection(read_write_closer, initiator=False), group
    )


async def receive(swarm: Swarm, raw: RawConnection, group: str, peer: ID) -> None:
    """Take a connection that came through a relay; lasts as long as it.

    It passes the same border as a socket; ``peer`` is whom the relay announced.
    Cancelling ends it.
    """
    border = _borders.get(swarm)
    if border is None:
        await raw.close()
        return
    await _received(swarm, border, raw, group, peer)


async def _received(
    swarm: Swarm, border: Border, raw: RawConnection, group: str, peer: ID | None = None
) -> None:
    try:
        muxed = await _admitted(swarm, border, raw, group)
        if muxed is None:
            return
        if peer is not None and muxed.peer_id != peer:
            await muxed.close()
            return
        await _kept(swarm, border, muxed, group)
    except Exception as error:  # noqa: BLE001 - the border: whatever the handshake raised ends it only
        log.info("inbound connection ended", extra={"error": repr(error)})
        with contextlib.suppress(Exception):
            await raw.close()


async def _admitted(
    swarm: Swarm, border: Border, raw: RawConnection, group: str
) -> IMuxedConn | None:
    scope = trio.CancelScope()
    handshake = border.admission.enter(group, trio.current_time(), scope.cancel)
    if handshake is None:
        await raw.close()
        return None
    scope.deadline = trio.current_time() + border.admission.deadline_seconds
    try:
        with scope:
            return await swarm.upgrade_inbound_raw_conn(raw, NOWHERE)
    finally:
        border.admission.leave(handshake)
    border.admission.count("handshakes_cut")
    await raw.close()
    return None


async def _kept(swarm: Swarm, border: Border, muxed: IMuxedConn, group: str) -> None:
    """Hold the slot until the connection closes; send away who may not stay."""
    peer = muxed.peer_id
    crowd = len(swarm.get_connections(peer)) > MAX_CONNECTIONS_PER_PEER
    if (
        crowd
        or not border.welcome(peer)
        or not border.admission.opened(group, key_of(peer))
    ):
        await muxed.close()
        return
    try:
        await cast("Any", muxed).event_closed.wait()
    finally:
        border.admission.closed(group)
        if _yamux.is_overrun(muxed):
            border.blame(peer, TooLargeError("more than was asked for"))
