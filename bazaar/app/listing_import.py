"""Moving in with a file: CSV, JSON or a zip of either with its pictures (docs/IMPORT.md).

A file is one transaction: a fault in any row, a cancelled run or a crash leaves the store as
it was. Whoever asks for it has the sound listings published, and the others named.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, Final, NamedTuple, cast

import msgspec
import trio

from bazaar.app.batches import Base, Batch, Batches, Ready
from bazaar.app.context import Context
from bazaar.app.picture_sources import (
    FolderPictures,
    PictureSource,
    ZipPictures,
    open_archive,
    read_member,
    table_in,
)
from bazaar.app.shipping_templates import Templates
from bazaar.domain.errors import InputError, MalformedMessageError, StaleStateError
from bazaar.domain.listing import Image, Listing
from bazaar.domain.listing_file import form_slug, picture_paths
from bazaar.domain.listing_form import ListingForm, form_of
from bazaar.domain.sheet_columns import OWN, Columns, columns_of
from bazaar.domain.sheet_dialects import Record, records_of
from bazaar.domain.sheet_listings import (
    Around,
    Entry,
    Plan,
    SheetError,
    place_of,
    plan_of,
    said,
)
from bazaar.domain.sheet_text import MAX_SHEET_BYTES, read_sheet
from bazaar.domain.slug import slug_of

MAX_ERRORS: Final = 1_000
"""Faults that a report names; their whole number is told beside."""

MAX_LISTINGS: Final = 10_000
CHECKED_TOGETHER: Final = 50
ATTEMPTS: Final = 3
_HASH: Final = re.compile(r"[0-9a-f]{64}\Z")
_UNREAD: Final = Image(bytes(32), 1, 1, 1, "")


class Order(NamedTuple):
    """What to read and how.

    Attributes:
        pictures: Folder or zip archive of the pictures; empty: beside the file, or in it.
        unit: The unit of amounts that name none.
        template: The shipping template of new listings that name none.
        columns: Our column by the file's name of it, where the file's own is wrong.
        only_sound: Publish the sound listings although others have faults.
    """

    file: Path
    pictures: str = ""
    unit: str = ""
    template: str = ""
    columns: Mapping[str, str] = MappingProxyType({})
    dry_run: bool = False
    only_sound: bool = False


class Preview(NamedTuple):
    """One listing as the file would make it."""

    row: int
    slug: str
    title: str
    price: str
    stock: str
    pictures: int
    is_new: bool


class Report(NamedTuple):
    """What was done, or would be; with faults and not ``only_sound`` nothing was.

    Attributes:
        refused: How many faults there are; ``errors`` names the first 1,000.
        columns: (the file's column, ours or empty) in order.
    """

    batch: Batch
    errors: tuple[SheetError, ...]
    refused: int
    previews: tuple[Preview, ...]
    columns: tuple[tuple[str, str], ...]
    dialect: str
    encoding: str
    is_done: bool


class Parsed(NamedTuple):
    """The file as read; JSON has listing files instead of records."""

    columns: Columns
    records: list[Record]
    files: list[Any]
    encoding: str


Tell = Callable[[str, int, int], None]
"""Hears the stage, how much is done, and of how much."""


class Importer:
    """Reads, checks, cleans and publishes one file at a time."""

    def __init__(
        self, context: Context, batches: Batches, templates: Templates
    ) -> None:
        self._context = context
        self._batches = batches
        self._templates = templates

    async def run(self, order: Order, tell: Tell) -> Report:
        """Import ``order.file``, or say what it would do.

        Raises InputError for the file as a whole, StaleStateError when the store moved on
        meanwhile. Cancelling publishes nothing; pictures already cleaned stay in the home.
        """
        with ExitStack() as stack:
            tell("read", 0, 0)
            parsed, source = await _in_thread(_opened, order, stack)
            tell("check", 0, 0)
            plan, bases = await self._plan(parsed, order)
            await self._check(plan, bases, source, tell)
            if order.dry_run or not _may_go_on(plan, order):
                return _report(parsed, plan, bases, Batch([], [], []), is_done=False)
            images = await self._clean(plan, source, tell)
            if not _may_go_on(plan, order):
                return _report(parsed, plan, bases, Batch([], [], []), is_done=False)
            return await self._publish(parsed, order, plan, images, tell)

    async def _publish(
        self,
        parsed: Parsed,
        order: Order,
        before: Plan,
        images: Mapping[str, tuple[Image, ...]],
        tell: Tell,
    ) -> Report:
        """Plan again on the store of now: cleaning pictures may have taken minutes."""
        attempt = 1
        while True:
            try:
                return await self._publish_now(parsed, order, before, images, tell)
            except StaleStateError:
                attempt += 1
                if attempt > ATTEMPTS:
                    raise

    async def _publish_now(
        self,
        parsed: Parsed,
        order: Order,
        before: Plan,
        images: Mapping[str, tuple[Image, ...]],
        tell: Tell,
    ) -> Report:
        plan, bases = await self._plan(parsed, order)
        sound = {entry.slug for entry in before.entries} & images.keys()
        ready = [
            Ready(entry.form, _captioned(entry.form, images[entry.slug]))
            for entry in plan.entries
            if entry.slug in sound
        ]
        tell("publish", 0, len(ready))
        batch = await self._batches.publish(ready, bases)
        tell("publish", len(ready), len(ready))
        return _report(parsed, before, bases, batch, is_done=True)

    # ------------------------------------------------------------- planning

    async def _plan(self, parsed: Parsed, order: Order) -> tuple[Plan, dict[str, Base]]:
        slugs, words = _named(parsed)
        bases = await self._batches.own(partial(_is_named, slugs, words))
        by_word = {
            sku.word: slug
            for slug, base in bases.items()
            for sku in base.listing.skus
            if sku.word
        }
        with self._context.book.unit() as unit:
            shipping = self._templates.shipping(unit)
            defaults = self._templates.defaults(unit)
        if order.template:
            if order.template not in shipping:
                words_of = f"there is no template {order.template!r}"
                raise InputError("template", words_of)
            defaults["shipping"] = shipping[order.template]
        around = Around(
            order.unit, partial(_file_of, bases), by_word, defaults, shipping
        )
        planned = _plan_files if parsed.files else _plan_sheet
        plan = await _in_thread(planned, parsed, around)
        if len(plan.entries) > MAX_LISTINGS:
            raise InputError("file", f"at most {MAX_LISTINGS} listings")
        return plan, bases

    async def _check(
        self,
        plan: Plan,
        bases: Mapping[str, Base],
        source: PictureSource,
        tell: Tell,
    ) -> None:
        """Everything but the pictures' insides, so that a preview is quick."""
        entries, total = list(plan.entries), len(plan.entries)
        plan.entries.clear()
        for start in range(0, total, CHECKED_TOGETHER):
            tell("check", start, total)
            some = entries[start : start + CHECKED_TOGETHER]
            for entry, fault in await _in_thread(self._faults, some, bases, source):
                if fault is None:
                    plan.entries.append(entry)
                else:
                    plan.errors.append(fault)

    def _faults(
        self, entries: Sequence[Entry], bases: Mapping[str, Base], source: PictureSource
    ) -> list[tuple[Entry, SheetError | None]]:
        return [
            (entry, self._fault(entry, bases.get(entry.slug), source))
            for entry in entries
        ]

    def _fault(
        self, entry: Entry, base: Base | None, source: PictureSource
    ) -> SheetError | None:
        try:
            for path in picture_paths(entry.form):
                if not self._is_own_picture(path):
                    source.size(path)
            self._batches.check(entry.form, base, [_UNREAD] * len(entry.form.images))
        except InputError as error:
            row, column = place_of(error.field, entry.row, entry.sku_rows)
            return SheetError(row, column, said(error))
        return None

    # ------------------------------------------------------------- pictures

    async def _clean(
        self, plan: Plan, source: PictureSource, tell: Tell
    ) -> dict[str, tuple[Image, ...]]:
        """The cleaned pictures of each sound listing; one picture is in memory at a time."""
        cleaned: dict[str, tuple[Image, ...]] = {}
        total = len(plan.entries)
        for index, entry in enumerate(plan.entries):
            tell("pictures", index, total)
            try:
                images = [
                    await self._image(path, source)
                    for path in picture_paths(entry.form)
                ]
                cleaned[entry.slug] = tuple(images)
            except InputError as error:
                plan.errors.append(SheetError(entry.row, "images", said(error)))
                if len(plan.errors) > MAX_ERRORS:
                    break
        tell("pictures", total, total)
        return cleaned

    async def _image(self, path: str, source: PictureSource) -> Image:
        read = self._own_picture if self._is_own_picture(path) else source.read
        data = await _in_thread(read, path)
        name = "cleaned:" + hashlib.sha256(data).hexdigest()
        with self._context.book.unit() as unit:
            held = unit.setting(name)
        if held is not None:
            image = msgspec.msgpack.decode(held, type=Image)
            if self._context.blobs.has(image.id):
                return image
        try:
            made = await self._context.pictures.clean(data)
        except MalformedMessageError as error:
            words = f"{PurePosixPath(path).name}: {error}"
            raise InputError("images", words) from error
        digest = await _in_thread(self._context.blobs.put, made.data)
        image = Image(digest, len(made.data), made.width, made.height, "")
        with self._context.book.unit() as unit:
            unit.set_setting(name, msgspec.msgpack.encode(image))
        return image

    def _is_own_picture(self, path: str) -> bool:
        """Whether a picture that is here is named by its hash, as an export does."""
        return bool(_HASH.match(path)) and self._context.blobs.has(bytes.fromhex(path))

    def _own_picture(self, path: str) -> bytes:
        data = self._context.blobs.get(bytes.fromhex(path))
        if data is None:
            raise InputError("images", f"{path} is damaged here")
        return data


def _opened(order: Order, stack: ExitStack) -> tuple[Parsed, PictureSource]:
    path = order.file
    try:
        if path.suffix.lower() == ".zip":
            archive = stack.enter_context(open_archive(path))
            info = table_in(archive, (".csv", ".json"))
            data = read_member(archive, info, MAX_SHEET_BYTES)
            root = str(PurePosixPath(info.filename).parent)
            inside: PictureSource = ZipPictures(archive, "" if root == "." else root)
            name = info.filename
        else:
            if path.stat().st_size > MAX_SHEET_BYTES:
                raise InputError("file", f"at most {MAX_SHEET_BYTES // 2**20} MiB")
            data, name = path.read_bytes(), path.name
            inside = FolderPictures(path.parent)
    except OSError as error:
        words = f"{path.name} cannot be read: {error.strerror}"
        raise InputError("file", words) from error
    source = _source(order.pictures, stack) if order.pictures else inside
    is_json = name.lower().endswith(".json")
    return (_parsed_json(data) if is_json else _parsed_sheet(data, order)), source


def _source(place: str, stack: ExitStack) -> PictureSource:
    path = Path(place)
    if path.is_dir():
        return FolderPictures(path)
    return ZipPictures(stack.enter_context(open_archive(path)), "")


def _parsed_sheet(data: bytes, order: Order) -> Parsed:
    sheet = read_sheet(data)
    columns = columns_of(sheet.header, order.columns)
    return Parsed(columns, records_of(sheet.rows, columns), [], sheet.encoding)


def _parsed_json(data: bytes) -> Parsed:
    try:
        found: Any = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError("file", f"it is not JSON: {error}") from error
    files = cast("list[Any]", found) if isinstance(found, list) else [found]
    if not files or not all(isinstance(one, dict) for one in files):
        raise InputError("file", "it must hold one listing object or a list of them")
    return Parsed(Columns(OWN, (), ()), [], files, "utf-8")


def _plan_sheet(parsed: Parsed, around: Around) -> Plan:
    return plan_of(parsed.records, parsed.columns, around)


def _plan_files(parsed: Parsed, around: Around) -> Plan:
    plan = Plan([], [])
    seen: dict[str, int] = {}
    for row, data in enumerate(parsed.files, 1):
        try:
            form = form_of(data, ListingForm)
        except InputError as error:
            plan.errors.append(SheetError(row, error.field, said(error)))
            continue
        slug = form_slug(form)
        if slug in seen:
            words = f"the listing {seen[slug]} of the file has the same one"
            plan.errors.append(SheetError(row, "slug", words))
            continue
        seen[slug] = row
        rows = (row,) * len(form.skus)
        plan.entries.append(Entry(row, slug, form, around.own(slug) is None, rows))
    return plan


def _named(parsed: Parsed) -> tuple[set[str], set[str]]:
    """Slugs and SKU words that the file may mean."""
    slugs: set[str] = set()
    words: set[str] = set()
    for data in parsed.files:
        slug, title = data.get("slug"), data.get("title")
        slugs |= {slug} if isinstance(slug, str) else set()
        slugs |= {slug_of(title)} if isinstance(title, str) else set()
    for record in parsed.records:
        cells = record.cells
        slugs.add(cells.get("slug") or slug_of(cells.get("title", "")))
        words.add(cells.get("sku", ""))
    return slugs, words - {""}


def _is_named(slugs: set[str], words: set[str], listing: Listing) -> bool:
    return listing.slug in slugs or any(sku.word in words for sku in listing.skus)


def _file_of(bases: Mapping[str, Base], slug: str) -> dict[str, Any] | None:
    return bases[slug].file if slug in bases else None


def _may_go_on(plan: Plan, order: Order) -> bool:
    return not plan.errors or (order.only_sound and bool(plan.entries))


def _captioned(form: ListingForm, images: Sequence[Image]) -> tuple[Image, ...]:
    """Captions are taken from the form when it is signed."""
    if len(form.images) != len(images):
        raise InputError("images", f"{form_slug(form)} was changed meanwhile")
    return tuple(images)


def _report(
    parsed: Parsed,
    plan: Plan,
    bases: Mapping[str, Base],
    batch: Batch,
    *,
    is_done: bool,
) -> Report:
    if not is_done:
        slugs = [entry.slug for entry in plan.entries]
        batch = Batch(
            [slug for slug in slugs if slug not in bases],
            [slug for slug in slugs if slug in bases],
            [],
        )
    errors = sorted(plan.errors)
    return Report(
        batch,
        tuple(errors[:MAX_ERRORS]),
        len(errors),
        tuple(map(_preview, plan.entries)),
        tuple(zip(parsed.columns.header, parsed.columns.fields, strict=True)),
        parsed.columns.dialect,
        parsed.encoding,
        is_done,
    )


def _preview(entry: Entry) -> Preview:
    form = entry.form
    counts = [sku.stock for sku in form.skus] or [form.stock]
    known = [count for count in counts if count is not None]
    stock = str(sum(known)) if len(known) == len(counts) else "unlimited"
    return Preview(
        entry.row,
        entry.slug,
        form.title,
        form.price,
        stock,
        len(form.images),
        entry.is_new,
    )


async def _in_thread(work: Callable[..., Any], *given: Any) -> Any:
    """Reading, checking and hashing leave the node's loop alone."""
    try:
        return await trio.to_thread.run_sync(work, *given)
    except OSError as error:
        raise InputError("file", str(error.strerror)) from error
