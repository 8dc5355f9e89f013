"""``mailbox``: who keeps the own mail while one is away, and who would."""

import argparse
import time

from bazaar.cli.failures import UsageError
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema.mailboxes import (
    MailboxChoose,
    MailboxesView,
    MailboxFind,
    MailboxLeave,
    MailboxList,
    MailboxView,
    VolunteerView,
)

DAY = 86_400


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    mailbox = commands.ask(
        "mailbox", "let PEER keep your mail; without PEER: list those that do", _mailbox
    )
    mailbox.add_argument("peer", nargs="?", metavar="PEER")
    mailbox.add_argument("--off", action="store_true", help="keep it there no longer")
    mailbox.add_argument("--find", action="store_true", help="look for volunteers")


def _mailbox(args: argparse.Namespace, node: Client) -> Shown:
    if args.find:
        return _find(node)
    if args.peer is None:
        if args.off:
            raise UsageError("say whose mailbox: mailbox --off PEER")
        found: MailboxesView = node.call(MailboxList())
    elif args.off:
        found = node.call(MailboxLeave(peer=args.peer))
    else:
        found = node.call(MailboxChoose(peer=args.peer))
    return Shown(found, lambda page: _show(page, found))


def _show(page: Page, found: MailboxesView) -> None:
    now = int(time.time())
    rows = [(one.name, one.peer_id, _state(one, now)) for one in found.mailboxes]
    page.table(("MAILBOX", "PEER", "STATE"), rows, "nobody keeps your mail")
    agreed = sum(one.until > now for one in found.mailboxes)
    if agreed < found.enough:
        page.line(f"{agreed} keep your mail; at least {found.enough} should")


def _state(one: MailboxView, now: int) -> str:
    if one.until <= now:
        return "has not agreed yet"
    return f"keeps mail for {(one.until - now) // DAY} more days"


def _find(node: Client) -> Shown:
    found: tuple[VolunteerView, ...] = node.call(MailboxFind())
    rows = [
        (
            one.name,
            one.peer_id,
            "yours" if one.chosen else "connected" if one.connected else "",
        )
        for one in found
    ]
    heads = ("VOLUNTEER", "PEER", "")
    nobody = "nobody who keeps mail for anybody was found; ask a friend to"
    return Shown(found, lambda page: page.table(heads, rows, nobody))
