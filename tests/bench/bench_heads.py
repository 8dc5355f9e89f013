"""Figures of DHT and gossip on loopback, all nodes in one process; prints, judges nothing."""

import random
import statistics
import time
from typing import Final, NamedTuple

import trio
from nacl.signing import SigningKey

from net.directory import Directory
from net.gossip import HeadGossip
from net.limits import KAD_REPLICAS
from net.peers import Libp2pNetwork
from net.rules import LOCAL_RULES
from tests.net.heads import check_head, head, signer
from tests.net.nodes import LOOPBACK, NETWORK

DHT_NODES: Final = 30
LINKS: Final = 3
STORES: Final = 10
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
            puts.append(time.perf_counter() - began)
            for reader in chance.sample(nodes, 3):
                began = time.perf_counter()
                hits += await reader.directory.find_head(key) == value
                finds.append(time.perf_counter() - began)
        _show(f"put a head, {DHT_NODES} nodes", puts)
        _show("find a head", finds)
        print(f"found {hits} of {3 * STORES}, gave back {replicas} of 8 asked")  # noqa: T201 - figures
        nursery.cancel_scope.cancel()


async def test_gossip_latency() -> None:
    chance = random.Random(2)
    async with trio.open_nursery() as nursery:
        nodes = [await _started(nursery, n) for n in range(1, GOSSIP_NODES + 1)]
        sent: dict[bytes, float] = {}
        taken: list[float] = []
        for node in nodes:
            node.gossip.on_head(
                lambda _, value: taken.append(time.perf_counter() - sent[value])
            )
        await _linked(nodes, chance)
        await trio.sleep(3)  # two heartbeats: the mesh is grafted
        for speaker in chance.sample(nodes, GOSSIP_ROUNDS):
            value = head(speaker.signer)
            sent[value] = time.perf_counter()
            await speaker.gossip.publish_head(value)
            await trio.sleep(2)
        _show(f"publish to heard, {GOSSIP_NODES} nodes", taken)
        print(f"heard {len(taken)} of {GOSSIP_ROUNDS * (GOSSIP_NODES - 1)}")  # noqa: T201 - figures
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
        print(f"idle node with {IDLE_NODES - 1} neighbours: {share:.2%} of a core")  # noqa: T201 - figures
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


def _show(what: str, seconds: list[float]) -> None:
    ranked = sorted(seconds)
    middle, p95 = statistics.median(ranked), ranked[int(len(ranked) * 0.95)]
    print(f"{what:32} p50 {middle * 1000:7.1f} ms   p95 {p95 * 1000:7.1f} ms")  # noqa: T201 - figures
