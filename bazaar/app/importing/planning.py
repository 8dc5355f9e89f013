"""What a file means: an entry for each listing, made upon the own ones that it names."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final, NamedTuple

import msgspec

from bazaar.app.context import Context
from bazaar.app.importing.orders import Order
from bazaar.app.importing.reading import Parsed
from bazaar.app.importing.threads import in_thread
from bazaar.app.shop.batches import Base, Batches
from bazaar.app.shop.picture_sources import SPARE
from bazaar.app.shop.shipping_templates import Templates
from bazaar.domain.errors import InputError
from bazaar.domain.listings.listing import Listing
from bazaar.domain.listings.listing_file import form_slug
from bazaar.domain.listings.listing_form import ListingForm, form_of
from bazaar.domain.sheets.sheet_listings import (
    Around,
    Entry,
    Plan,
    SheetError,
    plan_of,
    said,
)
from bazaar.domain.text.slug import slug_of

MAX_LISTINGS: Final = 10_000


class Planned(NamedTuple):
    """What a file would make, and the own listings that it changes, by slug."""

    plan: Plan
    bases: dict[str, Base]


class Planner:
    """Reads the store of now beside the file."""

    def __init__(
        self, context: Context, batches: Batches, templates: Templates
    ) -> None:
        self._context = context
        self._batches = batches
        self._templates = templates

    async def plan(self, parsed: Parsed, order: Order) -> Planned:
        """What ``parsed`` means today. Raises InputError. Cancelling changes nothing."""
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
        plan = await in_thread(planned, parsed, around)
        if order.spare:
            plan.entries[:] = map(_pictured, plan.entries)
        if len(plan.entries) > MAX_LISTINGS:
            raise InputError("file", f"at most {MAX_LISTINGS} listings")
        return Planned(plan, bases)


def _pictured(entry: Entry) -> Entry:
    """With the spare picture, if it has none of its own."""
    if entry.form.images:
        return entry
    form = msgspec.structs.replace(entry.form, images=(SPARE,))
    return entry._replace(form=form)


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
