"""``arbiter``: offer to decide disputes, stop offering, list who offers."""

import argparse

from bazaar.cli.formats import counted, moment, money, yes
from bazaar.cli.output import Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema.arbiters import (
    ArbiterList,
    ArbiterOfferSet,
    ArbiterView,
    ArbiterWithdraw,
)
from bazaar.rpc.schema.call import Done


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    arbiter = commands.group("arbiter", "who decides disputes")
    offer = arbiter.ask("offer", "offer to decide disputes", _offer)
    offer.add_argument("--fee", required=True, help="such as '0.50 EUR + 1 %%'")
    offer.add_argument(
        "--unit", action="append", default=[], metavar="U", help="default: all"
    )
    offer.add_argument("--max", metavar="AMOUNT", help="largest order")
    offer.add_argument("--backup", action=argparse.BooleanOptionalAction, default=True)
    offer.add_argument("--text", default="", metavar="T", help="your terms in words")
    arbiter.ask("withdraw", "stop offering; open cases stay", _withdraw)
    arbiter.ask("list", "known arbiters", _list)


def _offer(args: argparse.Namespace, node: Client) -> Shown:
    offer: ArbiterView = node.call(
        ArbiterOfferSet(
            fee=args.fee,
            units=tuple(args.unit),
            max=args.max,
            backup=args.backup,
            text=args.text,
        )
    )
    text = (
        f"you offer to decide disputes for {offer.fee}, until {moment(offer.expires)}"
    )
    return Shown(offer, lambda page: page.line(text))


def _withdraw(_: argparse.Namespace, node: Client) -> Shown:
    done: Done = node.call(ArbiterWithdraw())
    return Shown(
        done,
        lambda page: page.line(done.words or "you no longer offer; open cases stay"),
    )


def _list(_: argparse.Namespace, node: Client) -> Shown:
    arbiters: tuple[ArbiterView, ...] = node.call(ArbiterList())
    heads = (
        "PEER",
        "NAME",
        "FEE",
        "UNITS",
        "UP TO",
        "BACKUP",
        "CASES>",
        "ONLINE",
        "ANSWERS IN",
    )
    rows = [_row(arbiter) for arbiter in arbiters]
    return Shown(
        arbiters, lambda page: page.table(heads, rows, "no arbiter is known yet")
    )


def _row(arbiter: ArbiterView) -> tuple[str, ...]:
    return (
        arbiter.peer_id,
        arbiter.name,
        arbiter.fee,
        ", ".join(arbiter.units) or "all",
        ", ".join(map(money, arbiter.max)) or "any",
        yes(arbiter.backup),
        str(arbiter.cases),
        yes(arbiter.online),
        counted(arbiter.answer_hours, "hour"),
    )
