"""status, metrics, stop, connect, peers, invite."""

from collections.abc import Callable
from typing import Final

import trio

from bazaar import __version__
from bazaar.app.node import Node
from bazaar.app.recovery.backup import FRESH_SECONDS, last_backup
from bazaar.domain.errors import BazaarError, InputError
from bazaar.domain.keys.fingerprint import fingerprint
from bazaar.domain.keys.peer_ids import key_of
from bazaar.domain.stores.links import Link, LinkKind, read, written
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.handlers.links import qr
from bazaar.rpc.schema.call import Done
from bazaar.rpc.schema.node import (
    CatalogueCounts,
    ClockCheck,
    ClockView,
    Connect,
    Invite,
    InviteView,
    JoinView,
    Metrics,
    MetricsView,
    NetworkReach,
    NetworkReachView,
    Peers,
    PeerView,
    Status,
    StatusView,
    Stop,
)
from bazaar.rpc.views.metrics import process, prometheus
from bazaar.rpc.views.people import People
from bazaar.rpc.views.problems import problems

JOIN_SECONDS: Final = 20.0
SHOW_MATURE: Final = "user:show_mature"


class NetworkCalls:
    """Answers about the node itself; ``stop`` ends it."""

    def __init__(self, node: Node, stop: Callable[[], None]) -> None:
        self._node = node
        self._stop = stop

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            Status: self.status,
            Metrics: self.metrics,
            Stop: self.stop,
            ClockCheck: self.clock,
            Connect: self.connect,
            Peers: self.peers,
            Invite: self.invite,
            NetworkReach: self.reach,
        }

    async def status(self, _: Status) -> StatusView:
        """Health of the node."""
        context = self._node.context
        with context.book.unit() as unit:
            profile = self._node.profiles.own(unit).body
            outbox, in_mailboxes = unit.undelivered(), unit.in_mailboxes()
            notices = unit.unseen_notices()
            unread = self._node.talk.chat.unread(unit)
            in_cart = len(self._node.cart.lines(unit))
            show_mature = unit.setting(SHOW_MATURE) == b"True"
        listings, stores = await context.catalogue.counts()
        mark = fingerprint(context.me)
        peers = context.exchange.peers()
        reach = context.exchange.reachability()
        return StatusView(
            peer_id=context.identity.peer_id,
            name=profile.name,
            addresses=tuple(context.exchange.addresses()),
            peers=len(peers),
            reachability=reach.state,
            reachability_reason=reach.reason,
            outbox=outbox,
            in_mailboxes=in_mailboxes,
            notices=notices,
            unread=unread,
            cart=in_cart,
            show_mature=show_mature,
            catalogue=CatalogueCounts(listings=listings, stores=stores),
            version=__version__,
            network=context.network.name,
            test_network=context.network.is_test,
            fingerprint=mark.words,
            colour=mark.hex_colour,
            synced=self._node.market.synced,
            sells=profile.sells,
            arbitrates=profile.arbitrates,
            problems=await problems(self._node),
            clock=self._node.clock.words(),
            backup_due=self._backup_due(),
            joining=self._joining(),
            warnings=(*self._node.mailboxes.warnings(), *await self._warnings()),
            counters=context.exchange.counters() | self._node.inbound.counters(),
        )

    def _joining(self) -> JoinView | None:
        told = self._node.fresh_join.progress()
        return JoinView(listings=told.listings, total=told.total) if told else None

    async def _warnings(self) -> tuple[str, ...]:
        """Whom this user deals with that contradicted themselves (10)."""
        context = self._node.context
        with context.book.unit() as unit:
            flagged = unit.proof_signers()
            keys = {row.partner for row in unit.accounts()} if flagged else set[bytes]()
            for row in unit.trades(open_only=True) if flagged else ():
                keys |= self._node.trades.keys(unit, row.id)
        people = People(context)
        names = [
            "you have"
            if key == context.me
            else f"{(await people.person(key)).name} has"
            for key in sorted(keys & flagged)
        ]
        return tuple(
            f"{name} signed two things that contradict each other" for name in names
        )

    async def metrics(self, _: Metrics) -> MetricsView:
        """The same, and what the process uses, for a monitor."""
        return MetricsView(text=prometheus(await self.status(Status()), process()))

    def _backup_due(self) -> str:
        """Asked for from the moment on that a sale, a payment or a credit may come next."""
        context = self._node.context
        with context.book.unit() as unit:
            last = last_backup(unit)
            is_worth = bool(unit.accounts()) or bool(unit.trades())
            own = self._node.profiles.own(unit).body
            is_worth = is_worth or own.sells or own.arbitrates
        if last is None:
            return "none" if is_worth else ""
        return "old" if context.now() - last.at > FRESH_SECONDS else ""

    async def clock(self, call: ClockCheck) -> ClockView:
        """Look at the clock; a person may confirm it."""
        if call.confirm:
            self._node.clock.confirm()
        return ClockView(now=self._node.context.now(), words=self._node.clock.words())

    async def stop(self, _: Stop) -> Done:
        """End the node after this answer."""
        self._stop()
        return Done(words="the node stops")

    async def connect(self, call: Connect) -> PeerView:
        """Dial one address, or try those of an invitation until one answers."""
        problem: BazaarError = InputError("address", "the invitation names no address")
        for address in _addresses(call.address):
            try:
                with trio.fail_after(JOIN_SECONDS):
                    key = await self._node.context.exchange.connect(address)
            except BazaarError as error:
                problem = error
                continue
            except trio.TooSlowError:
                problem = InputError("address", "nobody answered there in time")
                continue
            return self._view(key, address)
        raise problem

    def _view(self, key: bytes, address: str) -> PeerView:
        for one in self._peers():
            if key_of(one.peer_id) == key:
                return one
        return PeerView(
            peer_id=address.rpartition("/")[2],
            address=address,
            direction="outbound",
            since=0,
        )

    async def peers(self, _: Peers) -> tuple[PeerView, ...]:
        """Live connections."""
        return self._peers()

    def _peers(self) -> tuple[PeerView, ...]:
        return tuple(
            PeerView(
                peer_id=one.peer_id,
                address=one.address,
                direction=one.direction,
                since=int(one.since),
                relayed=one.relayed,
            )
            for one in self._node.context.exchange.peers()
        )

    async def invite(self, _: Invite) -> InviteView:
        """A link that holds the network's name and own addresses."""
        context = self._node.context
        at = tuple(context.exchange.invitable())
        link = written(Link(LinkKind.JOIN, network=context.network.name, addresses=at))
        return InviteView(link=link, qr=qr(link))

    async def reach(self, call: NetworkReach) -> NetworkReachView:
        """How others reach this node, tried again first if that is wished."""
        exchange = self._node.context.exchange
        reach = exchange.reachability()
        if call.test:
            reach = await exchange.check_reachability()
        with self._node.context.book.unit() as unit:
            agreed, hidden, opens = (
                unit.setting(f"user:{name}") == b"True"
                for name in ("serves_relay", "relay_only", "opens_port")
            )
        return NetworkReachView(
            state=reach.state,
            reason=reach.reason,
            checked=reach.checked,
            direct=tuple(exchange.tellable()),
            relays=reach.relays,
            serves_relay=agreed,
            is_relay=reach.is_relay,
            relayed_for=reach.relayed_for,
            circuits=reach.circuits,
            relay_only=reach.relay_only,
            relay_only_next=hidden,
            opens_port=opens,
            port=reach.port,
        )


def _addresses(text: str) -> tuple[str, ...]:
    """The address typed, or those of a link. Raises InputError for anything else."""
    typed = text.strip()
    if typed.startswith("/"):
        return (typed,)
    try:
        return read(typed).addresses
    except InputError as error:
        raise InputError(
            "address",
            "give an address like /ip4/1.2.3.4/tcp/4001/p2p/12D3... or an invitation link",
        ) from error
