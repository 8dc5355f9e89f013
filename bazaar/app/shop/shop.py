"""The own shop: sign listings, and the store head over them (``shop_head.py``).

Publishing is one transaction; pictures are cleaned before it, the network hears after it.
"""

import logging
import secrets
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import trio

from bazaar.app.context import Context
from bazaar.app.ports import RecordRow, StockRow, Unit
from bazaar.app.recovery.resync_mode import next_seq
from bazaar.app.shop.coupons import keep_codes, kept_codes
from bazaar.app.shop.shop_head import ShopHead
from bazaar.app.shop.shop_pictures import ShopPictures
from bazaar.app.shop.shop_stock import Seen, counted
from bazaar.domain.errors import InputError, NotFoundError
from bazaar.domain.listings.listing import LISTING_SECONDS, Image, Listing, ListingState
from bazaar.domain.listings.listing_file import (
    Draft,
    KeptCode,
    Setting,
    draft_of,
    form_slug,
    read_form,
)
from bazaar.domain.listings.listing_form import ListingForm
from bazaar.domain.listings.stock_hints import hinted, moves
from bazaar.domain.stores.records import MAX_CARDS, Profile, StoreHead
from bazaar.domain.wire.envelope import Signed, verify_as
from bazaar.domain.wire.kinds import Kind

log = logging.getLogger(__name__)

MAX_BATCH: Final = 1000
LOOKED_AT_TOGETHER: Final = 100
"""Listings whose stock is compared in one unit."""


class Own(NamedTuple):
    """One own listing as signed, with its stock."""

    listing: Signed[Listing]
    stock: list[StockRow]


class Shop(ShopHead):
    """Publishes listings; everything it signs stands in the book before anybody hears of it."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._pictures = ShopPictures(context)

    async def publish(
        self,
        files: Sequence[dict[str, Any]],
        folder: Path,
        seen: Sequence[dict[str, Any] | None] = (),
    ) -> list[Own]:
        """Publish listing files as one batch under one new head.

        ``seen`` are the files as their writer read them before, in the same order: what
        was sold meanwhile is then not put back by a count that was not changed.
        Raises InputError naming the listing and the field; then nothing is published.
        Cancelling publishes all or nothing.
        """
        if not 1 <= len(files) <= MAX_BATCH:
            raise InputError("listings", f"publish 1 to {MAX_BATCH} listings at once")
        forms: list[ListingForm] = []
        for index, data in enumerate(files):
            with _naming(index, files):
                forms.append(read_form(data))
        images = await self._pictures.clean_all(forms, folder, self._known(forms))
        before = [*seen, *[None] * len(forms)]
        with self._context.book.unit() as unit:
            published: list[Own] = []
            for index, (form, pictures) in enumerate(zip(forms, images, strict=True)):
                with _naming(index, files):
                    published.append(self._put(unit, form, pictures, before[index]))
            if len(unit.records(Kind.LISTING)) > MAX_CARDS:
                raise InputError(
                    "listings", f"a store has at most {MAX_CARDS} listings"
                )
            self.say_that_it_sells(unit)
            head = self.renew(unit)
        await self.announce(head)
        return published

    def say_that_it_sells(self, unit: Unit) -> None:
        """The first listing and the profile's word travel under one head: a second waits 10 s."""
        row = unit.record(Kind.PROFILE)
        if row is None:
            return
        profile = verify_as(Profile, row.envelope, self._context.network.id).body
        if profile.sells:
            return
        after = msgspec.structs.replace(
            profile,
            seq=next_seq(unit, profile.seq),
            issued=self._context.now(),
            sells=True,
        )
        said = self._context.sign(after)
        unit.put_record(RecordRow(Kind.PROFILE, "", after.seq, said.id, said.envelope))

    def _put(
        self, unit: Unit, form: ListingForm, images: tuple[Image, ...], seen: Seen
    ) -> Own:
        slug = form_slug(form)
        before = unit.record(Kind.LISTING, slug)
        now = self._context.now()
        setting = Setting(
            self._context.me,
            next_seq(unit, before.seq if before else last_seq(unit, slug)),
            now,
            now + LISTING_SECONDS,
            images,
            [secrets.token_bytes(16) for _ in form.coupons],
        )
        draft = draft_of(form, setting)
        if before is not None:
            old = self._read(before).body
            unit.move_stock(slug, moves(old, draft.listing))
        unit.put_stock(slug, counted(unit.stock(slug), draft, seen))
        signed = self._sign_version(
            unit, draft.listing, may_return=is_marked(unit, slug)
        )
        _note(unit, slug, draft)
        return Own(signed, unit.stock(slug))

    def _sign_version(
        self, unit: Unit, listing: Listing, *, may_return: bool
    ) -> Signed[Listing]:
        """Sign the next version with true hints; the one before stays to be looked at."""
        slug = listing.slug
        before = unit.record(Kind.LISTING, slug)
        told = hinted(listing, unit.left(slug), may_return=may_return)
        signed = self._context.sign(told)
        if before is not None:
            unit.keep_object(before.id, Kind.LISTING, self._context.me, before.envelope)
        unit.put_record(
            RecordRow(Kind.LISTING, slug, told.seq, signed.id, signed.envelope)
        )
        by_node = told.state == ListingState.OUT_OF_STOCK and (
            may_return or listing.state == ListingState.FOR_SALE
        )
        unit.set_setting(f"sold-out:{slug}", b"1" if by_node else None)
        return signed

    async def refresh_hints(self, slugs: Sequence[str]) -> None:
        """Publish under one head those of the listings whose stock is no longer as they say.

        Nothing else is opened. Cancelling may publish some of many, each whole.
        """
        head: Signed[StoreHead] | None = None
        for start in range(0, len(slugs), LOOKED_AT_TOGETHER):
            batch = slugs[start : start + LOOKED_AT_TOGETHER]
            with self._context.book.unit() as unit:
                rows = unit.records_of(Kind.LISTING, batch)
                changed = [one for row in rows if (one := self._stale(unit, row))]
                for listing in changed:
                    marked = is_marked(unit, listing.slug)
                    self._sign_version(unit, listing, may_return=marked)
                head = self.renew(unit) if changed else head
            await trio.lowlevel.checkpoint()
        if head is not None:
            await self.announce(head)

    def _stale(self, unit: Unit, row: RecordRow) -> Listing | None:
        """The next version of a listing whose hints are wrong, not yet signed."""
        body = self._read(row).body
        marked = is_marked(unit, row.slug)
        if hinted(body, unit.left(row.slug), may_return=marked) == body:
            return None
        return self.next_version(unit, body)

    def next_version(self, unit: Unit, body: Listing) -> Listing:
        """``body`` issued now with the next number; it lives as long as it was given to."""
        now = self._context.now()
        longest = body.expires - body.issued == LISTING_SECONDS
        expires = now + LISTING_SECONDS if longest else body.expires
        return msgspec.structs.replace(
            body, seq=next_seq(unit, body.seq), issued=now, expires=expires
        )

    async def change(self, slug: str, changes: Mapping[str, Any]) -> Own:
        """Publish the next version of a listing with fields changed. Raises NotFoundError.

        Cancelling publishes all or nothing.
        """
        with self._context.book.unit() as unit:
            row = unit.record(Kind.LISTING, slug)
            if row is None:
                raise NotFoundError(f"there is no own listing called {slug}")
            body = msgspec.structs.replace(
                self.next_version(unit, self._read(row).body), **changes
            )
            signed = self._sign_version(unit, body, may_return=False)
            head = self.renew(unit)
            own = Own(signed, unit.stock(slug))
        await self.announce(head)
        return own

    async def remove(self, slug: str) -> None:
        """Take a listing out of the store. Raises NotFoundError."""
        with self._context.book.unit() as unit:
            row = unit.record(Kind.LISTING, slug)
            if row is None:
                raise NotFoundError(f"there is no own listing called {slug}")
            unit.set_setting(f"removed:{slug}", str(row.seq).encode())
            unit.keep_object(row.id, Kind.LISTING, self._context.me, row.envelope)
            unit.drop_record(Kind.LISTING, slug)
            head = self.renew(unit)
        await self.announce(head)

    def listings(self, unit: Unit) -> list[Own]:
        """All own listings, newest first."""
        found = [self._own(unit, row) for row in unit.records(Kind.LISTING)]
        return sorted(
            found, key=lambda own: (-own.listing.body.issued, own.listing.body.slug)
        )

    def _own(self, unit: Unit, row: RecordRow) -> Own:
        return Own(self._read(row), unit.stock(row.slug))

    def _read(self, row: RecordRow) -> Signed[Listing]:
        return verify_as(Listing, row.envelope, self._context.network.id)

    def _known(self, forms: Sequence[ListingForm]) -> dict[bytes, Image]:
        """Pictures of the versions that ``forms`` would replace."""
        with self._context.book.unit() as unit:
            rows = [unit.record(Kind.LISTING, form_slug(form)) for form in forms]
        bodies = [self._read(row).body for row in rows if row is not None]
        return {image.id: image for body in bodies for image in body.images}

    def coupon_codes(self, unit: Unit, slug: str) -> tuple[KeptCode, ...]:
        """The codes of a listing's coupons; they stay in the book."""
        return kept_codes(unit, slug)


def last_seq(unit: Unit, slug: str) -> int:
    """The last version of a slug that was removed before; 0 if none was."""
    removed = unit.setting(f"removed:{slug}")
    return int(removed) if removed else 0


def is_marked(unit: Unit, slug: str) -> bool:
    """Whether the node, not the seller, says that it is sold out."""
    return unit.setting(f"sold-out:{slug}") is not None


def _note(unit: Unit, slug: str, draft: Draft) -> None:
    keep_codes(unit, slug, draft.codes)


@contextmanager
def _naming(index: int, files: Sequence[dict[str, Any]]) -> Generator[None]:
    """Let an error in one listing of several say which one it is."""
    try:
        yield
    except InputError as error:
        if len(files) == 1:
            raise
        title = str(files[index].get("title", ""))[:40]
        raise InputError(f"listing {index + 1} ({title})", str(error)) from error
