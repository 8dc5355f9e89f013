"""``order``: place, list, show, wait; the moves stand in ``order_moves``."""

import argparse
from typing import Any, Final, cast

from bazaar.cli import order_moves
from bazaar.cli.arguments import json_file, pair
from bazaar.cli.formats import money, short
from bazaar.cli.order_page import LIST_HEADS, list_row, show_order, show_preview
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands, Parser
from bazaar.domain.errors import InputError
from bazaar.rpc.client import Client
from bazaar.rpc.schema import (
    OrderLine,
    OrderList,
    OrderPlace,
    OrderPlaced,
    OrderRow,
    OrderShow,
    OrderView,
    OrderWait,
)

ROLES = ("buyer", "seller", "arbiter")
WAIT_SECONDS: Final = 60.0
ADDRESS_FIELDS: Final = frozenset(
    {"name", "company", "street", "street2", "city"}
    | {"region", "postal_code", "country", "phone", "email"}
)


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    order = commands.group("order", "buy, and everything that follows")
    _add_place(order.ask("place", "offer to buy", _place))
    order.ask("list", "your orders", _list).add_argument("--role", choices=ROLES)
    order.ask("show", "one order whole", _show).add_argument("id", metavar="ID")
    wait = order.ask("wait", "wait for a state", _wait)
    wait.add_argument("id", metavar="ID")
    wait.add_argument("--state", required=True, metavar="S")
    wait.add_argument("--timeout", type=float, default=WAIT_SECONDS, metavar="SECONDS")
    order_moves.register(order)


def _add_place(place: Parser) -> None:
    place.add_argument(
        "listings", nargs="+", metavar="LISTING", help="several of one seller"
    )
    place.add_argument("--quantity", type=int, default=1, metavar="N")
    place.add_argument(
        "--option", action="append", type=pair, default=[], metavar="K=V"
    )
    place.add_argument("--shipping", metavar="NAME", help="such as Post/Standard")
    place.add_argument("--address-file", metavar="F", help="JSON: where to send it")
    place.add_argument(
        "--arbiter", metavar="PEER", help="default: one that the seller accepts"
    )
    place.add_argument("--backup", metavar="PEER")
    place.add_argument(
        "--direct", action="store_true", help="without arbiters or held money"
    )
    place.add_argument("--coupon", action="append", default=[], metavar="CODE")
    place.add_argument("--memo", default="", metavar="T")
    place.add_argument("--rail", default="credit", choices=("credit",))
    place.add_argument(
        "--preview", action="store_true", help="only compute, sign nothing"
    )
    place.add_argument(
        "--wait", action="store_true", help="until the seller has accepted"
    )


def _place(args: argparse.Namespace, node: Client) -> Shown:
    placed: OrderPlaced = node.call(_offer(args))
    if args.wait and placed.preview is None:
        wait = OrderWait(id=placed.order_id, state="accepted", timeout=WAIT_SECONDS)
        return _order(node.call(wait))
    return Shown(placed, lambda page: _show_placed(page, placed))


def _offer(args: argparse.Namespace) -> OrderPlace:
    common: dict[str, Any] = {
        "address": _address(args.address_file) if args.address_file else None,
        "arbiter": args.arbiter,
        "backup": args.backup,
        "direct": args.direct,
        "memo": args.memo,
        "rail": args.rail,
        "preview": args.preview,
    }
    options, coupons = dict(args.option), tuple(args.coupon)
    if len(args.listings) > 1:
        lines = (
            OrderLine(
                listing=listing,
                quantity=args.quantity,
                options=options,
                shipping=args.shipping,
                coupons=coupons,
            )
            for listing in args.listings
        )
        return OrderPlace(lines=tuple(lines), **common)
    return OrderPlace(
        listing=args.listings[0],
        quantity=args.quantity,
        option=options,
        shipping=args.shipping,
        coupon=coupons,
        **common,
    )


def _address(path: str) -> dict[str, str]:
    found = json_file(path)
    if not isinstance(found, dict):
        raise InputError(path, "must hold one JSON object")
    address = cast("dict[str, Any]", found)
    for name, value in address.items():
        if name not in ADDRESS_FIELDS:
            raise InputError(
                name, f"is no field of an address: {', '.join(sorted(ADDRESS_FIELDS))}"
            )
        if not isinstance(value, str):
            raise InputError(name, "must be text")
    return address


def _show_placed(page: Page, placed: OrderPlaced) -> None:
    if placed.preview is not None:
        show_preview(page, placed.preview)
        return
    page.line(f"order {placed.order_id} over {money(placed.total)}: {placed.state}")
    page.line("What you will owe is a promise between two people, not money in a bank.")
    page.line(
        f"See who must act until when: bazaar order show {short(placed.order_id)}"
    )


def _list(args: argparse.Namespace, node: Client) -> Shown:
    orders: tuple[OrderRow, ...] = node.call(OrderList(role=args.role))
    rows = [list_row(order) for order in orders]
    return Shown(orders, lambda page: page.table(LIST_HEADS, rows, "no orders yet"))


def _show(args: argparse.Namespace, node: Client) -> Shown:
    return _order(node.call(OrderShow(id=args.id)))


def _wait(args: argparse.Namespace, node: Client) -> Shown:
    return _order(
        node.call(OrderWait(id=args.id, state=args.state, timeout=args.timeout))
    )


def _order(order: OrderView) -> Shown:
    return Shown(order, lambda page: show_order(page, order))
