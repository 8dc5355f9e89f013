"""Finds the node of a home, or starts one that stays as long as it has something to deliver."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Final

from bazaar.cli.failures import LocalError
from bazaar.cli.output import Output
from bazaar.cli.parser import Context
from bazaar.cli.passphrase import known_passphrase
from bazaar.config import Config
from bazaar.rpc.client import Client, connect
from bazaar.rpc.problems import NodeGoneError, RpcError
from bazaar.rpc.schema.node import Status, StatusView

PROGRAM: Final = (sys.executable, "-P", "-m", "bazaar")
START_SECONDS: Final = 30.0
"""The keys are unlocked and both databases opened meanwhile."""

OUTBOX_SECONDS: Final = 15.0
IDLE_SECONDS: Final = 0.5
"""How long such a node outlives its last client."""

MAX_STARTS: Final = 2
"""A node may meet the lock of one that is just ending; then it is started again."""

ENDED_SECONDS: Final = 10.0
_PAUSE_SECONDS: Final = 0.05
_OTHER_SECONDS: Final = 1.0


@contextlib.contextmanager
def node_of(context: Context) -> Generator[Client]:
    """Connect to the node of the home; start one when none runs.

    A node started here is let go when its outbox is empty or OUTBOX_SECONDS have
    passed, unless it is to stay. Raises RpcError, LocalError or UsageError.
    """
    try:
        client, process = connect(context.config.home), None
    except NodeGoneError:
        client, process = _started(context)
    with client:
        yield client
        if process is not None and not context.stay:
            _wait_for_outbox(client, context.output)
    if process is not None:
        _let_go(process, stay=context.stay)


def log_path(home: Path) -> Path:
    """Where a node started in the background writes what it has to say."""
    return home / "node.log"


def _started(context: Context) -> tuple[Client, subprocess.Popen[bytes]]:
    config = context.config
    if not config.made:
        raise LocalError(
            "no_identity",
            f"nobody lives in {config.home}; make an identity: bazaar init --name NAME",
        )
    if config.remote:
        raise LocalError(
            "not_attached",
            f"this home is a door to the node on {config.remote}; open it with: "
            f"bazaar --home {config.home} attach {config.remote}",
        )
    secret = known_passphrase(config, context.output)
    with context.output.progress("starting the node"):
        for _ in range(MAX_STARTS):
            process = _spawn(config, secret, stay=context.stay)
            client = _ready(config, process)
            if client is not None:
                return client, process
    raise NodeGoneError(f"the node did not start: {_last_words(config.home)}")


def _spawn(config: Config, secret: str, *, stay: bool) -> subprocess.Popen[bytes]:
    command = [*PROGRAM, "--home", str(config.home), "node"]
    command += ["--passphrase-stdin", "--mdns" if config.mdns else "--no-mdns"]
    command += [] if stay else ["--until-idle", str(IDLE_SECONDS)]
    with log_path(config.home).open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program with our own words
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=config.home,
            start_new_session=True,
        )
    assert process.stdin is not None  # noqa: S101 - it is a pipe, see above
    with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
        pipe.write(secret.encode() + b"\n")
    return process


def _ready(config: Config, process: subprocess.Popen[bytes]) -> Client | None:
    """Connect as soon as it answers; None when the process ended and nobody else answers."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(NodeGoneError):
            return connect(config.home)
        if process.poll() is not None:
            end = min(end, time.monotonic() + _OTHER_SECONDS)
        time.sleep(_PAUSE_SECONDS)
    if process.poll() is None:
        process.terminate()
        process.wait()
    return None


def _wait_for_outbox(client: Client, output: Output) -> None:
    end = time.monotonic() + OUTBOX_SECONDS
    left = 0
    with contextlib.suppress(RpcError), output.progress("delivering"):
        while (left := _outbox(client)) and time.monotonic() < end:
            time.sleep(4 * _PAUSE_SECONDS)
    if left:
        output.note(
            f"{left} of your messages are not delivered yet; they are kept, and go out "
            "when your node runs again (bazaar node, or --stay)"
        )


def _outbox(client: Client) -> int:
    status: StatusView = client.call(Status())
    return status.outbox - status.in_mailboxes


def _let_go(process: subprocess.Popen[bytes], *, stay: bool) -> None:
    if not stay:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(ENDED_SECONDS)
    if process.returncode is None:
        process.returncode = 0  # it outlives us on purpose: no warning about that


def _last_words(home: Path) -> str:
    lines = log_path(home).read_text(errors="replace").splitlines()
    return next((line for line in reversed(lines) if line.strip()), "it said nothing")
