"""Whether others can dial this node, and what it does if they cannot (network.md 10)."""

import logging
import time
from collections.abc import Callable
from typing import NamedTuple

import trio
from libp2p.abc import IHost

from bazaar.app.ports import Reachability
from bazaar.domain.errors import BazaarError
from net.counters import Counters
from net.dialling.addresses import Source, is_tellable, kept, parse
from net.dialling.admission import group_of
from net.dialling.dial import Dialer
from net.dialling.own_addresses import machine_hosts, spelt_out
from net.host import Host
from net.limits import (
    OWN_HOSTS_SECONDS,
    REACH_CHECK_SECONDS,
    REACH_KEPT_SECONDS,
    REACH_SETTLE_SECONDS,
    RELAYS_WANTED,
    RELAYS_WANTED_IN_THE_OPEN,
)
from net.peer_ids import peer_text
from net.reach.circuits import Circuits
from net.reach.dial_back import DialBack, ask
from net.reach.punch import Puncher
from net.reach.reach_words import Facts, worded
from net.reach.relay_messages import (
    DIAL_BACK_PROTOCOL,
    HOP_PROTOCOL,
    PUNCH_PROTOCOL,
)
from net.reach.relay_server import RelayServer, scaled
from net.reach.reservations import Reservations
from net.reach.routes import is_direct, observed_hosts, speaks
from net.rules import NetworkRules
from net.wishes import Wishes

log = logging.getLogger(__name__)


class Word(NamedTuple):
    """What one address group says: ``address`` answered, empty if none did."""

    address: str
    at: float


class Reach:
    """Finds out, and acts on it: addresses told, relays used, relaying for others.

    Attributes:
        hint: An address where others may reach us as our router says; only tried.
        circuits: Connections through relays.
        reservations: At relays.
        server: What this node carries for others.
    """

    def __init__(
        self, host: Host, dialer: Dialer, rules: NetworkRules, wishes: Wishes
    ) -> None:
        counters: Counters = dialer.counters
        self._host = host
        host.relay_only = wishes.relay_only
        dialer.relay_only = wishes.relay_only
        self._rules = rules
        self._wishes = wishes
        self._agrees = wishes.relays
        self._words: dict[str, Word] = {}
        self._checked = 0.0
        self._hosts: tuple[float, list[str]] | None = None
        self._serves: frozenset[str] = frozenset()
        self._callbacks: list[Callable[[], None]] = []
        self._ask = trio.Event()
        self._one_check = trio.Lock()
        self.hint: Callable[[], str | None] = lambda: None
        self.circuits = Circuits(host, counters)
        self.server = RelayServer(host, counters, self.direct, scaled(wishes.share))
        self.reservations = Reservations(host, self.circuits, dialer, rules, counters)
        self.reservations.on_changed(self._tell)
        dialer.circuits = self.circuits
        host.announced = lambda: self.direct() + self.reservations.addresses()
        if not wishes.relay_only:
            punch = Puncher(host, rules, counters, self.direct)
            self.circuits.arrived = punch.upgrade
            host.handle(PUNCH_PROTOCOL, punch.handle)
            host.handle(DIAL_BACK_PROTOCOL, DialBack(host, rules, counters).handle)
        host.notices.on_connected(self._connected)
        host.attach(self._live)

    def on_changed(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` when the addresses to be told, or the state, are others."""
        self._callbacks.append(callback)

    def agree(self, *, agreed: bool) -> None:
        """Be a relay for others whenever this node can be dialled, or never."""
        if agreed != self._agrees:
            self._agrees = agreed
            self._tell()

    def check_soon(self) -> None:
        """Ask peers to dial this node as soon as may be: the ways to it may be others."""
        self._ask.set()
        for callback in self._callbacks:
            callback()

    def direct(self) -> list[str]:
        """Where anybody might dial this node, each ending in its peer id.

        A public address of this machine counts until it was tried in vain.
        """
        if self._wishes.relay_only or self._is_refuted():
            return []
        own = [one for one in self._own() if is_tellable(one, self._rules)]
        end = f"/p2p/{peer_text(self._host.key)}"
        found = [f"{word.address}{end}" for word in self._confirmed()]
        return list(dict.fromkeys(own + found))

    def serves(self) -> bool:
        """Whether this node should answer for the DHT: others can dial it."""
        return not self._wishes.relay_only and (
            self._rules.dht_server or bool(self.direct())
        )

    def needs_relays(self) -> bool:
        """Whether others can reach this node through relays only."""
        return not self.serves()

    def _relays_wanted(self) -> int:
        return RELAYS_WANTED if self.needs_relays() else RELAYS_WANTED_IN_THE_OPEN

    def shown(self) -> Reachability:
        """The state and its reason, in words."""
        facts = Facts(
            rules=self._rules,
            wishes=self._wishes,
            hosts=tuple(self._remote_hosts()),
            confirmed=tuple(word.address for word in self._confirmed()),
            refused=len(self._failures()),
            is_public=self._is_public(),
            direct=tuple(self.direct()),
            relays=len(self.circuits.held),
        )
        state, reason = worded(facts)
        return Reachability(
            state=state,
            reason=reason,
            checked=int(self._checked),
            relays=tuple(self.reservations.addresses()),
            relayed_for=self.server.reservations(),
            circuits=self.server.circuits(),
            is_relay=HOP_PROTOCOL in self._serves,
            relay_only=self._wishes.relay_only,
        )

    async def check(self) -> Reachability:
        """Ask peers of as many groups as can be to dial us now; cancelling leaves what is known.

        Raises:
            NetworkDownError: the host is being restarted.
        """
        if not self._wishes.relay_only:
            async with self._one_check:
                await self._check()
        return self.shown()

    async def _check(self) -> None:
        addresses = self._candidates()
        servers = self._servers()
        async with trio.open_nursery() as nursery:
            for group, server in servers.items() if addresses else ():
                nursery.start_soon(self._ask_one, group, server, addresses)
        self._checked = time.time()
        self._tell()

    async def _ask_one(self, group: str, server: bytes, addresses: list[str]) -> None:
        try:
            verdict = await ask(self._host, server, addresses)
        except BazaarError as error:
            log.info("no word of a dial-back", extra={"error": repr(error)})
            return
        if verdict is None:
            return
        good = kept([verdict.address], Source.PEER, self._rules)
        is_ours = bool(good) and verdict.address in addresses
        if is_ours or not verdict.address:
            self._words[group] = Word(verdict.address, time.monotonic())

    def _servers(self) -> dict[str, bytes]:
        """One connected peer of each address group, twice as many as must agree."""
        found: dict[str, bytes] = {}
        for row in self._host.peers():
            group = self._group(row.key)
            if is_direct(self._host, row.key) and speaks(
                self._host, row.key, DIAL_BACK_PROTOCOL
            ):
                found.setdefault(group, row.key)
        return dict(list(found.items())[: 2 * self._wishes.groups])

    def _group(self, key: bytes) -> str:
        if not self._rules.group_caps:
            return key.hex()
        return group_of(self._host.remote_host(key))

    def _candidates(self) -> list[str]:
        """Public addresses of this machine, and where others see it come from."""
        own = [one.split("/p2p/")[0] for one in self._own()]
        ports = {parse(one).kind: parse(one).port for one in self._host.addresses()}
        seen = [
            f"/{kind}/{one}/tcp/{ports[kind]}"
            for one in observed_hosts(self._host)
            if (kind := "ip6" if ":" in one else "ip4") in ports
        ]
        hint = self.hint()
        hinted = [] if hint is None else [hint]
        return list(kept([*own, *hinted, *seen], Source.PEER, self._rules))

    def _own(self) -> list[str]:
        now = time.monotonic()
        if self._hosts is None or now - self._hosts[0] > OWN_HOSTS_SECONDS:
            self._hosts = (now, machine_hosts())
        return spelt_out(self._host.addresses(), self._hosts[1], self._rules)

    def _remote_hosts(self) -> list[str]:
        return [self._host.remote_host(row.key) for row in self._host.peers()]

    def _current(self) -> list[Word]:
        oldest = time.monotonic() - REACH_KEPT_SECONDS
        return [word for word in self._words.values() if word.at >= oldest]

    def _confirmed(self) -> list[Word]:
        """Words for the address that most groups reached, if they are enough."""
        good = [word for word in self._current() if word.address]
        if len(good) < self._wishes.groups:
            return []
        return good

    def _failures(self) -> list[Word]:
        return [word for word in self._current() if not word.address]

    def _is_public(self) -> bool:
        return bool(self._confirmed())

    def _is_refuted(self) -> bool:
        return (
            not self._rules.dht_server
            and not self._is_public()
            and len(self._failures()) >= self._wishes.groups
        )

    # ------------------------------------------------------------- acting on it

    async def _live(self, host: IHost, *, task_status: trio.TaskStatus[None]) -> None:
        del host
        self._offer()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self.reservations.run, self._relays_wanted)
            if not (self._rules.dht_server or self._wishes.relay_only):
                nursery.start_soon(self._watch)
            nursery.start_soon(self._announce)
            task_status.started()

    async def _watch(self) -> None:
        """Check when neighbours are new and too few have said, and every quarter of an hour."""
        while True:
            self._ask = trio.Event()
            with trio.move_on_after(REACH_CHECK_SECONDS):
                await self._ask.wait()
            await trio.sleep(REACH_SETTLE_SECONDS)
            try:
                await self.check()
            except BazaarError as error:
                log.info("reachability is not known", extra={"error": repr(error)})

    def _connected(self, peer: bytes) -> None:
        if self._group(peer) not in self._words:
            self._ask.set()

    def _tell(self) -> None:
        """Offer what fits the state, and say so to neighbours and the app."""
        self._offer()
        self._news.set()
        for callback in self._callbacks:
            callback()

    def _offer(self) -> None:
        is_relay = (
            self._agrees
            and not self._wishes.relay_only
            and (self._is_public() or self._rules.dht_server)
        )
        wanted = frozenset({HOP_PROTOCOL} if is_relay else ())
        if wanted - self._serves:
            self._host.open(HOP_PROTOCOL, self.server.handle)
        elif self._serves - wanted:
            self._host.shut(HOP_PROTOCOL)
        self._serves = wanted

    async def _announce(self) -> None:
        """Tell neighbours after each change what we speak and where we are."""
        while True:
            self._news = trio.Event()
            await self._news.wait()
            await self._host.tell_neighbours()

    _news = trio.Event()
