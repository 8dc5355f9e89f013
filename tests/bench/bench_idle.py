"""What a node costs while nothing happens: traffic, CPU and memory with 20 neighbours.

The neighbours are real hosts with DHT and gossip in this process; the node is one of its
own. Traffic is as the node counts it, scaled from the minutes measured to a day.
"""

import time
from pathlib import Path
from typing import Final

import trio

from bazaar.app.ports import Request
from bazaar.domain.errors import NotFoundError, PeerUnreachableError
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.wire.networks import network
from bazaar.rpc.schema.network import NetworkState, NetworkView
from net.dht.directory import Directory
from net.gossip.gossip import HeadGossip
from net.gossip.heads import HeadFacts
from net.peers import Libp2pNetwork
from net.rules import LOCAL_RULES
from tests.bench.figures import heading, tell
from tests.bench.processes import NETWORK, NodeProcess, load, made, start

NEIGHBOURS: Final = 20
SETTLE_SECONDS: Final = 20
IDLE_SECONDS: Final = 60
DAY_SECONDS: Final = 86_400
MIB: Final = 2**20
MB: Final = 1_000_000
LOOPBACK: Final = "/ip4/127.0.0.1/tcp/0"


def test_idle_among_twenty(tmp_path: Path) -> None:
    node = start(made(tmp_path / "home", "Ann"))
    try:
        trio.run(_among, node)
    finally:
        node.stop()


async def _among(node: NodeProcess) -> None:
    async with trio.open_nursery() as nursery:
        for number in range(NEIGHBOURS):
            one = _neighbour(number)
            await nursery.start(one.run)
            await _joined(one, node.address)
        await trio.sleep(SETTLE_SECONDS)
        before, begun = await _look(node), node.cost()
        clock = time.monotonic()
        await trio.sleep(IDLE_SECONDS)
        after, ended = await _look(node), node.cost()
        seconds = time.monotonic() - clock
        heading(f"Idle for {seconds:.0f} s among {len(after.peers)} peers", load())
        came = (after.traffic.came - before.traffic.came) / seconds * DAY_SECONDS
        went = (after.traffic.went - before.traffic.went) / seconds * DAY_SECONDS
        tell(
            f"  traffic: {came / MB:.1f} MB in, {went / MB:.1f} MB out a day; "
            "goal < 20 MB in all"
        )
        share = (ended.cpu_seconds - begun.cpu_seconds) / seconds
        tell(f"  CPU: {share:.2%} of a core, goal < 1 %")
        tell(f"  memory: {ended.resident_bytes / MIB:.0f} MiB, goal < 200")
        nursery.cancel_scope.cancel()


async def _joined(one: Libp2pNetwork, address: str) -> None:
    """On a busy machine the first call may come too late."""
    while True:
        try:
            await one.connect(address)
        except PeerUnreachableError:
            await trio.sleep(1)
        else:
            return


async def _look(node: NodeProcess) -> NetworkView:
    return await trio.to_thread.run_sync(node.client.call, NetworkState())


def _neighbour(number: int) -> Libp2pNetwork:
    one = Libp2pNetwork(
        bytes([number + 1]) * 32, network(NETWORK).id, [LOOPBACK], LOCAL_RULES
    )
    Directory(one, _no_head, LOCAL_RULES)
    HeadGossip(one, _no_head)
    for kind in (RequestType.HEAD_GET, RequestType.PEERS):
        one.serve(kind, _nothing)
    return one


async def _nothing(request: Request) -> bytes:
    raise NotFoundError(f"nothing here for type {request.type}")


def _no_head(envelope: bytes) -> HeadFacts:
    raise NotFoundError(f"no head of {len(envelope)} bytes is expected")
