"""200 real hosts in memory: a head reaches all, the DHT finds it; what each thing costs.

CROWD=24 takes fewer, as for the constants of ``net.sim.costs``.
"""

import os
import time
from typing import Final

import pytest
import trio
from trio.testing import MockClock

from net.sim.costs import DHT_CPU, HANDSHAKE_CPU, HEARD_CPU
from tests.bench.figures import heading, percentile, tell
from tests.net.crowd import Crowd, a_crowd
from tests.net.heads import head
from tests.net.nodes import BODY, PUT

HOSTS: Final = int(os.environ.get("CROWD", "200"))
FRIENDS: Final = 3
SERVERS: Final = max(20, HOSTS * 3 // 10)
MS: Final = 1000.0
FINDS: Final = 40


class Meter:
    """CPU and bytes since it was made."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._cpu = time.process_time()
        self._bytes = crowd.memory.bytes.total()
        self._writes = crowd.memory.writes.total()

    def tell(self, what: str, count: float, modelled: float | None = None) -> None:
        cpu = (time.process_time() - self._cpu) * MS / count
        size = (self._crowd.memory.bytes.total() - self._bytes) / count
        writes = (self._crowd.memory.writes.total() - self._writes) / count
        model = "" if modelled is None else f"  modelled {modelled * MS:.1f} ms"
        tell(
            f"  {what:44} {cpu:8.2f} ms CPU  {size:9.0f} B  {writes:6.1f} writes{model}"
        )


@pytest.mark.timeout(1800)
def test_two_hundred_hosts() -> None:
    trio.run(_run, clock=MockClock(autojump_threshold=0))


async def _run() -> None:
    began = time.process_time()
    async with a_crowd(HOSTS, FRIENDS, servers=SERVERS) as crowd:
        spent = time.process_time() - began
        links = sum(len(one.network.peers()) for one in crowd.members) / 2
        heading(f"{HOSTS} real hosts, {SERVERS} of them serve the DHT, 50 ms links")
        tell(
            f"  started and joined: {spent:.0f} s of CPU, {links:.0f} connections, "
            f"{spent * MS / links / 2:.1f} ms for each side of one "
            f"(modelled {HANDSHAKE_CPU * MS:.1f})"
        )
        await _quiet(crowd)
        await _gossip(crowd)
        await _dht(crowd)
        await _requests(crowd)


async def _quiet(crowd: Crowd) -> None:
    meter = Meter(crowd)
    await trio.sleep(60)
    meter.tell("a quiet minute of a host", HOSTS)


async def _gossip(crowd: Crowd) -> None:
    times: list[float] = []
    meter = Meter(crowd)
    for member in crowd.members[::20]:
        newest, began = head(member.signer), trio.current_time()
        await member.gossip.publish_head(newest)
        await trio.sleep(5)
        times += [at - began for at in crowd.hearers(newest)]
        assert len(crowd.hearers(newest)) == HOSTS - 1
    meter.tell("a head at one host", len(times), HEARD_CPU)
    tell(
        f"  reached all; p50 {percentile(times, 0.5):.2f}, p95 {percentile(times, 0.95):.2f} s"
    )


async def _dht(crowd: Crowd) -> None:
    stores = crowd.members[::10]
    heads = {one.key: head(one.signer, 2) for one in stores}
    meter = Meter(crowd)
    back = [await one.directory.put_head(one.key, heads[one.key]) for one in stores]
    meter.tell("a head put and read back", len(back))
    assert min(back) >= 3
    meter, found, times = Meter(crowd), 0, list[float]()
    for number in range(FINDS):
        finder = crowd.members[(number * 37 + 5) % HOSTS]
        store, began = stores[number % len(stores)], trio.current_time()
        found += await finder.directory.find_head(store.key) == heads[store.key]
        times.append(trio.current_time() - began)
    meter.tell("a head found", FINDS, DHT_CPU)
    tell(
        f"  found {found} of {FINDS}; p50 {percentile(times, 0.5):.2f}, "
        f"p95 {percentile(times, 0.95):.2f} s"
    )
    assert found == FINDS


async def _requests(crowd: Crowd) -> None:
    first = crowd.members[0]
    others = [row.key for row in first.network.peers()][:50]
    meter, began = Meter(crowd), trio.current_time()
    for key in others:
        await first.network.request(key, PUT, BODY)
    meter.tell("a request answered, both sides", len(others))
    tell(f"  {(trio.current_time() - began) / len(others) / 0.05:.1f} round trips each")
