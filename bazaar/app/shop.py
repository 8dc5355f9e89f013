"""The own shop: sign listings, records and the store head over them, and announce it.

Publishing is one transaction; pictures are cleaned before it, the network hears after it.
"""

import contextlib
import logging
import secrets
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import trio

from bazaar.app.context import Context
from bazaar.app.ports import RecordRow, StockRow, Unit
from bazaar.domain.card import Card, card_of, cut, page_id
from bazaar.domain.envelope import Signed, verify_as
from bazaar.domain.errors import BazaarError, InputError, NotFoundError
from bazaar.domain.head import RESIGN_SECONDS, head_of
from bazaar.domain.kinds import Kind
from bazaar.domain.listing import LISTING_SECONDS, Image, Listing, ListingState
from bazaar.domain.listing_file import (
    Draft,
    Setting,
    draft_of,
    form_slug,
    picture_paths,
    read_form,
)
from bazaar.domain.listing_form import ListingForm
from bazaar.domain.messages import NO_ID
from bazaar.domain.records import MAX_CARDS, Profile, StoreHead

log = logging.getLogger(__name__)

MAX_BATCH: Final = 1000
MAX_PICTURE_FILE_BYTES: Final = 32 * 1024 * 1024
HASH_DIGITS: Final = 64
CLEANERS: Final = 2
HEADS_WAITING: Final = 16


class Own(NamedTuple):
    """One own listing as signed, with its stock."""

    listing: Signed[Listing]
    stock: list[StockRow]


class Shop:
    """Publishes; everything it signs stands in the book before anybody hears of it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._pages: dict[bytes, tuple[bytes, ...]] = {}
        self._to_put, self._heads = trio.open_memory_channel[Signed[StoreHead]](
            HEADS_WAITING
        )

    # ------------------------------------------------------------- listings

    async def publish(self, files: Sequence[dict[str, Any]], folder: Path) -> list[Own]:
        """Publish listing files as one batch under one new head.

        Raises InputError naming the listing and the field; then nothing is published.
        Cancelling publishes all or nothing.
        """
        if not 1 <= len(files) <= MAX_BATCH:
            raise InputError("listings", f"publish 1 to {MAX_BATCH} listings at once")
        forms: list[ListingForm] = []
        for index, data in enumerate(files):
            with _naming(index, files):
                forms.append(read_form(data))
        images = await self._clean_all(forms, folder)
        with self._context.book.unit() as unit:
            published: list[Own] = []
            for index, (form, pictures) in enumerate(zip(forms, images, strict=True)):
                with _naming(index, files):
                    published.append(self._put(unit, form, pictures))
            if len(unit.records(Kind.LISTING)) > MAX_CARDS:
                raise InputError(
                    "listings", f"a store has at most {MAX_CARDS} listings"
                )
            self._say_that_it_sells(unit)
            head = self._sign_head(unit)
        await self.announce(head)
        return published

    def _say_that_it_sells(self, unit: Unit) -> None:
        """The first listing and the profile's word travel under one head: a second waits 10 s."""
        row = unit.record(Kind.PROFILE)
        if row is None:
            return
        profile = verify_as(Profile, row.envelope, self._context.network.id).body
        if profile.sells:
            return
        after = msgspec.structs.replace(
            profile, seq=profile.seq + 1, issued=self._context.now(), sells=True
        )
        said = self._context.sign(after)
        unit.put_record(RecordRow(Kind.PROFILE, "", after.seq, said.id, said.envelope))

    async def _clean_all(
        self, forms: Sequence[ListingForm], folder: Path
    ) -> list[tuple[Image, ...]]:
        found: list[tuple[Image, ...]] = [() for _ in forms]
        limit = trio.CapacityLimiter(CLEANERS)

        async def clean(index: int, form: ListingForm) -> None:
            async with limit:
                found[index] = await self._clean(form, folder)

        try:
            async with trio.open_nursery() as nursery:
                for index, form in enumerate(forms):
                    nursery.start_soon(clean, index, form)
        except* BazaarError as errors:
            raise errors.exceptions[0] from None
        return found

    async def _clean(self, form: ListingForm, folder: Path) -> tuple[Image, ...]:
        captions = [
            image if isinstance(image, str) else image.caption for image in form.images
        ]
        bare = [isinstance(image, str) for image in form.images]
        images: list[Image] = []
        for index, path in enumerate(picture_paths(form)):
            caption = "" if bare[index] else captions[index]
            images.append(await self._image(path, folder, caption))
        return tuple(images)

    async def _image(self, path: str, folder: Path, caption: str) -> Image:
        data = self._own_blob(path) or await _read_picture(folder / path)
        try:
            cleaned = await self._context.pictures.clean(data)
        except BazaarError as error:
            raise InputError("images", f"{Path(path).name}: {error}") from error
        digest = self._context.blobs.put(cleaned.data)
        return Image(digest, len(cleaned.data), cleaned.width, cleaned.height, caption)

    def _own_blob(self, path: str) -> bytes | None:
        """A picture that an earlier version of the listing shows, named by its hash."""
        if len(path) != HASH_DIGITS:
            return None
        try:
            return self._context.blobs.get(bytes.fromhex(path))
        except ValueError:
            return None

    def _put(self, unit: Unit, form: ListingForm, images: tuple[Image, ...]) -> Own:
        slug = form_slug(form)
        before = unit.record(Kind.LISTING, slug)
        now = self._context.now()
        setting = Setting(
            self._context.me,
            before.seq + 1 if before else _first_seq(unit, slug),
            now,
            now + LISTING_SECONDS,
            images,
            [secrets.token_bytes(16) for _ in form.coupons],
        )
        draft = draft_of(form, setting)
        signed = self._context.sign(draft.listing)
        unit.put_record(
            RecordRow(Kind.LISTING, slug, draft.listing.seq, signed.id, signed.envelope)
        )
        stock = [StockRow(slug, count.sku, count.left) for count in draft.stock]
        unit.put_stock(slug, stock)
        _note(unit, slug, draft)
        return Own(signed, stock)

    async def remove(self, slug: str) -> None:
        """Take a listing out of the store. Raises NotFoundError."""
        with self._context.book.unit() as unit:
            row = unit.record(Kind.LISTING, slug)
            if row is None:
                raise NotFoundError(f"there is no own listing called {slug}")
            unit.set_setting(f"removed:{slug}", str(row.seq).encode())
            unit.keep_object(row.id, Kind.LISTING, self._context.me, row.envelope)
            unit.drop_record(Kind.LISTING, slug)
            head = self._sign_head(unit)
        await self.announce(head)

    def listings(self, unit: Unit) -> list[Own]:
        """All own listings, newest first."""
        found = [self._own(unit, row) for row in unit.records(Kind.LISTING)]
        return sorted(
            found, key=lambda own: (-own.listing.body.issued, own.listing.body.slug)
        )

    def _own(self, unit: Unit, row: RecordRow) -> Own:
        listing = verify_as(Listing, row.envelope, self._context.network.id)
        return Own(listing, unit.stock(row.slug))

    def coupon_codes(self, unit: Unit, slug: str) -> tuple[str, ...]:
        """The codes of a listing's coupons; they stay in the book."""
        held = unit.setting(f"coupons:{slug}")
        return msgspec.json.decode(held, type=tuple[str, ...]) if held else ()

    # ------------------------------------------------------------- head

    def _cards(self, unit: Unit) -> list[Card]:
        seats = self._profile_seats(unit)
        listings = (own.listing for own in self.listings(unit))
        return [
            card_of(one, seats)
            for one in listings
            if one.body.state != ListingState.HIDDEN
        ]

    def _profile_seats(self, unit: Unit) -> tuple[bytes, ...]:
        row = unit.record(Kind.PROFILE)
        if row is None:
            return ()
        return verify_as(Profile, row.envelope, self._context.network.id).body.seats

    def _sign_head(self, unit: Unit) -> Signed[StoreHead]:
        before = unit.record(Kind.STORE_HEAD)
        profile = unit.record(Kind.PROFILE)
        head = head_of(
            self._context.me,
            before.seq + 1 if before else 1,
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
        return self._pages[root]

    async def announce(self, head: Signed[StoreHead]) -> None:
        """Index the own store and tell the network; failing to tell is no failure."""
        with self._context.book.unit() as unit:
            cards = self._cards(unit)
        ids = [page_id(page) for page in cut(cards)]
        await self._context.catalogue.apply_head(head, ids, cards, self._context.now())
        await self._index_own()
        self._context.emit("catalogue", {})
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
            own = self.listings(unit)
        for one in own:
            if await self._context.catalogue.body(one.listing.id) is None:
                await self._context.catalogue.keep_body(
                    one.listing.id, one.listing.envelope
                )

    async def run(self) -> None:
        """Announce the head at start and again every 12 h; ends by cancellation."""
        while True:
            head = self._fresh_head()
            if head is not None:
                await self.announce(head)
            await trio.sleep(RESIGN_SECONDS)

    def _fresh_head(self) -> Signed[StoreHead] | None:
        with self._context.book.unit() as unit:
            head = self.head(unit)
            if (
                head is None
                or self._context.now() - head.body.issued < RESIGN_SECONDS // 2
            ):
                return head
            return self._sign_head(unit)


def _first_seq(unit: Unit, slug: str) -> int:
    """One above the last version of a slug that was removed before."""
    removed = unit.setting(f"removed:{slug}")
    return int(removed) + 1 if removed else 1


def _note(unit: Unit, slug: str, draft: Draft) -> None:
    codes = msgspec.json.encode(draft.codes) if draft.codes else None
    unit.set_setting(f"coupons:{slug}", codes)


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


async def _read_picture(path: Path) -> bytes:
    try:
        size = (await trio.Path(path).stat()).st_size
        if size > MAX_PICTURE_FILE_BYTES:
            raise InputError("images", f"{path.name} is larger than 32 MiB")
        return await trio.Path(path).read_bytes()
    except OSError as error:
        raise InputError(
            "images", f"{path.name} cannot be read: {error.strerror}"
        ) from error
