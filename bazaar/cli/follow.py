"""``follow``: shops you want to hear of; ``warnings``: lists of whom and what to mind."""

import argparse
from collections.abc import Sequence

from bazaar.cli.formats import moment, short, yes
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema.call import Done
from bazaar.rpc.schema.people import (
    FollowPeer,
    Follows,
    FollowsView,
    FollowView,
    Report,
    ReportWithdraw,
    Unfollow,
    WarningsAllow,
    WarningsDrop,
    WarningsPublish,
    WarningsShow,
    WarningsUse,
    WarningsView,
    WarningView,
)

REASONS = ("offensive", "fraud", "illegal", "other")


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    follow = commands.ask("follow", "hear of a shop's new listings, keep it", _follow)
    follow.add_argument("peer", metavar="PEER")
    follow.add_argument("--private", action="store_true", help="let nobody see it")
    commands.ask("unfollow", "take that back", _unfollow).add_argument(
        "peer", metavar="PEER"
    )
    follows = commands.ask("following", "whom one follows, and who follows", _follows)
    follows.add_argument("peer", nargs="?", metavar="PEER", help="default: you")
    report = commands.ask("report", "put a person or a listing on your list", _report)
    report.add_argument("subject", metavar="PEER|LISTING")
    report.add_argument("reason", choices=REASONS)
    warnings = commands.group("warnings", "your reports, and the lists that you use")
    warnings.ask("list", "all of it", _show)
    take = warnings.ask("withdraw", "take a report back", _withdraw)
    take.add_argument("subject", metavar="PEER|LISTING")
    publish = warnings.ask("publish", "let others read your list", _publish)
    publish.add_argument("--title", default="", metavar="T")
    warnings.ask("hide", "let nobody read it any more", _hide)
    warnings.ask("use", "use the list of somebody", _use).add_argument(
        "peer", metavar="PEER"
    )
    warnings.ask("drop", "use it no longer", _drop).add_argument("peer", metavar="PEER")
    allow = warnings.ask("allow", "show it whatever lists say", _allow)
    allow.add_argument("subject", metavar="PEER|LISTING")
    allow.add_argument("--undo", action="store_true", help="leave it to the lists")


def _follow(args: argparse.Namespace, node: Client) -> Shown:
    return _done(node.call(FollowPeer(peer=args.peer, private=args.private)))


def _unfollow(args: argparse.Namespace, node: Client) -> Shown:
    return _done(node.call(Unfollow(peer=args.peer)))


def _follows(args: argparse.Namespace, node: Client) -> Shown:
    found: FollowsView = node.call(Follows(peer=args.peer))
    return Shown(found, lambda page: _show_follows(page, found))


def _show_follows(page: Page, found: FollowsView) -> None:
    _people(page, "FOLLOWS", found.following)
    page.line()
    _people(page, "FOLLOWED BY", found.followers)


def _people(page: Page, head: str, people: Sequence[FollowView]) -> None:
    rows = [
        (
            one.name,
            short(one.peer_id),
            " ".join(one.fingerprint[:2]),
            yes(one.online),
            "privately" if one.private else yes(one.followed),
            yes(one.follows_you),
        )
        for one in people
    ]
    heads = (head, "PEER", "WORDS", "ONLINE", "YOU FOLLOW", "FOLLOWS YOU")
    page.table(heads, rows, f"{head.lower()} nobody")


def _report(args: argparse.Namespace, node: Client) -> Shown:
    return _done(node.call(Report(subject=args.subject, reason=args.reason)))


def _withdraw(args: argparse.Namespace, node: Client) -> Shown:
    return _done(node.call(ReportWithdraw(subject=args.subject)))


def _allow(args: argparse.Namespace, node: Client) -> Shown:
    return _done(node.call(WarningsAllow(subject=args.subject, allowed=not args.undo)))


def _show(_: argparse.Namespace, node: Client) -> Shown:
    return _warnings(node.call(WarningsShow()))


def _publish(args: argparse.Namespace, node: Client) -> Shown:
    return _warnings(node.call(WarningsPublish(published=True, title=args.title)))


def _hide(_: argparse.Namespace, node: Client) -> Shown:
    return _warnings(node.call(WarningsPublish(published=False)))


def _use(args: argparse.Namespace, node: Client) -> Shown:
    return _warnings(node.call(WarningsUse(peer=args.peer)))


def _drop(args: argparse.Namespace, node: Client) -> Shown:
    return _warnings(node.call(WarningsDrop(peer=args.peer)))


def _warnings(view: WarningsView) -> Shown:
    return Shown(view, lambda page: _show_warnings(page, view))


def _show_warnings(page: Page, view: WarningsView) -> None:
    state = "everybody may read it" if view.published else "nobody else sees it"
    page.line(f"your list, {view.title}: {state}")
    _entries(page, view.own, "you reported nothing")
    for one in view.used:
        page.line()
        page.line(
            f"{one.title or 'a list'} of {one.name} ({short(one.peer_id)}): "
            f"{one.count} {'entry' if one.count == 1 else 'entries'}, "
            f"read {moment(one.fetched)}"
        )
        _entries(page, one.entries, "it is empty")
    if view.allowed:
        page.line()
        page.line("shown whatever lists say:")
        _entries(page, view.allowed, "")


def _entries(page: Page, entries: Sequence[WarningView], nothing: str) -> None:
    rows = [(short(one.subject), one.title, one.reason) for one in entries]
    page.table(("SUBJECT", "WHAT", "REASON"), rows, nothing)


def _done(done: Done) -> Shown:
    return Shown(done, lambda page: page.line(done.words))
