"""What an exported reputation proves, for programs and for people; loaded by ``verify`` alone."""

from msgspec import Struct

from bazaar.cli.formats import moment
from bazaar.cli.output import Page
from bazaar.domain.keys.peer_ids import peer_id
from bazaar.domain.reputation.reputation_check import (
    CheckedReputation,
    check_reputation,
)
from bazaar.domain.reputation.reputation_file import NoReputationError
from bazaar.domain.wire.kinds import Kind

CHAINS = {Kind.SALE_SLOT: "sales", Kind.BUY_SLOT: "purchases", Kind.CASE_SLOT: "cases"}


class ChainLine(Struct, frozen=True):
    """One chain, as the file shows it."""

    chain: str
    total: int
    closed: int
    rated: int
    unaccounted: int
    left_out: int


class RatingLine(Struct, frozen=True):
    """One valid rating; ``rater`` is the one-time key where it hides a name."""

    at: int
    stars: int
    rater: str
    anonymous: bool
    text: str
    reply: str


class VerifiedReputation(Struct, frozen=True):
    """What a file proves; without problems all of it holds."""

    valid: bool
    state: str
    problems: tuple[str, ...]
    peer_id: str = ""
    network: str = ""
    made: int = 0
    chains: tuple[ChainLine, ...] = ()
    ratings: tuple[RatingLine, ...] = ()


def reputation_view(data: bytes) -> VerifiedReputation:
    """All that a file shows; only the verdict if it cannot be opened."""
    try:
        checked = check_reputation(data)
    except NoReputationError as error:
        return VerifiedReputation(
            valid=False, state="unreadable", problems=(str(error),)
        )
    return VerifiedReputation(
        valid=not checked.problems,
        state="reputation",
        problems=checked.problems,
        peer_id=peer_id(checked.file.owner),
        network=checked.file.network,
        made=checked.file.made,
        chains=tuple(
            ChainLine(
                CHAINS[Kind(one.chain)],
                one.tally.sales,
                one.tally.closed,
                one.tally.rated,
                one.tally.unaccounted,
                one.walk.left_out,
            )
            for one in checked.chains
        ),
        ratings=tuple(_ratings(checked)),
    )


def _ratings(checked: CheckedReputation) -> list[RatingLine]:
    replies = {one.body.rating: one.body.text for one in checked.replies}
    return [
        RatingLine(
            rating.body.at,
            rating.body.overall,
            peer_id(rating.author),
            judged.anonymous,
            rating.body.text,
            replies.get(rating.id, ""),
        )
        for rating, judged in checked.ratings
    ]


def show_reputation(page: Page, view: VerifiedReputation) -> None:
    """The verdict, how complete it is, and what was said."""
    holds = "the reputation holds" if view.valid else "THE REPUTATION DOES NOT HOLD"
    page.line(holds)
    for problem in view.problems:
        page.line(f"! {problem}")
    if not view.peer_id:
        return
    page.fields(
        [("of", view.peer_id), ("network", view.network), ("made", moment(view.made))]
    )
    for one in view.chains:
        page.line(
            f"{one.total} {one.chain}, {one.closed} closed, {one.rated} rated, "
            f"{one.unaccounted} unaccounted"
            + (f", {one.left_out} numbers left out" if one.left_out else "")
        )
    page.table(
        ("AT", "STARS", "FROM", "SAYS"),
        [
            (
                moment(one.at),
                "*" * one.stars,
                "(without a name)" if one.anonymous else one.rater,
                f"{one.text} -> {one.reply}" if one.reply else one.text,
            )
            for one in view.ratings
        ],
    )
    page.line(
        "What it is worth is yours to judge: anybody can trade with himself. "
        "Who rated, and whether you can reach them, is what counts."
    )
