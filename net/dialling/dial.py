"""Dialling a peer: one address at a time, in order, within a budget (C6).

The library tries one address per transport and then blocks the peer for 60 s; we
give it one address at a time and keep the back-off in the peer book.
"""

import logging
import time
from collections.abc import Sequence
from ipaddress import ip_address
from weakref import WeakValueDictionary

import trio

from bazaar.app.ports import KnownAddress as Known
from bazaar.domain.errors import InputError, MalformedMessageError, PeerUnreachableError
from net.counters import Counters
from net.dialling.addresses import (
    Address,
    Source,
    is_dialable,
    is_dialable_host,
    kept,
    parse,
)
from net.dialling.budget import Budget
from net.dialling.peerbook import PeerBook
from net.host import Host
from net.limits import (
    DIAL_SECONDS_PER_ADDRESS,
    DIAL_SECONDS_PER_PEER,
)
from net.reach.circuits import Circuits
from net.reach.routes import is_direct
from net.rules import NetworkRules
from net.score import Breach
from net.standing import Standing

log = logging.getLogger(__name__)


class Dialer:
    """Connects to peers that the book, the caller or the user knows addresses of.

    Attributes:
        counters: Where tries and failures are counted.
        circuits: Connects through relays; None dials directly only.
        relay_only: Dial nobody directly but relays, and what the user types in.
    """

    def __init__(
        self, host: Host, book: PeerBook, standing: Standing, rules: NetworkRules
    ) -> None:
        self._host = host
        self._book = book
        self._standing = standing
        self._rules = rules
        self.counters: Counters = standing.counters
        self.circuits: Circuits | None = None
        self.relay_only = False
        self._budget = Budget(rules)
        self._locks: WeakValueDictionary[bytes, trio.Lock] = WeakValueDictionary()

    async def connect(self, address: str) -> bytes:
        """Connect to an address that the user gave; returns the key of the peer.

        Back-off and budget do not apply. Cancelling leaves no half-open socket.

        Raises:
            InputError: not a multiaddr that ends in ``/p2p/`` and a peer id.
            PeerUnreachableError: the peer did not answer there.
        """
        try:
            parsed = parse(address)
        except MalformedMessageError as error:
            raise InputError("address", f"{address}: {error}") from error
        if parsed.peer is None:
            raise InputError("address", "must end in /p2p/ and the id of the peer")
        if parsed.peer == self._host.key:
            raise InputError("address", "is this node's own")
        self._book.learn(parsed.peer, [address], Source.USER)
        async with self._lock(parsed.peer):
            if not self._host.is_connected(parsed.peer):
                with trio.move_on_after(DIAL_SECONDS_PER_PEER):
                    await self._try(parsed.peer, address, Source.USER)
        return self._reached(parsed.peer)

    async def reach(
        self, key: bytes, addresses: Sequence[str] = (), *, as_relay: bool = False
    ) -> None:
        """Have a connection to a peer, dialling it if there is none.

        ``addresses`` are as a peer told them; the dial rules apply. A relay is dialled
        directly. Concurrent calls share one dial. Cancelling leaves no half-open socket.

        Raises:
            PeerUnreachableError: banned, or no address that is due answered in time.
        """
        if self._host.is_connected(key):
            return
        if key == self._host.key or not self._standing.welcomes(key):
            raise PeerUnreachableError("this peer is not to be dialled")
        self._book.learn(key, addresses, Source.PEER, key)
        async with self._lock(key):
            if not self._host.is_connected(key):
                with trio.move_on_after(DIAL_SECONDS_PER_PEER):
                    await self._try_all(key, as_relay=as_relay)
        self._reached(key)

    async def meet(self, key: bytes, address: str) -> bool:
        """Connect to a peer that announced itself on the local network.

        The book does not learn the address: whoever is near may announce anything.
        Cancelling leaves no half-open socket.

        Returns:
            False if the budget allows no dial there now.

        Raises:
            PeerUnreachableError: banned, forbidden by the dial rules, or no answer.
        """
        is_allowed = not self.relay_only and is_dialable(
            address, Source.LAN, self._rules, key
        )
        if not (is_allowed and self._standing.welcomes(key)):
            raise PeerUnreachableError("this peer is not to be dialled")
        async with self._lock(key):
            if not self._host.is_connected(key):
                if not await self._is_due(Known(key, address, Source.LAN, None)):
                    return False
                await self._try(key, address, Source.LAN)
        self._reached(key)
        return True

    def _reached(self, key: bytes) -> bytes:
        if not self._host.is_connected(key):
            raise PeerUnreachableError("no address of the peer answered")
        return key

    def _lock(self, key: bytes) -> trio.Lock:
        lock = self._locks.get(key) or trio.Lock()
        self._locks[key] = lock
        return lock

    async def _try_all(self, key: bytes, *, as_relay: bool) -> None:
        candidates = self._book.candidates(key, time.time())
        for known in sorted(candidates, key=self._needs_a_relay):
            if not self._is_in_use(parse(known.address), as_relay=as_relay):
                continue
            if await self._is_due(known) and await self._try(
                key, known.address, Source(known.source)
            ):
                return

    def _needs_a_relay(self, known: Known) -> bool:
        """Whether a relay would have to be dialled first: those come last."""
        relay = parse(known.address).relay
        return relay is not None and not is_direct(self._host, relay)

    def _is_in_use(self, address: Address, *, as_relay: bool) -> bool:
        """Relays themselves are dialled directly, others not if the user forbids it."""
        if as_relay:
            return address.relay is None
        return address.relay is not None or not self.relay_only

    async def _is_due(self, known: Known) -> bool:
        """Wait for the budget; an address that worked last time is not rationed by itself."""
        address = parse(known.address)
        is_proven = known.worked_at > 0 and known.failures == 0
        if address.relay is not None and is_direct(self._host, address.relay):
            is_proven = True  # nothing is dialled but the circuit
        now = trio.current_time()
        if not is_proven and not self._budget.allows(address.host, address.port, now):
            self.counters.add("dial.not_due")
            return False
        await trio.sleep(self._budget.book(trio.current_time()))
        return True

    async def _try(self, key: bytes, text: str, source: Source) -> bool:
        self.counters.add("dial.tries")
        with trio.move_on_after(DIAL_SECONDS_PER_ADDRESS):
            if await self._dial(key, parse(text), source):
                self._book.worked(key, text, time.time())
                return True
        self.counters.add("dial.failures")
        teller = self._book.failed(key, text, time.time())
        if teller is not None:
            self._standing.breach(teller, Breach.BAD_ADDRESS)
        return False

    async def _dial(self, key: bytes, address: Address, source: Source) -> bool:
        relay = address.relay
        if relay is None:
            return await self._dial_directly(key, address, source)
        if self.circuits is None or relay in {key, self._host.key}:
            return False
        if not is_direct(self._host, relay):
            if not self._standing.welcomes(relay):
                return False
            await self._dial_directly(relay, address, source)
        try:
            await self.circuits.dial(key, relay)
        except PeerUnreachableError as error:
            log.info("no way through a relay", extra={"error": repr(error)})
            return False
        return True

    async def _dial_directly(
        self, key: bytes, address: Address, source: Source
    ) -> bool:
        for target in await self._targets(address, source):
            try:
                await self._host.dial(target, key)
            except PeerUnreachableError:
                continue
            return True
        return False

    async def _targets(self, address: Address, source: Source) -> tuple[str, ...]:
        """Addresses to connect to, names resolved once and each result checked."""
        if not address.kind.startswith("dns"):
            return kept(
                [f"/{address.kind}/{address.host}/tcp/{address.port}"],
                source,
                self._rules,
            )
        hosts = await _resolved(address)
        allowed = [
            host
            for host in hosts
            if is_dialable_host(host, address.port, source, self._rules)
        ]
        return tuple(
            f"/{address.kind.replace('dns', 'ip')}/{h}/tcp/{address.port}"
            for h in allowed
        )


async def _resolved(address: Address) -> list[str]:
    version = 4 if address.kind == "dns4" else 6
    try:
        found = await trio.socket.getaddrinfo(address.host, address.port)
    except OSError:
        return []
    hosts = dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found)
    return [
        host
        for host in hosts
        if "%" not in host and ip_address(host).version == version
    ]
