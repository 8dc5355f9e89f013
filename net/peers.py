"""The network as the app sees it: requests to peers by key, and serving theirs."""

from collections.abc import Callable, Iterable, Sequence
from ipaddress import ip_address

import trio

from bazaar.app.ports import Connected, Handler, Reachability, Screen, Traffic
from bazaar.domain.errors import InputError
from net.counters import Counters
from net.dialling.addresses import Source, parse
from net.dialling.dial import Dialer
from net.dialling.own_addresses import machine_hosts, spelt_out
from net.dialling.peerbook import PeerBook
from net.errors import ListenError, StreamBrokenError
from net.exchange.asking import EXCHANGE_PROTOCOL, Asker
from net.exchange.inbox import Inbox
from net.exchange.presence import is_there
from net.gateway.opening import PortOpening
from net.host import Attachment, Host
from net.limits import REDIAL_SOON_SECONDS
from net.reach.reach import Reach
from net.rules import NetworkRules
from net.standing import Standing
from net.wishes import USUAL, Wishes


class Libp2pNetwork:
    """One node's network, to be run by one task; fits ``bazaar.app.ports.Exchange``.

    Attributes:
        host: The libp2p host below, for the DHT, gossip and the local network.
        standing: Breaches and bans.
        book: Known peers; the store loads and dumps it.
        reach: Whether others can dial this node, and its relays.
        opening: A port of the router that is kept open, if the user wishes it.
    """

    def __init__(
        self,
        seed: bytes,
        network: bytes,
        listen: Sequence[str],
        rules: NetworkRules,
        wishes: Wishes = USUAL,
    ) -> None:
        """Build it; nothing is opened.

        Args:
            seed: 32-byte Ed25519 seed of the identity; never written anywhere.
            network: 32-byte id of the network.
            listen: Addresses such as ``/ip4/0.0.0.0/tcp/0``.
            rules: What differs between public and local networks.
            wishes: What the user wants of relays; relay-only listens nowhere.
        """
        self._rules = rules
        listen = () if wishes.relay_only else listen
        self._counters = Counters()
        self.host = Host(seed, listen, rules, self._counters)
        self.standing = Standing(self.host, rules, self._counters)
        self.book = PeerBook(rules)
        self._dialer = Dialer(self.host, self.book, self.standing, rules)
        self.reach = Reach(self.host, self._dialer, rules, wishes)
        self._may_open = not (wishes.relay_only or rules.dht_server)
        self.opening = PortOpening(self._port)
        self.opening.changed = self.reach.check_soon
        self.reach.hint = self.opening.hint
        self._inbox = Inbox(network, self.standing, self._tell)
        self._inbox.reserved = lambda key: key in self.host.admission.reserved
        self._asker = Asker(self.host, self._inbox, self.standing, self._tell)
        self._callbacks: list[Callable[[bytes], None]] = []
        self._told: set[bytes] = set()
        self.host.handle(EXCHANGE_PROTOCOL, self._inbox.handle)
        self.host.notices.on_connected(self._asker.arrived)
        self.host.notices.on_disconnected(self._left)

    async def run(
        self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED
    ) -> None:
        """Run the host, supervised; ready when it listens. Ends by cancellation.

        Cancelling closes every connection.

        Raises:
            ListenError: an address could not be listened on.
            InputError: an address is no TCP multiaddr.
        """
        failure: ListenError | InputError | None = None
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self.standing.run)
            nursery.start_soon(self._asker.run)
            nursery.start_soon(self.opening.run)
            try:
                await self.host.run(task_status=task_status)
            except (ListenError, InputError) as error:
                failure = error
                nursery.cancel_scope.cancel()
        if failure is not None:
            raise failure

    def attach(self, attachment: Attachment) -> None:
        """Run a service of the host (DHT, gossip) in each of its lives; before ``run``."""
        self.host.attach(attachment)

    def serve(
        self,
        type: int,  # noqa: A002 - the port's word
        handler: Handler,
        screen: Screen | None = None,
    ) -> None:
        """Answer requests of a frame type; to be called before ``run``.

        ``screen`` sees the start of each request and may refuse it before the rest is read.

        The handler gets only requests of peers whose hello matched. It returns the
        body of the answer, or raises a ``RefusedError`` whose code is sent, or a
        ``PeerError`` which is also counted against the peer.

        Raises:
            ValueError: the type is served already, or is the hello.
        """
        self._inbox.serve(type, handler, screen)

    def police(self, policy: Callable[[bytes, int], None]) -> None:
        """Ask ``policy`` before a request is read; what it raises is the answer."""
        self._inbox.policy = policy

    def on_connected(self, callback: Callable[[bytes], None]) -> None:
        """Call ``callback`` with the key of each peer whose hello matched."""
        self._callbacks.append(callback)

    def reserve(self, keys: Iterable[bytes]) -> None:
        """Keep slots and rate for these keys: parties, seats, mailboxes, anchors."""
        self.host.admission.reserved = frozenset(keys)

    async def request(
        self,
        peer: bytes,
        type: int,  # noqa: A002 - the port's word
        body: bytes,
        *,
        addresses: Sequence[str] = (),
    ) -> bytes:
        """Ask a peer, connecting and greeting first if need be; returns the answer's body.

        Cancelling resets the stream; the peer may or may not have acted.

        Raises:
            PeerUnreachableError: no connection, or no answer in 10 s (content: 30 s).
            RefusedError: the peer refused, in its own words' code.
            PeerError: the answer is malformed; it was counted against the peer.
            NetworkDownError: the host is being restarted.
        """
        await self._dialer.reach(peer, addresses)
        try:
            return await self._asker.ask(peer, type, body)
        except StreamBrokenError:
            await trio.sleep(REDIAL_SOON_SECONDS)
            await self._dialer.reach(peer)
            return await self._asker.ask(peer, type, body)

    async def connect(self, address: str) -> bytes:
        """Connect to an address of the user and greet; returns the key of the peer.

        Cancelling may leave the connection open.

        Raises:
            InputError: not a multiaddr that ends in ``/p2p/`` and a peer id.
            PeerUnreachableError: nobody answered there, or no node of ours.
            RefusedError: WRONG_NETWORK or UNKNOWN_VERSION; the peer was disconnected.
            PeerError: the hello is malformed.
        """
        key = await self._dialer.connect(address)
        await self._asker.greet(key)
        return key

    async def approach(self, peer: bytes) -> None:
        """Have a connection to a known peer whose hello matches; raises as ``request`` does.

        Cancelling may leave the connection open.
        """
        await self._dialer.reach(peer)
        await self._asker.greet(peer)

    async def meet(self, peer: bytes, address: str) -> bool:
        """Connect to a peer of the local network and greet; what answers is remembered.

        Cancelling may leave the connection open.

        Returns:
            False if the dial budget asks to wait.

        Raises:
            PeerUnreachableError: nobody answered there, or no node of ours.
            RefusedError: WRONG_NETWORK or UNKNOWN_VERSION; the peer was disconnected.
            PeerError: the hello is malformed.
            NetworkDownError: the host is being restarted.
        """
        if not await self._dialer.meet(peer, address):
            return False
        await self._asker.greet(peer)
        if self.host.remote_host(peer) == parse(address).host:  # it is really there
            self.book.learn(peer, [address], Source.LAN)
        return True

    def blame(self, peer: bytes, error: Exception) -> None:
        """Count against ``peer`` what its content raised when the app looked at it."""
        self.standing.blame(peer, error)

    async def disconnect(self, peer: bytes) -> None:
        """Close every connection to the peer; cancelling leaves some to the library."""
        await self.host.disconnect(peer)

    async def is_online(self, peer: bytes) -> bool:
        """Whether the peer is connected and answers a ping within 2 s."""
        return await is_there(self.host, peer)

    def peers(self) -> list[Connected]:
        """Connected peers whose hello matched."""
        return [row for row in self.host.peers() if row.key in self._inbox.greeted]

    def addresses(self) -> list[str]:
        """Addresses listened on, each ending in ``/p2p/`` and the own peer id."""
        return self.host.addresses()

    def invitable(self) -> list[str]:
        """Where others might reach this node, for an invitation that the user hands on."""
        own = spelt_out(self.host.addresses(), machine_hosts(), self._rules)
        known = [*self.tellable(), *own, *self.relays()]
        return list(dict.fromkeys(known))

    def tellable(self) -> list[str]:
        """Where anybody might dial this node, for the record that everybody reads."""
        return self.reach.direct()

    def relays(self) -> list[str]:
        """Where anybody might reach this node through relays, if it cannot be dialled."""
        return self.reach.reservations.addresses()

    def reachability(self) -> Reachability:
        """Whether others can reach this node, in words."""
        return self.reach.shown()._replace(port=self.opening.words())

    async def check_reachability(self) -> Reachability:
        """Ask peers to dial this node now; cancelling keeps what was known.

        Raises:
            NetworkDownError: the host is being restarted.
        """
        await self.reach.check()
        return self.reachability()

    def relay_for_others(self, *, agreed: bool) -> None:
        """Whether this node may carry the traffic of others, once it can be dialled."""
        self.reach.agree(agreed=agreed)

    def open_port(self, *, wished: bool) -> None:
        """Have the router pass on our port, or no longer.

        Never done where direct connections are forbidden, or on a network of one machine.
        """
        self.opening.wish(wished=wished and self._may_open)

    def on_reach(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` when the ways to this node may be others."""
        self.reach.on_changed(callback)

    def learn(
        self, peer: bytes, addresses: Sequence[str], teller: bytes | None = None
    ) -> None:
        """Remember addresses from a verified record of the peer; the dial rules apply.

        What was told by another, ``teller``, is that one's share and blame.
        """
        self.book.learn(peer, addresses, Source.PEER, teller or peer)

    def counters(self) -> dict[str, int]:
        """How often each limit was met, and what is open now."""
        now = {
            "connections.inbound": self.host.admission.inbound(),
            "connections.peers": len(self.host.peers()),
            "handshakes.pending": self.host.admission.pending(),
            "peerbook.peers": len(self.book),
            "score.banned_now": self.standing.banned(),
        }
        return self._counters.shown() | now

    def traffic(self) -> Traffic:
        """What all connections moved since the start, and lately."""
        return self.host.notices.traffic.shown(trio.current_time())

    def _port(self) -> int:
        """The port for IPv4 that others could reach, 0 while there is none."""
        for address in map(parse, self.host.addresses()):
            if address.kind == "ip4" and not ip_address(address.host).is_loopback:
                return address.port
        return 0

    def _tell(self, peer: bytes) -> None:
        if peer in self._told:
            return
        self._told.add(peer)
        for callback in self._callbacks:
            callback(peer)

    def _left(self, peer: bytes) -> None:
        self._inbox.forget(peer)
        self._told.discard(peer)
