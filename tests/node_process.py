"""A real node process on loopback, asked over its own door."""

import contextlib
import os
import selectors
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import NamedTuple

from bazaar.compose.home import create
from bazaar.config import UNLOCK_FILE_VARIABLE, Config, NewIdentity, write
from bazaar.rpc.client import Client, connect
from bazaar.rpc.schema.node import Status, StatusView

PROGRAM = (sys.executable, "-P", "-m", "bazaar")
START_SECONDS = 30
END_SECONDS = 20


class NodeProcess(NamedTuple):
    """One running node with an open door."""

    process: subprocess.Popen[str]
    client: Client
    address: str

    @property
    def peer_id(self) -> str:
        return self.address.rpartition("/")[2]

    @property
    def where(self) -> tuple[str, int]:
        """Host and port of its libp2p listener."""
        _, _, host, _, port, *_ = self.address.split("/")
        return host, int(port)

    def status(self) -> StatusView:
        answer: StatusView = self.client.call(Status())
        return answer


@contextlib.contextmanager
def running(
    folder: Path, network: str, name: str, passphrase: str = ""
) -> Generator[NodeProcess]:
    """The node of a new identity in ``folder``, for as long as the block runs.

    Networks that are not local want a passphrase.
    """
    home = folder / name
    create(NewIdentity(home, network, name, None, passphrase, (), ()))
    secret = folder / f"{name}.passphrase"
    secret.write_text(passphrase)
    write(Config(home, network))
    words = ["--home", str(home), "node", "--listen", "/ip4/127.0.0.1/tcp/0"]
    with (home / "node.err").open("w") as errors:
        process = subprocess.Popen(
            [*PROGRAM, *words],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=os.environ | {UNLOCK_FILE_VARIABLE: str(secret)},
        )
    try:
        line = first_line(process, START_SECONDS)
        assert line.startswith("listening "), (home / "node.err").read_text()
        with connect(home) as client:
            yield NodeProcess(process, client, line.split()[1])
    finally:
        process.terminate()
        with process:
            process.wait(END_SECONDS)


def first_line(process: subprocess.Popen[str], seconds: float) -> str:
    """The next line that ``process`` writes; an error if none comes in time."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        assert selector.select(seconds), f"no word in {seconds} s"
    return process.stdout.readline()
