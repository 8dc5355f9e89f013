"""``account clear``: circles of debts that all of them may clear together."""

import argparse

from bazaar.cli.formats import moment, money, short
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema.clearing import (
    ClearFind,
    ClearingView,
    ClearList,
    ClearSay,
    ClearSwitch,
    ClearView,
)


def register(account: Commands) -> None:
    """Add the commands of this file."""
    clear = account.group("clear", "clear debts that go round in a circle")
    clear.ask("list", "circles that were found", _list)
    clear.ask("on", "take part: creditors may learn whom you owe", _on)
    clear.ask("off", "take no part", _off)
    clear.ask("propose", "look for circles among your debts", _propose)
    for name, text, run in (
        ("agree", "agree to a circle; it counts once all have", _agree),
        ("refuse", "refuse a circle, also after agreeing", _refuse),
    ):
        clear.ask(name, text, run).add_argument("id", metavar="ID")


def _list(_: argparse.Namespace, node: Client) -> Shown:
    return _shown(node.call(ClearList()))


def _on(_: argparse.Namespace, node: Client) -> Shown:
    return _shown(node.call(ClearSwitch(on=True)))


def _off(_: argparse.Namespace, node: Client) -> Shown:
    return _shown(node.call(ClearSwitch(on=False)))


def _propose(_: argparse.Namespace, node: Client) -> Shown:
    return _shown(node.call(ClearFind()))


def _agree(args: argparse.Namespace, node: Client) -> Shown:
    return _shown(node.call(ClearSay(id=args.id, agree=True)))


def _refuse(args: argparse.Namespace, node: Client) -> Shown:
    return _shown(node.call(ClearSay(id=args.id, agree=False)))


def _shown(found: ClearingView) -> Shown:
    return Shown(found, lambda page: _page(page, found))


def _page(page: Page, found: ClearingView) -> None:
    if not found.on:
        page.line("you take no part in clearing: bazaar account clear on")
    if found.searches:
        page.line(f"searching along {found.searches} of your debts; see the list soon")
    heads = ("CIRCLE", "AMOUNT>", "EACH OWES THE NEXT", "STATE", "AGREED>", "UNTIL")
    page.table(heads, [_row(one) for one in found.plans], "no circle was found yet")


def _row(one: ClearView) -> tuple[str, ...]:
    names = " > ".join((*one.names, one.names[0]))
    state = "your answer" if one.state == "asked" else one.state
    agreed = f"{one.agreed} of {len(one.names)}"
    return (
        short(one.plan_id),
        money(one.amount),
        names,
        state,
        agreed,
        moment(one.until),
    )
