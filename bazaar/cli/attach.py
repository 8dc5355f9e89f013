"""attach: use the node of another machine through an SSH-forwarded socket.

The folder made here is a home without keys: only the door of the other machine's node.
The node itself never listens to the network for commands.
"""

import argparse
import contextlib
import json
import shlex
import signal
import subprocess
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any, Final, NamedTuple

from bazaar.cli.failures import Exit, LocalError
from bazaar.cli.output import Output
from bazaar.cli.parser import Commands, Context
from bazaar.config import Config, write
from bazaar.rpc.client import connect
from bazaar.rpc.paths import forget_door, lend_door
from bazaar.rpc.problems import RpcError

ASK_SECONDS: Final = 30.0
DOOR_SECONDS: Final = 15.0
RETRY_SECONDS: Final = 5.0
_PAUSE_SECONDS: Final = 0.1
SSH: Final = ("ssh", "-o", "ExitOnForwardFailure=yes", "-o", "ServerAliveInterval=15")


class There(NamedTuple):
    """The node of the other machine: its network, its socket there, its token in hex."""

    network: str
    socket: str
    token: str


def register(commands: Commands) -> None:
    """Add the command."""
    attach = commands.do("attach", "use the node of another machine over SSH", _attach)
    attach.add_argument("host", metavar="HOST", help="as ssh knows it: user@machine")
    attach.add_argument("--home-there", metavar="DIR", help="the node's home on HOST")
    attach.add_argument(
        "--program", default="bazaar", help="how the program is called on HOST"
    )


def _attach(args: argparse.Namespace, context: Context) -> int:
    if args.host.startswith("-"):
        raise LocalError("bad_host", "the name of a machine does not start with -")
    if context.config.made and context.config.remote != args.host:
        raise LocalError(
            "home_in_use",
            f"{context.config.home} is the home of another node; name a folder of its "
            "own: bazaar --home FOLDER attach HOST",
        )
    signal.signal(signal.SIGTERM, _interrupt)
    asked = [args.program, *(["--home", args.home_there] if args.home_there else [])]
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            _once(args.host, asked, context)
            context.output.note("the connection ended; trying again")
            time.sleep(RETRY_SECONDS)
    return Exit.DONE


def _interrupt(*_: object) -> None:
    """End as Ctrl-C does, so that the door is taken back."""
    raise KeyboardInterrupt


def _once(host: str, asked: list[str], context: Context) -> None:
    """Forward the door until SSH ends. Raises LocalError if it cannot be had."""
    there = _ask(host, asked)
    home = context.config.home
    with _forwarded(host, there, home) as ssh:
        if not context.config.made:
            write(Config(home, there.network, remote=host))
        _until_open(home, ssh)
        _say_ready(context.output, host, home)
        ssh.wait()


def _ask(host: str, asked: list[str]) -> There:
    """What the node on ``host`` says of its door. Raises LocalError."""
    places: dict[str, Any] = json.loads(_run(host, [*asked, "--json", "where"]))
    if not places.get("socket"):
        raise LocalError("no_node", f"no node runs on {host}; start it there first")
    token = _run(host, ["cat", f"{places['run']}/token"]).strip()
    return There(str(places["network"]), str(places["socket"]), token)


def _run(host: str, words: list[str]) -> str:
    command = [*SSH, host, "--", shlex.join(words)]
    try:
        done = subprocess.run(  # noqa: S603 - ssh, with quoted words
            command, capture_output=True, text=True, timeout=ASK_SECONDS, check=True
        )
    except FileNotFoundError as error:
        raise LocalError("no_ssh", "there is no ssh on this machine") from error
    except subprocess.TimeoutExpired as error:
        raise LocalError("unreachable", f"{host} did not answer in time") from error
    except subprocess.CalledProcessError as error:
        said = (error.stderr or "").strip() or f"it ended with {error.returncode}"
        raise LocalError("unreachable", f"{host}: {said}") from error
    return done.stdout


@contextlib.contextmanager
def _forwarded(
    host: str, there: There, home: Path
) -> Generator[subprocess.Popen[bytes]]:
    """The far socket under a private local name, announced in ``home``; both go at the end."""
    with tempfile.TemporaryDirectory(prefix="bazaar-attach-") as private:
        local = f"{private}/node.sock"
        command = [*SSH, "-N", "-L", f"{local}:{there.socket}", host]
        ssh = subprocess.Popen(command)  # noqa: S603 - ssh, with our own words
        try:
            lend_door(home, local, bytes.fromhex(there.token))
            yield ssh
        finally:
            forget_door(home)
            ssh.terminate()
            ssh.wait()


def _until_open(home: Path, ssh: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + DOOR_SECONDS
    while ssh.poll() is None and time.monotonic() < end:
        with contextlib.suppress(RpcError), connect(home):
            return
        time.sleep(_PAUSE_SECONDS)
    raise LocalError("unreachable", "the node's door did not open through SSH")


def _say_ready(output: Output, host: str, home: Path) -> None:
    output.note(
        f"attached to the node on {host}; in another terminal: "
        f"bazaar --home {shlex.quote(str(home))} (the app, or any command)"
    )
