"""Ends a node of another version, so that one of ours can take its place."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from bazaar.rpc.paths import read_door


def end_old_node(home: Path) -> None:
    """Ask the node of ``home`` to end; it saves what it has, as at every stop."""
    door = read_door(home)
    if door is not None:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(door.pid, signal.SIGTERM)
