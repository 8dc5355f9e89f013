"""People: what this node says to its own user, and what people say to each other."""

from collections.abc import Sequence

import trio

from bazaar.app.context import Context
from bazaar.app.delivery.partners import Partners
from bazaar.app.discovery.loneliness import Loneliness
from bazaar.app.people.blocks import Blocks
from bazaar.app.people.chat import ChatLog
from bazaar.app.people.chat_resync import ChatResync
from bazaar.app.people.notices import Notices, tell
from bazaar.app.people.rooms import Rooms
from bazaar.app.people.typing_marks import TypingMarks
from bazaar.app.ports import Unit
from bazaar.app.trading.trade_notices import notices_of
from bazaar.app.trading.trades import Trades


class Talk:
    """Services around people: notices, chat, and whom to leave out.

    Attributes are the services; the doors use them, nothing else does.
    """

    def __init__(self, context: Context, trades: Trades, partners: Partners) -> None:
        self._context = context
        self._trades = trades
        self.notices = Notices(context)
        self._loneliness = Loneliness(context)
        self.blocks = Blocks(context, partners)
        self.rooms = Rooms(context, trades)
        self.chat = ChatLog(context, self.rooms, partners)
        self.resync = ChatResync(context, trades, self.chat, partners)
        self.typing = TypingMarks(context, self.resync)

    def tell_of(self, unit: Unit, trade: bytes) -> None:
        """Let the user know what a trade needs of him."""
        loaded = self._trades.load(unit, trade)
        role = self._trades.own_role(loaded)
        for notice in notices_of(loaded, role, self._context.now()):
            tell(unit, self._context, notice)

    def acknowledged(self, unit: Unit, subjects: Sequence[bytes]) -> None:
        """Let the doors know if any of ``subjects`` is a line of chat."""
        if any(unit.chat(one) is not None for one in subjects):
            self._context.emit("chat", {})

    async def run(self) -> None:
        """Run the services; ends by cancellation."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._loneliness.run)
