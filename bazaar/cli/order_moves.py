"""The moves of ``order``: each signs one message of the trade, if its state allows it."""

import argparse
from collections.abc import Callable
from typing import Any, Final

from bazaar.cli import order_rating
from bazaar.cli.arguments import whole_path
from bazaar.cli.formats import moment
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Ask, Commands, Parser
from bazaar.rpc.client import Client
from bazaar.rpc.schema.disputes import Disputed, OrderDisclose, OrderDispute
from bazaar.rpc.schema.moves import (
    Move,
    Moved,
    OrderAccept,
    OrderAgree,
    OrderConfirm,
    OrderDecline,
    OrderDeliver,
    OrderExtend,
    OrderFund,
    OrderPropose,
    OrderRefund,
    OrderResume,
    OrderShip,
    OrderWithdraw,
)

REASONS: Final = ("unshipped", "silent", "goods", "other")


def register(order: Commands) -> None:
    """Add the commands of this file."""
    _move(order, "accept", "seller: take the order", OrderAccept)
    _move(order, "decline", "seller: refuse it, or give all back", OrderDecline)
    _move(order, "withdraw", "leave before the money is bound", OrderWithdraw)
    _move(order, "fund", "buyer: bind the money", OrderFund)
    _move(order, "confirm", "buyer: it is here and as promised", OrderConfirm)
    ship = _move(order, "ship", "seller: it is sent", OrderShip, "text", "late")
    ship.add_argument(
        "--text", default="", metavar="T", help="tracking number, link or code"
    )
    deliver = _move(
        order,
        "deliver",
        "seller: send a digital part",
        _deliver,
        "file",
        "text",
        "late",
    )
    deliver.add_argument("--file", required=True, action="append", metavar="F")
    deliver.add_argument("--text", default="", metavar="T")
    for sent in (ship, deliver):
        sent.add_argument(
            "--late",
            action="store_true",
            help="send it although it may not count as in time",
        )
    refund = _move(
        order, "refund", "seller: give all or AMOUNT back", OrderRefund, "amount"
    )
    refund.add_argument("amount", nargs="?", metavar="AMOUNT")
    propose = _move(
        order,
        "propose",
        "propose a split",
        OrderPropose,
        "buyer",
        "seller",
        "suggestion",
    )
    propose.add_argument("--buyer", metavar="AMOUNT")
    propose.add_argument("--seller", metavar="AMOUNT")
    propose.add_argument(
        "--suggestion",
        default="",
        metavar="MESSAGE",
        help="an arbiter's line in the order's chat instead of amounts",
    )
    agree = _move(
        order, "agree", "agree to what the other proposed", OrderAgree, "names"
    )
    agree.add_argument("names", nargs="?", default="", metavar="MESSAGE")
    extend = _move(
        order, "extend", "buyer: give the seller more time", OrderExtend, "days"
    )
    extend.add_argument("--days", type=int, required=True, metavar="N")
    resume = _move(
        order,
        "resume",
        "after a restore: wait no more for who does not answer",
        OrderResume,
        "despite",
    )
    resume.add_argument(
        "--despite",
        action="store_true",
        help="at the risk of contradicting what this book has lost",
    )
    _add_disclose(order.ask("disclose", "show sealed data to an arbiter", _disclose))
    _add_dispute(order.ask("dispute", "ask the arbiters", _dispute))
    order_rating.register(order)


def _move(
    order: Commands, name: str, text: str, build: Callable[..., Move], *fields: str
) -> Parser:
    parser = order.ask(name, text, _asking(build, fields))
    parser.add_argument("id", metavar="ID")
    parser.add_argument("--part", type=int, action="append", default=[], metavar="N")
    parser.add_argument(
        "--seen",
        default="",
        metavar="VERSION",
        help="only if the order is still at this version",
    )
    return parser


def _asking(build: Callable[..., Move], fields: tuple[str, ...]) -> Ask:
    def ask(args: argparse.Namespace, node: Client) -> Shown:
        own: dict[str, Any] = {field: getattr(args, field) for field in fields}
        moved: Moved = node.call(
            build(id=args.id, version=args.seen, part=tuple(args.part), **own)
        )
        return Shown(moved, lambda page: _show_moved(page, moved))

    return ask


def _deliver(*, file: list[str], **others: Any) -> OrderDeliver:
    first, *more = map(whole_path, file)
    return OrderDeliver(file=first, more=tuple(more), **others)


def _show_moved(page: Page, moved: Moved) -> None:
    page.line(f"order {moved.order_id}: {moved.state}")
    page.fields([(name, moment(at)) for name, at in moved.deadlines.items()])


def _add_disclose(disclose: Parser) -> None:
    disclose.add_argument("id", metavar="ID")
    disclose.add_argument("--what", required=True, choices=("address", "delivery"))
    disclose.add_argument("--to", default="primary", choices=("primary", "backup"))


def _disclose(args: argparse.Namespace, node: Client) -> Shown:
    moved: Moved = node.call(OrderDisclose(id=args.id, what=args.what, to=args.to))
    text = (
        f"order {moved.order_id}: the {args.what} goes to the {args.to} arbiter, sealed"
    )
    return Shown(moved, lambda page: page.line(text))


def _add_dispute(dispute: Parser) -> None:
    dispute.add_argument("id", metavar="ID")
    dispute.add_argument("--reason-code", required=True, choices=REASONS)
    dispute.add_argument("--part", type=int, action="append", default=[], metavar="N")
    dispute.add_argument(
        "--reason", default="", metavar="T", help="what happened, in words"
    )
    dispute.add_argument("--evidence", action="append", default=[], metavar="FILE")
    dispute.add_argument("--seen", default="", metavar="VERSION")


def _dispute(args: argparse.Namespace, node: Client) -> Shown:
    disputed: Disputed = node.call(
        OrderDispute(
            id=args.id,
            reason_code=args.reason_code,
            version=args.seen,
            part=tuple(args.part),
            reason=args.reason,
            evidence=tuple(map(whole_path, args.evidence)),
        )
    )
    text = f"order {disputed.order_id}: {disputed.state}; {disputed.seats_acked} arbiters have it"
    return Shown(disputed, lambda page: page.line(text))
