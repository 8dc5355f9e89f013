"""Figures of DHT and gossip on loopback, all nodes in one process; prints, judges nothing."""

import random
import time
from typing import Final, NamedTuple

import trio
from nacl.signing import SigningKey

from net.dht.directory import Directory
from net.gossip.gossip import HeadGossip
from net.limits import KAD_REPLICAS
from net.peers import Libp2pNetwork
from net.rules import LOCAL_RULES
from tests.bench.figures import MS, heading, spread, tell
from tests.bench.processes import load
from tests.net.heads import check_head, head, signer
from tests.net.nodes import LOOPBACK, NETWORK

DHT_NODES: Final = 30
LINKS: Final = 3
STORES: Final = 10
READERS: Final = 3
GOSSIP_NODES: Final = 20
GOSSIP_ROUNDS: Final = 10
IDLE_NODES: Final = 6
IDLE_SECONDS: Final = 40


class Node(NamedTuple):
    """One whole node."""

    network: Libp2pNetwork
    directory: Directory
    gossip: HeadGossip
    signer: SigningKey


async def test_dht_lookup() -> None:
    heading(f"Store heads among {DHT_NODES} nodes in one process", load())
    chance = random.Random(1)
    async with trio.open_nursery() as nursery:
        nodes = [await _started(nursery, n) for n in range(1, DHT_NODES + 1)]
        await _linked(nodes, chance)
        await _settled(nodes, min(DHT_NODES - 1, KAD_REPLICAS))
        puts: list[float] = []
        finds: list[float] = []
        replicas: list[int] = []
        hits = 0
        for owner in chance.sample(nodes, STORES):
            value, key = head(owner.signer), owner.network.host.key
            began = time.perf_counter()
            replicas.append(await owner.directory.put_head(key, value))
            puts.append((time.perf_counter() - began) * MS)
            for reader in chance.sample(nodes, READERS):
                began = time.perf_counter()
                hits += await reader.directory.find_head(key) == value
                finds.append((time.perf_counter() - began) * MS)
        spread(f"put a head, {DHT_NODES} nodes", puts)
        spread("find a head", finds)
        tell(f"  found {hits} of {READERS * STORES}: {hits / READERS / STORES:.0%}")
        tell(f"  replicas that gave it back, of 8 asked: {replicas}")
        nursery.cancel_scope.cancel()


async def test_gossip_latency() -> None:
    chance = random.Random(2)
    async with trio.open_nursery() as nursery:
        nodes = [await _started(nursery, n) for n in range(1, GOSSIP_NODES + 1)]
        sent: dict[bytes, float] = {}
        taken: list[float] = []
        for node in nodes:
            node.gossip.on_head(
                lambda _, value: taken.append((time.perf_counter() - sent[value]) * MS)
            )
        await _linked(nodes, chance)
        await trio.sleep(3)  # two heartbeats: the mesh is grafted
        for speaker in chance.sample(nodes, GOSSIP_ROUNDS):
            value = head(speaker.signer)
            sent[value] = time.perf_counter()
            await speaker.gossip.publish_head(value)
            await trio.sleep(2)
        spread(f"publish to heard, {GOSSIP_NODES} nodes", taken)
        tell(f"  heard {len(taken)} of {GOSSIP_ROUNDS * (GOSSIP_NODES - 1)}")
        nursery.cancel_scope.cancel()


async def test_idle_cost() -> None:
    async with trio.open_nursery() as nursery:
        nodes = [await _started(nursery, n) for n in range(1, IDLE_NODES + 1)]
        for index, node in enumerate(nodes):
            for other in nodes[:index]:
                await node.network.connect(other.network.addresses()[0])
        await trio.sleep(5)
        began = time.process_time()
        await trio.sleep(IDLE_SECONDS)
        share = (time.process_time() - began) / IDLE_SECONDS / IDLE_NODES
        tell(f"  idle network, {IDLE_NODES - 1} neighbours: {share:.2%} of a core")
        nursery.cancel_scope.cancel()


async def _started(nursery: trio.Nursery, number: int) -> Node:
    network = Libp2pNetwork(bytes([number]) * 32, NETWORK, [LOOPBACK], LOCAL_RULES)
    directory = Directory(network, check_head, LOCAL_RULES)
    node = Node(network, directory, HeadGossip(network, check_head), signer(number))
    await nursery.start(network.run)
    return node


async def _linked(nodes: list[Node], chance: random.Random) -> None:
    """Each node dials three of those before it."""
    for index, node in enumerate(nodes[1:], 1):
        for other in chance.sample(nodes[:index], min(LINKS, index)):
            await node.network.connect(other.network.addresses()[0])


async def _settled(nodes: list[Node], known: int) -> None:
    with trio.move_on_after(30):
        while min(node.directory.neighbours() for node in nodes) < known:  # noqa: ASYNC110 - there is no event
            await trio.sleep(0.2)
