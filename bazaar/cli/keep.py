"""``keep``: what this machine keeps of the market, for one with a small disk."""

import argparse

from bazaar.cli.failures import UsageError
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema.keeping import KeepSet, KeepShow, KeepView

MIB = 2**20


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    keep = commands.ask(
        "keep", "which listings this machine keeps; without options: show", _keep
    )
    keep.add_argument(
        "--category", action="append", metavar="C", help="only such; may be repeated"
    )
    keep.add_argument(
        "--region", action="append", metavar="CC", help="only what reaches there"
    )
    keep.add_argument("--all", action="store_true", help="every category and region")
    keep.add_argument("--quota", type=int, metavar="MIB", help="room for all of it")


def _keep(args: argparse.Namespace, node: Client) -> Shown:
    if args.all and (args.category or args.region):
        raise UsageError("--all leaves nothing out: name no category or region")
    quota = None if args.quota is None else args.quota * MIB
    everything: tuple[str, ...] | None = () if args.all else None
    change = KeepSet(
        categories=tuple(args.category) if args.category else everything,
        regions=tuple(args.region) if args.region else everything,
        quota_bytes=quota,
    )
    is_shown = change == KeepSet()
    view: KeepView = node.call(KeepShow() if is_shown else change)
    return Shown(view, lambda page: _show(page, view))


def _show(page: Page, view: KeepView) -> None:
    categories = ", ".join(view.categories) or "all"
    page.line(f"categories  {categories}")
    page.line(f"regions     {', '.join(view.regions) or 'all'}")
    used, quota = view.used_bytes / MIB, view.quota_bytes / MIB
    page.line(f"room        {used:.0f} of {quota:.0f} MiB used")
    page.line(f"kept        {view.listings} listings of {view.stores} shops")
    left, stores = view.listings_left_out, view.stores_left_out
    page.line(f"left out    {left} listings of {stores} shops")
