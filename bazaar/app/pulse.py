"""The node's sense of time: its life signs, and trades whose deadlines pass."""

import logging
from collections.abc import Callable, Iterable
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.trades import Trades
from bazaar.domain.deadlines import (
    BACKUP_WAIT_SECONDS,
    BREAK_SHARE,
    LEAST_BREAK_SECONDS,
)
from bazaar.domain.errors import BazaarError
from bazaar.domain.trade import Trade

log = logging.getLogger(__name__)

LONGEST_BEAT_SECONDS: Final = 600
SHORTEST_TICK_SECONDS: Final = 1.0
LONGEST_TICK_SECONDS: Final = 60.0


class Pulse:
    """Beats, and calls for trades at the moments that may change what is due."""

    def __init__(
        self, context: Context, trades: Trades, tend: Callable[[bytes], None]
    ) -> None:
        self._context = context
        self._trades = trades
        self._tend = tend
        self._start = 0
        self._last = 0
        self._next: dict[bytes, int] = {}

    def begin(self) -> None:
        """Note the start of this life; before anything is judged."""
        now = self._context.now()
        self._start = self._last = now
        with self._context.book.unit() as unit:
            unit.beat(now, now)

    def forget(self, trade: bytes) -> None:
        """A trade changed: look at it again at the next tick."""
        self._next.pop(trade, None)

    def remind(self, trade: bytes, seconds: int) -> None:
        """Look at a trade again in ``seconds``, whatever its deadlines say."""
        self._next[trade] = self._context.now() + seconds

    async def run(self) -> None:
        """Beat and look, for ever; ends by cancellation."""
        tick = min(
            LONGEST_TICK_SECONDS,
            max(SHORTEST_TICK_SECONDS, self._context.network.grace / (BREAK_SHARE * 4)),
        )
        while True:
            self._beat()
            self.look()
            await trio.sleep(tick)

    def _beat(self) -> None:
        """A long silence, such as a suspended machine, begins a new life."""
        now = self._context.now()
        longest = max(self._context.network.grace // BREAK_SHARE, LEAST_BREAK_SECONDS)
        if now - self._last > longest:
            self._start = now
        elif now - self._last < min(LONGEST_BEAT_SECONDS, longest / 2):
            return
        self._last = now
        with self._context.book.unit() as unit:
            unit.beat(self._start, now)

    def look(self) -> None:
        """Tend every trade at which time may have made something due."""
        now = self._context.now()
        with self._context.book.unit() as unit:
            rows = unit.trades(open_only=True)
        for row in rows:
            if self._next.get(row.id, 0) > now:
                continue
            try:
                self._tend(row.id)
                with self._context.book.unit() as unit:
                    trade = self._trades.load(unit, row.id)
                    received = [message.received for message in unit.messages(row.id)]
                self._next[row.id] = next_moment(trade, received, self._start, now)
            except BazaarError as error:
                log.warning("a trade could not be tended", extra={"why": repr(error)})
                self._next[row.id] = now + int(LONGEST_TICK_SECONDS)


def next_moment(
    trade: Trade, received: Iterable[int], alive_since: int, now: int
) -> int:
    """The next second at which time alone may change what this node owes to a trade."""
    network = trade.facts.network
    grace, wait = network.grace, network.scaled(BACKUP_WAIT_SECONDS)
    window = trade.contract.offer.window
    parts = range(len(trade.contract.offer.parts))
    times = {t for part in parts for t in trade.facts.deadlines(part)}
    base = (
        times
        | {t + grace for t in times}
        | {t - grace for t in times}
        | {alive_since + grace}
    )
    moments = base | {t + wait for t in base}
    moments |= {
        at + delay for at in received for delay in (window, wait, window + wait)
    }
    later = [moment for moment in moments if moment > now]
    return min(later, default=now + int(LONGEST_TICK_SECONDS))
