"""``clock`` says whether the node trusts this machine's time, and confirms it."""

import argparse

from bazaar.cli.formats import moment
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema.node import ClockCheck, ClockView


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    clock = commands.ask("clock", "whether the node trusts this machine's time", _clock)
    clock.add_argument(
        "--confirm", action="store_true", help="the time is right; go on with it"
    )


def _clock(args: argparse.Namespace, node: Client) -> Shown:
    view: ClockView = node.call(ClockCheck(confirm=args.confirm))
    return Shown(view, lambda page: _show(page, view))


def _show(page: Page, view: ClockView) -> None:
    page.line(f"{moment(view.now)}, {'in doubt' if view.words else 'trusted'}")
    if view.words:
        page.line(f"! {view.words}")
