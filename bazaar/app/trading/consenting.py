"""Asks the own seat's consent to contracts, several at once, and again after a refusal."""

import contextlib
import logging
from typing import TYPE_CHECKING, Final

import trio

from bazaar.app.ports import BookError, Unit
from bazaar.domain.errors import BazaarError
from bazaar.domain.trading.messages import Role
from bazaar.domain.trading.phases import Phase

if TYPE_CHECKING:
    from bazaar.app.services import Services

RETRY_SECONDS: Final = 5
LAST_RETRY_SECONDS: Final = 3600
MAX_AT_ONCE: Final = 8
QUEUE: Final = 1000
"""Trades that wait for consent at most; the others are asked for at their next look."""

log = logging.getLogger(__name__)


class Consenting:
    """One consent per trade at a time: a slow seller holds up only its own."""

    def __init__(self, node: "Services") -> None:
        self._node = node
        self._running: set[bytes] = set()
        self._refusals: dict[bytes, int] = {}
        self._consents, self._asked = trio.open_memory_channel[bytes](QUEUE)

    def is_asked(self, unit: Unit, trade: bytes) -> bool:
        """Whether this node is a seat that has not said yet that it will judge ``trade``."""
        row = unit.trade(trade)
        if row is None or self._node.clock.is_paused:
            return False
        is_seat = row.role in {Role.PRIMARY, Role.BACKUP}
        return is_seat and row.phase == Phase.ACCEPTED

    def ask(self, trade: bytes) -> None:
        """Consent soon; once if asked twice meanwhile."""
        try:
            self._consents.send_nowait(trade)
        except trio.WouldBlock:
            log.warning("too many consents at once")

    async def run(self) -> None:
        """Consent for ever; one that is cut off is asked for at the next start."""
        places = trio.CapacityLimiter(MAX_AT_ONCE)
        async with trio.open_nursery() as nursery:
            async for trade in self._asked:
                if trade not in self._running:
                    self._running.add(trade)
                    nursery.start_soon(self._consent, trade, places)

    async def _consent(self, trade: bytes, places: trio.CapacityLimiter) -> None:
        try:
            async with places:
                signed = await self._node.consent.consent(trade)
            self._refusals.pop(trade, None)
            if signed:
                self._note_problem(trade, "")
                self._node.tending.changed(trade)
        except BazaarError as error:
            log.info("no consent yet", extra={"why": type(error).__name__})
            self._note_problem(trade, str(error))
            self._ask_again(trade)
        finally:
            self._running.discard(trade)
            self._node.outbox.nudge()

    def _ask_again(self, trade: bytes) -> None:
        times = self._refusals.get(trade, 0)
        self._refusals[trade] = times + 1
        wait = RETRY_SECONDS << min(times, 16)
        self._node.pulse.remind(trade, min(wait, LAST_RETRY_SECONDS))

    def _note_problem(self, trade: bytes, words: str) -> None:
        with contextlib.suppress(BookError), self._node.context.book.unit() as unit:
            unit.set_fact(trade, "problem", words.encode() or None)
