"""``order``: place, list, show, wait; the moves stand in ``order_moves``."""

import argparse

from bazaar.cli import order_exhibits, order_files, order_moves, order_papers
from bazaar.cli.arguments import finite
from bazaar.cli.formats import money, short
from bazaar.cli.order_page import LIST_HEADS, list_row, order_shown
from bazaar.cli.order_place import WAIT_SECONDS, add_place, place
from bazaar.cli.output import Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema.orders import OrderList, OrderRow, OrderShow, OrderWait
from bazaar.rpc.schema.placing import OrderWays, PayWayView

ROLES = ("buyer", "seller", "arbiter")
WAY_HEADS = ("over", "lets you owe", "fee", "now", "--hub")


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    order = commands.group("order", "buy, and everything that follows")
    add_place(order.ask("place", "offer to buy", place))
    ways = order.ask(
        "ways", "how an order could be paid: directly, or over whom", _ways
    )
    ways.add_argument("seller", metavar="SELLER")
    ways.add_argument("amount", metavar="AMOUNT", help="such as '30.15 EUR'")
    ways.add_argument("--seat", action="append", default=[], metavar="PEER")
    order.ask("list", "your orders", _list).add_argument("--role", choices=ROLES)
    order.ask("show", "one order whole", _show).add_argument("id", metavar="ID")
    wait = order.ask("wait", "wait for a state", _wait)
    wait.add_argument("id", metavar="ID")
    wait.add_argument("--state", required=True, metavar="S")
    wait.add_argument("--timeout", type=finite, default=WAIT_SECONDS, metavar="SECONDS")
    order_moves.register(order)
    order_papers.register(order)
    order_exhibits.register(order)
    order_files.register(order)


def _list(args: argparse.Namespace, node: Client) -> Shown:
    orders: tuple[OrderRow, ...] = node.call(OrderList(role=args.role))
    rows = [list_row(order) for order in orders]
    return Shown(orders, lambda page: page.table(LIST_HEADS, rows, "no orders yet"))


def _show(args: argparse.Namespace, node: Client) -> Shown:
    return order_shown(node.call(OrderShow(id=args.id)))


def _ways(args: argparse.Namespace, node: Client) -> Shown:
    call = OrderWays(seller=args.seller, amount=args.amount, seats=tuple(args.seat))
    found: tuple[PayWayView, ...] = node.call(call)
    rows = [
        (
            one.name or short(one.hub) if one.hub else "directly",
            money(one.free),
            money(one.fee),
            one.why or "yes",
            one.hub or "none",
        )
        for one in found
    ]
    return Shown(found, lambda page: page.table(WAY_HEADS, rows, "no way"))


def _wait(args: argparse.Namespace, node: Client) -> Shown:
    return order_shown(
        node.call(OrderWait(id=args.id, state=args.state, timeout=args.timeout))
    )
