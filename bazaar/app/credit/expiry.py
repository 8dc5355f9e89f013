"""When a hold is over: long enough ago that a node which heard everybody knows no outcome (9.2).

A node that was away, or whose clock cannot be trusted, does not know it yet: what was
decided meanwhile may still be on its way.
"""

from collections.abc import Callable

from bazaar.app.ports import Unit
from bazaar.app.trading.trades import Trades
from bazaar.domain.credit.account import Hold
from bazaar.domain.trading.trade import Trade


class Expiry:
    """Judges by this node's own clock and times online."""

    def __init__(self, trades: Trades) -> None:
        self._trades = trades
        self.is_paused: Callable[[], bool] = lambda: False
        """Whether the clock cannot be trusted: then nothing has expired (7.4)."""

    def is_over(self, unit: Unit, trade: Trade, hold: Hold) -> bool:
        """Whether ``hold`` of ``trade`` may be freed because nobody decided about it in time."""
        is_contracts = hold.contract == trade.contract.id and bool(trade.parts)
        if is_contracts and trade.parts[hold.part].outcome is not None:
            return False
        receipts = self._trades.receipts(unit, trade)
        return not self.is_paused() and receipts.now >= receipts.cut(
            trade, hold.expires
        )
