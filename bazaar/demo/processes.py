"""The people of the demonstration: each a home and a real node process of its own."""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from bazaar.rpc.client import Client, connect
from bazaar.rpc.problems import NodeGoneError, RpcError
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.orders import OrderView, OrderWait

NETWORK: Final = "local:demo/8640"
PROGRAM: Final = (sys.executable, "-P", "-m", "bazaar")
INIT_SECONDS: Final = 60.0
START_SECONDS: Final = 150.0
"""Eight start at once; beside thirty waiting programs that took over a minute."""

STOP_SECONDS: Final = 10.0
STEP_SECONDS: Final = 45.0
"""No step of the stories waits longer for the others, but for the time of a ruling."""

KNOCK_SECONDS: Final = 0.5
LOOK_SECONDS: Final = 1.0
"""Without any event the state is looked at again after this."""

TAIL_LINES: Final = 8
LISTENING: Final = b"listening "


class DemoError(Exception):
    """A step of the demonstration failed; the words say which and why."""


class Person:
    """Somebody with an identity and a node.

    Attributes:
        name: What others call this person.
        home: The folder of identity and node.
        peer_id: Known once the home is made.
        address: Where the node listens, once it runs.
    """

    def __init__(self, name: str, home: Path) -> None:
        self.name = name
        self.home = home
        self.peer_id = ""
        self.address = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._is_over = False

    # ------------------------------------------------------------- the node's life

    def make(self) -> None:
        """Make the identity. Raises DemoError."""
        done = subprocess.run(  # noqa: S603 - our own program with our own words
            [
                *self._bazaar(),
                "--network",
                NETWORK,
                "init",
                "--name",
                self.name,
                "--json",
            ],
            capture_output=True,
            timeout=INIT_SECONDS,
            check=False,
            env=environment(),
        )
        if done.returncode != 0:
            raise DemoError(f"{self.name} got no home: {done.stderr.decode().strip()}")
        self.peer_id = msgspec.json.decode(done.stdout)["peer_id"]

    def start(self, *bootstraps: str) -> None:
        """Start the node and wait until it listens. Raises DemoError."""
        command = [*self._bazaar(), "node", "--listen", "/ip4/127.0.0.1/tcp/0"]
        for address in bootstraps:
            command += ["--bootstrap", address]
        process = self._spawn(command)
        line = _first_line(process, START_SECONDS)
        if not line.startswith(LISTENING):
            has_ended = process.poll() is not None
            how = "ended at once" if has_ended else f"took over {START_SECONDS:.0f} s"
            raise DemoError(f"the node of {self.name} did not start: it {how}")
        self.address = line.removeprefix(LISTENING).decode().strip()

    def _spawn(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        with self._lock, self.log.open("ab") as log:
            if self._is_over:
                raise DemoError(f"the node of {self.name} was not to start any more")
            self._process = subprocess.Popen(  # noqa: S603 - our own program with our own words
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=self.home,
                env=environment(),
                start_new_session=True,
            )
            return self._process

    def end(self) -> None:
        """Ask the node to end, and let no other start; wait for it with ``stop``."""
        with self._lock:
            self._is_over = True
            if self._process is not None:
                self._process.terminate()

    def stop(self) -> None:
        """End the node in good order, or by force when it takes too long; never raises."""
        self.end()
        process, self._process = self._process, None
        if process is None:
            return
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _close(process)

    def kill(self) -> None:
        """End the node as a power cut does."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGKILL)
            process.wait()
            _close(process)

    def leave_running(self) -> None:
        """The node outlives this program; nobody waits for it here any more."""
        process, self._process = self._process, None
        if process is not None:
            _close(process)
            process.returncode = 0  # it outlives us on purpose: no warning about that

    @property
    def is_running(self) -> bool:
        """Whether the node that was started here still runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> Path:
        """What the node says on its standard error."""
        return self.home / "node.log"

    def last_words(self) -> Sequence[str]:
        """The end of the log."""
        if not self.log.exists():
            return ()
        return self.log.read_text(errors="replace").splitlines()[-TAIL_LINES:]

    def _bazaar(self) -> list[str]:
        return [*PROGRAM, "--home", str(self.home)]

    # ------------------------------------------------------------- its door

    def ask(self, call: Call) -> Any:
        """Ask the node, as the command line and the app do. Raises DemoError."""
        try:
            with self._door() as client:
                return client.call(call)
        except RpcError as error:
            raise self._refused(call, error) from error

    def until(
        self,
        call: Call,
        is_so: Callable[[Any], bool],
        what: str,
        seconds: float = STEP_SECONDS,
    ) -> Any:
        """Ask again after every event until the answer is so. Raises DemoError when it never is."""
        end = time.monotonic() + seconds
        try:
            with self._door() as watcher, self._door() as client:
                watcher.watch()
                while not is_so(answer := client.call(call)):
                    if time.monotonic() > end:
                        raise DemoError(
                            f"{self.name} waited {seconds:.0f} s for {what}"
                        )
                    _calm(watcher)
                return answer
        except RpcError as error:
            raise self._refused(call, error) from error

    def _door(self) -> Client:
        """Its open door, knocked at again while the node runs but is too busy to greet."""
        end = time.monotonic() + STEP_SECONDS
        while True:
            try:
                return connect(self.home)
            except NodeGoneError:
                if not self.is_running or time.monotonic() > end:
                    raise
                time.sleep(KNOCK_SECONDS)

    def wait(self, order: str, state: str, seconds: float = STEP_SECONDS) -> OrderView:
        """Wait until an order that is known here has reached ``state``. Raises DemoError."""
        return self.ask(OrderWait(id=order, state=state, timeout=seconds))

    def _refused(self, call: Call, error: RpcError) -> DemoError:
        command = str(type(call).__struct_config__.tag).replace(".", " ")
        return DemoError(f"{self.name}, {command}: {error}")


def _calm(watcher: Client) -> None:
    """Wait for an event, or a moment; a burst of events counts as one."""
    watcher.next_event(LOOK_SECONDS)


def environment() -> dict[str, str]:
    """The user's own variables without those that point at another home."""
    return {k: v for k, v in os.environ.items() if not k.startswith("BAZAAR_")}


def _first_line(process: subprocess.Popen[bytes], seconds: float) -> bytes:
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    handle, end, line = process.stdout.fileno(), time.monotonic() + seconds, b""
    while b"\n" not in line:
        left = max(0.0, end - time.monotonic())
        ready, _, _ = select.select([handle], [], [], left)
        data = os.read(handle, 4096) if ready else b""
        if not data:
            break
        line += data
    return line.partition(b"\n")[0]


def _close(process: subprocess.Popen[bytes]) -> None:
    if process.stdout is not None:
        process.stdout.close()
