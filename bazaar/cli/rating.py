"""``ratings``: what verified buyers and sellers said about a peer, never without its count."""

import argparse

from bazaar.cli.formats import counted, moment
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema.ratings import Ratings, RatingsView


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    commands.ask("ratings", "verified ratings of a peer", _ratings).add_argument(
        "peer", metavar="PEER"
    )


def _ratings(args: argparse.Namespace, node: Client) -> Shown:
    ratings: RatingsView = node.call(Ratings(peer=args.peer))
    return Shown(ratings, lambda page: _page(page, ratings))


def _page(page: Page, ratings: RatingsView) -> None:
    rows = [
        (
            moment(one.at),
            "*" * one.stars,
            one.role,
            one.rater_name or one.rater,
            one.text,
        )
        for one in ratings.items
    ]
    page.line(_summary(ratings))
    page.table(("AT", "STARS", "AS", "FROM", "SAYS"), rows)


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
    parts += [f"{ratings.withheld} withheld"] if ratings.withheld else []
    parts += [f"{ratings.hidden} by people you blocked"] if ratings.hidden else []
    parts += [f"{ratings.refused} refused as false"] if ratings.refused else []
    return ", ".join(parts)
