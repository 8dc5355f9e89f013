"""``ratings``: what verified buyers and sellers said about a peer, never without its count."""

import argparse
from pathlib import Path

from bazaar.cli.formats import counted, moment
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema.ratings import (
    HistoryView,
    Ratings,
    RatingsView,
    RatingView,
    ReputationExport,
    ReputationView,
)


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    commands.ask("ratings", "verified ratings of a peer", _ratings).add_argument(
        "peer", metavar="PEER"
    )
    export = commands.ask(
        "reputation",
        "write your reputation to a file, for anyone to verify",
        _export,
    )
    export.add_argument("file", metavar="FILE", help="a new file")


def _export(args: argparse.Namespace, node: Client) -> Shown:
    path = str(Path(args.file).absolute())
    made: ReputationView = node.call(ReputationExport(file=path))
    return Shown(made, lambda page: _show_export(page, made))


def _show_export(page: Page, made: ReputationView) -> None:
    page.line(
        f"{made.file}: {counted(made.ratings, 'rating')}, {counted(made.sales, 'sale')}"
    )
    for problem in made.problems:
        page.line(f"! {problem}")
    page.line(f"Anybody can check it without you: bazaar verify {made.file}")


def _ratings(args: argparse.Namespace, node: Client) -> Shown:
    ratings: RatingsView = node.call(Ratings(peer=args.peer))
    return Shown(ratings, lambda page: _page(page, ratings))


def _page(page: Page, ratings: RatingsView) -> None:
    page.line(_summary(ratings))
    for history in ratings.histories:
        page.line(f"{'! ' if _is_odd(history) else ''}{history.words}")
    rows = [
        (
            moment(one.at),
            "*" * one.stars,
            one.role,
            one.rater_name or "(without a name)",
            said(one),
        )
        for one in ratings.items
    ]
    page.table(("AT", "STARS", "AS", "FROM", "SAYS"), rows)


def _is_odd(history: HistoryView) -> bool:
    """Whether a chain shows something that its owner must explain."""
    return bool(history.is_false or history.shortened or history.false_marks)


def said(one: RatingView) -> str:
    """The text of a rating, with what it took the place of and what was answered."""
    words = [one.text]
    if one.earlier is not None:
        words.append(f"(before: {'*' * one.earlier.stars} {one.earlier.text})")
    if one.reply is not None:
        words.append(f"-> {one.reply.text}")
    return " ".join(word for word in words if word)


def _summary(ratings: RatingsView) -> str:
    if not ratings.ratings:
        return "nobody has rated this peer"
    of = f"of {counted(ratings.ratings, 'rating')}"
    if ratings.score is None:
        parts = [f"nobody you can reach has rated this peer ({of})"]
    else:
        voices = counted(ratings.voices, "independent voice")
        parts = [f"{ratings.score:.1f} of 5 from {voices} ({of})"]
        if ratings.lower_bound is not None:
            parts.append(f"at least {ratings.lower_bound:.1f}")
    parts += [f"{ratings.against} advise against"] if ratings.against else []
    parts += [f"{ratings.unconnected} unconnected"] if ratings.unconnected else []
    parts += [f"{ratings.withheld} unaccounted"] if ratings.withheld else []
    parts += [f"{ratings.hidden} by people you blocked"] if ratings.hidden else []
    parts += [f"{ratings.refused} refused as false"] if ratings.refused else []
    return ", ".join(parts)
