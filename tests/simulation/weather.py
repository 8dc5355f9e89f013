"""A network in memory that loses, repeats, delays and so reorders what passes through it."""

import random
from typing import Final

import trio

from bazaar.app.ports import Request
from bazaar.domain.errors import BazaarError, PeerUnreachableError
from tests.fakes import Wire

DELAY_SECONDS: Final = 3.0
LATE_SECONDS: Final = 300.0
GIVE_UP_SECONDS: Final = 5.0


class Weather(Wire):
    """A wire whose faults follow from a seed.

    Attributes:
        loss: Share of requests that never arrive, and again of answers that do not.
        repeats: Share of requests that arrive a second time, up to five minutes later.
        counts: What has happened, by name.
    """

    def __init__(self, nursery: trio.Nursery, seed: int) -> None:
        super().__init__()
        self._nursery = nursery
        self._chance = random.Random(seed)
        self.loss = 0.0
        self.repeats = 0.0
        self.counts = {"requests": 0, "lost": 0, "answers lost": 0, "repeated": 0}

    async def carry(self, peer: bytes, request: Request) -> bytes:
        if not self.joined(request.peer, peer):
            raise PeerUnreachableError("no connection")
        if not self.loss:
            await trio.lowlevel.checkpoint()
            return await self.nodes[peer].answer(request)
        return await self._through(peer, request)

    def join(self, one: bytes) -> None:
        """Everything reaches ``one`` again; it meets all others anew."""
        self._cut = {pair for pair in self._cut if one not in pair}
        for peer in self.nodes[one].peers() if one in self.nodes else ():
            self.nodes[one].tell(peer.key)
            self.nodes[peer.key].tell(one)

    async def _through(self, peer: bytes, request: Request) -> bytes:
        self.counts["requests"] += 1
        await trio.sleep(self._chance.random() * DELAY_SECONDS)
        if self._happens(self.loss, "lost") or not self.joined(request.peer, peer):
            await self._silence()
        if self._happens(self.repeats, "repeated"):
            late = self._chance.random() * LATE_SECONDS
            self._nursery.start_soon(self._again, peer, request, late)
        answer = await self.nodes[peer].answer(request)
        await trio.sleep(self._chance.random() * DELAY_SECONDS)
        if self._happens(self.loss, "answers lost"):
            await self._silence()
        return answer

    def _happens(self, share: float, what: str) -> bool:
        does = self._chance.random() < share
        self.counts[what] += does
        return does

    async def _silence(self) -> None:
        await trio.sleep(GIVE_UP_SECONDS)
        raise PeerUnreachableError("no answer")

    async def _again(self, peer: bytes, request: Request, seconds: float) -> None:
        await trio.sleep(seconds)
        node = self.nodes.get(peer)
        if node is None:
            return
        try:
            await node.answer(request)
        except BazaarError:
            self.counts["repeats refused"] = self.counts.get("repeats refused", 0) + 1
