"""The node's sense of time: its life signs, and trades whose deadlines pass."""

import logging
from collections.abc import Callable, Iterable
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.ports import BookError
from bazaar.app.trading.trades import Trades
from bazaar.domain.errors import BazaarError
from bazaar.domain.trading.deadlines import (
    BACKUP_WAIT_SECONDS,
    BREAK_SHARE,
    LEAST_BREAK_SECONDS,
)
from bazaar.domain.trading.phases import Phase
from bazaar.domain.trading.trade import Trade

log = logging.getLogger(__name__)

LONGEST_BEAT_SECONDS: Final = 600
SHORTEST_TICK_SECONDS: Final = 1.0
LONGEST_TICK_SECONDS: Final = 60
PAYING_SECONDS: Final = 31
"""While a part is paid the other side is waited for a little, then it is done from here."""

IDLE_SECONDS: Final = 3600
"""Nothing is due in a trade any more, whose parties may still speak."""


class Pulse:
    """Beats, and calls for trades at the moments that may change what is due."""

    def __init__(
        self,
        context: Context,
        trades: Trades,
        tend: Callable[[bytes | None], None],
        unfinished: Callable[[], Iterable[bytes]],
    ) -> None:
        """Build it.

        Args:
            context: The node's tools.
            trades: Where trades are loaded.
            tend: Called with each trade that is due, and with None before them.
            unfinished: Names ended trades for which something is still owed.
        """
        self._context = context
        self._trades = trades
        self._tend = tend
        self._unfinished = unfinished
        self._swept = 0
        self._is_here = False
        self.left: Callable[[], None] = lambda: None
        """Told of a break; the next spell begins at ``arrive``."""

        self.beaten: Callable[[], None] = lambda: None
        self._start = 0
        self._last = 0
        self._next: dict[bytes, int] = {}
        self._reminders: dict[bytes, int] = {}

    def begin(self) -> None:
        """This life begins; its spell begins at ``arrive``."""
        self._start = self._last = self._context.now()
        self._is_here = False

    @property
    def is_away(self) -> bool:
        """Whether mail may wait somewhere that this node has not seen yet (7.4)."""
        return not self._is_here

    def arrive(self) -> None:
        """All mail is here and resync was offered: the spell begins."""
        now = self._context.now()
        self._start = self._last = now
        self._is_here = True
        self._next.clear()
        with self._context.book.unit() as unit:
            unit.beat(now, now)
        self.beaten()

    def forget(self, trade: bytes) -> None:
        """A trade changed: look at it again at the next tick."""
        self._next.pop(trade, None)

    def remind(self, trade: bytes, seconds: int) -> None:
        """Look at a trade again in ``seconds``, whatever its deadlines say."""
        self._reminders[trade] = self._context.now() + seconds

    async def run(self) -> None:
        """Beat and look, for ever; ends by cancellation."""
        tick = min(
            LONGEST_TICK_SECONDS,
            max(SHORTEST_TICK_SECONDS, self._context.network.grace / (BREAK_SHARE * 4)),
        )
        while True:
            try:
                self._beat()
                self.look()
            except BookError:
                log.warning("the book failed; looked again at the next beat")
            await trio.sleep(tick)

    def _beat(self) -> None:
        """A long silence, such as a suspended machine, ends the spell."""
        now = self._context.now()
        longest = max(self._context.network.grace // BREAK_SHARE, LEAST_BREAK_SECONDS)
        if self._is_here and now - self._last > longest:
            self._is_here = False
            self.left()
        if not self._is_here:
            return
        if now - self._last < min(LONGEST_BEAT_SECONDS, longest / 2):
            return
        self._last = now
        with self._context.book.unit() as unit:
            unit.beat(self._start, now)
        self.beaten()

    def look(self) -> None:
        """Tend every trade at which time may have made something due."""
        now = self._context.now()
        self._tend(None)
        for trade in self._due(now):
            self._reminders.pop(trade, None)
            try:
                self._tend(trade)
                self._next[trade] = self._moment(trade)
            except BazaarError as error:
                why = type(error).__name__
                log.warning("a trade could not be tended", extra={"why": why})
                self._next[trade] = now + LONGEST_TICK_SECONDS

    def _due(self, now: int) -> list[bytes]:
        with self._context.book.unit() as unit:
            ids = {row.id: None for row in unit.trades(open_only=True)}
        if now - self._swept >= LONGEST_TICK_SECONDS:
            self._swept = now
            ids |= dict.fromkeys(self._unfinished())
        self._next = {one: at for one, at in self._next.items() if one in ids}
        reminded = {one for one, at in self._reminders.items() if at <= now}
        return [one for one in ids if one in reminded or self._next.get(one, 0) <= now]

    def _moment(self, trade: bytes) -> int:
        now = self._context.now()
        with self._context.book.unit() as unit:
            loaded = self._trades.load(unit, trade)
            received = [message.received for message in unit.messages(trade)]
        return next_moment(loaded, received, self._start, now)


def next_moment(
    trade: Trade, received: Iterable[int], alive_since: int, now: int
) -> int:
    """The next second at which time alone may change what this node owes to a trade."""
    network = trade.facts.network
    grace, wait = network.grace, network.scaled(BACKUP_WAIT_SECONDS)
    window = trade.contract.offer.window
    if any(part.phase is Phase.PAYABLE for part in trade.parts):
        return now + PAYING_SECONDS
    parts = range(len(trade.contract.offer.parts))
    times = {t for part in parts for t in trade.facts.deadlines(part)}
    base = (
        times
        | {t + grace for t in times}
        | {t - grace for t in times}
        | {t - 2 * grace for t in times}  # a person is reminded
        | {alive_since + grace}
    )
    moments = base | {t + wait for t in base}
    moments |= {
        at + delay for at in received for delay in (window, wait, window + wait)
    }
    moments |= {moment + 1 for moment in moments}  # rules say "after" as well as "from"
    later = [moment for moment in moments if moment > now]
    return min(later, default=now + IDLE_SECONDS)
