"""Keeps reservations at two relays of different address groups while they are needed."""

import logging
import random
import time
from collections.abc import Callable, Sequence

import trio

from bazaar.domain.errors import BazaarError
from net.counters import Counters
from net.dialling.addresses import Source, kept, parse
from net.dialling.admission import group_of
from net.dialling.dial import Dialer
from net.host import Host
from net.limits import (
    IDENTIFY_SECONDS,
    MAX_RELAY_ADDRESSES,
    RELAY_CHECK_SECONDS,
    RELAY_KNOWN,
    RELAY_LOOK_SECONDS,
    RELAY_REFUSED_SECONDS,
    RELAYS_WANTED,
)
from net.peer_ids import peer_text
from net.reach.circuits import Circuits, Reservation
from net.reach.relay_messages import HOP_PROTOCOL
from net.reach.routes import is_direct, speaks
from net.rules import NetworkRules

log = logging.getLogger(__name__)


class Reservations:
    """Chooses relays among those connected, and those that served before."""

    def __init__(
        self,
        host: Host,
        circuits: Circuits,
        dialer: Dialer,
        rules: NetworkRules,
        counters: Counters,
    ) -> None:
        self._host = host
        self._circuits = circuits
        self._dialer = dialer
        self._rules = rules
        self._counters = counters
        self._refused: dict[bytes, float] = {}
        self._known: dict[bytes, None] = {}
        self._changed: Callable[[], None] = lambda: None
        self._wanted = RELAYS_WANTED
        self._met = -IDENTIFY_SECONDS
        self._look = trio.Event()
        host.notices.on_disconnected(self._left)
        host.notices.on_connected(self._connected)

    def on_changed(self, changed: Callable[[], None]) -> None:
        """Call ``changed`` when the addresses through relays are others."""
        self._changed = changed

    def remember(self, relays: Sequence[bytes]) -> None:
        """Begin with ``relays``, that served in an earlier life, the best last."""
        self._known = dict.fromkeys((*relays[-RELAY_KNOWN:], *self._known))

    def known(self) -> list[bytes]:
        """Relays that have served, the one that served last at the end."""
        return list(self._known)

    def nudge(self) -> None:
        """Look now."""
        self._look.set()

    def addresses(self) -> list[str]:
        """Where this node is reached through relays, each ending in its own peer id."""
        end = f"/p2p-circuit/p2p/{peer_text(self._host.key)}"
        return [
            f"{start}/p2p/{peer_text(held.relay)}{end}"
            for held in self._circuits.held.values()
            for start in self._starts(held)[:1]
        ][:MAX_RELAY_ADDRESSES]

    async def run(self, wanted: Callable[[], int]) -> None:
        """Reserve, renew at half life, replace what fails; ends by cancellation.

        Relays forget us when the connection ends.
        """
        while True:
            before = self.addresses()
            self._wanted = wanted()
            await self._renew()
            await self._find_more()
            if self.addresses() != before:
                self._changed()
            self._look = trio.Event()
            with trio.move_on_after(self._pause()):
                await self._look.wait()

    def _pause(self) -> float:
        """Short while a new neighbour may still say that it is a relay, and one is needed."""
        is_needed = self._wanted >= RELAYS_WANTED
        is_looking = is_needed and len(self._circuits.held) < self._wanted
        is_new = trio.current_time() - self._met < IDENTIFY_SECONDS
        return RELAY_LOOK_SECONDS if is_looking and is_new else RELAY_CHECK_SECONDS

    def _connected(self, peer: bytes) -> None:
        del peer
        self._met = trio.current_time()
        self.nudge()

    async def _renew(self) -> None:
        now = time.time()
        for relay, held in list(self._circuits.held.items()):
            is_over = held.expires <= now or self._is_partner(relay)
            if is_over or not is_direct(self._host, relay):
                self._drop(relay)
            elif held.is_due(now):
                await self._reserve(relay)

    async def _find_more(self) -> None:
        for relay in self._candidates():
            if len(self._circuits.held) >= self._wanted:
                return
            if self._is_other_group(relay):
                await self._reserve(relay)
        if len(self._circuits.held) < self._wanted:
            await self._call_known()

    async def _call_known(self) -> None:
        """Dial a relay that served before; the dial budget and its back-off apply."""
        known = reversed(self.known())
        for relay in [key for key in known if not is_direct(self._host, key)]:
            try:
                await self._dialer.reach(relay, as_relay=True)
            except BazaarError:
                continue
            return

    def _candidates(self) -> list[bytes]:
        now = trio.current_time()
        found = [
            row.key
            for row in self._host.peers()
            if row.key not in self._circuits.held
            and self._refused.get(row.key, 0.0) <= now
            and not self._is_partner(row.key)
            and is_direct(self._host, row.key)
            and speaks(self._host, row.key, HOP_PROTOCOL)
        ]
        random.shuffle(found)
        return found

    def _is_partner(self, relay: bytes) -> bool:
        """A relay sees our address: who hides it takes none that he deals with."""
        return self._dialer.relay_only and relay in self._host.admission.reserved

    def _is_other_group(self, relay: bytes) -> bool:
        """Two relays of one provider go away together."""
        if not self._rules.group_caps:
            return True
        groups = {
            group_of(self._host.remote_host(other)) for other in self._circuits.held
        }
        return group_of(self._host.remote_host(relay)) not in groups

    async def _reserve(self, relay: bytes) -> None:
        try:
            held = await self._circuits.reserve(relay)
        except BazaarError as error:
            log.info("no reservation at a relay", extra={"error": repr(error)})
            self._drop(relay)
            self._refused[relay] = trio.current_time() + RELAY_REFUSED_SECONDS
            return
        if not self._starts(held):
            self._drop(relay)
            self._refused[relay] = trio.current_time() + RELAY_REFUSED_SECONDS
            return
        self._known.pop(relay, None)
        self._known[relay] = None
        if len(self._known) > RELAY_KNOWN:
            del self._known[next(iter(self._known))]

    def _starts(self, held: Reservation) -> list[str]:
        """Direct addresses of the relay that others may dial, without its id."""
        good = kept(held.addresses, Source.PEER, self._rules, held.relay)
        direct = [parse(one) for one in good]
        return [
            f"/{one.kind}/{one.host}/tcp/{one.port}"
            for one in direct
            if one.relay is None
        ]

    def _drop(self, relay: bytes) -> None:
        if self._circuits.held.pop(relay, None) is not None:
            self._counters.add("relay.lost")

    def _left(self, peer: bytes) -> None:
        if peer in self._circuits.held:
            self._drop(peer)
            self._changed()
            self.nudge()
