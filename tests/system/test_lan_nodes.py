"""Two node processes without a common friend meet because they are on one local network.

The network is made for the test: two network namespaces and a cable between them,
so that not one packet leaves this machine. That takes root.
"""

import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from bazaar.rpc.client import connect
from bazaar.rpc.schema.node import Connect, Peers, PeerView

BAZAAR: Final = (sys.executable, "-P", "-m", "bazaar")
SECONDS: Final = 60
LOOK_SECONDS: Final = 0.05
HOSTS: Final = ("10.77.0.1", "10.77.0.2")


class Machine(NamedTuple):
    """A network namespace with an address, and the home of a node in it."""

    namespace: str
    host: str
    home: Path


def ip(*words: str) -> bool:
    """Whether the system could do it."""
    try:
        done = subprocess.run(["ip", *words], capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return done.returncode == 0


@pytest.fixture(scope="module")
def machines(
    tmp_path_factory: pytest.TempPathFactory,
) -> Generator[tuple[Machine, Machine]]:
    """Two machines and a cable; on each a home, which takes long to make."""
    tmp_path = tmp_path_factory.mktemp("near")
    names = [f"bazaar-{os.getpid()}-{end}" for end in "ab"]
    with ExitStack() as stack:
        for name in names:
            if not ip("netns", "add", name):
                pytest.skip("network namespaces take root and the command ip")
            stack.callback(ip, "netns", "delete", name)
        link = ("link", "add", "near", "netns", names[0], "type", "veth")
        if not ip(*link, "peer", "name", "near", "netns", names[1]):
            pytest.skip("this system makes no virtual cables")
        for name, host in zip(names, HOSTS, strict=True):
            assert ip("-n", name, "address", "add", f"{host}/24", "dev", "near")
            assert ip("-n", name, "link", "set", "near", "up")
        (tmp_path / "secret").write_text("correct horse battery")
        first, second = (
            Machine(name, host, tmp_path / name)
            for name, host in zip(names, HOSTS, strict=True)
        )
        make_homes((first, second))
        yield first, second


def environment(machine: Machine) -> dict[str, str]:
    secret = str(machine.home.parent / "secret")
    return {"PATH": os.environ["PATH"], "BAZAAR_PASSPHRASE_FILE": secret}


def make_homes(machines: tuple[Machine, Machine]) -> None:
    """Both at once: making keys takes its time."""
    with ExitStack() as stack:
        made = [stack.enter_context(making(machine)) for machine in machines]
        assert [process.wait(SECONDS) for process in made] == [0, 0]


def making(machine: Machine) -> subprocess.Popen[bytes]:
    command = [*BAZAAR, "--home", str(machine.home), "--network", "test"]
    return subprocess.Popen(
        [*command, "init", "--name", machine.host],
        env=environment(machine),
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def running(machine: Machine, *options: str) -> Generator[str]:
    """A node on the machine; gives where it listens, as seen from the other one."""
    inside = ["ip", "netns", "exec", machine.namespace]
    with subprocess.Popen(
        [*inside, *BAZAAR, "--home", str(machine.home), "node", *options],
        env=environment(machine),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().removeprefix("listening ").strip()
            assert address, "the node did not start"
            yield address.replace("0.0.0.0", machine.host)
        finally:
            process.terminate()


@contextmanager
def both_running(
    machines: tuple[Machine, Machine], *options: str
) -> Generator[list[str]]:
    with ExitStack() as stack:
        yield [stack.enter_context(running(m, *options)) for m in machines]


def peers(machine: Machine) -> tuple[PeerView, ...]:
    with connect(machine.home) as node:
        return node.call(Peers())


def met(machine: Machine) -> PeerView:
    """Whom the machine's node met."""
    end = time.monotonic() + SECONDS
    while not (found := peers(machine)):
        assert time.monotonic() < end, "nobody was met"
        time.sleep(LOOK_SECONDS)
    return found[0]


def test_nodes_of_one_local_network_meet(machines: tuple[Machine, Machine]) -> None:
    with both_running(machines, "--mdns") as (first, second):
        assert second.endswith(met(machines[0]).peer_id)
        assert first.endswith(met(machines[1]).peer_id)


def test_the_user_may_connect_to_a_private_address(
    machines: tuple[Machine, Machine],
) -> None:
    with both_running(machines) as (first, second):
        with connect(machines[0].home) as node:
            node.call(Connect(address=second))
        assert first.endswith(met(machines[1]).peer_id)
