"""Watches the wall clock: after a jump the node does nothing by itself until it is confirmed (7.4).

Jumps are found against a clock that only passes, and at start against the last beat of the
book. Three peers are asked; if the machine's time agrees with theirs the pause ends, else
a person must say that it is right.
"""

import logging
import statistics
from collections.abc import Callable
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.ports import BookError, Request
from bazaar.domain.errors import BazaarError, RefusedError, ReplyCode
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.recovery import ClockAnswer, ClockGet
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.stores.records import CLOCK_SECONDS

log = logging.getLogger(__name__)

JUMP_SECONDS: Final = 120
ASKED_PEERS: Final = 3
REQUEST_SECONDS: Final = 5.0
LOOK_SECONDS: Final = 5.0


class ClockWatch:
    """Knows whether the clock can be trusted; ``words`` say why not."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._offset: float | None = None
        self._jump = 0
        self._peers = 0
        self.ended: Callable[[], None] = lambda: None
        """Told when a pause is over: what was due meanwhile is done now."""

        context.exchange.serve(RequestType.CLOCK, self.answer)

    @property
    def is_paused(self) -> bool:
        """Whether nothing may be done by itself; looks at the clock first."""
        self.look()
        return self._jump != 0

    def words(self) -> str:
        """What a person must know and do; empty while all is well."""
        if not self.is_paused:
            return ""
        way = "forwards" if self._jump > 0 else "back"
        found = (
            "other nodes say another time"
            if self._peers
            else "no other node could be asked"
        )
        return (
            f"the clock of this machine jumped {way} by {_span(abs(self._jump))} and "
            f"{found}: nothing is done by itself until the time is right; set the clock, "
            "or confirm that it is right"
        )

    def begin(self) -> None:
        """Compare with the last beat in the book: time never goes back."""
        now = self._context.now()
        with self._context.book.unit() as unit:
            lives = unit.spells(now)
        last = max((end for _, end in lives), default=now)
        self._offset = now - self._context.clock.steady()
        if last - now > JUMP_SECONDS:
            self._pause(now - last)

    def look(self) -> None:
        """Compare the wall clock with the one that only passes."""
        offset = self._context.now() - self._context.clock.steady()
        before, self._offset = self._offset, offset
        if before is not None and abs(offset - before) > JUMP_SECONDS:
            self._pause(round(offset - before))

    def _pause(self, jump: int) -> None:
        total = self._jump + jump
        log.warning("the wall clock jumped", extra={"seconds": jump})
        self._peers = 0
        if abs(total) <= JUMP_SECONDS:
            self.confirm()  # it jumped back to where it was
            return
        self._jump = total
        self._context.emit("notice", {"clock": True})

    def confirm(self) -> None:
        """The time is right, whoever says so: go on."""
        self._jump = 0
        self._context.emit("notice", {"clock": False})
        self.ended()

    async def run(self) -> None:
        """Look, and ask others during a pause; ends by cancellation."""
        while True:
            try:
                if self.is_paused:
                    await self._ask()
            except BookError:
                log.warning("the book failed; the clock is looked at again")
            await trio.sleep(LOOK_SECONDS)

    async def _ask(self) -> None:
        """Go on if the middle one of at most three peers agrees with this clock."""
        times: list[int] = []
        for peer in self._context.exchange.peers()[:ASKED_PEERS]:
            try:
                with trio.fail_after(REQUEST_SECONDS):
                    reply = await self._context.exchange.request(
                        peer.key, RequestType.CLOCK, encode(ClockGet())
                    )
                times.append(decode(ClockAnswer, reply).now)
            except (BazaarError, trio.TooSlowError) as error:
                log.info("a peer told no time", extra={"why": type(error).__name__})
        self._peers = len(times)
        if times and self._jump:
            apart = abs(statistics.median(times) - self._context.now())
            if apart <= CLOCK_SECONDS:
                self.confirm()

    async def answer(self, request: Request) -> bytes:
        """The own time, to whoever asks; nothing while it is doubted."""
        decode(ClockGet, request.body)
        if self.is_paused:
            raise RefusedError(ReplyCode.BUSY, "the own clock is doubted")
        return encode(ClockAnswer(self._context.now()))


def _span(seconds: int) -> str:
    for size, name in ((86_400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {name}"
    return f"{seconds} seconds"
