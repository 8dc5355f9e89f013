"""Brings a store up to a head: fetches the pages that changed, from whoever has them.

A head counts by its signature and sequence, a page by the head's root, and who sent it
does not matter. What does not verify is never written, and its sender is blamed.
"""

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import trio

from bazaar.app.catalogue.owner_records import OwnerRecords
from bazaar.app.catalogue.page_fetch import PageFetch
from bazaar.app.catalogue.store_watch import StoreWatch
from bazaar.app.context import Context
from bazaar.domain.errors import BazaarError, NotFoundError, PeerError
from bazaar.domain.stores.head import cards_of, is_fresh
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire.envelope import Signed

if TYPE_CHECKING:
    from collections.abc import Generator

MANY_CARDS: Final = 200
"""Checking so many takes a millisecond; more are checked beside the loop."""


class StoreFetch:
    """Takes heads; one fetch of a store at a time.

    Attributes:
        watch: Told of each store that was taken.
        is_full: Whether there is no room for stores that were never seen.
        wants: Whether the user's choice lets the cards under a head be kept.
    """

    def __init__(self, context: Context, records: OwnerRecords) -> None:
        self._context = context
        self._records = records
        self._pages = PageFetch(context)
        self.watch = StoreWatch()
        self._fetching: dict[bytes, tuple[bytes, trio.Event]] = {}
        self.is_full = False
        self.wants: Callable[[Signed[StoreHead]], bool] = lambda _: True

        self.taken: Callable[[bytes], None] = lambda _: None
        """Told of each store that was brought up to a newer head."""

    async def take_head(
        self, head: Signed[StoreHead], sources: Sequence[bytes]
    ) -> bool:
        """Bring the store of ``head`` up to it; False if it is not newer or not to be kept.

        All sources may be asked, the first ones first; a fetch of this store that is under
        way is awaited before. Cancelling leaves the store as it
        was or newer. Raises what kept the last one from serving it.
        """
        while head.author in self._fetching:
            await self._fetching[head.author][1].wait()
        if not await self._is_due(head) or head.author in self._fetching:
            return False
        others = [one for one in dict.fromkeys(sources) if one != self._context.me]
        with self._busy(head):
            await self._take(head, others)
        self.taken(head.author)
        self._context.emit("catalogue", {})
        # Cards wait for no profile: its owner may have to be dialled.
        await self._take_records(head, others)
        return True

    def is_fetching(self, store: bytes) -> bool:
        """Whether a fetch of ``store`` is under way."""
        return store in self._fetching

    async def arrival(self, root: bytes) -> bool:
        """Wait until the fetch of the pages under ``root`` ends; False if there is none."""
        for one, ended in self._fetching.values():
            if one == root:
                await ended.wait()
                return True
        return False

    async def _is_due(self, head: Signed[StoreHead]) -> bool:
        """Whether to fetch; a head that counts is remembered even if its cards are not kept."""
        now = self._context.now()
        if head.author == self._context.me or not is_fresh(head.body, now):
            return False
        held = await self._context.catalogue.store(head.author)
        if held is None and self.is_full:
            return False
        if held is not None and held.seq >= head.body.seq:
            return False
        await self._context.catalogue.keep_heads([head])
        return self.wants(head)

    @contextmanager
    def _busy(self, head: Signed[StoreHead]) -> "Generator[None]":
        ended = trio.Event()
        self._fetching[head.author] = (head.body.root, ended)
        try:
            yield
        finally:
            del self._fetching[head.author]
            ended.set()

    async def _take(self, head: Signed[StoreHead], others: Sequence[bytes]) -> None:
        if not others:
            raise NotFoundError("nobody serves this store now")
        before = await self._context.catalogue.pages(head.author)
        ids, pages = await self._pages.fetch(head, others, before)
        if head.body.count > MANY_CARDS:
            cards = await trio.to_thread.run_sync(cards_of, head.body, pages)
        else:
            cards = cards_of(head.body, pages)
        await self._context.catalogue.apply_head(head, ids, cards, self._context.now())
        self.watch.tell(head, cards, before)

    async def _take_records(
        self, head: Signed[StoreHead], sources: Sequence[bytes]
    ) -> None:
        """The profile that goes with the head, if anybody has it: a store is shown without."""
        for source in sources:
            if await self._records.has_profile(head.author, head.body.profile):
                return
            try:
                await self._records.fetch(head.author, source)
            except PeerError as error:
                self._context.exchange.blame(source, error)
            except BazaarError:
                continue
