"""Ratings, the replies to them, and how complete they are."""

from typing import Final

from msgspec import field

from bazaar.rpc.schema.call import Answer, Answers, Call


class OrderRate(Call, frozen=True, tag="order.rate"):
    """Rate the other side (``whom``: other, primary or backup).

    Attributes:
        aspects: 1 to 5 for any of quality, description, delivery and service.
        anonymous: A buyer's rating under the order's own key; it carries no trust.
        correct: Take the place of an earlier one, once, within 90 days.
    """

    id: str
    stars: int
    text: str = ""
    whom: str = "other"
    line: int = 0
    aspects: dict[str, int] = field(default_factory=dict[str, int])
    tags: tuple[str, ...] = ()
    anonymous: bool = False
    correct: bool = False


class Rated(Answer, frozen=True):
    """The rating's id."""

    rating_id: str
    order_id: str


class OrderReply(Call, frozen=True, tag="order.reply"):
    """Answer a rating of oneself; a second answer takes the place of the first."""

    rating: str
    text: str


class Replied(Answer, frozen=True):
    """The reply's id; ``is_last`` once it cannot be changed any more."""

    reply_id: str
    rating_id: str
    is_last: bool


class Ratings(Call, frozen=True, tag="ratings"):
    """Fetch and verify the ratings of a peer from all sources, and its chains of slots."""

    peer: str


class OrderRatings(Call, frozen=True, tag="order.ratings"):
    """The ratings that are held of one own order."""

    id: str


class EarlierView(Answer, frozen=True):
    """What a correction took the place of."""

    stars: int
    text: str
    at: int


class ReplyView(Answer, frozen=True):
    """What who was rated answered."""

    reply_id: str
    text: str
    at: int
    changed: bool


class RatingView(Answer, frozen=True):
    """One verified rating.

    Attributes:
        role: As what the ratee was rated.
        aspects: Those that were given.
        anonymous: Under the order's own key; it carries no trust.
        counts: Whether it may weigh: neither anonymous nor by a flagged key.
        reached: Whether this user reaches its author through people whom he trusts.
        mine: Whether this user wrote it.
        may_reply: Whether this user was rated and may still answer.
        correct_until: Until when this user may correct it, or None.
    """

    rating_id: str
    rater: str
    rater_name: str
    role: str
    stars: int
    text: str
    at: int
    value_class: int
    aspects: dict[str, int] = field(default_factory=dict[str, int])
    tags: tuple[str, ...] = ()
    line: int = 0
    anonymous: bool = False
    counts: bool = True
    reached: bool = False
    earlier: EarlierView | None = None
    reply: ReplyView | None = None
    mine: bool = False
    may_reply: bool = False
    correct_until: int | None = None


class OrderRatingsView(Answer, frozen=True):
    """Ratings of one order.

    Attributes:
        open: Whom this user may still rate: other, primary, backup.
    """

    order_id: str
    open: tuple[str, ...]
    items: tuple[RatingView, ...]


class ShortenedView(Answer, frozen=True):
    """Two envelopes in hex that one key signed and that cannot both be true."""

    held: str
    head: str


class HistoryView(Answer, frozen=True):
    """One chain of slots of a peer, as its owner shows it and the reader checked it.

    Attributes:
        chain: sales, purchases or cases.
        published: Number of the last slot that the owner signed, 0 for none.
        published_at: When, or None.
        read: Whether the whole chain was read just now; the counts are 0 otherwise.
        total: Slots shown, and those that the reader knows besides.
        unaccounted: Closed ones without a rating that the reader could find.
        left_out: Numbers without a slot, in ``breaks`` places: the history was interrupted.
        unproven: Slots that the owner's signature does not vouch for.
        false_marks: Slots called off that were rated all the same.
        shortened: What shows that the history was shortened.
        problem: Why it was not read, in words.
        is_false: Whether what was shown is not what the owner signed.
        words: All of this in a sentence.
    """

    chain: str
    published: int
    published_at: int | None
    read: bool
    total: int
    open: int
    aborted: int
    closed: int
    rated: int
    unaccounted: int
    left_out: int
    breaks: int
    unproven: int
    false_marks: int
    shortened: tuple[ShortenedView, ...]
    problem: str
    is_false: bool
    words: str


class WayView(Answer, frozen=True):
    """People from this user to a rater, by name; none if he rated himself."""

    people: tuple[str, ...]
    peer_ids: tuple[str, ...]


class RatingsView(Answer, frozen=True):
    """What a peer is to this user, and what everybody said of it (domain/reputation/reputation.py).

    Attributes:
        score: Stars 1 to 5 as they are worth to this user; None if he reaches nobody.
        lower_bound: What to rely on at least, in stars.
        voices: Independent people whom he reaches and who rated well.
        against: As many who rated badly.
        unconnected: Ratings by people whom he does not reach.
        since: When the first whom he reaches rated, or None.
        ways: Over whom he reaches the raters, shortest first.
        withheld: Sales, purchases and cases that are closed and without a rating.
        hidden: Ratings by people whom the user blocked; they are not among ``items``.
        histories: How complete the ratings are, by chain; only chains that are there.
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
    histories: tuple[HistoryView, ...] = ()
    against: int = 0
    since: int | None = None
    ways: tuple[WayView, ...] = ()


class ReputationExport(Call, frozen=True, tag="reputation"):
    """Write the own reputation to a new file (whole path), for anybody to verify."""

    file: str


class ReputationView(Answer, frozen=True):
    """The file, and what anybody who verifies it will find."""

    file: str
    size: int
    valid: bool
    ratings: int
    sales: int
    problems: tuple[str, ...]


CALLS: Final[Answers] = {
    OrderRate: Rated,
    OrderReply: Replied,
    OrderRatings: OrderRatingsView,
    ReputationExport: ReputationView,
    Ratings: RatingsView,
}
