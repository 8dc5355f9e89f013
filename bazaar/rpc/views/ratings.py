"""Ratings and chains of slots as the doors show them."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from bazaar.app.reputation.rating_sets import Counted
from bazaar.app.reputation.slot_histories import History
from bazaar.domain.reputation.rating import CORRECTION_SECONDS, Rating
from bazaar.domain.trading.messages import Role
from bazaar.domain.trading.telling import ROLE_NAMES
from bazaar.domain.wire.kinds import Kind
from bazaar.rpc.schema.ratings import (
    EarlierView,
    HistoryView,
    RatingView,
    ReplyView,
    ShortenedView,
    WayView,
)
from bazaar.rpc.views.people import People

ASPECTS: Final = ("quality", "description", "delivery", "service")
CHAINS: Final = {
    Kind.SALE_SLOT: "sales",
    Kind.BUY_SLOT: "purchases",
    Kind.CASE_SLOT: "cases",
}
LAST_SEQ: Final = 1


class RatingViews:
    """Shows ratings to one user; ``own`` are the keys under which he rates."""

    def __init__(
        self,
        people: People,
        now: int,
        flagged: Collection[bytes] = (),
        reached: Collection[bytes] = (),
    ) -> None:
        self._people = people
        self._now = now
        self._flagged = flagged
        self._reached = reached

    async def view(self, one: Counted, own: Collection[bytes]) -> RatingView:
        """One rating with what it took the place of and what was answered."""
        body, rated = one.rating.body, one.rated
        person = await self._people.person(one.rating.author)
        mine = one.rating.author in own
        given = zip(ASPECTS, body.aspects, strict=True)
        reply = one.reply
        return RatingView(
            rating_id=one.rating.id.hex(),
            rater=person.peer_id,
            rater_name="" if rated.anonymous else person.name,
            role=ROLE_NAMES[Role(body.ratee_role)],
            stars=body.overall,
            text=body.text,
            at=body.at,
            value_class=rated.slot.body.value_class,
            aspects={name: stars for name, stars in given if stars},
            tags=body.tags,
            line=body.line,
            anonymous=rated.anonymous,
            counts=not rated.anonymous and one.rating.author not in self._flagged,
            reached=one.rating.author in self._reached,
            earlier=_earlier(one),
            reply=None
            if reply is None
            else ReplyView(
                reply_id=reply.id.hex(),
                text=reply.body.text,
                at=reply.body.at,
                changed=reply.body.seq > 0,
            ),
            mine=mine,
            may_reply=body.ratee in own
            and (reply is None or reply.body.seq < LAST_SEQ),
            correct_until=self._correct_until(body) if mine else None,
        )

    def _correct_until(self, body: Rating) -> int | None:
        end = body.at + CORRECTION_SECONDS
        return end if body.seq < LAST_SEQ and self._now <= end else None


def _earlier(one: Counted) -> EarlierView | None:
    if one.earlier is None:
        return None
    body = one.earlier.body
    return EarlierView(stars=body.overall, text=body.text, at=body.at)


async def way_views(
    people: People, ways: Iterable[Sequence[bytes]]
) -> tuple[WayView, ...]:
    """Ways to raters, without the user at their beginning."""
    found: list[WayView] = []
    for way in ways:
        persons = [await people.person(key) for key in way[1:]]
        names = tuple(one.name for one in persons)
        found.append(WayView(people=names, peer_ids=tuple(p.peer_id for p in persons)))
    return tuple(found)


def history_views(found: Iterable[History]) -> tuple[HistoryView, ...]:
    """Chains that are there, or that were denied."""
    return tuple(_history(one) for one in found if one.head or one.problem)


def _history(one: History) -> HistoryView:
    counts, head = one.tally, one.head
    return HistoryView(
        chain=CHAINS[Kind(one.chain)],
        published=head.body.n if head else 0,
        published_at=head.body.at if head else None,
        read=counts is not None,
        total=counts.sales if counts else 0,
        open=counts.open if counts else 0,
        aborted=counts.aborted if counts else 0,
        closed=counts.closed if counts else 0,
        rated=counts.rated if counts else 0,
        unaccounted=counts.unaccounted if counts else 0,
        left_out=one.left_out,
        breaks=one.breaks,
        unproven=one.unproven,
        false_marks=len(counts.false_marks) if counts else 0,
        shortened=tuple(
            ShortenedView(held=pair.held.hex(), head=pair.head.hex())
            for pair in one.shortened
        ),
        problem=one.problem,
        is_false=one.is_false,
        words=history_words(one),
    )


def history_words(one: History) -> str:
    """A chain in a sentence: ``41 sales, 38 closed, 35 rated, 3 unaccounted``."""
    name, counts = CHAINS[Kind(one.chain)], one.tally
    if counts is None:
        if one.is_false:
            return f"{name}: what is shown is not what was signed ({one.problem})"
        if one.head is None:
            return f"{name}: not known ({one.problem})"
        return f"{one.head.body.n} {name} signed for; not read now ({one.problem})"
    words = [
        f"{counts.sales} {name if counts.sales != 1 else name[:-1]}",
        f"{counts.closed} closed",
        f"{counts.rated} rated",
        f"{counts.unaccounted} unaccounted",
    ]
    for number, what in (
        (counts.open, "open"),
        (counts.aborted, "called off"),
        (one.left_out, "numbers left out: history interrupted"),
        (one.unproven, "of them unproven"),
        (len(counts.false_marks), "falsely marked as called off"),
    ):
        words += [f"{number} {what}"] if number else []
    words += ["history shortened"] if one.shortened else []
    return ", ".join(words)
