"""What an import says of its end, or of what it would do."""

from collections.abc import Mapping
from typing import Final

from bazaar.app.importing.orders import Preview, Report
from bazaar.app.importing.reading import Parsed
from bazaar.app.shop.batches import Base, Batch
from bazaar.domain.sheets.sheet_listings import Entry, Plan

MAX_ERRORS: Final = 1_000
"""Faults that a report names; their whole number is told beside."""


def report_of(
    parsed: Parsed,
    plan: Plan,
    bases: Mapping[str, Base],
    batch: Batch,
    *,
    is_done: bool,
) -> Report:
    """The report of ``plan``; what was not done is told as it would be."""
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
