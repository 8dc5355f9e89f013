"""``ratings``: what verified buyers and sellers said about a peer, never without its count."""

import argparse

from bazaar.cli.formats import counted, moment
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema.ratings import HistoryView, Ratings, RatingsView, RatingView


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    commands.ask("ratings", "verified ratings of a peer", _ratings).add_argument(
        "peer", metavar="PEER"
    )


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
    if ratings.score is None:
        return "nobody has rated this peer"
    parts = [
        f"{ratings.score:.2f} of 5 from {counted(ratings.ratings, 'rating')}",
        f"{counted(ratings.voices, 'independent voice')}",
    ]
    if ratings.lower_bound is not None:
        parts.append(f"at least {ratings.lower_bound:.2f}")
    parts += [f"{ratings.unconnected} unconnected"] if ratings.unconnected else []
    parts += [f"{ratings.withheld} unaccounted"] if ratings.withheld else []
    parts += [f"{ratings.hidden} by people you blocked"] if ratings.hidden else []
    parts += [f"{ratings.refused} refused as false"] if ratings.refused else []
    return ", ".join(parts)
