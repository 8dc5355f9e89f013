"""``order export`` and ``order slip``: the seller's paper work."""

import argparse
from pathlib import Path

from bazaar.cli.formats import moment, money
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema.merchant import Exported
from bazaar.rpc.schema.papers import OrderExport, OrderSlip, SlipView


def register(order: Commands) -> None:
    """Add the commands of this file to ``order``."""
    export = order.ask("export", "write sales or purchases to a CSV file", _export)
    export.add_argument("file", metavar="FILE")
    export.add_argument("--role", choices=("seller", "buyer"), default="seller")
    export.add_argument("--state", default="", help="only orders in this state")
    export.add_argument("--since", type=int, default=0, metavar="SECONDS")
    export.add_argument("--until", type=int, default=0, metavar="SECONDS")
    slip = order.ask("slip", "packing slip of a sale, to be printed", _slip)
    slip.add_argument("id", metavar="ID")
    slip.add_argument("--bill", action="store_true", help="with the amounts")


def _export(args: argparse.Namespace, node: Client) -> Shown:
    call = OrderExport(
        file=str(Path(args.file).absolute()),
        role=args.role,
        state=args.state,
        since=args.since,
        until=args.until,
    )
    done: Exported = node.call(call)
    words = f"{done.count} orders in {done.file}"
    return Shown(done, lambda page: page.line(words))


def _slip(args: argparse.Namespace, node: Client) -> Shown:
    slip: SlipView = node.call(OrderSlip(id=args.id))
    return Shown(slip, lambda page: show_slip(page, slip, has_bill=args.bill))


def show_slip(page: Page, slip: SlipView, *, has_bill: bool) -> None:
    """The slip as plain text; ``has_bill`` adds what it costs."""
    page.line(f"{slip.seller_name}: packing slip")
    page.line(f"order {slip.order_id[:8]} of {moment(slip.created)}")
    page.line()
    for line in slip.address or ("(the address has not come yet)",):
        page.line(line)
    page.line()
    rows = [
        (str(one.quantity), one.title, one.choice, one.sku, money(one.amount))
        for one in slip.items
    ]
    heads = ("QUANTITY>", "ITEM", "CHOICE", "SKU", "AMOUNT>")
    last = None if has_bill else -1
    page.table(heads[:last], [row[:last] for row in rows])
    page.line()
    page.fields([("shipping", slip.shipping), ("note", slip.note)])
    if has_bill:
        page.fields([(row.label, money(row.amount)) for row in slip.bill])
