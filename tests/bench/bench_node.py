"""Figures of one node process: start, memory, idling alone and among neighbours, its door."""

import time
from pathlib import Path
from typing import Final

from bazaar.rpc.schema.node import Status
from bazaar.rpc.schema.search import Search
from tests.bench.figures import MS, heading, spread, tell
from tests.bench.processes import Cost, NodeProcess, load, made, market, start

STARTS: Final = 7
NEIGHBOURS: Final = 5
SETTLE_SECONDS: Final = 20
IDLE_SECONDS: Final = 60
CALLS: Final = 300
MIB: Final = 2**20


def test_start(tmp_path: Path) -> None:
    heading("Start of a node alone", load())
    home = made(tmp_path / "home", "Ann")
    nodes: list[NodeProcess] = []
    for _ in range(STARTS):
        node = start(home)
        node.stop()
        nodes.append(node)
    spread("process to first answer", [n.answered * MS for n in nodes])
    spread("process to listening", [n.listening * MS for n in nodes], "ms", "< 2500")
    spread("CPU until listening", [n.born.cpu_seconds * MS for n in nodes])
    spread("memory then", [n.born.resident_bytes / MIB for n in nodes], "MiB", "< 150")


def test_idle_and_door(tmp_path: Path) -> None:
    with market(tmp_path, ["Hub", *(f"Peer{n}" for n in range(NEIGHBOURS))]) as nodes:
        time.sleep(SETTLE_SECONDS)
        before = [node.cost() for node in nodes]
        time.sleep(IDLE_SECONDS)
        after = [node.cost() for node in nodes]
        heading(f"Idle for {IDLE_SECONDS} s, no client asking", load())
        peers = [node.client.call(Status()).peers for node in nodes]
        for who, then, now, linked in zip(nodes, before, after, peers, strict=True):
            _idle(f"{linked} neighbours (pid {who.process.pid})", then, now)
        _door(nodes[0])


def _idle(what: str, then: Cost, now: Cost) -> None:
    share = (now.cpu_seconds - then.cpu_seconds) / IDLE_SECONDS
    woken = (now.switches - then.switches) / IDLE_SECONDS
    tell(
        f"  {what:38} {share:7.2%} of a core, goal < 1 %; woken {woken:5.1f}/s; "
        f"{now.resident_bytes / MIB:6.1f} MiB, goal < 150"
    )


def _door(node: NodeProcess) -> None:
    heading("Calls at the door", load())
    for call in (Status(), Search(words="nothing")):
        taken: list[float] = []
        for _ in range(CALLS):
            began = time.perf_counter()
            node.client.call(call)
            taken.append((time.perf_counter() - began) * MS)
        spread(type(call).__name__, taken)
