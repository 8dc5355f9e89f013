"""``case``: what an arbiter has to decide."""

import argparse

from bazaar.cli import chat
from bazaar.cli.order_page import LIST_HEADS, list_row, show_order
from bazaar.cli.output import Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema.disputes import CaseList, CaseRule
from bazaar.rpc.schema.moves import Moved
from bazaar.rpc.schema.orders import OrderRow, OrderShow, OrderView


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    case = commands.group("case", "orders that you judge")
    case.ask("list", "your cases, disputed ones first", _list)
    case.ask("show", "one case whole", _show).add_argument("id", metavar="ID")
    rule = case.ask("rule", "decide a part", _rule)
    rule.add_argument("id", metavar="ID")
    rule.add_argument("--part", type=int, metavar="N")
    rule.add_argument("--buyer", required=True, metavar="AMOUNT")
    rule.add_argument("--seller", required=True, metavar="AMOUNT")
    rule.add_argument("--reason", required=True, metavar="T")
    suggest = case.ask("suggest", "suggest a split in the order's room", chat.suggest)
    suggest.add_argument("id", metavar="ID")
    suggest.add_argument("--part", type=int, default=0, metavar="N")
    suggest.add_argument("--buyer", metavar="AMOUNT")
    suggest.add_argument("--seller", metavar="AMOUNT")
    suggest.add_argument("--text", default="", metavar="T", help="why")
    rule.add_argument("--seen", default="", metavar="VERSION")


def _list(_: argparse.Namespace, node: Client) -> Shown:
    cases: tuple[OrderRow, ...] = node.call(CaseList())
    rows = [list_row(case) for case in cases]
    return Shown(
        cases, lambda page: page.table(LIST_HEADS, rows, "nobody needs your judgement")
    )


def _show(args: argparse.Namespace, node: Client) -> Shown:
    order: OrderView = node.call(OrderShow(id=args.id))
    return Shown(order, lambda page: show_order(page, order))


def _rule(args: argparse.Namespace, node: Client) -> Shown:
    moved: Moved = node.call(
        CaseRule(
            id=args.id,
            buyer=args.buyer,
            seller=args.seller,
            reason=args.reason,
            part=args.part,
            version=args.seen,
        )
    )
    return Shown(
        moved, lambda page: page.line(f"order {moved.order_id}: {moved.state}")
    )
