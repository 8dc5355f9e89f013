"""Walks to the nodes nearest to a key, and what they then are asked all together."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

import trio
from libp2p.kad_dht.utils import sort_peer_ids_by_distance

from bazaar.domain.errors import PeerUnreachableError
from net._vendor import ID
from net.dht.kad import Kad
from net.dht.kad_client import KadClient
from net.limits import (
    KAD_REPLICAS,
    MAX_LOOKUP_KEY_BYTES,
    MIN_REMOTE_READS,
    READS_AT_ONCE,
    SEARCH_SECONDS,
)
from net.peer_ids import raw_key

Answer = TypeVar("Answer")
Ask = Callable[[ID, bytes], Awaitable[Answer]]


class Lookups:
    """Of one life of the host.

    Attributes:
        kad: Own table and records.
        client: Questions to single nodes.
        settled: Set when the first neighbours were asked for theirs.
    """

    def __init__(self, me: ID, kad: Kad, client: KadClient) -> None:
        self._me = me
        self.kad = kad
        self.client = client
        self.settled = trio.Event()

    async def closest(self, key: bytes) -> list[ID]:
        """At most 20 other nodes, the nearest to ``key`` first; what was found after 4 s counts.

        Raises:
            ValueError: ``key`` is longer than responders accept (C7).
        """
        if len(key) > MAX_LOOKUP_KEY_BYTES:
            raise ValueError(
                f"a lookup key of {len(key)} bytes; limit {MAX_LOOKUP_KEY_BYTES}"
            )
        found: list[ID] | None = None
        with self.kad.peer_routing.walking(key) as met:
            with trio.move_on_after(SEARCH_SECONDS):
                found = await self.kad.peer_routing.find_closest_peers_network(key)
            if found is None:
                found = self._nearest_known(key, met)
        return [peer for peer in found if not self._is_left_out(peer)]

    async def ask(
        self, peers: Sequence[ID], key: bytes, ask: Ask[Answer]
    ) -> list[tuple[ID, Answer]]:
        """Ask all of ``peers`` at once; those that gave an answer, as they came."""
        answers: list[tuple[ID, Answer]] = []

        async def one(peer: ID) -> None:
            try:
                answers.append((peer, await ask(peer, key)))
            except PeerUnreachableError:
                return  # counted where it was found

        async with trio.open_nursery() as nursery:
            for peer in peers:
                nursery.start_soon(one, peer)
        return answers

    async def read(self, key: bytes, ask: Ask[Answer]) -> list[tuple[ID, Answer]]:
        """Answers of at least five remote nodes, if there are so many (C8)."""
        waiting = await self.closest(key)
        answers: list[tuple[ID, Answer]] = []
        while waiting and len(answers) < MIN_REMOTE_READS:
            answers += await self.ask(waiting[:READS_AT_ONCE], key, ask)
            waiting = waiting[READS_AT_ONCE:]
        return answers

    def _nearest_known(self, key: bytes, met: Iterable[ID]) -> list[ID]:
        """Of the own table and of who was ``met``: in a large net the table ends far from ``key``."""
        own = self.kad.routing_table.find_local_closest_peers(key, KAD_REPLICAS)
        everybody = list(dict.fromkeys((*met, *own)))
        return sort_peer_ids_by_distance(key, everybody)[:KAD_REPLICAS]

    def _is_left_out(self, peer: ID) -> bool:
        return (
            peer == self._me
            or raw_key(peer) is None
            or self.kad.silence.is_evicted(peer, trio.current_time())
        )
