"""``notice``: what happened that needs you."""

import argparse
import time

from bazaar.cli.formats import distance
from bazaar.cli.output import Shown
from bazaar.cli.parser import Commands, Parser
from bazaar.rpc.client import Client
from bazaar.rpc.schema.call import Done
from bazaar.rpc.schema.notices import (
    NoticeDelete,
    NoticeList,
    NoticeOff,
    NoticeRead,
    NoticesView,
)


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    notice = commands.group("notice", "what happened that needs you")
    listing = notice.ask("list", "the newest first", _list)
    listing.add_argument("--kind", default="", metavar="K", help="such as order, chat")
    listing.add_argument("--unread", action="store_true", help="only what is new")
    _numbers(notice.ask("read", "mark as read; all without numbers", _read))
    _numbers(notice.ask("delete", "throw away; all without numbers", _delete))
    off = notice.ask("off", "kinds not to be told of; none: all are told", _off)
    off.add_argument("kinds", nargs="*", metavar="KIND")


def _numbers(parser: Parser) -> None:
    parser.add_argument("ids", nargs="*", type=int, metavar="N")


def _list(args: argparse.Namespace, node: Client) -> Shown:
    found: NoticesView = node.call(NoticeList(kind=args.kind, unread=args.unread))
    now = int(time.time())
    rows = [
        (
            str(one.notice_id),
            "" if one.seen else "new",
            distance(one.at, now),
            one.kind,
            one.title,
            one.words,
        )
        for one in found.items
    ]
    heads = ("N>", "", "WHEN", "KIND", "ABOUT", "WHAT")
    return Shown(found, lambda page: page.table(heads, rows, "nothing needs you"))


def _read(args: argparse.Namespace, node: Client) -> Shown:
    return _done(node.call(NoticeRead(ids=tuple(args.ids))))


def _delete(args: argparse.Namespace, node: Client) -> Shown:
    return _done(node.call(NoticeDelete(ids=tuple(args.ids))))


def _off(args: argparse.Namespace, node: Client) -> Shown:
    return _done(node.call(NoticeOff(kinds=tuple(args.kinds))))


def _done(done: Done) -> Shown:
    return Shown(done, lambda page: page.line(done.words))
