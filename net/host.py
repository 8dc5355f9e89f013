"""One libp2p host: built from a seed, listening, supervised, shut down in order.

The host may die of a bug of the library; then it is built anew with the same key
and ports, and everything attached to it with it.
"""

import contextlib
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import NamedTuple, Protocol

import trio
from libp2p.abc import IHost, INetStream
from libp2p.custom_types import TProtocol
from libp2p.host.basic_host import BasicHost
from libp2p.identity.identify_push.identify_push import push_identify_to_peers
from libp2p.tools.anyio_service.exceptions import LifecycleError

from bazaar.app.ports import Connected
from bazaar.domain.errors import InputError, MalformedMessageError, PeerUnreachableError
from net import _patches
from net._patches import Border
from net._vendor import ID, Multiaddr
from net.building import (
    SOCKETS,
    ShutGate,
    build,
    identity,
    listen,
    swarm_of,
)
from net.counters import Counters
from net.dialling.admission import Admission
from net.errors import ListenError, NetworkDownError, StreamBrokenError
from net.limits import NEGOTIATION_SECONDS
from net.lives import close_all, keep
from net.notices import Notices, is_connected, remote_host
from net.peer_ids import key_of, peer_id, peer_text
from net.rules import NetworkRules
from net.supervisor import Supervisor

log = logging.getLogger(__name__)

StreamHandler = Callable[[INetStream], Awaitable[None]]


class Attachment(Protocol):
    """What lives on a host: says when it is ready, ends by cancellation."""

    async def __call__(
        self, host: IHost, *, task_status: trio.TaskStatus[None]
    ) -> None:
        """Run for one life of ``host``; an error ends that life."""
        ...


class Watch(NamedTuple):
    """Who decides on peers, by raw key.

    Attributes:
        welcome: Whether a peer may be connected.
        blame: Told the error that a peer's bytes raised.
    """

    welcome: Callable[[bytes], bool]
    blame: Callable[[bytes, Exception], None]


class Host:
    """Keeps one libp2p host alive; names peers by their raw 32-byte keys.

    Attributes:
        key: Own public key.
        admission: Who may start a handshake; its reserved keys may be set at any time.
        notices: Where to ask for events about peers.
        announced: The addresses that neighbours and the DHT are told.
        relay_only: Let the library dial nobody by itself, in lookups.
        wire: What it is built on; may be set before ``run``.
    """

    def __init__(
        self,
        seed: bytes,
        addresses: Sequence[str],
        rules: NetworkRules,
        counters: Counters,
    ) -> None:
        self._keys = identity(seed)
        self._addresses = list(addresses)
        self._rules = rules
        self._counters = counters
        self._watch = Watch(welcome=_all, blame=_nobody)
        self._handlers: dict[TProtocol, StreamHandler] = {}
        self._attachments: list[Attachment] = []
        self._supervisor = Supervisor(counters)
        self._has_lived = False
        self._host: BasicHost | None = None
        self.wire = SOCKETS
        self.key = self._keys.public_key.to_bytes()
        self.admission = Admission(rules, counters)
        self.notices = Notices()
        self.relay_only = False
        self.announced: Callable[[], list[str]] = self.addresses

    def watched_by(self, watch: Watch) -> None:
        """Let ``watch`` decide on peers; to be called before ``run``."""
        self._watch = watch

    def handle(self, protocol: str, handler: StreamHandler) -> None:
        """Serve ``protocol`` in every life of the host; to be called before ``run``.

        An error that leaves ``handler`` resets its stream and is blamed on the peer.
        """
        self._handlers[TProtocol(protocol)] = handler

    def open(self, protocol: str, handler: StreamHandler) -> None:
        """Serve ``protocol`` from now on, in this life and later ones."""
        self.handle(protocol, handler)
        if self._host is not None:
            self._host.set_stream_handler(TProtocol(protocol), handler)

    def shut(self, protocol: str) -> None:
        """Serve ``protocol`` no more; streams that are open go on."""
        if self._handlers.pop(TProtocol(protocol), None) and self._host is not None:
            self._host.remove_stream_handler(TProtocol(protocol))

    async def tell_neighbours(self) -> None:
        """Tell connected peers what is spoken here and where; never raises.

        Cancelling leaves some untold.
        """
        if self._host is not None:
            with contextlib.suppress(Exception):
                await push_identify_to_peers(self._host)

    def attach(self, attachment: Attachment) -> None:
        """Run ``attachment`` in every life of the host; to be called before ``run``."""
        self._attachments.append(attachment)

    async def run(
        self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED
    ) -> None:
        """Keep the host alive, restarting it after 1, 2, 4 ... 60 s; ends by cancellation.

        Cancelling closes every connection first.

        Raises:
            ListenError: at the first start an address could not be listened on.
            InputError: an address is no TCP multiaddr.
        """
        await self._supervisor.run(lambda: self._live(task_status), self._is_fatal)

    def is_down(self) -> bool:
        """Whether the host failed three times within 60 s: local data only."""
        return self._supervisor.is_down()

    def libp2p(self) -> BasicHost:
        """The library's host of this life.

        Raises:
            NetworkDownError: there is none at the moment.
        """
        if self._host is None:
            raise NetworkDownError("the network is being restarted")
        return self._host

    def addresses(self) -> list[str]:
        """Addresses listened on, each ending in ``/p2p/`` and the own peer id."""
        if self._host is None:
            return []
        end = f"/p2p/{peer_text(self.key)}"
        return [f"{address}{end}" for address in self._host.get_transport_addrs()]

    def peers(self) -> list[Connected]:
        """Connected peers; ``since`` is wall time in seconds, ``direction`` in words."""
        return [] if self._host is None else self.notices.shown(swarm_of(self._host))

    def remote_host(self, key: bytes) -> str:
        """The address, without port, that a connected peer has; else empty."""
        return "" if self._host is None else remote_host(swarm_of(self._host), key)

    def is_outbound(self, key: bytes) -> bool:
        """Whether this node dialled the connected peer."""
        return any(
            row.key == key and row.direction == "outbound" for row in self.peers()
        )

    def is_connected(self, key: bytes) -> bool:
        """Whether an open connection to the peer exists."""
        return self._host is not None and is_connected(swarm_of(self._host), key)

    async def dial(self, address: str, key: bytes) -> None:
        """Connect to one address, without rules, budget or retry; ``net.dialling.dial`` has those.

        Cancelling leaves no half-open socket.

        Raises:
            PeerUnreachableError: nobody, or another key, answered there.
            NetworkDownError: the host is being restarted.
        """
        swarm = swarm_of(self.libp2p())
        try:
            await swarm.dial_addr(Multiaddr(address), peer_id(key))
        except Exception as error:
            raise PeerUnreachableError("no connection to that address") from error

    async def disconnect(self, key: bytes) -> None:
        """Close every connection to the peer; cancelling leaves the rest to the library."""
        if self._host is not None:
            await self._host.disconnect(peer_id(key))

    async def open_stream(self, key: bytes, protocol: str) -> INetStream:
        """A new stream to a connected peer; it must be closed or reset.

        Cancelling while it opens resets it.

        Raises:
            StreamBrokenError: not connected, or the peer does not speak ``protocol``.
            PeerUnreachableError: the peer keeps silent.
            NetworkDownError: the host is being restarted.
        """
        host = self.libp2p()
        if not self.is_connected(key):
            raise StreamBrokenError("not connected")
        began = trio.current_time()
        try:
            return await host.new_stream(peer_id(key), [TProtocol(protocol)])
        except Exception as error:
            why = repr(error.__cause__ or error)
            log.info("no stream could be opened", extra={"error": why})
            is_silent = trio.current_time() - began >= NEGOTIATION_SECONDS
            kind = PeerUnreachableError if is_silent else StreamBrokenError
            raise kind("no stream could be opened") from error

    async def _live(self, task_status: trio.TaskStatus[None]) -> None:
        border = Border(self.admission, self._welcomes, self._blames, Counter())
        host = build(self._keys, self._rules, border, self.wire.transport())
        if self.relay_only:
            swarm_of(host).connection_gate = ShutGate()
        _patches.announce(host, self.announced)
        for protocol, handler in self._handlers.items():
            host.set_stream_handler(protocol, handler)
        host.get_network().register_notifee(self.notices)
        try:
            async with trio.open_nursery() as nursery:
                host_scope = await nursery.start(keep, host)
                try:
                    await self._stand_up(host, nursery)
                    if not self._has_lived:
                        self._has_lived = True
                        task_status.started()
                    await trio.sleep_forever()
                finally:
                    self._host = None
                    await close_all(host)
                    self.notices.forget_all()
                    host_scope.cancel()
        except* LifecycleError as group:
            log.info(
                "a task came after the end of its host", extra={"error": repr(group)}
            )

    async def _stand_up(self, host: BasicHost, nursery: trio.Nursery) -> None:
        self._addresses = await listen(host, self._addresses, self.wire)
        self._host = host
        for attachment in self._attachments:
            await nursery.start(partial(attachment, host))

    def _is_fatal(self, error: BaseException) -> bool:
        return not self._has_lived and isinstance(error, ListenError | InputError)

    def _welcomes(self, peer: ID) -> bool:
        try:
            return self._watch.welcome(key_of(peer))
        except MalformedMessageError:
            return False

    def _blames(self, peer: ID, error: Exception) -> None:
        self._counters.add("host.handler_errors")
        with contextlib.suppress(MalformedMessageError):
            self._watch.blame(key_of(peer), error)


def _all(key: bytes) -> bool:
    del key
    return True


def _nobody(key: bytes, error: Exception) -> None:
    del key, error
