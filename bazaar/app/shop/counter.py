"""Own stock at the counter: promised to orders once, and published as it is.

A promise is one transaction with the Accept (7.6 row 2). What is published follows soon
after, many changes under one head.
"""

import logging
from collections.abc import Callable
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.ports import BookError, RecordRow, Unit
from bazaar.app.shop.coupons import (
    Used,
    free_coupons,
    spent_coupon,
    use_coupons,
    used_coupon,
)
from bazaar.app.shop.opening import opening
from bazaar.app.shop.shop import Shop
from bazaar.domain.errors import BazaarError, RefusedError, ReplyCode
from bazaar.domain.listings.listing import Listing
from bazaar.domain.listings.stock_hints import same_sku
from bazaar.domain.trading.messages import Line
from bazaar.domain.trading.phases import Phase
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import Signed, verify_as
from bazaar.domain.wire.kinds import Kind

log = logging.getLogger(__name__)

HINT_SECONDS: Final = 5.0
"""Changes of so long are published together."""


class Counter:
    """Promises stock, and tells when what is published is no longer true."""

    def __init__(self, context: Context, shop: Shop) -> None:
        self._context = context
        self._shop = shop
        self._changed = trio.Event()
        self._stale: set[str] = set()
        self.taken: Callable[[Unit], None] = _nobody_hears
        """Told after each promise: others may now wait in vain."""

    def promise(self, unit: Unit, trade: Trade) -> None:
        """Reserve all lines of ``trade`` in this unit, and count its coupons.

        Raises RefusedError: OUT_OF_STOCK, or LIMIT for a coupon that is used up.
        """
        for line in trade.contract.offer.lines:
            place = self._place(unit, line)
            if place is None:
                raise RefusedError(
                    ReplyCode.OUT_OF_STOCK, "what was ordered is no longer sold"
                )
            left = unit.reserve(trade.id, *place, line.quantity)
            if left is not None:
                raise RefusedError(ReplyCode.OUT_OF_STOCK, f"only {left} left", (left,))
        use_coupons(unit, self._coupons(unit, trade), trade)
        self._moved(unit, trade)
        self.taken(unit)

    def refuses(self, unit: Unit, trade: Trade) -> ReplyCode | None:
        """Why a new order is turned away, None if it may be accepted."""
        if not opening(unit).takes_orders:
            return ReplyCode.STORE_CLOSED
        if self.lacks(unit, trade):
            return ReplyCode.OUT_OF_STOCK
        spent = spent_coupon(unit, self._coupons(unit, trade), trade)
        return ReplyCode.LIMIT if spent else None

    def free(self, unit: Unit, trade: Trade, *, sold: bool) -> None:
        """An order that was accepted has ended: take what was sold, free what was not."""
        unit.release(trade.id, sold=sold)
        if trade.phase is Phase.ABORTED:
            free_coupons(unit, trade)
        self._moved(unit, trade)

    def _coupons(self, unit: Unit, trade: Trade) -> list[Used]:
        """Every coupon that ``trade`` uses, once."""
        offer = trade.contract.offer
        found: dict[tuple[str, str], Used] = {}
        for line in offer.lines:
            listing = self._version(unit, line.listing)
            for code in line.coupons if listing else ():
                used = used_coupon(unit, listing.body, code) if listing else None
                if used is not None:
                    found[used.slug, used.code] = used
        return list(found.values())

    def lacks(self, unit: Unit, trade: Trade) -> bool:
        """Whether there is too little for ``trade`` now."""
        wanted: dict[tuple[str, int], int] = {}
        for line in trade.contract.offer.lines:
            place = self._place(unit, line)
            if place is None:
                return True
            wanted[place] = wanted.get(place, 0) + line.quantity
        for (slug, sku), quantity in wanted.items():
            left = unit.left(slug).get(sku, 0)
            if left is not None and left < quantity:
                return True
        return False

    def _moved(self, unit: Unit, trade: Trade) -> None:
        """Stock was promised or freed: what is published of it may be wrong now."""
        listings = (
            self._version(unit, one.listing) for one in trade.contract.offer.lines
        )
        self._stale |= {one.body.slug for one in listings if one is not None}
        self._changed.set()

    async def run(self) -> None:
        """Publish what changed, for ever; ends by cancellation, between two versions.

        At start everything is looked at once, for a crash may have come in between.
        """
        with self._context.book.unit() as unit:
            self._stale |= {slug for slug, _, _ in unit.record_keys(Kind.LISTING)}
        while True:
            stale, self._stale = self._stale, set[str]()
            try:
                await self._shop.refresh_hints(sorted(stale))
                stale = set[str]()
            except BookError:
                log.warning(
                    "the book failed; hints are published after the next change"
                )
            except BazaarError as error:
                log.info("hints wait", extra={"why": type(error).__name__})
            self._stale |= stale
            await self._changed.wait()
            await trio.sleep(HINT_SECONDS)
            self._changed = trio.Event()

    def _place(self, unit: Unit, line: Line) -> tuple[str, int] | None:
        """Slug and SKU number in today's version of what a line names; None if not sold."""
        old = self._version(unit, line.listing)
        if old is None:
            return None
        row = unit.record(Kind.LISTING, old.body.slug)
        if row is None:
            return None
        new = old.body if row.id == line.listing else self._read(row).body
        sku = same_sku(old.body, line.sku, new)
        return None if sku is None else (old.body.slug, sku)

    def sold_as(self, unit: Unit, line: Line) -> tuple[str, str] | None:
        """Slug and SKU word of what a line names, as it was bought; None if not ours."""
        bought = self._version(unit, line.listing)
        if bought is None:
            return None
        word = "" if line.sku is None else bought.body.skus[line.sku].word or ""
        return bought.body.slug, word

    def _version(self, unit: Unit, listing: bytes) -> Signed[Listing] | None:
        envelope = unit.object(listing)
        if envelope is None:
            keys = unit.record_keys(Kind.LISTING)
            slugs = (slug for slug, _, one in keys if one == listing)
            row = unit.record(Kind.LISTING, next(slugs, ""))
            envelope = None if row is None else row.envelope
        if envelope is None:
            return None
        found = verify_as(Listing, envelope, self._context.network.id)
        return found if found.author == self._context.me else None

    def _read(self, row: RecordRow) -> Signed[Listing]:
        return verify_as(Listing, row.envelope, self._context.network.id)


def _nobody_hears(_: Unit) -> None:
    return None
