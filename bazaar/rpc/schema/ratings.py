"""Ratings."""

from typing import Final

from bazaar.rpc.schema.call import Answer, Answers, Call


class OrderRate(Call, frozen=True, tag="order.rate"):
    """Rate the other side (``whom``: other, primary or backup)."""

    id: str
    stars: int
    text: str = ""
    whom: str = "other"
    line: int = 0


class Rated(Answer, frozen=True):
    """The rating's id."""

    rating_id: str
    order_id: str


class Ratings(Call, frozen=True, tag="ratings"):
    """Fetch and verify the ratings of a peer from all sources."""

    peer: str


class RatingView(Answer, frozen=True):
    """One verified rating."""

    rating_id: str
    rater: str
    rater_name: str
    role: str
    stars: int
    text: str
    at: int
    value_class: int


class RatingsView(Answer, frozen=True):
    """Ratings of a peer; ``score`` is None without any. Never shown without its count.

    Attributes:
        hidden: Ratings by people whom the user blocked; they are not among ``items``.
    """

    peer_id: str
    score: float | None
    lower_bound: float | None
    voices: int
    ratings: int
    unconnected: int
    withheld: int
    items: tuple[RatingView, ...]
    refused: int
    hidden: int = 0


CALLS: Final[Answers] = {
    OrderRate: Rated,
    Ratings: RatingsView,
}
