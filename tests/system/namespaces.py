"""An internet in a box: network namespaces, one cable each, and routers that masquerade.

Not one packet leaves this machine. The public addresses are such as the dial rules
allow; they belong to others elsewhere, and here to nobody else.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from bazaar.rpc.client import connect
from bazaar.rpc.schema.call import Call

BAZAAR: Final = (sys.executable, "-P", "-m", "bazaar")
SECONDS: Final = 60.0
LOOK_SECONDS: Final = 0.1
PREFIX: Final = "/4"
"""16.0.0.0 to 31.255.255.255 are one network here: every public machine sees the others."""

INSIDE: Final = "192.168.7.1"
BEHIND: Final = "192.168.7.2"
PORT: Final = 4001

_numbers = count(1)


class Machine(NamedTuple):
    """A network namespace and the address that others see it come from."""

    namespace: str
    host: str


def need(*tools: str) -> None:
    """Skip where the machine cannot do this."""
    if os.geteuid() != 0:
        pytest.skip("network namespaces take root")
    for tool in tools:
        if shutil.which(tool) is None:
            pytest.skip(f"the command {tool} is missing (Debian: iproute2, nftables)")


def run(*words: str, text: str = "") -> None:
    """Run a command; skip where the kernel refuses it."""
    done = subprocess.run(
        words, input=text, capture_output=True, check=False, text=True
    )
    if done.returncode:
        pytest.skip(f"this system refuses {' '.join(words)}: {done.stderr.strip()}")


class Internet:
    """Machines on one cable, some behind routers of their own."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._bridge = self._namespace()
        run("ip", "-n", self._bridge, "link", "add", "net", "type", "bridge")
        run("ip", "-n", self._bridge, "link", "set", "net", "up")

    def public(self, host: str) -> Machine:
        """A machine with a public address."""
        machine = Machine(self._namespace(), host)
        self._plug(machine)
        return machine

    def behind_router(self, host: str, *, symmetric: bool) -> tuple[Machine, Machine]:
        """A router with a public address, and the machine behind it.

        A symmetric router gives each connection another port, so that no hole can be
        punched; the other keeps the port where it can. Both let nothing in unasked.
        """
        router, machine = self.public(host), Machine(self._namespace(), host)
        cable = ("link", "add", "home", "netns", router.namespace, "type", "veth")
        run("ip", *cable, "peer", "name", "home", "netns", machine.namespace)
        for one, address in ((router, INSIDE), (machine, BEHIND)):
            space = ("ip", "-n", one.namespace)
            run(*space, "address", "add", f"{address}/24", "dev", "home")
            run(*space, "link", "set", "home", "up")
        run("ip", "-n", machine.namespace, "route", "add", "default", "via", INSIDE)
        inside = ("ip", "netns", "exec", router.namespace)
        run(*inside, "sysctl", "-qw", "net.ipv4.ip_forward=1")
        random = " fully-random" if symmetric else ""
        run(*inside, "nft", "-f", "-", text=ROUTER.replace("RANDOM", random))
        return router, machine

    def refuses(self, machine: Machine, other: str) -> None:
        """Count and drop what ``machine`` sends to ``other``."""
        rules = WATCH.replace("OTHER", other)
        run("ip", "netns", "exec", machine.namespace, "nft", "-f", "-", text=rules)

    def dropped(self, machine: Machine) -> int:
        """Packets that ``refuses`` counted."""
        words = ("nft", "-j", "list", "counter", "inet", "watch", "sent")
        done = subprocess.run(
            ["ip", "netns", "exec", machine.namespace, *words],
            capture_output=True,
            check=True,
        )
        found: Any = json.loads(done.stdout)
        return found["nftables"][1]["counter"]["packets"]

    def _namespace(self) -> str:
        name = f"bazaar-{os.getpid()}-{next(_numbers)}"
        run("ip", "netns", "add", name)
        self._stack.callback(
            subprocess.run, ["ip", "netns", "delete", name], check=False
        )
        run("ip", "-n", name, "link", "set", "lo", "up")
        return name

    def _plug(self, machine: Machine) -> None:
        end = f"p{next(_numbers)}"
        cable = ("link", "add", end, "netns", self._bridge, "type", "veth")
        run("ip", *cable, "peer", "name", "wan", "netns", machine.namespace)
        run("ip", "-n", self._bridge, "link", "set", end, "master", "net", "up")
        space = ("ip", "-n", machine.namespace)
        run(*space, "address", "add", f"{machine.host}{PREFIX}", "dev", "wan")
        run(*space, "link", "set", "wan", "up")


ROUTER: Final = """
table ip home {
  chain out {
    type nat hook postrouting priority 100;
    oifname "wan" masqueradeRANDOM
  }
  chain into {
    type filter hook input priority 0;
    iifname "wan" ct state new drop
  }
  chain across {
    type filter hook forward priority 0;
    iifname "wan" ct state new drop
  }
}
"""

WATCH: Final = """
table inet watch {
  counter sent { }
  chain out {
    type filter hook output priority 0;
    ip daddr OTHER counter name sent drop
  }
}
"""


@contextmanager
def internet() -> Generator[Internet]:
    """An internet; gone afterwards."""
    need("ip", "nft", "sysctl")
    with ExitStack() as stack:
        yield Internet(stack)


class Owner:
    """Somebody with a node on a machine.

    Attributes:
        address: Where the node would be dialled if nothing were in between.
    """

    def __init__(self, machine: Machine, home: Path) -> None:
        self.machine = machine
        self.home = home
        self.peer_id = ""
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"/ip4/{self.machine.host}/tcp/{PORT}/p2p/{self.peer_id}"

    def make(self) -> None:
        """Make the identity; one that dialled us is enough to believe in this small market."""
        command = ["--home", str(self.home), "--network", "test", "--json", "init"]
        done = subprocess.run(
            [*BAZAAR, *command, "--name", self.home.name],
            env=self._environment(),
            capture_output=True,
            check=True,
        )
        self.peer_id = json.loads(done.stdout)["peer_id"]
        with (self.home / "config.toml").open("a") as file:
            file.write("reach_groups = 1\n")

    def start(self, *bootstraps: str) -> None:
        """Start the node and wait until it listens."""
        words = [
            "--home",
            str(self.home),
            "node",
            "--listen",
            f"/ip4/0.0.0.0/tcp/{PORT}",
        ]
        for address in bootstraps:
            words += ["--bootstrap", address]
        with (self.home / "node.log").open("ab") as log:
            self._process = subprocess.Popen(
                ["ip", "netns", "exec", self.machine.namespace, *BAZAAR, *words],
                env=self._environment(),
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith(b"listening "), (self.home / "node.log").read_text()

    def kill(self) -> None:
        """End the node as a power cut does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End the node in good order."""
        self._end(signal.SIGTERM)

    def ask(self, call: Call) -> Any:
        """Ask the node, as the app does."""
        with connect(self.home) as client:
            return client.call(call)

    def until(self, call: Call, is_so: Callable[[Any], object], what: str) -> Any:
        """Ask until the answer is so."""
        end = time.monotonic() + SECONDS
        with connect(self.home) as client:
            while not is_so(answer := client.call(call)):
                assert time.monotonic() < end, f"{self.home.name}: {what}; {answer}"
                time.sleep(LOOK_SECONDS)
            return answer

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(how)
            process.wait(SECONDS)
            assert process.stdout is not None
            process.stdout.close()

    def _environment(self) -> dict[str, str]:
        secret = self.home.parent / "secret"
        secret.write_text("correct horse battery")
        return {"PATH": os.environ["PATH"], "BAZAAR_PASSPHRASE_FILE": str(secret)}


@contextmanager
def ending(owners: list[Owner]) -> Generator[None]:
    """Their nodes end with this."""
    try:
        yield
    finally:
        for owner in owners:
            owner.stop()
