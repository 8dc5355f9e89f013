"""Neighbours of our own choice: eight that we dialled, in different /16, kept over restarts.

Who else connects may be anybody; these make it hard to be surrounded. The peers that
were reached last are dialled first, so that a restart needs no bootstrap.
"""

import contextlib
import logging
import random
import time
from collections.abc import Sequence

import trio
from libp2p.abc import IHost

from bazaar.app.ports import Connected, PeerMemory
from bazaar.domain.errors import BazaarError, RefusedError, ReplyCode
from net._vendor import PeerStoreError
from net.dialling.addresses import Source, parse
from net.dialling.admission import wide_group_of
from net.dialling.peerbook import PeerBook
from net.limits import (
    DIALS_PER_ROUND,
    FEW_PEERS,
    OUTBOUND_PEERS,
    ROUND_SECONDS,
    SETTLE_SECONDS,
)
from net.peer_ids import peer_id
from net.peers import Libp2pNetwork
from net.rules import NetworkRules

log = logging.getLogger(__name__)

MIXING = random.SystemRandom()
"""Who cannot foretell the choice cannot place himself in its way."""


class Outbound:
    """Keeps the neighbours and the book of them; lives and dies with the network."""

    def __init__(
        self, network: Libp2pNetwork, memory: PeerMemory, rules: NetworkRules
    ) -> None:
        """Attach to ``network``, which must not be running yet; its book is filled."""
        self._network = network
        self._memory = memory
        self._rules = rules
        self._stirred = trio.Event()
        self._noted: set[bytes] = set()
        self._relays = memory.relays()
        network.book.load(memory.load())
        network.reach.reservations.remember(self._relays)
        network.on_connected(self._stir)
        network.host.notices.on_disconnected(self._left)
        network.attach(self._live)

    def _stir(self, peer: bytes) -> None:
        del peer
        self._stirred.set()

    def _left(self, peer: bytes) -> None:
        self._noted.discard(peer)
        self._stirred.set()

    async def _live(self, host: IHost, *, task_status: trio.TaskStatus[None]) -> None:
        """Look after them for one life of ``host``; ends by cancellation, and stores the book."""
        self._memory.save_ports(_ports(self._network.addresses()))
        task_status.started()
        try:
            while True:
                self._note(host)
                if await self._fill() and len(self._network.peers()) < FEW_PEERS:
                    continue
                with trio.move_on_after(ROUND_SECONDS):
                    await self._stirred.wait()
                self._note(host)
                await trio.sleep(SETTLE_SECONDS)
                self._stirred = trio.Event()
        finally:
            self._memory.save(self._network.book.changes())

    def _note(self, host: IHost) -> None:
        """Remember, and store, where the connected peers can be reached again, as they say."""
        for row in self._network.peers():
            self._learn(host, row)
            self._noted.add(row.key)
        self._memory.save(self._network.book.changes())
        self._note_relays()
        self._network.host.notices.traffic.sample(trio.current_time())

    def _note_relays(self) -> None:
        known = self._network.reach.reservations.known()
        if known != self._relays:
            self._relays = known
            self._memory.save_relays(known)

    def _learn(self, host: IHost, row: Connected) -> None:
        book, end = self._network.book, f"/p2p/{row.peer_id}"
        is_ours = row.direction == "outbound" and row.address and not row.relayed
        if row.key not in self._noted and is_ours:
            book.learn(row.key, [row.address + end], Source.PEER, row.key)
            book.worked(row.key, row.address + end, time.time())
        with contextlib.suppress(PeerStoreError):  # it may say so a little later
            told = map(str, host.get_peerstore().addrs(peer_id(row.key)))
            spelt = [one if "/p2p/" in one else one + end for one in told]
            book.learn(row.key, spelt, Source.PEER, row.key)

    async def _fill(self) -> bool:
        """Dial a few of those that lack; whether anybody was there to be dialled."""
        connected = self._network.peers()
        outbound = [row for row in connected if row.direction == "outbound"]
        lacking = OUTBOUND_PEERS - len(outbound)
        chosen = choose(
            self._network.book,
            connected,
            self._rules,
            min(lacking, DIALS_PER_ROUND),
        )
        async with trio.open_nursery() as nursery:
            for key in chosen:
                nursery.start_soon(self._approach, key)
        return bool(chosen)

    async def _approach(self, key: bytes) -> None:
        try:
            await self._network.approach(key)
        except RefusedError as error:
            if error.code is ReplyCode.WRONG_NETWORK:
                self._network.book.forget(key)
        except BazaarError as error:
            log.info("a known peer was not reached", extra={"why": repr(error)})


def choose(
    book: PeerBook, connected: Sequence[Connected], rules: NetworkRules, wanted: int
) -> list[bytes]:
    """At most ``wanted`` peers to dial: the two reached last, then others by chance.

    None of them shares a /16 with another or with a peer that we dialled, where the
    network has groups.
    """
    if wanted <= 0:
        return []
    taken = {
        wide_group_of(parse(row.address).host)
        for row in connected
        if row.direction == "outbound" and row.address and not row.relayed
    }
    here = {row.key for row in connected}
    anchors = book.anchors()
    others = book.keys()
    MIXING.shuffle(others)
    others.sort(key=lambda key: book.reached(key) == 0)
    chosen: list[bytes] = []
    for key in dict.fromkeys((*anchors, *others)):
        groups = {wide_group_of(host) for host in book.hosts(key)} - {"?"}
        is_near = rules.group_caps and bool(groups & taken)
        if key in here or is_near or not book.candidates(key, time.time()):
            continue
        chosen.append(key)
        taken |= groups
        if len(chosen) == wanted:
            break
    return chosen


def _ports(addresses: Sequence[str]) -> list[int]:
    return [parse(address).port for address in addresses]
