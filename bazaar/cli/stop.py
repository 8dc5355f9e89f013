"""``stop``: asks the node to end and waits until its home is free."""

import argparse
import contextlib
import fcntl
import os
import time
from pathlib import Path
from typing import Final

from bazaar.cli.failures import Exit
from bazaar.cli.output import Shown
from bazaar.cli.parser import Commands, Context
from bazaar.rpc.client import connect
from bazaar.rpc.problems import NodeGoneError
from bazaar.rpc.schema.node import Stop

STOP_SECONDS: Final = 15.0
_PAUSE_SECONDS: Final = 0.05


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    commands.do("stop", "stop the node cleanly", _stop)


def _stop(_: argparse.Namespace, context: Context) -> int:
    home = context.config.home
    with context.output.progress("stopping the node"):
        words = _ask_to_stop(home)
    context.output.shown(Shown({"words": words}, lambda page: page.line(words)))
    return Exit.DONE


def _ask_to_stop(home: Path) -> str:
    try:
        client = connect(home)
    except NodeGoneError:
        return "no node runs"
    # It may hang up before it has answered: it is on its way then.
    with client, contextlib.suppress(NodeGoneError):
        client.call(Stop())
    end = time.monotonic() + STOP_SECONDS
    while _is_held(home):
        if time.monotonic() > end:
            raise NodeGoneError("the node was asked to stop but still holds its home")
        time.sleep(_PAUSE_SECONDS)
    return "the node has stopped"


def _is_held(home: Path) -> bool:
    """Whether a process holds the lock of ``home``."""
    try:
        handle = os.open(home / "lock", os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)
