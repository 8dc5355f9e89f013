"""When this node counts as online again: its mailboxes are emptied, resync was offered (7.4)."""

import logging
from collections.abc import Callable
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.delivery.mailboxes import Mailboxes
from bazaar.app.ports import BookError
from bazaar.app.trading.resync import Resync
from bazaar.app.trading.trades import Trades

log = logging.getLogger(__name__)

RETRY_SECONDS: Final = 5.0
OFFER_SECONDS: Final = 15.0
MAX_OFFERS: Final = 16


class Presence:
    """Does what must be done before a spell begins, at start and after every break."""

    def __init__(
        self,
        context: Context,
        trades: Trades,
        mailboxes: Mailboxes,
        resync: Resync,
        arrived: Callable[[], None],
    ) -> None:
        self._context = context
        self._trades = trades
        self._mailboxes = mailboxes
        self._resync = resync
        self._arrived = arrived
        self._left = trio.Event()

    def left(self) -> None:
        """The node was away; what follows is a new spell."""
        self._left.set()

    async def run(self) -> None:
        """Come back after every break, for ever; ends by cancellation."""
        while True:
            self._left = trio.Event()
            try:
                await self._come_back()
            except BookError:
                log.warning("the book failed; the spell begins later")
                await trio.sleep(RETRY_SECONDS)
                continue
            await self._left.wait()

    async def _come_back(self) -> None:
        while not await self._mailboxes.emptied():  # noqa: ASYNC110 - a visit alone helps
            # there is nothing to wait for but another visit
            await trio.sleep(RETRY_SECONDS)
        places = trio.CapacityLimiter(MAX_OFFERS)
        async with trio.open_nursery() as nursery:
            for key in self._roles():
                nursery.start_soon(self._offer, key, places)
        self._arrived()

    async def _offer(self, key: bytes, places: trio.CapacityLimiter) -> None:
        """Who cannot be reached was offered it all the same."""
        async with places:
            with trio.move_on_after(OFFER_SECONDS):
                await self._resync.compare(key)

    def _roles(self) -> list[bytes]:
        with self._context.book.unit() as unit:
            rows = unit.trades(open_only=True)
            keys = {key for row in rows for key in self._trades.keys(unit, row.id)}
        return sorted(keys - {self._context.me})
