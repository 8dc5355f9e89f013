"""A running node under attack, as its owner sees it."""

import contextlib
import itertools
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import trio

from bazaar.app.ports import Handler
from bazaar.domain.exchange.coding import encode
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import HeadGet
from bazaar.domain.wire.networks import network
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.node import Status, StatusView
from bazaar.rpc.schema.orders import OrderList
from bazaar.rpc.schema.search import Search, SearchView
from net.exchange.frames import ANSWER
from tests.node_process import NodeProcess
from tests.system.hostile import Hostile, hostile

NETWORK: Final = "local:hostile/8640"
ON: Final = network(NETWORK)
OWNER_SECONDS: Final = 5
WAIT_SECONDS: Final = 20
NUMBERS: Final = itertools.count(1)
NOTHING: Final[Mapping[RequestType, Handler]] = {}
FF: Final = b"\xff" * 64 * 1024

Make = Callable[..., contextlib.AbstractAsyncContextManager[Hostile]]


class Victim(NamedTuple):
    """A node process, and how its owner sees it."""

    node: NodeProcess
    home: Path

    async def call(self, call: Call) -> Any:
        """Ask as the owner does, without stopping the peers of this process."""
        return await trio.to_thread.run_sync(self.node.client.call, call)

    async def status(self) -> StatusView:
        with trio.fail_after(OWNER_SECONDS):
            answer: StatusView = await self.call(Status())
        return answer

    async def found(self, words: str) -> SearchView:
        answer: SearchView = await self.call(Search(words=words))
        return answer

    async def finds(self, words: str) -> None:
        """Wait until a search finds one thing."""
        with trio.fail_after(WAIT_SECONDS):
            while not (await self.found(words)).total:  # noqa: ASYNC110 - of another process
                await trio.sleep(0.05)

    @contextlib.asynccontextmanager
    async def unharmed(self, *counted: str) -> AsyncGenerator[None]:
        """What happens inside raises each counter and leaves no other trace."""
        before, orders = await self.status(), await self.call(OrderList())
        yield
        with trio.fail_after(WAIT_SECONDS):
            while not rose(counted, before, await self.status()):  # noqa: ASYNC110 - the counters are of another process
                await trio.sleep(0.05)
        after = await self.status()
        assert (after.catalogue, after.outbox) == (before.catalogue, before.outbox)
        assert await self.call(OrderList()) == orders
        assert "host.restarts" not in after.counters
        await self.is_served()

    async def is_served(self) -> None:
        """An honest newcomer connects and is answered."""
        async with hostile(next(NUMBERS), ON, self.node.address, NOTHING) as newcomer:
            with trio.fail_after(OWNER_SECONDS):
                await newcomer.greet()
                answer = await newcomer.frame(RequestType.HEAD_GET, encode(HeadGet(())))
            assert answer.type == ANSWER + RequestType.HEAD_GET


def rose(names: Sequence[str], before: StatusView, now: StatusView) -> bool:
    """Whether each of these counters is higher than before."""
    return all(
        now.counters.get(name, 0) > before.counters.get(name, 0) for name in names
    )
