"""Pages of other people's stores, for peers who ask here instead of at their owner."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.domain.errors import NotFoundError
from bazaar.domain.listings.card import page_id

MAX_REMEMBERED: Final = 16
MAX_REMEMBERED_BYTES: Final = 8 * 1024 * 1024
ARRIVAL_SECONDS: Final = 2.0
"""A head travels faster than its pages: who asks too early waits so long for them."""

Listed = list[tuple[bytes, bytes]]
"""(id, page) in the order of the page list."""


async def _nothing_comes(root: bytes) -> bool:
    del root
    await trio.lowlevel.checkpoint()
    return False


class ForeignPages:
    """Serves by root; the last ones are remembered, since whoever asks takes several parts.

    Attributes:
        arrival: Waits for a fetch of a root that is under way; False if there is none.
        blocked: Keys of whom nothing is served.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._last: OrderedDict[bytes, Listed] = OrderedDict()
        self.arrival: Callable[[bytes], Awaitable[bool]] = _nothing_comes
        self.blocked: Callable[[], frozenset[bytes]] = frozenset

    async def under(self, root: bytes) -> Listed:
        """The pages under ``root``. Raises NotFoundError if they are not here."""
        listed = await self._held(root)
        if not listed:
            with trio.move_on_after(ARRIVAL_SECONDS):
                if await self.arrival(root):
                    listed = await self._held(root)
        if not listed:
            raise NotFoundError("these pages are not served here")
        return listed

    async def _held(self, root: bytes) -> Listed:
        store = await self._context.catalogue.store_under(root)
        if store is None or store in self.blocked():
            return []
        if root in self._last:
            return self._last[root]
        pages = await self._context.catalogue.pages_under(root)
        listed = [(page_id(page), page) for page in pages]
        if listed and sum(map(len, pages)) <= MAX_REMEMBERED_BYTES // MAX_REMEMBERED:
            self._last[root] = listed
            while len(self._last) > MAX_REMEMBERED:
                self._last.popitem(last=False)
        return listed
