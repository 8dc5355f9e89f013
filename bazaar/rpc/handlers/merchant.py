"""listing import, export, bulk, undo, history; shipping templates and defaults."""

from functools import partial
from pathlib import Path
from typing import Final

import trio

from bazaar.app.importing.orders import Order, Report
from bazaar.app.node import Node
from bazaar.app.shop.bulk import Choice, Outcome
from bazaar.app.shop.merchant import Merchant
from bazaar.app.shop.shipping_templates import uses
from bazaar.domain.errors import InputError, NotAllowedError, NotFoundError
from bazaar.domain.listings.bulk import Edit
from bazaar.domain.listings.listing_form import form_of, plain_json
from bazaar.domain.listings.merchant import ShippingTemplate
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.schema.call import Done
from bazaar.rpc.schema.merchant import (
    BulkLine,
    BulkOperation,
    BulkView,
    DefaultsSet,
    DefaultsShow,
    DefaultsView,
    Exported,
    ImportFault,
    ImportRow,
    ImportView,
    ListingBulk,
    ListingExport,
    ListingHistory,
    ListingImport,
    ListingImportStop,
    ListingUndo,
    TemplateList,
    TemplatePut,
    TemplateRemove,
    TemplateView,
)

SHOWN_ROWS: Final = 500
SHOWN_LINES: Final = 1_000
STEPS: Final = 200
"""Progress events of one stage, about."""


class MerchantCalls:
    """The seller's tools over many listings."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._book = node.context.book
        self._tools = Merchant(node.context, node.shop)
        self._running: dict[str, trio.CancelScope] = {}

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            ListingImport: self.listing_import,
            ListingImportStop: self.import_stop,
            ListingExport: self.export,
            ListingBulk: self.bulk,
            ListingUndo: self.undo,
            ListingHistory: self.history,
            TemplateList: self.templates,
            TemplatePut: self.template_put,
            TemplateRemove: self.template_remove,
            DefaultsShow: self.defaults,
            DefaultsSet: self.defaults_set,
        }

    # ------------------------------------------------------------- files

    async def listing_import(self, call: ListingImport) -> ImportView:
        """Import a file, one at a time. Cancelling it publishes nothing."""
        if call.job in self._running or (self._running and not call.dry_run):
            raise NotAllowedError("another import is running")
        order = Order(
            _absolute(call.file),
            call.pictures,
            call.unit,
            call.template,
            call.columns,
            call.dry_run,
            call.only_sound,
            call.spare,
        )
        with trio.CancelScope() as scope:
            self._running[call.job] = scope
            try:
                tell = partial(self._tell, call.job)
                return _import_view(await self._tools.importer.run(order, tell))
            finally:
                del self._running[call.job]
        raise NotAllowedError("the import was cancelled; nothing was published")

    async def import_stop(self, call: ListingImportStop) -> Done:
        """Cancel a running import."""
        scope = self._running.get(call.job)
        if scope is None:
            raise NotFoundError("no such import is running")
        scope.cancel()
        return Done(words="the import is being cancelled")

    async def export(self, call: ListingExport) -> Exported:
        """Write own listings to a file."""
        path = _absolute(call.file)
        count = await self._tools.exporter.run(path, frozenset(call.slugs))
        return Exported(file=str(path), count=count)

    def _tell(self, job: str, stage: str, done: int, total: int) -> None:
        if done % max(1, total // STEPS) == 0 or done == total:
            data = {"job": job, "stage": stage, "done": done, "total": total}
            self._node.context.emit("job", data)

    # ------------------------------------------------------------- bulk

    async def bulk(self, call: ListingBulk) -> BulkView:
        """One edit over many listings."""
        edit = form_of(call.edit | self._template_edit(call.template), Edit)
        choice = Choice(
            frozenset(call.slugs),
            call.everything,
            call.text,
            call.state,
            call.kind,
            call.category,
            call.tag,
        )
        outcome = await self._tools.bulk.edit(choice, edit, dry_run=call.dry_run)
        return _bulk_view(outcome)

    async def undo(self, call: ListingUndo) -> BulkView:
        """Take a bulk edit back."""
        undone = await self._tools.bulk.undo(call.number, dry_run=call.dry_run)
        return _bulk_view(undone)

    async def history(self, _: ListingHistory) -> tuple[BulkOperation, ...]:
        """What can be taken back, the newest first."""
        with self._book.unit() as unit:
            past = self._tools.bulk.history(unit)
        return tuple(
            BulkOperation(
                number=one.number, at=one.at, words=one.words, listings=len(one.slugs)
            )
            for one in reversed(past)
        )

    def _template_edit(self, name: str) -> dict[str, object]:
        if not name:
            return {}
        with self._book.unit() as unit:
            return {
                "shipping": plain_json(self._tools.templates.one(unit, name).shipping)
            }

    # ------------------------------------------------------------- templates

    async def templates(self, _: TemplateList) -> tuple[TemplateView, ...]:
        """All of them, and how many listings use each."""
        with self._book.unit() as unit:
            known = self._tools.templates.all(unit)
        bases = await self._tools.batches.own(lambda one: bool(one.shipping))
        files = [base.file for base in bases.values()]
        return tuple(
            _template_view(one, [uses(one, file.get("shipping")) for file in files])
            for one in known
        )

    async def template_put(self, call: TemplatePut) -> TemplateView:
        """Keep a template, and update the listings that said what it said before."""
        data = {"name": call.name, "shipping": call.shipping}
        with self._book.unit() as unit:
            template = self._tools.templates.put(unit, data)
        bases = await self._tools.batches.own(lambda one: bool(one.shipping))
        found = {
            slug: uses(template, base.file.get("shipping"))
            for slug, base in bases.items()
        }
        slugs = frozenset(slug for slug, use in found.items() if use == "earlier")
        if not call.update or not slugs:
            return _template_view(template, list(found.values()))
        edit = Edit(shipping=template.shipping)
        outcome = await self._tools.bulk.edit(Choice(slugs), edit, dry_run=False)
        failed = {line.slug for line in outcome.lines if line.refused}
        now = ["now" if slug in slugs - failed else use for slug, use in found.items()]
        return _template_view(template, now, outcome.number)

    async def template_remove(self, call: TemplateRemove) -> Done:
        """Forget a template."""
        with self._book.unit() as unit:
            if self._tools.templates.kept_defaults(unit).template == call.name:
                words = "new listings start with it; choose another for them first"
                raise InputError("name", words)
            self._tools.templates.remove(unit, call.name)
        return Done(words=f"{call.name} is forgotten; your listings keep what they say")

    async def defaults(self, _: DefaultsShow) -> DefaultsView:
        """What new listings start with."""
        with self._book.unit() as unit:
            kept = self._tools.templates.kept_defaults(unit)
            fields = self._tools.templates.defaults(unit)
        return DefaultsView(defaults=plain_json(kept), fields=fields)

    async def defaults_set(self, call: DefaultsSet) -> DefaultsView:
        """Keep what new listings start with."""
        with self._book.unit() as unit:
            self._tools.templates.set_defaults(unit, call.defaults)
        return await self.defaults(DefaultsShow())


def _absolute(file: str) -> Path:
    return Path(file).absolute()


def _import_view(report: Report) -> ImportView:
    return ImportView(
        done=report.is_done,
        created=tuple(report.batch.created),
        updated=tuple(report.batch.updated),
        unchanged=tuple(report.batch.unchanged),
        errors=tuple(
            ImportFault(row=one.row, column=one.column, words=one.words)
            for one in report.errors
        ),
        refused=report.refused,
        rows=tuple(
            ImportRow(
                row=one.row,
                slug=one.slug,
                title=one.title,
                price=one.price,
                stock=one.stock,
                pictures=one.pictures,
                new=one.is_new,
            )
            for one in report.previews[:SHOWN_ROWS]
        ),
        columns=report.columns,
        dialect=report.dialect,
        encoding=report.encoding,
    )


def _bulk_view(outcome: Outcome) -> BulkView:
    lines = sorted(outcome.lines, key=lambda line: not line.refused)
    refused = sum(bool(line.refused) for line in lines)
    same = sum(line.before == line.after and not line.refused for line in lines)
    return BulkView(
        number=outcome.number,
        words=outcome.words,
        changed=len(lines) - refused - same,
        refused=refused,
        lines=tuple(
            BulkLine(
                slug=line.slug,
                title=line.title,
                before=line.before,
                after=line.after,
                refused=line.refused,
            )
            for line in lines[:SHOWN_LINES]
        ),
    )


def _template_view(
    template: ShippingTemplate, found: list[str], number: int = 0
) -> TemplateView:
    return TemplateView(
        name=template.name,
        shipping=tuple(plain_json(template.shipping)),
        used=found.count("now"),
        outdated=found.count("earlier"),
        number=number,
    )
