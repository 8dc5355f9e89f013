"""``listing import`` and ``listing export``: the merchant's round trip."""

import argparse
import secrets
import sys
from pathlib import Path
from typing import Final, TextIO

from bazaar.cli.arguments import pair
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema.merchant import (
    Exported,
    ImportView,
    ListingExport,
    ListingImport,
)
from bazaar.rpc.schema.node import Event

BAR_CHARACTERS: Final = 30
SHOWN: Final = 20
"""Listings that a preview names for people; programs get 500."""


def register(listing: Commands) -> None:
    """Add the commands of this file to ``listing``."""
    come = listing.ask("import", "import listings from CSV, JSON or a zip", _import)
    come.add_argument("file", metavar="FILE")
    come.add_argument(
        "--dry-run", action="store_true", help="only say what it would do"
    )
    come.add_argument(
        "--pictures", default="", metavar="DIR", help="folder or zip of the pictures"
    )
    come.add_argument(
        "--spare-picture", default="", metavar="FILE", help="for goods that have none"
    )
    come.add_argument("--unit", default="", help="unit of amounts that name none: EUR")
    come.add_argument(
        "--template", default="", metavar="NAME", help="shipping of new listings"
    )
    come.add_argument(
        "--column", action="append", type=pair, default=[], metavar="HEAD=COLUMN"
    )
    come.add_argument(
        "--only-sound", action="store_true", help="publish what has no fault"
    )
    go = listing.ask("export", "write your listings to .csv, .json or .zip", _export)
    go.add_argument("file", metavar="FILE")
    go.add_argument("slugs", nargs="*", metavar="SLUG")


class Bar:
    """Draws how far an import is, on a terminal alone."""

    def __init__(self, job: str, out: TextIO) -> None:
        self._job = job
        self._out = out
        self._is_drawn = False

    def heard(self, event: Event) -> None:
        """Draw the newest step of the own job."""
        data = event.data
        if data.get("job") == self._job:
            self._draw(str(data["stage"]), int(data["done"]), int(data["total"]))

    def clear(self) -> None:
        """Leave no trace."""
        if self._is_drawn:
            self._out.write("\r\x1b[K")
            self._out.flush()

    def _draw(self, stage: str, done: int, total: int) -> None:
        filled = BAR_CHARACTERS * done // total if total else 0
        bar = "#" * filled + "." * (BAR_CHARACTERS - filled)
        count = f" {done} of {total}" if total else ""
        self._out.write(f"\r\x1b[K{stage:<8} [{bar}]{count}")
        self._out.flush()
        self._is_drawn = True


def _import(args: argparse.Namespace, node: Client) -> Shown:
    job = secrets.token_hex(8)
    call = ListingImport(
        file=str(Path(args.file).absolute()),
        job=job,
        pictures=str(Path(args.pictures).absolute()) if args.pictures else "",
        spare=str(Path(args.spare_picture).absolute()) if args.spare_picture else "",
        unit=args.unit,
        template=args.template,
        columns=dict(args.column),
        dry_run=args.dry_run,
        only_sound=args.only_sound,
    )
    bar = Bar(job, sys.stderr)
    has_bar = "json" not in args and sys.stderr.isatty()
    if has_bar:
        node.watch(["job"])
    try:
        view: ImportView = node.call(call, bar.heard if has_bar else None)
    finally:
        bar.clear()
    return Shown(view, lambda page: show_import(page, view))


def show_import(page: Page, view: ImportView) -> None:
    """What was done or would be, then every fault by row and column."""
    unread = [head for head, ours in view.columns if not ours]
    page.line(f"{view.dialect} file, {view.encoding}")
    if unread:
        page.line(f"not read: {', '.join(unread)}")
    if not view.done:
        rows = [
            (str(r.row), r.slug, r.price, r.stock, str(r.pictures)) for r in view.rows
        ]
        heads = ("ROW>", "SLUG", "PRICE>", "STOCK>", "PICTURES>")
        page.table(heads, rows[:SHOWN], "no listing is without a fault")
    counts = f"{len(view.created)} new, {len(view.updated)} updated"
    did = "published" if view.done else "nothing was published; it would be"
    page.line(f"{did}: {counts}, {len(view.unchanged)} unchanged")
    if view.refused:
        faults = [(str(one.row), one.column, one.words) for one in view.errors]
        page.table(("ROW>", "COLUMN", "FAULT"), faults)
        if view.refused > len(faults):
            page.line(f"and {view.refused - len(faults)} more")


def _export(args: argparse.Namespace, node: Client) -> Shown:
    file = str(Path(args.file).absolute())
    done: Exported = node.call(ListingExport(file=file, slugs=tuple(args.slugs)))
    return Shown(done, lambda page: page.line(f"{done.count} listings in {done.file}"))
