"""``order rate``, ``order reply``, ``order ratings``: what people say after a trade."""

import argparse
from typing import Final

from bazaar.cli.formats import moment
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands, Parser
from bazaar.cli.rating import said
from bazaar.rpc.client import Client
from bazaar.rpc.schema.ratings import (
    OrderRate,
    OrderRatings,
    OrderRatingsView,
    OrderReply,
    Rated,
    Replied,
)

MAX_STARS: Final = 5
WHOM: Final = ("other", "primary", "backup")
ASPECTS: Final = ("quality", "description", "delivery", "service")


def register(order: Commands) -> None:
    """Add the commands of this file below ``order``."""
    _add_rate(order.ask("rate", "rate the other side or an arbiter", _rate))
    reply = order.ask("reply", "answer a rating of yourself", _reply)
    reply.add_argument("rating", metavar="RATING")
    reply.add_argument("--text", required=True, metavar="T")
    ratings = order.ask("ratings", "the ratings of one order", _ratings)
    ratings.add_argument("id", metavar="ID")


def _add_rate(rate: Parser) -> None:
    rate.add_argument("id", metavar="ID")
    stars = range(1, MAX_STARS + 1)
    rate.add_argument("--stars", type=int, required=True, choices=stars)
    rate.add_argument("--text", default="", metavar="T")
    rate.add_argument("--whom", default="other", choices=WHOM)
    rate.add_argument("--line", type=int, default=0, metavar="N")
    for name in ASPECTS:
        rate.add_argument(f"--{name}", type=int, choices=stars, metavar="N")
    rate.add_argument("--tag", action="append", default=[], metavar="WORD")
    rate.add_argument(
        "--anonymous",
        action="store_true",
        help="a buyer's rating without a name; it is shown, but carries no trust",
    )
    rate.add_argument(
        "--correct",
        action="store_true",
        help="take the place of your earlier rating, once, within 90 days",
    )


def _rate(args: argparse.Namespace, node: Client) -> Shown:
    given = {name: getattr(args, name) for name in ASPECTS}
    rated: Rated = node.call(
        OrderRate(
            id=args.id,
            stars=args.stars,
            text=args.text,
            whom=args.whom,
            line=args.line,
            aspects={name: stars for name, stars in given.items() if stars},
            tags=tuple(args.tag),
            anonymous=args.anonymous,
            correct=args.correct,
        )
    )
    return Shown(rated, lambda page: page.line(f"rated order {rated.order_id}"))


def _reply(args: argparse.Namespace, node: Client) -> Shown:
    replied: Replied = node.call(OrderReply(rating=args.rating, text=args.text))
    rest = "" if replied.is_last else "; you may change the answer once"
    return Shown(replied, lambda page: page.line(f"answered {replied.rating_id}{rest}"))


def _ratings(args: argparse.Namespace, node: Client) -> Shown:
    found: OrderRatingsView = node.call(OrderRatings(id=args.id))
    return Shown(found, lambda page: _page(page, found))


def _page(page: Page, found: OrderRatingsView) -> None:
    if not found.items:
        page.line("no ratings of this order yet")
    rows = [
        (
            one.rating_id[:12],
            moment(one.at),
            "*" * one.stars,
            one.role,
            one.rater_name or "(without a name)",
            said(one),
        )
        for one in found.items
    ]
    if rows:
        page.table(("RATING", "AT", "STARS", "OF THE", "FROM", "SAYS"), rows)
    if found.open:
        page.line(f"you may rate: {', '.join(found.open)}")
