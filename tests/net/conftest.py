"""Real nodes on loopback, port zero."""

from collections.abc import Sequence

import pytest
import trio

from net.peers import Libp2pNetwork
from net.rules import LOCAL_RULES, NetworkRules
from net.wishes import USUAL, Wishes
from tests.net.nodes import LOOPBACK, NETWORK, PUT, Make, Pair, Start, echo


@pytest.fixture
def make() -> Make:
    """Builds nodes, each with a key of its own; none is running yet."""
    seeds = iter(bytes([number]) * 32 for number in range(1, 255))

    def make_one(
        *,
        network: bytes = NETWORK,
        listen: Sequence[str] = (LOOPBACK,),
        rules: NetworkRules = LOCAL_RULES,
        wishes: Wishes = USUAL,
    ) -> Libp2pNetwork:
        node = Libp2pNetwork(next(seeds), network, listen, rules, wishes)
        node.serve(PUT, echo)
        return node

    return make_one


@pytest.fixture
def start(nursery: trio.Nursery) -> Start:
    """Starts a node; it runs until the end of the test."""

    async def start_one(node: Libp2pNetwork) -> Libp2pNetwork:
        await nursery.start(node.run)
        return node

    return start_one


@pytest.fixture
async def pair(make: Make, start: Start) -> Pair:
    """Two nodes, the first connected to the second."""
    first, second = await start(make()), await start(make())
    await first.connect(second.addresses()[0])
    return first, second
