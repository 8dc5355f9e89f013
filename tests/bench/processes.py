"""Real node processes for the benchmarks: started, asked over their doors, watched in /proc."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Final, NamedTuple

from bazaar.compose.home import create
from bazaar.config import Config, NewIdentity, write
from bazaar.rpc.client import Client, connect
from bazaar.rpc.problems import NodeGoneError

NETWORK: Final = "local:bench/8640"
SAMPLES: Final = os.environ.get("BENCH_SAMPLES")
MODULE: Final = "tests.bench.sampled" if SAMPLES else "bazaar"
PROGRAM: Final = (sys.executable, "-P", "-m", MODULE)
LEVEL: Final = os.environ.get("BENCH_LOG", "warning")
UNUSUAL: Final = frozenset({"PYTHONDONTWRITEBYTECODE"})
ENVIRONMENT: Final = {k: v for k, v in os.environ.items() if k not in UNUSUAL}
"""As a user has it, who compiles no module twice."""

START_SECONDS: Final = 300.0
END_SECONDS: Final = 20.0
POLL_SECONDS: Final = 0.002
PAGE_BYTES: Final = 4096


class Cost(NamedTuple):
    """What a process has used and holds, without its children."""

    cpu_seconds: float
    resident_bytes: int
    switches: int


class NodeProcess(NamedTuple):
    """One running node with an open door.

    Attributes:
        answered, listening: Seconds from the start of the process.
    """

    process: subprocess.Popen[str]
    client: Client
    address: str
    answered: float
    listening: float
    born: Cost

    @property
    def peer_id(self) -> str:
        """As it stands at the end of the address."""
        return self.address.rpartition("/")[2]

    def cost(self) -> Cost:
        """Read now."""
        return cost_of(self.process.pid)

    def note_samples(self) -> None:
        """Have what was sampled so far written, if it is sampled at all."""
        if SAMPLES:
            self.process.send_signal(signal.SIGUSR2)

    def stop(self) -> None:
        """End it in order."""
        self.client.close()
        self.process.terminate()
        with self.process:
            self.process.wait(END_SECONDS)


def made(home: Path, name: str, network: str = NETWORK) -> Path:
    """Make a home with an identity."""
    create(NewIdentity(home, network, name, None, "", (), ()))
    write(Config(home, network, log_level=LEVEL))
    return home


def start(home: Path, *bootstrap: str) -> NodeProcess:
    """Start the node of ``home`` and wait for its door and its address."""
    words = [word for one in bootstrap for word in ("--bootstrap", one)]
    began = time.perf_counter()
    with (home / "node.err").open("w") as errors:
        process = subprocess.Popen(
            [*PROGRAM, "--home", str(home), "node", *words],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=ENVIRONMENT,
            start_new_session=True,  # each has its share of the processor, as services do
        )
    try:
        client = _door(home, process, began)
    except AssertionError:
        with process:
            process.kill()
        raise
    answered = time.perf_counter() - began
    assert process.stdout is not None
    line = process.stdout.readline()
    listening = time.perf_counter() - began
    assert line.startswith("listening "), (home / "node.err").read_text()
    return NodeProcess(
        process, client, line.split()[1], answered, listening, cost_of(process.pid)
    )


@contextlib.contextmanager
def market(folder: Path, names: list[str]) -> Generator[list[NodeProcess]]:
    """Nodes of which each but the first knows the first one's address alone."""
    nodes: list[NodeProcess] = []
    try:
        for name in names:
            known = [nodes[0].address] if nodes else []
            nodes.append(start(made(folder / name, name), *known))
        yield nodes
    finally:
        for node in nodes:
            node.stop()


def cost_of(pid: int) -> Cost:
    """CPU time of all threads to the nanosecond, memory, and how often it was woken."""
    seconds, switches = 0.0, 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            running, _, turns = (task / "schedstat").read_text().split()
            seconds += int(running) / 1e9
            switches += int(turns)
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return Cost(seconds, pages * PAGE_BYTES, switches)


def load() -> str:
    """The machine as the figures met it."""
    return f"load {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores"


def _door(home: Path, process: subprocess.Popen[str], began: float) -> Client:
    while time.perf_counter() - began < START_SECONDS and process.poll() is None:
        with contextlib.suppress(NodeGoneError):
            return connect(home)
        time.sleep(POLL_SECONDS)
    raise AssertionError((home / "node.err").read_text())
