"""``mirror`` and ``held``: copies of friends' stores, and what of others lies here."""

import argparse
import time

from bazaar.cli.failures import UsageError
from bazaar.cli.formats import distance
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema.call import Done
from bazaar.rpc.schema.mirrors import (
    HeldList,
    HeldPurge,
    HeldView,
    MirrorKeep,
    MirrorList,
    MirrorStop,
    MirrorsView,
    MirrorView,
)

MIB = 2**20
DEFAULT_QUOTA_MIB = 200


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    mirror = commands.ask(
        "mirror", "keep a copy of a store and serve it; without PEER: list", _mirror
    )
    mirror.add_argument("peer", nargs="?", metavar="PEER")
    mirror.add_argument("--off", action="store_true", help="keep it no more")
    mirror.add_argument(
        "--quota",
        type=int,
        default=DEFAULT_QUOTA_MIB,
        metavar="MIB",
        help=f"room for it, {DEFAULT_QUOTA_MIB} MiB if not said",
    )
    held = commands.ask("held", "what of other people lies here, by author", _held)
    held.add_argument("--purge", metavar="PEER", help="delete all of one author")


def _mirror(args: argparse.Namespace, node: Client) -> Shown:
    if args.peer is None:
        if args.off:
            raise UsageError("say whose store: mirror --off PEER")
        return _list(node)
    if args.off:
        done: Done = node.call(MirrorStop(peer=args.peer))
        return Shown(done, lambda page: page.line(done.words))
    view: MirrorView = node.call(MirrorKeep(peer=args.peer, quota=args.quota))
    words = f"mirroring {view.name}, up to {mib(view.quota)}"
    return Shown(view, lambda page: page.line(words))


def _list(node: Client) -> Shown:
    found: MirrorsView = node.call(MirrorList())
    return Shown(found, lambda page: _show(page, found))


def _show(page: Page, found: MirrorsView) -> None:
    now = int(time.time())
    heads = ("STORE", "LISTINGS>", "PICTURES>", "ROOM>", "AS OF", "STATE")
    rows = [_row(one, now) for one in found.mirrors]
    page.table(heads, rows, "you mirror no store")
    if not found.holders:
        return
    page.line()
    heads = ("YOUR STORE IS AT", "LISTINGS>", "PICTURES>", "TOLD", "NAMED")
    kept = [
        (
            one.name,
            str(one.listings),
            str(one.pictures),
            distance(one.at, now),
            "yes" if one.named else "no",
        )
        for one in found.holders
    ]
    page.table(heads, kept, "")


def _row(one: MirrorView, now: int) -> tuple[str, ...]:
    return (
        one.name,
        f"{one.listings}/{one.all_listings}",
        f"{one.pictures}/{one.all_pictures}",
        f"{mib(one.bytes)} of {mib(one.quota)}",
        distance(one.as_of, now) if one.as_of else "never",
        one.problem or ("whole" if one.whole else "begun"),
    )


def _held(args: argparse.Namespace, node: Client) -> Shown:
    if args.purge is not None:
        done: Done = node.call(HeldPurge(peer=args.purge))
        return Shown(done, lambda page: page.line(done.words))
    found: tuple[HeldView, ...] = node.call(HeldList())
    rows = [
        (
            one.name,
            str(one.listings),
            str(one.pictures),
            mib(one.bytes),
            "mirror" if one.mirrored else "seen here",
            "blocked: not served" if one.blocked else "served",
        )
        for one in found
    ]
    heads = ("AUTHOR", "LISTINGS>", "PICTURES>", "ROOM>", "WHY", "OTHERS")
    return Shown(found, lambda page: page.table(heads, rows, "nothing of others"))


def mib(size: int) -> str:
    """Bytes in MiB, small amounts with a decimal."""
    return f"{size / MIB:.1f} MiB" if size < 10 * MIB else f"{size // MIB} MiB"
