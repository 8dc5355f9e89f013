"""A simulated node's gossip: the port of the app, in our own rhythm."""

from collections.abc import Callable

import trio

from bazaar.app.ports import HeadSeen, Listening
from net.gossip.announcer import Announcer
from net.gossip.heads import HeadFacts, Heads
from net.sim.mesh import Mesh
from net.sim.population import Population


class SimGossip:
    """Fits ``bazaar.app.ports.Gossip``; one node's door to the mesh."""

    def __init__(
        self, number: int, population: Population, mesh: Mesh, heads: Heads
    ) -> None:
        self._number = number
        self._population = population
        self._mesh = mesh
        self._heads = heads
        self._announcer = Announcer()

    async def publish_head(self, head: bytes) -> None:
        """Send an own head as soon as the last one is 10 s old."""
        await trio.lowlevel.checkpoint()
        self._heads.current(head)
        self._announcer.give(head)

    def on_head(self, callback: HeadSeen) -> None:
        """Call ``callback`` with the forwarder's key and the head, for each that is news."""

        def hear(
            one: int, sender: int, head: tuple[HeadFacts, bytes], now: float
        ) -> None:
            del now
            if one == self._number:
                callback(self._population.key(sender), head[1])

        self._mesh.on_head(hear)

    def listen_for(self, chosen: Callable[[], Listening]) -> None:
        """Who listens to which shard is drawn when the market is made."""

    async def run(self) -> None:
        """Send what is published; ends by cancellation."""
        await self._announcer.run(trio.lowlevel.checkpoint, self._send)

    async def _send(self, head: bytes) -> None:
        facts = self._heads.current(head)
        self._mesh.send(self._number, (facts, head), trio.current_time())
