"""Moving in with a file: CSV, JSON or a zip of either with its pictures (docs/IMPORT.md).

A file is one transaction: a fault in any row, a cancelled run or a crash leaves the store as
it was. Whoever asks for it has the sound listings published, and the others named.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Final

from bazaar.app.context import Context
from bazaar.app.importing.cleaning import Cleaned, Cleaner, is_own_picture
from bazaar.app.importing.orders import Order, Report, Tell
from bazaar.app.importing.planning import Planner
from bazaar.app.importing.reading import Parsed, opened
from bazaar.app.importing.reports import report_of
from bazaar.app.importing.threads import in_thread
from bazaar.app.shop.batches import Base, Batch, Batches, Ready
from bazaar.app.shop.picture_sources import PictureSource
from bazaar.app.shop.shipping_templates import Templates
from bazaar.domain.errors import InputError, StaleStateError
from bazaar.domain.listings.listing import Image
from bazaar.domain.listings.listing_file import form_slug, picture_paths
from bazaar.domain.listings.listing_form import ListingForm
from bazaar.domain.sheets.sheet_listings import Entry, Plan, SheetError, place_of, said

CHECKED_TOGETHER: Final = 50
ATTEMPTS: Final = 3
_UNREAD: Final = Image(bytes(32), 1, 1, 1, "")


class Importer:
    """Reads, checks, cleans and publishes one file at a time."""

    def __init__(
        self, context: Context, batches: Batches, templates: Templates
    ) -> None:
        self._context = context
        self._batches = batches
        self._planner = Planner(context, batches, templates)

    async def run(self, order: Order, tell: Tell) -> Report:
        """Import ``order.file``, or say what it would do.

        Raises InputError for the file as a whole, StaleStateError when the store moved on
        meanwhile. Cancelling publishes nothing; pictures already cleaned stay in the home.
        """
        with ExitStack() as stack:
            tell("read", 0, 0)
            parsed, source = await in_thread(opened, order, stack)
            tell("check", 0, 0)
            plan, bases = await self._planner.plan(parsed, order)
            await self._check(plan, bases, source, tell)
            if order.dry_run or not _may_go_on(plan, order):
                return report_of(parsed, plan, bases, Batch([], [], []), is_done=False)
            images = await Cleaner(self._context, source).clean(plan, tell)
            if not _may_go_on(plan, order):
                return report_of(parsed, plan, bases, Batch([], [], []), is_done=False)
            return await self._publish(parsed, order, plan, images, tell)

    async def _publish(
        self,
        parsed: Parsed,
        order: Order,
        before: Plan,
        images: Cleaned,
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
        images: Cleaned,
        tell: Tell,
    ) -> Report:
        plan, bases = await self._planner.plan(parsed, order)
        sound = {entry.slug for entry in before.entries} & images.keys()
        ready = [
            Ready(entry.form, _captioned(entry.form, images[entry.slug]))
            for entry in plan.entries
            if entry.slug in sound
        ]
        tell("publish", 0, len(ready))
        batch = await self._batches.publish(
            ready, bases, signed=lambda done: tell("publish", done, len(ready))
        )
        tell("publish", len(ready), len(ready))
        return report_of(parsed, before, bases, batch, is_done=True)

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
            for entry, fault in await in_thread(self._faults, some, bases, source):
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
                if not is_own_picture(self._context, path):
                    source.size(path)
            self._batches.check(entry.form, base, [_UNREAD] * len(entry.form.images))
        except InputError as error:
            row, column = place_of(error.field, entry.row, entry.sku_rows)
            return SheetError(row, column, said(error))
        return None


def _may_go_on(plan: Plan, order: Order) -> bool:
    return not plan.errors or (order.only_sound and bool(plan.entries))


def _captioned(form: ListingForm, images: Sequence[Image]) -> tuple[Image, ...]:
    """Captions are taken from the form when it is signed."""
    if len(form.images) != len(images):
        raise InputError("images", f"{form_slug(form)} was changed meanwhile")
    return tuple(images)
