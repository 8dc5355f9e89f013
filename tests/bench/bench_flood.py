"""Figures of T16 and R9: honest peers under a flood, and beside slow ones."""

import contextlib
import time
from pathlib import Path
from typing import Any, Final

import pytest
import trio

from bazaar.domain.exchange.coding import encode
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import HeadGet
from bazaar.domain.wire.networks import network
from tests.bench.figures import MS, heading, percentile, spread, tell
from tests.bench.processes import load
from tests.node_process import running
from tests.system.flooded import Attack, Dials, honest_dials, memory, public_node, under
from tests.system.hostile import EXCHANGE, Hostile, hostile

DIALS: Final = 100
PAUSE_SECONDS: Final = 0.1
MIB: Final = 2**20
ATTACKS: Final = (Attack(1000, 200, 5000, groups=1), Attack(1000, 200, 0, groups=500))
LOCAL: Final = "local:slow/8640"
SLOW_PEERS: Final = 10
STREAMS: Final = 10
QUESTIONS: Final = 150
HEAD: Final = (1024).to_bytes(4, "big") + bytes([RequestType.PUT])
QUESTION: Final = encode(HeadGet(()))


@pytest.mark.timeout(900)
async def test_honest_dials_under_a_flood(tmp_path: Path) -> None:
    with public_node(tmp_path) as node:
        calm = await honest_dials(node, DIALS, PAUSE_SECONDS)
        heading("Dial, hello and a question", load())
        told("in peace", calm)
        for attack in ATTACKS:
            before = memory(node)
            with under(attack, node):
                flooded = await honest_dials(node, DIALS, PAUSE_SECONDS)
            told(f"{attack.per_second}/s from {attack.groups} groups", flooded)
            grown = (memory(node, "VmHWM") - before) / MIB
            tell(f"  memory grew at most by {grown:.1f} MiB; goal < 100")
        for name, count in node.status().counters.items():
            if name.startswith(("admission", "score", "inbox", "connections")):
                tell(f"    {name:38} {count}")


def told(what: str, dials: Dials) -> None:
    """Print the share that succeeded and how long they took."""
    share = len(dials.seconds) / (len(dials.seconds) + dials.failed)
    tell(f"  {what}: {share:.1%} succeed, goal >= 99 %; {load()}")
    spread(what, [seconds * MS for seconds in dials.seconds], "ms", "p95 < 2000")


async def test_others_beside_slow_peers(tmp_path: Path) -> None:
    with running(tmp_path, LOCAL, "victim") as node:
        async with hostile(1, network(LOCAL), node.address, {}) as honest:
            await honest.greet()
            heading("A question of an honest peer", load())
            await asked(honest, QUESTIONS // 4)
            alone = await asked(honest, QUESTIONS)
            async with trio.open_nursery() as nursery:
                for number in range(SLOW_PEERS):
                    await nursery.start(be_slow, node.address, number)
                beside = await asked(honest, QUESTIONS)
                nursery.cancel_scope.cancel()
        spread("alone", alone)
        spread(f"beside {SLOW_PEERS * STREAMS} half-open streams", beside)
        share = percentile(beside, 0.95) / percentile(alone, 0.95)
        tell(f"  p95 is {share:.2f} times that alone; goal <= 1.2")
        cut = node.status().counters
        tell(f"  cut for slowness: {cut.get('score.too_slow', 0)}")


async def be_slow(address: str, number: int, task_status: Any) -> None:
    """Hold streams that get one byte a second, and read nothing that comes."""
    async with hostile(100 + number, network(LOCAL), address, {}) as peer:
        await peer.greet()
        streams = [await peer.stream(EXCHANGE) for _ in range(STREAMS)]
        for stream in streams:
            await stream.write(HEAD)
        task_status.started()
        with contextlib.suppress(Exception):
            while True:
                for stream in streams:
                    await stream.write(b"\0")
                await trio.sleep(1)
        await trio.sleep_forever()


async def asked(peer: Hostile, times: int) -> list[float]:
    """Milliseconds of each of so many questions, ten in a second."""
    taken: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        await peer.network.request(peer.target, RequestType.HEAD_GET, QUESTION)
        taken.append((time.perf_counter() - began) * MS)
        await trio.sleep(0.1)
    return taken
