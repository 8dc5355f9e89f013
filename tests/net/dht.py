"""Small DHTs for the tests: every node knows every other before the test begins."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple

import trio
from nacl.signing import SigningKey

from net._vendor import ID
from net.dht.directory import Directory
from net.dht.kad import Kad
from net.dht.lookups import Lookups
from net.peer_ids import peer_id
from net.peers import Libp2pNetwork
from net.rules import LOCAL_RULES, NetworkRules
from tests.net.heads import check_head, signer
from tests.net.nodes import Make, Start, until


class Node(NamedTuple):
    """One node of a DHT and the key that is its store."""

    network: Libp2pNetwork
    directory: Directory
    signer: SigningKey

    @property
    def key(self) -> bytes:
        return self.network.host.key

    @property
    def id(self) -> ID:
        return peer_id(self.key)

    @property
    def lookups(self) -> Lookups:
        lookups = self.directory._lookups
        assert lookups is not None
        return lookups

    @property
    def kad(self) -> Kad:
        return self.lookups.kad


Build = Callable[[int], Awaitable[list[Node]]]


async def build(make: Make, start: Start, count: int) -> list[Node]:
    """Start ``count`` nodes that all join through the first."""
    nodes = [await _started(make, start, number) for number in range(1, count + 1)]
    first = nodes[0].network.addresses()[0]
    async with trio.open_nursery() as nursery:
        for node in nodes[1:]:
            nursery.start_soon(node.network.connect, first)
    for node in nodes:
        await until(partial(_knows, node, count - 1))
    for node in nodes if count > 1 else ():
        with trio.fail_after(5):
            await node.lookups.settled.wait()
    return nodes


async def _started(
    make: Make, start: Start, number: int, rules: NetworkRules = LOCAL_RULES
) -> Node:
    network = make(rules=rules)
    directory = Directory(network, check_head, rules)
    return Node(await start(network), directory, signer(number))


def _knows(node: Node, count: int) -> bool:
    return node.directory.neighbours() >= count
