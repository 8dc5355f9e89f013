"""How much mail to people who are away awaits them when they come back."""

from typing import Final

from net.sim.mail import Letter, Post
from net.sim.market import SimMarket
from net.sim.population import DAY

LETTERS: Final = 300
MAILBOXES: Final = 3
SOON_SECONDS: Final = 120
"""Mailboxes are visited each minute."""


def mail_available(
    market: SimMarket, mailboxes: int = MAILBOXES, letters: int = LETTERS
) -> float:
    """Share of letters that the recipient has within two minutes of his return.

    Each is written, at any time of a day, by somebody who is there to somebody who is not,
    whose mailboxes are servers drawn by chance.
    """
    post, good = Post(market.population, market.chance), 0
    for _ in range(letters):
        written = float(market.chance.random()) * DAY
        away, sender = (
            _one(market, written, is_there=there) for there in (False, True)
        )
        hosts = [market.server() for _ in range(mailboxes)]
        way = post.follow(Letter(sender, away, hosts), written)
        good += way.delivered <= way.returned + SOON_SECONDS
    return good / letters


def _one(market: SimMarket, at: float, *, is_there: bool) -> int:
    people = market.population
    return people.pick(
        market.chance, lambda number: people.is_there(number, at) is is_there
    )
