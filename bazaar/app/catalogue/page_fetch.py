"""Fetches the pages under a head from several peers at once; a wrong page costs its sender."""

from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import trio

from bazaar.app.catalogue.staggered import first_answer
from bazaar.app.context import Context
from bazaar.domain.errors import (
    BazaarError,
    MalformedMessageError,
    NotFoundError,
    PeerError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import (
    MAX_PAGES_AT_ONCE,
    PackedPage,
    PageGet,
    PageIds,
    PagePacked,
    Pages,
)
from bazaar.domain.listings.card import MAX_PAGE_BYTES, page_id, root
from bazaar.domain.stores.head import check_pages
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire.envelope import Signed
from bazaar.domain.wire.inflating import inflate

MAX_SOURCES: Final = 4
MAX_PARTIAL_BYTES: Final = 8 * 1024 * 1024
"""Pages of fetches that broke off, kept for the next try."""


Came = Callable[[bytes, bytes], None]
"""Told of each page that came, by id."""


class PageFetch:
    """Asks for pages by hash; what came before a fetch broke off is not asked for again."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._partial: OrderedDict[bytes, bytes] = OrderedDict()
        self._partial_bytes = 0

    async def fetch(
        self,
        head: Signed[StoreHead],
        sources: Sequence[bytes],
        before: Mapping[bytes, bytes],
    ) -> tuple[tuple[bytes, ...], list[bytes]]:
        """The page list under ``head`` and its pages in order, each checked by its hash; ``before`` is here.

        Cancelling keeps what came. Raises the last problem if the sources lack a page.
        """
        if head.body.size <= MAX_PAGE_BYTES:
            page = await self._only_page(head.body, sources, before)
            return (page_id(page),), [page]
        ids, able = await self._page_ids(head.body, sources)
        held = {**before} | {
            one: self._partial[one] for one in ids if one in self._partial
        }
        lacking = [one for one in dict.fromkeys(ids) if one not in held]
        if lacking:
            held |= await _Parts(
                self._context, head.body.root, lacking, self._came
            ).run(able)
        for one in ids:
            self._partial_bytes -= len(self._partial.pop(one, b""))
        return ids, [held[one] for one in ids]

    def _came(self, one: bytes, page: bytes) -> None:
        if one not in self._partial:
            self._partial[one] = page
            self._partial_bytes += len(page)
        while self._partial_bytes > MAX_PARTIAL_BYTES:
            _, dropped = self._partial.popitem(last=False)
            self._partial_bytes -= len(dropped)

    async def _only_page(
        self, head: StoreHead, sources: Sequence[bytes], before: Mapping[bytes, bytes]
    ) -> bytes:
        """The page of a small store, from here if it did not change, else in one answer."""

        async def ask(source: bytes) -> bytes:
            try:
                page = await self._packed(head, source)
            except RefusedError as error:
                if error.code is not ReplyCode.UNKNOWN_VERSION:
                    raise
                page = await self._plain(head, source)
            check_pages(head, (page_id(page),))
            return page

        for one, page in before.items():
            if root((one,)) == head.root:
                return page
        return (await first_answer(self._context, sources, ask)).value

    async def _packed(self, head: StoreHead, source: bytes) -> bytes:
        asked = encode(PagePacked(head.root))
        reply = await self._context.exchange.request(
            source, RequestType.PAGE_PACKED, asked
        )
        return inflate(decode(PackedPage, reply).packed, head.size)

    async def _plain(self, head: StoreHead, source: bytes) -> bytes:
        """As nodes gave it that know no packed pages."""
        ids, _ = await self._page_ids(head, (source,))
        found = await _Parts(self._context, head.root, ids, self._came).run((source,))
        return found[ids[0]]

    async def _page_ids(
        self, head: StoreHead, sources: Sequence[bytes]
    ) -> tuple[tuple[bytes, ...], Sequence[bytes]]:
        """The page list, and the sources, he who had it first."""

        async def ask(source: bytes) -> tuple[bytes, ...]:
            reply = await self._context.exchange.request(
                source, RequestType.PAGE_GET, encode(PageGet(head.root, ()))
            )
            ids = decode(PageIds, reply).ids
            check_pages(head, ids)
            return ids

        told = await first_answer(self._context, sources, ask)
        others = [one for one in sources if one != told.by]
        return told.value, [told.by, *others]


class _Parts:
    """One fetch: batches of pages that wait, shared out among up to four sources."""

    def __init__(
        self, context: Context, root: bytes, ids: Sequence[bytes], came: Came
    ) -> None:
        self._context = context
        self._root = root
        self._waiting = list(ids)
        self._came = came
        self._found: dict[bytes, bytes] = {}
        self._problem: BazaarError = NotFoundError("nobody serves this store now")

    async def run(self, sources: Sequence[bytes]) -> dict[bytes, bytes]:
        """All pages by id; the next sources are asked when the first ones fail."""
        left = deque(sources)
        while self._waiting:
            if not left:
                raise self._problem
            batches = -(-len(self._waiting) // MAX_PAGES_AT_ONCE)
            async with trio.open_nursery() as nursery:
                for _ in range(min(MAX_SOURCES, batches, len(left))):
                    nursery.start_soon(self._from, left.popleft())
        return self._found

    async def _from(self, source: bytes) -> None:
        """Ask one source for what waits until nothing does or it fails."""
        while self._waiting:
            batch = self._waiting[:MAX_PAGES_AT_ONCE]
            del self._waiting[:MAX_PAGES_AT_ONCE]
            try:
                await self._ask(source, batch)
            except PeerError as error:
                self._context.exchange.blame(source, error)
                self._problem = error
                return
            except BazaarError as error:
                self._problem = error
                return
            finally:
                self._waiting += [one for one in batch if one not in self._found]

    async def _ask(self, source: bytes, batch: Sequence[bytes]) -> None:
        request = encode(PageGet(self._root, tuple(batch)))
        reply = await self._context.exchange.request(
            source, RequestType.PAGE_GET, request
        )
        pages = {page_id(page): page for page in decode(Pages, reply).pages}
        if not pages or pages.keys() - set(batch):
            raise MalformedMessageError("the pages do not hash to their ids")
        self._found |= pages
        for one, page in pages.items():
            self._came(one, page)
