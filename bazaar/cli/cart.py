"""``cart``: what you want to buy, of several sellers; ``wish``: what you keep an eye on."""

import argparse
import time

from bazaar.cli.arguments import pair
from bazaar.cli.formats import counted, distance, money, short
from bazaar.cli.order_page import show_preview
from bazaar.cli.order_place import address_in
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema.call import Done
from bazaar.rpc.schema.cart import (
    CartAdd,
    CartChange,
    CartCheckedOut,
    CartCheckout,
    CartClear,
    CartOrder,
    CartRemove,
    CartShow,
    CartView,
)
from bazaar.rpc.schema.people import WishAdd, WishList, WishRemove, WishView

ACCEPT_DAYS = 3


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    cart = commands.group("cart", "what you want to buy, of several sellers")
    add = cart.ask("add", "lay in; the same again adds pieces", _add)
    add.add_argument("listing", metavar="LISTING")
    add.add_argument("--quantity", type=int, default=1, metavar="N")
    add.add_argument("--option", action="append", type=pair, default=[], metavar="K=V")
    cart.ask("list", "everything, and what changed since it was laid in", _list)
    change = cart.ask("change", "another number of pieces", _change)
    change.add_argument("line", metavar="LINE", help="as `cart list` names it")
    change.add_argument("quantity", type=int, metavar="N")
    remove = cart.ask("remove", "take lines out", _remove)
    remove.add_argument("lines", nargs="+", metavar="LINE")
    cart.ask("clear", "take everything out", _clear)
    checkout = cart.ask("checkout", "order all of it, one order a seller", _checkout)
    checkout.add_argument("--address-file", metavar="F", help="JSON: where to send it")
    checkout.add_argument(
        "--shipping",
        action="append",
        type=pair,
        default=[],
        metavar="LINE=NAME",
        help="such as 3fa81c07d2e4b965=Post/Standard",
    )
    checkout.add_argument("--coupon", action="append", default=[], metavar="CODE")
    checkout.add_argument("--seller", action="append", default=[], metavar="PEER")
    checkout.add_argument(
        "--direct", action="store_true", help="without arbiters or held money"
    )
    checkout.add_argument("--memo", default="", metavar="T")
    checkout.add_argument("--contact", default="", metavar="T")
    checkout.add_argument(
        "--accept-days", type=int, default=ACCEPT_DAYS, metavar="N", help="2 to 30"
    )
    for name in ("--arbiter", "--backup", "--hub"):
        checkout.add_argument(name, metavar="PEER", help="for every order of it")
    checkout.add_argument(
        "--preview", action="store_true", help="only compute, sign nothing"
    )
    wish = commands.group("wish", "what you keep an eye on; nobody else learns of it")
    for name, text, run in (
        ("add", "hear of its price, its stock and its end", _wish),
        ("remove", "take it off", _unwish),
    ):
        wish.ask(name, text, run).add_argument("listing", metavar="LISTING")
    wish.ask("list", "everything you keep an eye on", _wishes)


def _add(args: argparse.Namespace, node: Client) -> Shown:
    call = CartAdd(
        listing=args.listing, quantity=args.quantity, options=dict(args.option)
    )
    return _cart(node.call(call))


def _list(_: argparse.Namespace, node: Client) -> Shown:
    return _cart(node.call(CartShow()))


def _change(args: argparse.Namespace, node: Client) -> Shown:
    return _cart(node.call(CartChange(key=args.line, quantity=args.quantity)))


def _remove(args: argparse.Namespace, node: Client) -> Shown:
    return _cart(node.call(CartRemove(keys=tuple(args.lines))))


def _clear(_: argparse.Namespace, node: Client) -> Shown:
    return _cart(node.call(CartClear()))


def _cart(view: CartView) -> Shown:
    return Shown(view, lambda page: _show(page, view))


def _show(page: Page, view: CartView) -> None:
    rows = [
        (
            line.key,
            group.name,
            line.title,
            ", ".join(f"{name}={value}" for name, value in line.options.items()),
            str(line.quantity),
            money(line.total),
            ", ".join(line.changes),
        )
        for group in view.groups
        for line in group.lines
    ]
    heads = ("LINE", "SELLER", "WHAT", "OPTIONS", "N>", "TOTAL>", "CHANGED")
    page.table(heads, rows, "the cart is empty")


def _checkout(args: argparse.Namespace, node: Client) -> Shown:
    view: CartView = node.call(CartShow())
    wanted = [
        one
        for one in view.groups
        if not args.seller or any(one.seller.startswith(seen) for seen in args.seller)
    ]
    ways = dict(args.shipping)
    orders = tuple(
        CartOrder(
            seller=group.seller,
            shipping={
                line.key: ways[line.key] for line in group.lines if line.key in ways
            },
            coupons=tuple(args.coupon),
            arbiter=args.arbiter,
            backup=args.backup,
            hub=args.hub,
            direct=args.direct,
            memo=args.memo,
            contact=args.contact,
            accept_days=args.accept_days,
        )
        for group in wanted
    )
    address = address_in(args.address_file) if args.address_file else None
    call = CartCheckout(orders=orders, address=address, preview=args.preview)
    done: CartCheckedOut = node.call(call)
    return Shown(done, lambda page: _show_done(page, done))


def _show_done(page: Page, done: CartCheckedOut) -> None:
    for one in done.orders:
        if one.problem:
            page.line(f"{one.name}: not ordered, it stays in the cart: {one.problem}")
        elif one.preview is not None:
            page.line(f"{one.name}:")
            show_preview(page, one.preview)
        elif one.total is not None:
            page.line(
                f"{one.name}: order {short(one.order_id)} over {money(one.total)}"
            )
    failed = sum(bool(one.problem) for one in done.orders)
    placed = sum(bool(one.order_id) for one in done.orders)
    if placed or failed:
        page.line(f"{counted(placed, 'order')} placed, {failed} not")


def _wish(args: argparse.Namespace, node: Client) -> Shown:
    return _done(node.call(WishAdd(listing=args.listing)))


def _unwish(args: argparse.Namespace, node: Client) -> Shown:
    return _done(node.call(WishRemove(listing=args.listing)))


def _done(done: Done) -> Shown:
    return Shown(done, lambda page: page.line(done.words))


def _wishes(_: argparse.Namespace, node: Client) -> Shown:
    found: tuple[WishView, ...] = node.call(WishList())
    now = int(time.time())
    rows = [
        (
            short(one.listing_id),
            one.title,
            one.seller_name,
            money(one.was),
            money(one.price),
            "not sold any more" if one.gone else one.state,
            distance(one.expires, now) if one.expires else "",
        )
        for one in found
    ]
    heads = ("LISTING", "WHAT", "SELLER", "WAS>", "PRICE>", "STATE", "ENDS")
    return Shown(found, lambda page: page.table(heads, rows, "nothing is on the list"))
