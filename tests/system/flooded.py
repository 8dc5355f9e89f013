"""A node with the rules of public networks, flooded, and what honest peers meet there."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Final, NamedTuple

import trio

from bazaar.domain.errors import BazaarError
from bazaar.domain.exchange.coding import encode
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import HeadGet
from bazaar.domain.wire.networks import network
from tests.node_process import NodeProcess, first_line, running
from tests.system.from_address import come_from, many_addresses
from tests.system.hostile import Hostile, hostile

NETWORK: Final = "test"
"""No local one: there the caps per address group are off."""

PASSPHRASE: Final = "a flood is coming"
START_SECONDS: Final = 60
DIAL_SECONDS: Final = 10.0
HONEST: Final = 7


class Attack(NamedTuple):
    """What comes at once.

    Attributes:
        silent: Connections that say nothing.
        per_second: New ones of them each second.
        streams: Streams that are opened in all.
        groups: How many address groups the silent ones come from.
    """

    silent: int
    per_second: int
    streams: int
    groups: int


class Dials(NamedTuple):
    """What became of honest dials: seconds of those that succeeded, and how many did not."""

    seconds: list[float]
    failed: int


@contextlib.contextmanager
def public_node(folder: Path) -> Generator[NodeProcess]:
    """A node of the test network on loopback."""
    with running(folder, NETWORK, "victim", PASSPHRASE) as node:
        yield node


@contextlib.contextmanager
def under(attack: Attack, node: NodeProcess) -> Generator[subprocess.Popen[str]]:
    """Inside, another process attacks the node."""
    forget_peak(node)
    words = [node.address, NETWORK, *map(str, attack)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.system.flooder", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert first_line(process, START_SECONDS) == "flooding\n"
            yield process
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(START_SECONDS)


async def honest_dials(node: NodeProcess, times: int, pause: float) -> Dials:
    """Connect so often, each time from another address group, and ask something."""
    dials = Dials([], 0)
    with many_addresses():
        async with hostile(HONEST, network(NETWORK), node.address, {}) as peer:
            for number in range(times):
                come_from(f"127.{1 + number // 250}.{number % 250}.1")
                began = time.perf_counter()
                if await _answered(peer):
                    dials.seconds.append(time.perf_counter() - began)
                else:
                    dials = dials._replace(failed=dials.failed + 1)
                await peer.network.host.disconnect(peer.target)
                await trio.sleep(pause)
    return dials


async def _answered(peer: Hostile) -> bool:
    peer.network._inbox.forget(peer.target)
    try:
        with trio.fail_after(DIAL_SECONDS):
            await peer.connect()
            asked = encode(HeadGet(()))
            await peer.network.request(peer.target, RequestType.HEAD_GET, asked)
    except (BazaarError, trio.TooSlowError):
        return False
    return True


def forget_peak(node: NodeProcess) -> None:
    """Let ``memory`` forget what unlocking the keys took."""
    Path(f"/proc/{node.process.pid}/clear_refs").write_text("5")


def memory(node: NodeProcess, what: str = "VmRSS") -> int:
    """Bytes that the node's process holds now, or (``VmHWM``) held at its highest."""
    for line in Path(f"/proc/{node.process.pid}/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(what)
