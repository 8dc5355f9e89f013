"""The node and its connections: run, status, stop, connect, peers, invite, watch, where."""

import argparse
import contextlib
import time

from bazaar.cli.arguments import finite
from bazaar.cli.failures import Exit
from bazaar.cli.formats import counted, distance, moment, printable, yes
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands, Context, Parser
from bazaar.cli.passphrase import known_passphrase, passphrase_from_pipe
from bazaar.cli.qr import draw
from bazaar.cli.start import log_path, node_of
from bazaar.config import NodeOptions
from bazaar.rpc.client import Client
from bazaar.rpc.paths import read_door
from bazaar.rpc.schema.node import (
    Connect,
    Invite,
    InviteView,
    Metrics,
    MetricsView,
    NetworkReach,
    NetworkReachView,
    Peers,
    PeerView,
    Status,
    StatusView,
)


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    _add_node(commands.do("node", "run the node in the foreground", _node))
    commands.ask("status", "health of the node", _status)
    dial = commands.ask(
        "connect", "dial a peer, or join by an invitation link", _connect
    )
    dial.add_argument("address", metavar="ADDR|LINK")
    commands.ask("peers", "who is connected", _peers)
    reach = commands.ask("reach", "how others reach this node, and why", _reach)
    reach.add_argument("--test", action="store_true", help="ask peers to dial it now")
    commands.ask("invite", "a link for others to join by", _invite)
    commands.ask("metrics", "the node's figures as Prometheus text", _metrics)
    watch = commands.do("watch", "events as JSON lines until stopped", _watch)
    watch.add_argument(
        "topics", nargs="*", metavar="TOPIC", help="such as order; none: all"
    )
    commands.do("where", "folders in use", _where)


def _add_node(node: Parser) -> None:
    node.add_argument("--listen", action="append", metavar="ADDR", help="multiaddress")
    node.add_argument(
        "--bootstrap", action="append", metavar="ADDR", help="multiaddress"
    )
    node.add_argument("--mdns", action=argparse.BooleanOptionalAction, default=None)
    node.add_argument("--until-idle", type=finite, help=argparse.SUPPRESS)
    node.add_argument("--passphrase-stdin", action="store_true", help=argparse.SUPPRESS)


def _node(args: argparse.Namespace, context: Context) -> int:
    config = context.config
    secret = (
        passphrase_from_pipe()
        if args.passphrase_stdin
        else known_passphrase(config, context.output)
    )
    return context.hooks.run_node(
        NodeOptions(
            config.home,
            config.network,
            config.listen,
            config.bootstrap,
            config.mdns,
            secret,
            args.until_idle,
            config.log_level,
            config.reach_groups,
            config.relay_share,
        )
    )


def _status(_: argparse.Namespace, node: Client) -> Shown:
    status: StatusView = node.call(Status())
    return Shown(status, lambda page: _show_status(page, status))


def _show_status(page: Page, status: StatusView) -> None:
    page.fields(
        [
            ("name", status.name),
            ("peer id", status.peer_id),
            ("fingerprint", " ".join((status.colour, *status.fingerprint))),
            (
                "network",
                status.network + (" (worth nothing)" if status.test_network else ""),
            ),
            ("reachability", f"{status.reachability}: {status.reachability_reason}"),
            ("peers", str(status.peers)),
            ("addresses", "\n              ".join(status.addresses)),
            ("catalogue", _catalogue(status)),
            ("synced", moment(status.synced) if status.synced else "not yet"),
            ("undelivered", _undelivered(status)),
            ("sells", yes(status.sells)),
            ("arbitrates", yes(status.arbitrates)),
            ("version", status.version),
        ]
    )
    for problem in status.problems:
        page.line(f"! {problem}")
    for warning in status.warnings:
        page.line(f"! {warning}")


def _undelivered(status: StatusView) -> str:
    mailed = f", {status.in_mailboxes} of them in mailboxes"
    return f"{status.outbox}{mailed if status.in_mailboxes else ''}"


def _catalogue(status: StatusView) -> str:
    listings = counted(status.catalogue.listings, "listing")
    here = f"{listings} of {counted(status.catalogue.stores, 'store')}"
    joining = status.joining
    if joining is None:
        return here
    return f"{here}; fetching, {joining.listings:,} of {joining.total:,} listings"


def _connect(args: argparse.Namespace, node: Client) -> Shown:
    peer: PeerView = node.call(Connect(address=args.address))
    return Shown(peer, lambda page: page.line(f"connected to {peer.peer_id}"))


def _peers(_: argparse.Namespace, node: Client) -> Shown:
    peers: tuple[PeerView, ...] = node.call(Peers())
    now = int(time.time())
    rows = [
        (peer.peer_id, _way(peer), distance(peer.since, now), peer.address)
        for peer in peers
    ]
    heads = ("PEER", "DIRECTION", "SINCE", "ADDRESS")
    return Shown(peers, lambda page: page.table(heads, rows, "nobody is connected"))


def _way(peer: PeerView) -> str:
    return f"{peer.direction}, relayed" if peer.relayed else peer.direction


def _reach(args: argparse.Namespace, node: Client) -> Shown:
    reach: NetworkReachView = node.call(NetworkReach(test=args.test))
    return Shown(reach, lambda page: _show_reach(page, reach))


def _show_reach(page: Page, reach: NetworkReachView) -> None:
    page.line(f"{reach.state}: {reach.reason}")
    hidden = "yes" if reach.relay_only else "no"
    if reach.relay_only != reach.relay_only_next:
        hidden += ", otherwise after the next start"
    page.fields(
        [
            ("tested", moment(reach.checked) if reach.checked else "not yet"),
            ("dialled at", "\n              ".join(reach.direct) or "nowhere"),
            ("relays", "\n              ".join(reach.relays) or "none in use"),
            ("relays only", hidden),
            ("router's port", _port(reach)),
            ("relay for others", _relaying(reach)),
        ]
    )


def _port(reach: NetworkReachView) -> str:
    if not reach.opens_port:
        return "not asked for (profile set opens_port=yes)"
    return reach.port or "not asked for on this network"


def _relaying(reach: NetworkReachView) -> str:
    if reach.is_relay:
        nodes = counted(reach.relayed_for, "node")
        return f"for {nodes}, {counted(reach.circuits, 'connection')} now"
    return "once others can dial this node" if reach.serves_relay else "no"


def _invite(_: argparse.Namespace, node: Client) -> Shown:
    invitation: InviteView = node.call(Invite())
    return Shown(invitation, lambda page: _show_invitation(page, invitation.link))


def _metrics(_: argparse.Namespace, node: Client) -> Shown:
    figures: MetricsView = node.call(Metrics())
    return Shown(figures, lambda page: page.verbatim(figures.text))


def _show_invitation(page: Page, link: str) -> None:
    page.line(link)
    page.line()
    draw(page, link)


def _watch(args: argparse.Namespace, context: Context) -> int:
    with node_of(context) as node, contextlib.suppress(KeyboardInterrupt):
        for event in node.events(args.topics):
            context.output.value(event)
    return Exit.DONE


def _where(_: argparse.Namespace, context: Context) -> int:
    home = context.config.home
    door = read_door(home)
    places = {
        "home": str(home),
        "network": context.config.network,
        "config": str(home / "config.toml"),
        "book": str(home / "book.db"),
        "catalogue": str(home / "catalogue.db"),
        "blobs": str(home / "blobs"),
        "cache": str(home / "cache"),
        "run": str(home / "run"),
        "log": str(log_path(home)),
        "socket": door.socket if door else "",
    }
    rows = [(name, printable(place)) for name, place in places.items()]
    context.output.shown(Shown(places, lambda page: page.fields(rows)))
    return Exit.DONE
