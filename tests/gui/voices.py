"""What people said of each other, as the app's tests are told."""

from typing import Final

from msgspec.structs import replace

from bazaar.rpc.schema.ratings import (
    EarlierView,
    HistoryView,
    OrderRatings,
    OrderRatingsView,
    RatingsView,
    RatingView,
    ReplyView,
    ShortenedView,
    WayView,
)
from tests.gui.goods import now

DAY: Final = 86_400

SALES: Final = HistoryView(
    chain="sales",
    published=41,
    published_at=1_800_000_000,
    read=True,
    total=41,
    open=2,
    aborted=1,
    closed=38,
    rated=35,
    unaccounted=3,
    left_out=0,
    breaks=0,
    unproven=0,
    false_marks=0,
    shortened=(),
    problem="",
    is_false=False,
    words="41 sales, 38 closed, 35 rated, 3 unaccounted",
)
ODD: Final = replace(
    SALES,
    chain="purchases",
    published=1_009,
    total=9,
    open=0,
    aborted=0,
    closed=9,
    rated=4,
    unaccounted=5,
    left_out=999,
    breaks=1,
    unproven=2,
    false_marks=1,
    shortened=(ShortenedView(held="aa" * 90, head="bb" * 90),),
)
UNREAD: Final = replace(
    SALES, chain="cases", read=False, published=3, problem="no answer"
)


def praise() -> RatingView:
    """A rating with everything that one can have."""
    return RatingView(
        rating_id="dd" * 32,
        rater="12D3KooWrater",
        rater_name="Maren Solberg",
        role="seller",
        stars=5,
        text="Packed with care and exactly as described.",
        at=now() - 9 * DAY,
        value_class=2,
        aspects={"quality": 5, "delivery": 4},
        tags=("careful",),
        reached=True,
        reply=ReplyView(
            reply_id="de" * 32,
            text="Thank you, Maren. The lamp found a good home.",
            at=now() - 8 * DAY,
            changed=False,
        ),
    )


def doubt() -> RatingView:
    """A corrected rating by somebody who is not reached."""
    return replace(
        praise(),
        rating_id="ee" * 32,
        rater_name="Jonas Weber",
        stars=4,
        text="Took a little longer than promised, but lovely work.",
        at=now() - 30 * DAY,
        aspects={},
        tags=(),
        reached=False,
        reply=None,
        earlier=EarlierView(stars=2, text="Still not here.", at=now() - 34 * DAY),
    )


def nameless() -> RatingView:
    """A rating under the order's own key."""
    return replace(
        doubt(),
        rating_id="ff" * 32,
        rater_name="",
        anonymous=True,
        counts=False,
        stars=2,
        text="The shade was cracked.",
        earlier=None,
    )


def ratings(peer_id: str) -> RatingsView:
    """What is said of any seller."""
    return RatingsView(
        peer_id=peer_id,
        score=4.4,
        lower_bound=3.6,
        voices=7,
        ratings=12,
        unconnected=5,
        withheld=3,
        items=(praise(), doubt(), nameless()),
        refused=1,
        histories=(SALES, ODD, UNREAD),
        against=1,
        since=now() - 120 * DAY,
        ways=(
            WayView(people=("Cem Aydin", "Maren Solberg"), peer_ids=("a", "b")),
            WayView(people=(), peer_ids=()),
        ),
    )


def order_ratings(call: OrderRatings) -> OrderRatingsView:
    """The buyer's rating of the seller and the seller's of the buyer."""
    mine = replace(praise(), mine=True, correct_until=now() + DAY)
    other = replace(
        doubt(), role="buyer", rater_name="Lampenwerk", may_reply=True, earlier=None
    )
    return OrderRatingsView(
        order_id=call.id, open=("primary", "backup"), items=(mine, other)
    )
