"""``order place``: one listing by flags, or several of one seller, each with its own."""

import argparse
import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple, cast

from bazaar.cli.arguments import json_file, pair
from bazaar.cli.formats import money, short
from bazaar.cli.order_page import order_shown, show_preview
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Parser
from bazaar.domain.errors import InputError
from bazaar.rpc.client import Client
from bazaar.rpc.schema.orders import OrderWait
from bazaar.rpc.schema.placing import OrderLine, OrderPlace, OrderPlaced

WAIT_SECONDS: Final = 60.0
ACCEPT_DAYS: Final = 3
ADDRESS_FIELDS: Final = frozenset(
    {"name", "company", "street", "street2", "city"}
    | {"region", "postal_code", "country", "phone", "email"}
)
NUMBERED: Final = re.compile(r"([1-9][0-9]?):(.*)", re.DOTALL)


class Meant(NamedTuple):
    """A flag's value, for the ``listing``-th of several listings or, as 0, for all."""

    listing: int
    value: Any


def add_place(place: Parser) -> None:
    """Add the flags; those of a listing may start with its number, as ``2:3``."""
    place.add_argument(
        "listings",
        nargs="+",
        metavar="LISTING",
        help="several of one seller; 2:VALUE gives a flag to the second alone",
    )
    for name, parse, shown, text in (
        ("--quantity", int, "N", "pieces; default 1"),
        ("--option", pair, "K=V", "such as Shade=green"),
        ("--shipping", str, "NAME", "such as Post/Standard"),
        ("--coupon", str, "CODE", ""),
        ("--split", pieces, "N+N", "pieces of each parcel, such as 2+1"),
    ):
        place.add_argument(
            name,
            action="append",
            type=meant(parse),
            default=[],
            metavar=shown,
            help=text,
        )
    place.add_argument("--address-file", metavar="F", help="JSON: where to send it")
    place.add_argument(
        "--arbiter", metavar="PEER", help="default: one that the seller accepts"
    )
    place.add_argument("--backup", metavar="PEER")
    place.add_argument(
        "--direct", action="store_true", help="without arbiters or held money"
    )
    place.add_argument("--memo", default="", metavar="T")
    place.add_argument("--contact", default="", metavar="T", help="how to reach you")
    place.add_argument("--rail", default="credit", choices=("credit",))
    place.add_argument(
        "--hub",
        metavar="PEER",
        help="pay over PEER, with whom both have an account; 'none' forbids it",
    )
    place.add_argument(
        "--accept-days",
        type=int,
        default=ACCEPT_DAYS,
        metavar="N",
        help="days for the seller to say yes and the money to be bound, 2 to 30",
    )
    place.add_argument(
        "--preview", action="store_true", help="only compute, sign nothing"
    )
    place.add_argument(
        "--wait", action="store_true", help="until the seller has accepted"
    )


def meant(parse: Callable[[str], Any]) -> Callable[[str], Meant]:
    """Parse ``VALUE`` or ``NUMBER:VALUE``; argparse turns errors into a misuse."""

    def parsed(text: str) -> Meant:
        numbered = NUMBERED.fullmatch(text)
        if numbered is None:
            return Meant(0, parse(text))
        return Meant(int(numbered[1]), parse(numbered[2]))

    parsed.__name__ = parse.__name__
    return parsed


def pieces(text: str) -> tuple[int, ...]:
    """``2+1`` as numbers of pieces."""
    parts = text.split("+")
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise argparse.ArgumentTypeError(f"{text!r} is not a sum such as 2+1")
    return tuple(map(int, parts))


def place(args: argparse.Namespace, node: Client) -> Shown:
    """Sign the offer, or with ``--preview`` show what it would be."""
    placed: OrderPlaced = node.call(_offer(args))
    if args.wait and placed.preview is None:
        wait = OrderWait(id=placed.order_id, state="accepted", timeout=WAIT_SECONDS)
        return order_shown(node.call(wait))
    return Shown(placed, lambda page: _show_placed(page, placed))


def _offer(args: argparse.Namespace) -> OrderPlace:
    common: dict[str, Any] = {
        "address": address_in(args.address_file) if args.address_file else None,
        "arbiter": args.arbiter,
        "backup": args.backup,
        "direct": args.direct,
        "memo": args.memo,
        "contact": args.contact,
        "rail": args.rail,
        "hub": args.hub,
        "accept_days": args.accept_days,
        "preview": args.preview,
    }
    lines = _lines(args)
    if len(lines) != 1:
        return OrderPlace(lines=lines, **common)
    line = lines[0]
    return OrderPlace(
        listing=line.listing,
        quantity=line.quantity,
        option=line.options,
        shipping=line.shipping,
        coupon=line.coupons,
        parcels=line.parcels,
        **common,
    )


def _lines(args: argparse.Namespace) -> tuple[OrderLine, ...]:
    flags = {
        name: cast("list[Meant]", getattr(args, name))
        for name in ("quantity", "option", "shipping", "coupon", "split")
    }
    last = max((one.listing for values in flags.values() for one in values), default=0)
    if last > len(args.listings):
        raise InputError("listing", f"there is no listing number {last} in this order")

    def of(name: str, number: int) -> list[Any]:
        """General values first, so that the last one is the most exact."""
        fitting = [one for one in flags[name] if one.listing in {0, number}]
        return [one.value for one in sorted(fitting, key=lambda one: one.listing)]

    return tuple(
        OrderLine(
            listing=listing,
            quantity=[1, *of("quantity", number)][-1],
            options=dict(of("option", number)),
            shipping=[None, *of("shipping", number)][-1],
            coupons=tuple(of("coupon", number)),
            parcels=[(), *of("split", number)][-1],
        )
        for number, listing in enumerate(args.listings, 1)
    )


def address_in(path: str) -> dict[str, str]:
    """The address that a JSON file holds. Raises InputError naming what is wrong."""
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
