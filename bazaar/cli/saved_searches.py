"""``searches``: what you look for again and again, and what is new of it."""

import argparse

from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema.call import Done
from bazaar.rpc.schema.searches import (
    SavedSearchView,
    SearchForget,
    SearchSaved,
    SearchSeen,
)

HEADS = ("NUMBER>", "TITLE", "NEW>", "SEARCH")


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    searches = commands.ask(
        "searches", "saved searches (search --save) and what is new of them", _searches
    )
    searches.add_argument("--seen", type=int, metavar="NUMBER", help="mark as seen")
    searches.add_argument("--forget", type=int, metavar="NUMBER")


def _searches(args: argparse.Namespace, node: Client) -> Shown:
    if args.forget is not None:
        return _done(node, SearchForget(number=args.forget))
    if args.seen is not None:
        return _done(node, SearchSeen(number=args.seen))
    found: tuple[SavedSearchView, ...] = node.call(SearchSaved())
    return Shown(found, lambda page: _show(page, found))


def _done(node: Client, call: SearchForget | SearchSeen) -> Shown:
    done: Done = node.call(call)
    return Shown(done, lambda page: page.line(done.words))


def _show(page: Page, found: tuple[SavedSearchView, ...]) -> None:
    rows = [(str(s.number), s.title, str(s.fresh), search_words(s)) for s in found]
    page.table(HEADS, rows, "no search is saved: bazaar search WORDS --save")


def search_words(saved: SavedSearchView) -> str:
    """The filters as ``name=value``, the words first."""
    words = [
        f"{name}={value}" for name, value in saved.asked.items() if name != "words"
    ]
    return " ".join([saved.asked.get("words", ""), *words]).strip()
