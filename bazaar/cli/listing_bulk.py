"""``listing bulk``, ``undo`` and ``history``: one edit over many listings."""

import argparse
from typing import Any

from bazaar.cli.formats import moment
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema.merchant import (
    BulkOperation,
    BulkView,
    ListingBulk,
    ListingHistory,
    ListingUndo,
)

TEXTS = (
    ("price", "of each: 26.15 EUR"),
    ("price-percent", "such as --price-percent=-10"),
    ("price-add", "such as '1.50 EUR'"),
    ("stock", "a count, or unlimited"),
    ("sku", "only this variant's stock"),
    ("state", "for_sale, hidden, out_of_stock or vacation"),
)
LISTS = ("tags-add", "tags-remove", "categories-add", "categories-remove")
FILTERS = ("text", "in-state", "kind", "category", "tag")


def register(listing: Commands) -> None:
    """Add the commands of this file to ``listing``."""
    bulk = listing.ask("bulk", "change many listings at once", _bulk)
    bulk.add_argument("slugs", nargs="*", metavar="SLUG")
    bulk.add_argument("--all", action="store_true", help="all listings")
    for name, text in TEXTS:
        bulk.add_argument(f"--{name}", default="", help=text)
    bulk.add_argument("--stock-add", type=int, default=0, metavar="N")
    for name in LISTS:
        bulk.add_argument(f"--{name}", action="append", default=[], metavar="WORD")
    bulk.add_argument("--template", default="", help="shipping template to put in")
    for name in FILTERS:
        bulk.add_argument(f"--where-{name}", default="", metavar="VALUE")
    bulk.add_argument(
        "--dry-run", action="store_true", help="only say what it would do"
    )
    undo = listing.ask("undo", "take a bulk edit back", _undo)
    undo.add_argument("number", nargs="?", type=int, metavar="N")
    undo.add_argument(
        "--dry-run", action="store_true", help="only say what it would do"
    )
    listing.ask("history", "bulk edits that can be taken back", _history)


def _bulk(args: argparse.Namespace, node: Client) -> Shown:
    given = vars(args)
    names = [name.replace("-", "_") for name, _ in TEXTS]
    edit: dict[str, Any] = {name: given[name] for name in names if given[name]}
    lists = [name.replace("-", "_") for name in LISTS]
    edit |= {name: given[name] for name in lists if given[name]}
    if args.stock_add:
        edit["stock_add"] = args.stock_add
    view: BulkView = node.call(
        ListingBulk(
            edit=edit,
            template=args.template,
            slugs=tuple(args.slugs),
            everything=args.all,
            text=args.where_text,
            state=args.where_in_state,
            kind=args.where_kind,
            category=args.where_category,
            tag=args.where_tag,
            dry_run=args.dry_run,
        )
    )
    return Shown(view, lambda page: show_bulk(page, view))


def _undo(args: argparse.Namespace, node: Client) -> Shown:
    call = ListingUndo(number=args.number, dry_run=args.dry_run)
    view: BulkView = node.call(call)
    return Shown(view, lambda page: show_bulk(page, view))


def show_bulk(page: Page, view: BulkView) -> None:
    """Each listing before and after, the refused ones with their reason."""
    rows = [(line.slug, line.before, line.refused or line.after) for line in view.lines]
    page.table(("SLUG", "BEFORE", "AFTER"), rows, "no listing fits")
    page.line(f"{view.words}: {view.changed} changed, {view.refused} refused")
    if view.number:
        page.line(f"take it back: bazaar listing undo {view.number}")


def _history(_: argparse.Namespace, node: Client) -> Shown:
    past: tuple[BulkOperation, ...] = node.call(ListingHistory())
    rows = [(str(o.number), moment(o.at), str(o.listings), o.words) for o in past]
    heads = ("NUMBER>", "WHEN", "LISTINGS>", "WHAT")
    return Shown(past, lambda page: page.table(heads, rows, "no bulk edit yet"))
