"""Tells systemd, or whoever set NOTIFY_SOCKET, that the node is ready, alive and stopping.

The protocol is sd_notify(3): one datagram of NAME=VALUE lines to a Unix socket.
"""

import contextlib
import logging
import math
import os
import socket
from collections.abc import Mapping
from typing import Final

import trio

SOCKET_VARIABLE: Final = "NOTIFY_SOCKET"
WATCHDOG_VARIABLE: Final = "WATCHDOG_USEC"
READY: Final = "READY=1"
STOPPING: Final = "STOPPING=1"
ALIVE: Final = "WATCHDOG=1"

log = logging.getLogger(__name__)


def tell(state: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Send ``state``; False where nobody listens. Never raises, never waits."""
    address = environment.get(SOCKET_VARIABLE, "")
    if not address.startswith(("/", "@")):
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagrams:
            datagrams.settimeout(0)
            datagrams.sendto(state.encode(), address)
    except OSError as error:
        log.warning("the service manager was not told", extra={"error": str(error)})
        return False
    return True


def watchdog_seconds(environment: Mapping[str, str] = os.environ) -> float | None:
    """Half of the time within which the watchdog wants a word; None without one."""
    with contextlib.suppress(ValueError):
        wanted = int(environment.get(WATCHDOG_VARIABLE, "0"))
        return wanted / 2_000_000 if wanted > 0 else None
    return None


async def stay_ready() -> None:
    """Say READY, then that the loop turns as often as the watchdog wants; for ever.

    Cancelling says STOPPING.
    """
    pause = watchdog_seconds()
    tell(READY)
    try:
        while True:
            await trio.sleep(math.inf if pause is None else pause)
            tell(ALIVE)
    finally:
        tell(STOPPING)
