"""``link``, ``open`` and ``network``: links into the market, and how the node stands."""

import argparse
import time

from bazaar.cli.formats import counted, distance, moment, printable, yes
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands, Context
from bazaar.cli.qr import draw
from bazaar.rpc.client import Client
from bazaar.rpc.schema.links import LinkMake, LinkOpen, LinkTarget, LinkView
from bazaar.rpc.schema.network import NetworkState, NetworkView

KINDS = ("store", "listing", "arbiter", "order", "search")
KILOBYTE = 1000


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    link = commands.ask("link", "a link that others can open, and its QR code", _link)
    link.add_argument("kind", choices=KINDS)
    link.add_argument(
        "what", nargs="*", metavar="PEER|ID|WORDS", help="none: your own store"
    )
    link.add_argument("--category", default="", metavar="C", help="for a search")
    link.add_argument("--seller", default="", metavar="PEER", help="of a listing")
    link.add_argument("--qr", action="store_true", help="draw it")
    opened = commands.ask("open", "connect to whom a link names, and fetch it", _open)
    opened.add_argument("link", metavar="LINK")
    app = commands.do("app", "the desktop app, at a link if one is given", _app)
    app.add_argument("link", nargs="?", default="", metavar="LINK")
    commands.ask("network", "connections, traffic, queue, storage, limits", _network)


def _app(args: argparse.Namespace, context: Context) -> int:
    return context.hooks.open_app(context.config, args.link)


def _link(args: argparse.Namespace, node: Client) -> Shown:
    words = " ".join(args.what)
    is_item, is_peer = args.kind in {"listing", "order"}, args.kind in KINDS[::2]
    call = LinkMake(
        kind=args.kind,
        peer=words if is_peer and args.kind != "search" else args.seller,
        item=words if is_item else "",
        words=words if args.kind == "search" else "",
        category=args.category,
    )
    made: LinkView = node.call(call)
    return Shown(made, lambda page: _show_link(page, made.link, drawn=args.qr))


def _show_link(page: Page, link: str, *, drawn: bool) -> None:
    page.line(link)
    if drawn:
        page.line()
        draw(page, link)


def _open(args: argparse.Namespace, node: Client) -> Shown:
    target: LinkTarget = node.call(LinkOpen(link=args.link))
    return Shown(target, lambda page: page.line(_led_to(target)))


def _led_to(target: LinkTarget) -> str:
    what = target.item or target.peer_id or target.words
    here = "" if target.kind in {"join", "search", "order"} else _here(target)
    return f"{target.kind} {what}{here}; {counted(target.connected, 'node')} answered"


def _here(target: LinkTarget) -> str:
    return ", fetched" if target.known else ", which could not be fetched"


def _network(_: argparse.Namespace, node: Client) -> Shown:
    state: NetworkView = node.call(NetworkState())
    return Shown(state, lambda page: _show(page, state))


def _show(page: Page, state: NetworkView) -> None:
    now = int(time.time())
    traffic = state.traffic
    rates = f"{size(traffic.came_rate)}/s in, {size(traffic.went_rate)}/s out"
    page.fields(
        [
            ("reachability", f"{state.reachability}: {state.reason}"),
            ("known peers", str(state.known_peers)),
            ("DHT table", str(state.routes)),
            (
                "traffic",
                f"{size(traffic.came)} in, {size(traffic.went)} out "
                f"since {moment(traffic.since)}; now {rates}",
            ),
            ("synced", moment(state.synced) if state.synced else "not yet"),
            ("published", _published(state)),
            ("free on disk", size(state.free)),
        ]
    )
    _tables(page, state, now)
    for words in (*state.limits, *state.problems):
        page.line(f"! {words}")


def _published(state: NetworkView) -> str:
    made = state.published
    if made is None:
        return "nothing yet"
    return f"number {made.seq}, {moment(made.at)}; {counted(made.have, 'peer')} have it"


def _tables(page: Page, state: NetworkView, now: int) -> None:
    rows = [
        (
            printable(one.name),
            one.direction + (", relayed" if one.relayed else ""),
            distance(one.since, now),
            size(one.came),
            size(one.went),
            one.address,
        )
        for one in state.peers
    ]
    page.line()
    heads = ("PEER", "DIRECTION", "SINCE", "IN>", "OUT>", "ADDRESS")
    page.table(heads, rows, "nobody is connected")
    if state.queue:
        page.line()
        waits = [
            (
                printable(one.name),
                str(one.messages),
                str(one.mailed),
                moment(one.first),
                moment(one.next_try),
                str(one.tries),
            )
            for one in state.queue
        ]
        names = ("WAITS FOR", "MESSAGES>", "MAILED>", "SINCE", "NEXT TRY", "TRIES>")
        page.table(names, waits, "")
    page.line()
    kept = [
        (
            one.kind,
            size(one.size),
            size(one.quota) if one.quota else "",
            yes(one.is_own),
        )
        for one in state.storage
    ]
    page.table(("STORED", "SIZE>", "AT MOST>", "OWN"), kept, "")


def size(count: float) -> str:
    """Bytes as a person reads them: ``1.2 MB``."""
    for unit in ("B", "kB", "MB"):
        if count < KILOBYTE:
            return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
        count /= KILOBYTE
    return f"{count:.1f} GB"
