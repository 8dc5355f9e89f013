"""Brings the copy of one store up to its newest head: cards, listings whole, pictures."""

import logging
from collections.abc import Iterable
from typing import Final, NamedTuple

import trio

from bazaar.app.catalogue.market import Market
from bazaar.app.context import Context
from bazaar.app.files import Files
from bazaar.domain.errors import BazaarError, NotFoundError
from bazaar.domain.exchange.stores import MAX_LISTINGS
from bazaar.domain.listings.card import Card, page_cards
from bazaar.domain.listings.listing import Listing
from bazaar.domain.wire.envelope import verify_as

log = logging.getLogger(__name__)

ASK_SECONDS: Final = 3_600
"""Heads are heard as they are published; asking everybody costs lookups in the DHT."""

MAX_FAILURES: Final = 3
"""After so many pictures that nobody has, the others wait for the next look."""


class Copy(NamedTuple):
    """What is here of a store.

    Attributes:
        head: Envelope of the head it stands under; None before the store was seen.
        as_of: When that head was heard.
        listings, all_listings: Held whole, and all that the head covers.
        pictures, all_pictures: Held, and all that the listings held show.
        bytes: Of listings and pictures.
    """

    head: bytes | None
    seq: int
    as_of: int
    listings: int
    all_listings: int
    pictures: int
    all_pictures: int
    bytes: int


class _Body(NamedTuple):
    size: int
    images: tuple[bytes, ...]


class MirrorCopy:
    """Fetches what is missing; knows of each listing seen which pictures it shows."""

    def __init__(self, context: Context, market: Market, files: Files) -> None:
        self._context = context
        self._market = market
        self._files = files
        self._seen: dict[bytes, dict[bytes, _Body]] = {}
        self._asked: dict[bytes, int] = {}

    async def bring_up(self, store: bytes, quota: int) -> str:
        """Fetch what is missing, up to ``quota`` bytes; what stopped it in words, or "".

        Raises BazaarError or OSError; cancelling keeps what came.
        """
        try:
            await self._refresh(store)
        except NotFoundError:
            return "this store was not found yet"
        bodies = await self._bodies(store)
        if not self._context.has_space():
            return "the disk is nearly full"
        used = sum(one.size for one in bodies.values()) + self._picture_bytes(store)
        wanted = await self._wanted(store)
        missing = [one for one in wanted if one not in bodies]
        while missing and used < quota:
            came = await self._fetched(store, missing[:MAX_LISTINGS])
            used += sum(one.size for one in came.values())
            bodies |= came
            missing = missing[MAX_LISTINGS:]
        said = await self._pictures(store, bodies, quota - used)
        if said or len(bodies) == len(wanted):
            return said
        return "its room is full" if missing else "some listings could not be had yet"

    async def _refresh(self, store: bytes) -> None:
        """Ask for a newer head: the owner while he is here, everybody else once an hour."""
        now = self._context.now()
        is_here = any(one.key == store for one in self._context.exchange.peers())
        is_due = now - self._asked.get(store, 0) >= ASK_SECONDS
        if is_here or is_due:
            await self._market.refresh(store)
            self._asked[store] = now

    async def look(self, store: bytes) -> Copy:
        """What is here now."""
        row = await self._context.catalogue.store(store)
        if row is None:
            return Copy(None, 0, 0, 0, 0, 0, 0, 0)
        bodies = await self._bodies(store)
        held, shown = self._held(store), _images(bodies.values())
        size = sum(one.size for one in bodies.values()) + sum(held.values())
        got, pictures = len(bodies), len(shown & held.keys())
        begin = Copy(row.head, row.seq, row.seen, got, row.count, 0, 0, size)
        return begin._replace(pictures=pictures, all_pictures=len(shown))

    async def _wanted(self, store: bytes) -> list[bytes]:
        pages = await self._context.catalogue.pages(store)
        return [card.listing for card in _cards(pages.values())]

    async def _bodies(self, store: bytes) -> dict[bytes, _Body]:
        """Listings held whole of those under the newest head; each is read once."""
        seen, current = self._seen.get(store, {}), dict[bytes, _Body]()
        for listing in await self._wanted(store):
            known = seen.get(listing) or await self._read(listing)
            if known is not None:
                current[listing] = known
        self._seen[store] = current
        return current

    async def _read(self, listing: bytes) -> _Body | None:
        envelope = await self._context.catalogue.body(listing)
        return None if envelope is None else self._body(envelope)

    def _body(self, envelope: bytes) -> _Body:
        body = verify_as(Listing, envelope, self._context.network.id).body
        return _Body(len(envelope), tuple(image.id for image in body.images))

    async def _fetched(self, store: bytes, ids: list[bytes]) -> dict[bytes, _Body]:
        """Fetch listings; what came, by id."""
        try:
            found = await self._market.listings(store, ids)
        except BazaarError as error:
            log.info("listings were not had", extra={"why": type(error).__name__})
            return {}
        return {one.id: self._body(one.envelope) for one in found}

    async def _pictures(
        self, store: bytes, bodies: dict[bytes, _Body], left: int
    ) -> str:
        kept = self._context.kept
        if kept is None:
            return "this node can keep no pictures"
        shown, held = _images(bodies.values()), self._held(store)
        for digest in held.keys() - shown:
            kept.drop(store, digest)
        failures = 0
        for digest in sorted(shown - held.keys()):
            if left <= 0 or failures >= MAX_FAILURES:
                break
            data = await self._picture(store, digest)
            failures += data is None
            left -= len(data or b"")
            if data is not None and left >= 0:
                kept.put(store, data)
        if left <= 0:
            return "its room is full"
        return "some pictures could not be had yet" if failures else ""

    async def _picture(self, store: bytes, digest: bytes) -> bytes | None:
        try:
            return await self._files.for_mirror(store, digest)
        except (BazaarError, trio.TooSlowError) as error:
            log.info("a picture was not had", extra={"why": type(error).__name__})
            return None

    def _held(self, store: bytes) -> dict[bytes, int]:
        return {} if self._context.kept is None else self._context.kept.held(store)

    def _picture_bytes(self, store: bytes) -> int:
        return sum(self._held(store).values())


def _cards(pages: Iterable[bytes]) -> list[Card]:
    return [card for page in pages for card in page_cards(page)]


def _images(bodies: Iterable[_Body]) -> set[bytes]:
    return {image for one in bodies for image in one.images}
