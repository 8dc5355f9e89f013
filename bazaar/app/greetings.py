"""What is asked of a peer, and told to it, once a connection stands."""

import logging
from typing import TYPE_CHECKING, Final

import trio

if TYPE_CHECKING:
    from bazaar.app.services import Services

QUEUE: Final = 1000
"""Peers that wait to be greeted at most."""

log = logging.getLogger(__name__)


class Greetings:
    """Greets each peer that connects, beside everything else."""

    def __init__(self, node: "Services") -> None:
        self._node = node
        self._arrivals, self._to_greet = trio.open_memory_channel[bytes](QUEUE)

    def connected(self, peer: bytes) -> None:
        """A connection stands: greet the peer, and send what waits for it."""
        self.again(peer)
        self._node.follows.met()
        self._node.outbox.seen_online(peer)
        self._node.mailboxes.seen_online(peer)
        self._node.context.emit("peers", {})

    def again(self, peer: bytes) -> None:
        """Ask the peer once more for what it has; nothing waits for it here."""
        try:
            self._arrivals.send_nowait(peer)
        except trio.WouldBlock:
            log.warning("too many arrivals at once")

    async def run(self) -> None:
        """Greet for ever; a greeting that is cut off is made up for at the next one."""
        async with trio.open_nursery() as nursery:
            async for peer in self._to_greet:
                nursery.start_soon(self._greet, peer)

    async def _greet(self, peer: bytes) -> None:
        await self._node.fresh_join.met(peer)
        await self._node.market.greet(peer)
        await self._node.resync.compare(peer)
        await self._node.talk.resync.compare(peer)
        await self._node.recovery.met(peer)
        self._node.resealing.met(peer)
        await self._node.proofs.tell(peer)
        await self._node.acquaintances.greet(peer)
