"""Keeps a port open at the router while the user wishes it, and closes it at the end."""

import logging
import math
from collections.abc import Callable
from typing import Final

import trio

from net.gateway.process import LEASE_SECONDS, SEARCHED_AT, Mapping, ask
from net.gateway.wire import Order, Outcome
from net.gateway.words import worded

log = logging.getLogger(__name__)

RENEW_SECONDS: Final = LEASE_SECONDS / 2
RETRY_SECONDS: Final = 600.0
LOOK_SECONDS: Final = 2.0
"""How soon the port is looked at again while nothing listens yet."""

CLOSE_SECONDS: Final = 5.0
OPEN: Final = frozenset({Outcome.OPENED, Outcome.PERMANENT})


class PortOpening:
    """Asks a child process to ask the router; does nothing until it is wished.

    Attributes:
        changed: Told after each answer.
    """

    def __init__(
        self, port: Callable[[], int], at: tuple[str, int] = SEARCHED_AT
    ) -> None:
        """``port``: what this node listens on, 0 for nothing; ``at``: where routers listen."""
        self._port = port
        self._at = at
        self._is_wished = False
        self._mapping: Mapping | None = None
        self._nudged = trio.Event()
        self.changed: Callable[[], None] = lambda: None

    def wish(self, *, wished: bool) -> None:
        """Open the port from now on, or close it; never blocks."""
        if wished != self._is_wished:
            self._is_wished = wished
            self._nudged.set()

    def words(self) -> str:
        """What came of it, in a sentence; empty while it is not wished."""
        return worded(self._mapping) if self._is_wished else ""

    def hint(self) -> str | None:
        """Where the router says that others reach us: believed once others dialled it."""
        mapping = self._mapping
        if mapping is None or mapping.outcome not in OPEN or mapping.external is None:
            return None
        return f"/ip4/{mapping.external}/tcp/{mapping.port}"

    async def run(self) -> None:
        """Open, renew at half the lease, close; ends by cancellation.

        Cancelling closes the port, for at most 5 s; after that the lease runs out.
        """
        try:
            while True:
                self._nudged = trio.Event()
                with trio.move_on_after(await self._step()):
                    await self._nudged.wait()
        finally:
            with trio.move_on_after(CLOSE_SECONDS, shield=True):
                await self._close()

    async def _step(self) -> float:
        """Do what is wished; returns the seconds until the next look."""
        port = self._port() if self._is_wished else 0
        if self._mapping is not None and self._mapping.port != port:
            await self._close()
        if not self._is_wished:
            return math.inf
        if not port:
            return LOOK_SECONDS
        self._take(await ask(Order.OPEN, port, self._at))
        is_open = self._mapping is not None and self._mapping.outcome in OPEN
        return RENEW_SECONDS if is_open else RETRY_SECONDS

    async def _close(self) -> None:
        mapping, self._mapping = self._mapping, None
        if mapping is not None and mapping.outcome in OPEN:
            await ask(Order.CLOSE, mapping.port, self._at)
            self.changed()

    def _take(self, mapping: Mapping) -> None:
        if mapping != self._mapping:
            log.info("a router was asked", extra={"outcome": mapping.outcome.name})
        self._mapping = mapping
        self.changed()
