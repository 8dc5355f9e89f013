"""Brings a store up to a head: fetches the pages that changed, checks them by hash, indexes them.

A head counts by its signature and sequence, a page by the head's root. What does not
verify is never written.
"""

from collections.abc import Callable, Sequence
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.owner_records import OwnerRecords
from bazaar.app.store_watch import StoreWatch
from bazaar.domain.card import page_id
from bazaar.domain.envelope import Signed
from bazaar.domain.errors import BazaarError, MalformedMessageError, NotFoundError
from bazaar.domain.exchange import (
    MAX_PAGES_AT_ONCE,
    PageGet,
    PageIds,
    Pages,
    RequestType,
    decode,
    encode,
)
from bazaar.domain.head import cards_of, check_pages, is_fresh
from bazaar.domain.records import StoreHead

MANY_CARDS: Final = 200
"""Checking so many takes a millisecond; more are checked beside the loop."""


class StoreFetch:
    """Takes heads; one fetch of a store at a time."""

    def __init__(self, context: Context, records: OwnerRecords) -> None:
        self._context = context
        self._records = records
        self._fetching: set[bytes] = set()
        self.watch = StoreWatch()
        self.is_full = False
        """Whether there is no room for stores that were never seen."""

        self.taken: Callable[[bytes], None] = lambda _: None
        """Told of each store that was brought up to a newer head."""

    async def take_head(
        self, head: Signed[StoreHead], sources: Sequence[bytes]
    ) -> bool:
        """Bring the store of ``head`` up to it; False if it is not newer, or there is no room.

        Tries the sources in order. Raises the last one's error if none could serve it.
        """
        if not await self._is_wanted(head):
            return False
        self._fetching.add(head.author)
        try:
            await self._from_any(head, tuple(dict.fromkeys(sources)))
        finally:
            self._fetching.discard(head.author)
        self.taken(head.author)
        self._context.emit("catalogue", {})
        return True

    async def _is_wanted(self, head: Signed[StoreHead]) -> bool:
        now = self._context.now()
        if head.author == self._context.me or not is_fresh(head.body, now):
            return False
        held = await self._context.catalogue.store(head.author)
        if held is None and self.is_full:
            return False
        is_known = held is not None and held.seq >= head.body.seq
        return not is_known and head.author not in self._fetching

    async def _from_any(
        self, head: Signed[StoreHead], sources: Sequence[bytes]
    ) -> None:
        problem: BazaarError = NotFoundError("nobody serves this store now")
        for source in sources:
            if source == self._context.me:
                continue
            try:
                if not await self._records.has_profile(head.author, head.body.profile):
                    await self._records.fetch(head.author, source)
                await self._fetch_pages(head, source)
            except BazaarError as error:
                problem = error
            else:
                return
        raise problem

    async def _fetch_pages(self, head: Signed[StoreHead], source: bytes) -> None:
        ids = await self._page_ids(head, source)
        held = await self._context.catalogue.pages(head.author)
        before = dict(held)
        lacking = [one for one in dict.fromkeys(ids) if one not in held]
        for start in range(0, len(lacking), MAX_PAGES_AT_ONCE):
            held |= await self._pages(
                head, source, tuple(lacking[start : start + MAX_PAGES_AT_ONCE])
            )
        pages = [held[one] for one in ids]
        if head.body.count > MANY_CARDS:
            cards = await trio.to_thread.run_sync(cards_of, head.body, pages)
        else:
            cards = cards_of(head.body, pages)
        await self._context.catalogue.apply_head(head, ids, cards, self._context.now())
        self.watch.tell(head, cards, before)

    async def _page_ids(
        self, head: Signed[StoreHead], source: bytes
    ) -> tuple[bytes, ...]:
        reply = await self._context.exchange.request(
            source, RequestType.PAGE_GET, encode(PageGet(head.body.root, ()))
        )
        ids = decode(PageIds, reply).ids
        check_pages(head.body, ids)
        return ids

    async def _pages(
        self, head: Signed[StoreHead], source: bytes, ids: tuple[bytes, ...]
    ) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        while lacking := tuple(one for one in ids if one not in found):
            reply = await self._context.exchange.request(
                source, RequestType.PAGE_GET, encode(PageGet(head.body.root, lacking))
            )
            pages = {page_id(page): page for page in decode(Pages, reply).pages}
            if not pages.keys() & set(lacking):
                raise MalformedMessageError("the pages do not hash to their ids")
            found |= {one: page for one, page in pages.items() if one in ids}
        return found
