"""Many listings at once: signed in slices, written in one transaction, under one head."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import trio

from bazaar.app.context import Context
from bazaar.app.ports import RecordRow, StockRow, Unit
from bazaar.app.recovery.resync_mode import next_seq
from bazaar.app.shop.coupons import decode_codes, keep_codes
from bazaar.app.shop.shop import Shop
from bazaar.domain.errors import InputError, StaleStateError
from bazaar.domain.listings.listing import LISTING_SECONDS, Image, Listing, ListingState
from bazaar.domain.listings.listing_export import listing_json
from bazaar.domain.listings.listing_file import (
    Count,
    Draft,
    KeptCode,
    Setting,
    draft_of,
    form_slug,
)
from bazaar.domain.listings.listing_form import ListingForm
from bazaar.domain.listings.stock_hints import hinted, moves
from bazaar.domain.stores.records import MAX_CARDS
from bazaar.domain.wire.envelope import Signed, verify_as
from bazaar.domain.wire.kinds import Kind

READ_TOGETHER: Final = 20
SLICE: Final = 5
"""Listings between two looks at whatever else the node has to do."""

ANNOUNCE_SECONDS: Final = 30.0


class Ready(NamedTuple):
    """A listing to publish, its pictures cleaned before."""

    form: ListingForm
    images: tuple[Image, ...]


class Base(NamedTuple):
    """An own listing as it was read: what is published must rest on this very state.

    Attributes:
        promised: How much of each SKU open orders have been promised.
        codes: Those of its coupons.
        is_marked: Whether the node, not the seller, says that it is sold out.
    """

    seq: int
    stock: tuple[StockRow, ...]
    file: dict[str, Any]
    listing: Listing
    promised: Mapping[int, int]
    codes: tuple[KeptCode, ...] = ()
    is_marked: bool = False


class Batch(NamedTuple):
    """What became of one listing each, by slug."""

    created: list[str]
    updated: list[str]
    unchanged: list[str]


class _Beside(NamedTuple):
    """What the book holds beside all own listings, by slug."""

    stock: Mapping[str, Sequence[StockRow]]
    promised: Mapping[str, Mapping[int, int]]
    codes: Mapping[str, bytes]
    marked: Mapping[str, bytes]


class _Made(NamedTuple):
    slug: str
    signed: Signed[Listing]
    stock: list[StockRow]
    draft: Draft


class _Past(NamedTuple):
    """What the next versions must lie above, read once for a whole batch.

    Attributes:
        removed: Last versions of listings that were taken out, by slug.
        least: No next version is below it.
    """

    removed: Mapping[str, bytes]
    least: int

    def next(self, slug: str, base: Base | None) -> int:
        """The next seq of ``slug``."""
        before = base.seq if base else int(self.removed.get(slug, 0))
        return max(before + 1, self.least)


def nothing_more(_: Unit, __: Batch) -> None:
    """For batches that write nothing beside their listings."""


def nobody_counts(_: int) -> None:
    """For batches whose progress nobody watches."""


class Batches:
    """Reads own listings as files, and publishes many together or none."""

    def __init__(self, context: Context, shop: Shop) -> None:
        self._context = context
        self._shop = shop

    async def own(self, wanted: Callable[[Listing], bool]) -> dict[str, Base]:
        """The own listings that are ``wanted``, by slug. Cancelling it changes nothing."""
        with self._context.book.unit() as unit:
            slugs = [slug for slug, _, _ in unit.record_keys(Kind.LISTING)]
            beside = _Beside(
                unit.all_stock(),
                unit.promised(),
                unit.settings("coupons:"),
                unit.settings("sold-out:"),
            )
        found: dict[str, Base] = {}
        for start in range(0, len(slugs), READ_TOGETHER):
            await trio.lowlevel.checkpoint()
            with self._context.book.unit() as unit:
                some = slugs[start : start + READ_TOGETHER]
                rows = unit.records_of(Kind.LISTING, some)
            for row in rows:
                base = self._base(row, beside, wanted)
                if base is not None:
                    found[row.slug] = base
        return found

    def check(
        self, form: ListingForm, base: Base | None, images: Sequence[Image] = ()
    ) -> None:
        """Check what ``publish`` would refuse. Raises InputError naming the field.

        ``images`` stand for those of the form where there is no ``base``.
        """
        now = self._context.now()
        pictures = base.listing.images if base and not images else images
        salts = [bytes(16)] * len(form.coupons)
        end = now + LISTING_SECONDS
        setting = Setting(self._context.me, 1, now, end, pictures, salts)
        draft = draft_of(form, setting)
        for count in draft.stock if base else ():
            held = base.promised.get(count.sku, 0) if base else 0
            if count.left is not None and count.left < held:
                field = "stock" if count.sku < 0 else f"skus[{count.sku}].stock"
                raise InputError(field, f"{held} are promised to open orders")

    async def publish(
        self,
        ready: Sequence[Ready],
        bases: Mapping[str, Base],
        also: Callable[[Unit, Batch], None] = nothing_more,
        signed: Callable[[int], None] = nobody_counts,
    ) -> Batch:
        """Publish all of ``ready`` or nothing; what equals its base stays untouched.

        ``also`` writes in the same transaction; ``signed`` hears how many are ready for
        it. Raises InputError naming the listing,
        StaleStateError when a listing was changed or sold since its base was read.
        Cancelling publishes all or nothing.
        """
        made: list[_Made] = []
        changed: list[_Made] = []
        past = self._past()
        for index, one in enumerate(ready):
            if index % SLICE == 0:
                signed(index)
                await trio.lowlevel.checkpoint()
            made.append(self._made(one, bases, past))
            if not _is_same(made[-1], bases):
                changed.append(made[-1])
        batch = _batch_of(made, changed, bases)
        with self._context.book.unit() as unit:
            self._check_bases(unit, changed, bases)
            self._write(unit, changed, bases)
            also(unit, batch)
            if changed:
                self._shop.say_that_it_sells(unit)
            head = self._shop.renew(unit) if changed else None
        if head is not None:
            with trio.move_on_after(ANNOUNCE_SECONDS, shield=True):
                await self._shop.announce(head)
        return batch

    def _base(
        self, row: RecordRow, beside: "_Beside", wanted: Callable[[Listing], bool]
    ) -> Base | None:
        listing = verify_as(Listing, row.envelope, self._context.network.id).body
        if not wanted(listing):
            return None
        slug = row.slug
        stock = tuple(beside.stock.get(slug, ()))
        counts = [Count(one.sku, one.count) for one in stock]
        held = beside.codes.get(slug)
        codes = decode_codes(held) if held else ()
        return Base(
            row.seq,
            stock,
            listing_json(listing, counts, codes),
            listing,
            beside.promised.get(slug, {}),
            codes,
            slug in beside.marked,
        )

    def _made(self, one: Ready, bases: Mapping[str, Base], past: "_Past") -> _Made:
        slug = form_slug(one.form)
        now = self._context.now()
        setting = Setting(
            self._context.me,
            past.next(slug, bases.get(slug)),
            now,
            now + LISTING_SECONDS,
            one.images,
            [secrets.token_bytes(16) for _ in one.form.coupons],
        )
        try:
            draft = draft_of(one.form, setting)
        except InputError as error:
            raise InputError(slug, str(error)) from error
        stock = [StockRow(slug, count.sku, count.left) for count in draft.stock]
        base = bases.get(slug)
        told = hinted(
            draft.listing,
            _left(draft, base),
            may_return=base is not None and base.is_marked,
        )
        return _Made(slug, self._context.sign(told), stock, draft)

    def _past(self) -> "_Past":
        with self._context.book.unit() as unit:
            return _Past(unit.settings("removed:"), next_seq(unit, 0))

    def _check_bases(
        self, unit: Unit, made: Sequence[_Made], bases: Mapping[str, Base]
    ) -> None:
        promised = unit.promised()
        seqs = {slug: seq for slug, seq, _ in unit.record_keys(Kind.LISTING)}
        stock = unit.all_stock()
        for slug in (one.slug for one in made):
            base = bases.get(slug)
            if seqs.get(slug) != (base.seq if base else None):
                raise StaleStateError(f"{slug} was changed meanwhile; try again")
            now = (tuple(stock.get(slug, ())), promised.get(slug, {}))
            if base is not None and now != (base.stock, base.promised):
                raise StaleStateError(f"{slug} was sold meanwhile; try again")
        if len(seqs.keys() | {one.slug for one in made}) > MAX_CARDS:
            raise InputError("listings", f"a store has at most {MAX_CARDS} listings")

    def _write(
        self, unit: Unit, made: Sequence[_Made], bases: Mapping[str, Base]
    ) -> None:
        kind = Kind.LISTING
        unit.keep_records(kind, self._context.me, {one.slug for one in made})
        rows = [(one.slug, one.signed) for one in made]
        unit.put_records(
            [RecordRow(kind, s, o.body.seq, o.id, o.envelope) for s, o in rows]
        )
        for one in made:
            _note(unit, one, bases.get(one.slug))
        unit.put_stocks({one.slug: one.stock for one in made})
        self._shop.cards.learn(unit, [one.signed for one in made])


def _left(draft: Draft, base: Base | None) -> dict[int, int | None]:
    """What will be free of each SKU once the counts of ``draft`` stand."""
    places = moves(base.listing, draft.listing) if base else {}
    held = {places.get(s, s): n for s, n in base.promised.items()} if base else {}
    return {
        one.sku: None if one.left is None else one.left - held.get(one.sku, 0)
        for one in draft.stock
    }


def _note(unit: Unit, made: _Made, base: Base | None) -> None:
    """What stands beside a listing: codes, moved stock, and who says that it is sold out."""
    slug, told = made.slug, made.signed.body
    if made.draft.codes != (base.codes if base is not None else ()):
        keep_codes(unit, slug, made.draft.codes)
    if base is not None:
        places = moves(base.listing, told)
        if any(old != new for old, new in places.items()):
            unit.move_stock(slug, places)
    marked = base is not None and base.is_marked
    is_gone = told.state == ListingState.OUT_OF_STOCK
    wished = made.draft.listing.state
    by_node = is_gone and (marked or wished == ListingState.FOR_SALE)
    if by_node != marked:
        unit.set_setting(f"sold-out:{slug}", b"1" if by_node else None)


def _is_same(made: _Made, bases: Mapping[str, Base]) -> bool:
    base = bases.get(made.slug)
    if base is None:
        return False
    counts = [Count(one.sku, one.count) for one in made.stock]
    after = listing_json(made.signed.body, counts, made.draft.codes)
    return after == base.file


def _batch_of(
    made: Sequence[_Made], changed: Sequence[_Made], bases: Mapping[str, Base]
) -> Batch:
    moved = {one.slug for one in changed}
    return Batch(
        [one.slug for one in changed if one.slug not in bases],
        [one.slug for one in changed if one.slug in bases],
        [one.slug for one in made if one.slug not in moved],
    )
