"""What this node says to its own user."""

import trio

from bazaar.app.context import Context
from bazaar.app.loneliness import Loneliness
from bazaar.app.notices import Notices, tell
from bazaar.app.ports import Unit
from bazaar.app.trade_notices import notices_of
from bazaar.app.trades import Trades


class Talk:
    """Services around people: notices.

    Attributes are the services; the doors use them, nothing else does.
    """

    def __init__(self, context: Context, trades: Trades) -> None:
        self._context = context
        self._trades = trades
        self.notices = Notices(context)
        self._loneliness = Loneliness(context)

    def tell_of(self, unit: Unit, trade: bytes) -> None:
        """Let the user know what a trade needs of him."""
        loaded = self._trades.load(unit, trade)
        role = self._trades.own_role(loaded)
        for notice in notices_of(loaded, role, self._context.now()):
            tell(unit, self._context, notice)

    async def run(self) -> None:
        """Run the services; ends by cancellation."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._loneliness.run)
