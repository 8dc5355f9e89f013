"""Notices that no other node can be reached; says it once per spell."""

from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.people.notices import Notice, NoticeKind, tell
from bazaar.app.ports import BookError

LONELY_SECONDS: Final = 600
LOOK_SECONDS: Final = 60.0


class Loneliness:
    """Looks every minute whether anybody is there."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._since: int | None = None

    async def run(self) -> None:
        """Look for ever; ends by cancellation."""
        while True:
            self.look()
            await trio.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """Tell it once nobody was there for ``LONELY_SECONDS``."""
        now = self._context.now()
        if self._context.exchange.peers():
            self._since = None
            return
        self._since = now if self._since is None else self._since
        if now - self._since < LONELY_SECONDS:
            return
        words = (
            "Nobody can be reached. Orders and messages wait here until that changes."
        )
        notice = Notice(NoticeKind.NETWORK, f"alone:{self._since}", words)
        try:
            with self._context.book.unit() as unit:
                tell(unit, self._context, notice)
        except BookError:
            return
