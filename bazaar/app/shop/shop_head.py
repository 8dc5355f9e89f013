"""The own store's head: signed over all cards, renewed, announced, and who has fetched it."""

import contextlib
import logging
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.ports import RecordRow, Unit
from bazaar.app.recovery import resync_mode
from bazaar.app.recovery.resync_mode import next_seq
from bazaar.app.shop.opening import StoreState, opening
from bazaar.app.shop.own_cards import OwnCards
from bazaar.domain.errors import BazaarError
from bazaar.domain.listings.card import Card, cut, page_id
from bazaar.domain.stores.head import RESIGN_CHECK_SECONDS, RESIGN_SECONDS, head_of
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.trading.messages import NO_ID
from bazaar.domain.wire.envelope import Signed, verify_as
from bazaar.domain.wire.kinds import Kind

log = logging.getLogger(__name__)

HEADS_WAITING: Final = 16
INDEX_BATCH: Final = 100
"""Own bodies that enter the catalogue together."""


class ShopHead:
    """What the network hears of the own store; nothing is told that is not in the book."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._reached: dict[bytes, set[bytes]] = {}
        self._pages: dict[bytes, tuple[bytes, ...]] = {}
        self.cards = OwnCards(context)
        self._indexed: set[bytes] = set()
        self._to_put, self._heads = trio.open_memory_channel[Signed[StoreHead]](
            HEADS_WAITING
        )

    def _cards(self, unit: Unit) -> list[Card]:
        if opening(unit).state is StoreState.CLOSED:
            return []
        return self.cards.all(unit)

    def _sign_head(self, unit: Unit) -> Signed[StoreHead]:
        before = unit.record(Kind.STORE_HEAD)
        profile = unit.record(Kind.PROFILE)
        head = head_of(
            self._context.me,
            next_seq(unit, before.seq if before else 0),
            self._context.now(),
            self._cards(unit),
            profile.id if profile else NO_ID,
        )
        signed = self._context.sign(head)
        unit.put_record(
            RecordRow(Kind.STORE_HEAD, "", head.seq, signed.id, signed.envelope)
        )
        return signed

    def renew(self, unit: Unit) -> Signed[StoreHead]:
        """Sign the head anew, after a record changed or because it grows old."""
        return self._sign_head(unit)

    def head(self, unit: Unit) -> Signed[StoreHead] | None:
        """The newest own head, or None before the first."""
        row = unit.record(Kind.STORE_HEAD)
        return (
            verify_as(StoreHead, row.envelope, self._context.network.id)
            if row
            else None
        )

    def pages(self, root: bytes) -> tuple[bytes, ...] | None:
        """The pages under the newest own head if it has ``root``, cut once per head."""
        if root not in self._pages:
            with self._context.book.unit() as unit:
                head = self.head(unit)
                if head is None or head.body.root != root:
                    return None
                self._pages = {root: cut(self._cards(unit))}
                self._reached = {root: self._reached.get(root, set())}
        return self._pages[root]

    def fetched(self, peer: bytes, root: bytes) -> None:
        """A peer asked for the pages under ``root``: it has the head over them."""
        if root in self._pages:
            self._reached.setdefault(root, set()).add(peer)

    def reach(self) -> tuple[int, int]:
        """Sequence of the newest own head, and how many peers have fetched its pages."""
        with self._context.book.unit() as unit:
            head = self.head(unit)
        if head is None:
            return 0, 0
        return head.body.seq, len(self._reached.get(head.body.root, ()))

    async def announce(self, head: Signed[StoreHead]) -> None:
        """Index the own store and tell the network; failing to tell is no failure.

        After a restore nothing is told before own newer records were looked for.
        """
        with self._context.book.unit() as unit:
            cards = self._cards(unit)
            is_old = resync_mode.is_seeking(unit)
        ids = [page_id(page) for page in cut(cards)]
        await self._context.catalogue.apply_head(head, ids, cards, self._context.now())
        await self._index_own()
        self._context.emit("catalogue", {})
        if is_old:
            return
        try:
            await self._context.gossip.publish_head(head.envelope)
        except BazaarError as error:
            log.info("the head was not announced", extra={"why": repr(error)})
        with contextlib.suppress(trio.WouldBlock):
            self._to_put.send_nowait(head)

    async def run_directory(self) -> None:
        """Put each announced head into the directory, which keeps it there; ends by cancellation."""
        async for head in self._heads:
            try:
                await self._context.directory.put_head(head.author, head.envelope)
            except BazaarError as error:
                log.info("the head was not put", extra={"why": repr(error)})

    async def _index_own(self) -> None:
        with self._context.book.unit() as unit:
            known = unit.record_keys(Kind.LISTING)
        new = [(slug, one) for slug, _, one in known if one not in self._indexed]
        self._indexed = {one for _, _, one in known} & self._indexed
        for start in range(0, len(new), INDEX_BATCH):
            slugs = [slug for slug, _ in new[start : start + INDEX_BATCH]]
            with self._context.book.unit() as unit:
                rows = unit.records_of(Kind.LISTING, slugs)
            bodies = [(row.id, row.envelope) for row in rows]
            await self._context.catalogue.keep_bodies(bodies)
            self._indexed |= {row.id for row in rows}

    async def run(self) -> None:
        """Announce the head at start, and anew when it is a week old; ends by cancellation.

        The directory puts the same head again every 12 h.
        """
        announced = None
        while True:
            head = self._fresh_head()
            if head is not None and head.id != announced:
                await self.announce(head)
                announced = head.id
            await trio.sleep(RESIGN_CHECK_SECONDS)

    def _fresh_head(self) -> Signed[StoreHead] | None:
        with self._context.book.unit() as unit:
            head = self.head(unit)
            if head is None or resync_mode.is_seeking(unit):
                return head
            if self._context.now() - head.body.issued < RESIGN_SECONDS:
                return head
            return self._sign_head(unit)
