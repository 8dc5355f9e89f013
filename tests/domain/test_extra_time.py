"""Which extra time a seller's node relies on: each bound at its second and one beyond."""

import pytest

from bazaar.domain.trading.deadlines import Spell
from bazaar.domain.trading.extra_time import (
    NOT_WITH_ARBITERS,
    TOO_LATE,
    shipping_risk,
    sure_deadlines,
)
from bazaar.domain.trading.messages import Dispute, Extend, Mode, Role, Ruling
from bazaar.domain.trading.receipts import Receipts
from bazaar.domain.wire.networks import DAY
from tests.trades import KEYS, START, Story, ruling_fields

B, S, A1, A2 = Role
GRACE = DAY
DAYS = 10


def extended(mode: Mode = Mode.ESCROW) -> Story:
    story = Story(mode=mode).funded()
    story.say(B, Extend, days=DAYS)
    return story


def seen_by_seller(
    story: Story, now: int, received: int, acks: dict[Role, int] | None = None
) -> Receipts:
    """The Extend was ``received`` then, and acknowledged by seats when ``acks`` says."""
    extend = next(m for m in story.said if isinstance(m.body, Extend))
    committed = {m.id: m.body.at for m in story.all} | {extend.id: received}
    acked = {
        (KEYS[seat].verify_key.encode(), extend.id): at
        for seat, at in (acks or {}).items()
    }
    return Receipts(committed, [Spell(START - DAY, now)], now, acked)


def sure_t1(story: Story, receipts: Receipts) -> int:
    return sure_deadlines(story.fold(), 0, receipts).t1 - story.times.t1


@pytest.mark.parametrize(("offset", "days"), [(-1, DAYS), (0, DAYS), (1, 0)])
def test_extra_time_that_came_by_t1_less_g_counts_at_once(
    offset: int, days: int
) -> None:
    story = extended()
    received = story.times.t1 - GRACE + offset
    assert sure_t1(story, seen_by_seller(story, received, received)) == days * DAY


@pytest.mark.parametrize(("offset", "days"), [(-1, 0), (0, DAYS), (1, DAYS)])
def test_later_extra_time_counts_when_both_acks_are_g_old(
    offset: int, days: int
) -> None:
    story = extended()
    t1 = story.times.t1
    acks = {A1: t1, A2: t1 + 5}
    receipts = seen_by_seller(story, t1 + 5 + GRACE + offset, t1, acks)
    assert sure_t1(story, receipts) == days * DAY


@pytest.mark.parametrize("silent", [A1, A2])
def test_it_never_counts_while_one_seat_is_silent(silent: Role) -> None:
    story = extended()
    t1 = story.times.t1
    acks = {seat: t1 for seat in (A1, A2) if seat != silent}
    assert sure_t1(story, seen_by_seller(story, t1 + 8 * DAY, t1, acks)) == 0


def test_a_ruling_that_is_here_takes_the_extra_time_away() -> None:
    story = extended()
    t1 = story.times.t1
    dispute = story.say(B, Dispute, reason=1)
    receipts = seen_by_seller(story, t1 + 3 * DAY, t1, {A1: t1, A2: t1})
    assert sure_t1(story, receipts) == DAYS * DAY
    refund = ruling_fields(dispute.id, 1, to_buyer=1000)
    story.say(A1, Ruling, at=t1 + GRACE, seen=story.heads(A1)[1:], **refund)
    assert sure_t1(story, receipts) == 0


def test_a_seat_that_names_it_in_a_message_needs_no_ack() -> None:
    story = Story((500, 500)).funded()
    story.say(B, Extend, days=DAYS)
    dispute = story.say(B, Dispute, reason=4, parts=(1,))
    for seat in (A1, A2):
        split = ruling_fields(dispute.id, 4, to_buyer=500) | {"part": 1}
        story.say(seat, Ruling, at=story.times.t1 + GRACE, **split)
    t1 = story.times.t1
    assert sure_t1(story, seen_by_seller(story, t1 + 2 * GRACE - 1, t1)) == 0
    assert sure_t1(story, seen_by_seller(story, t1 + 2 * GRACE, t1)) == DAYS * DAY


def test_without_seats_it_counts_at_once() -> None:
    story = extended(Mode.DIRECT)
    t1 = story.times.t1
    assert sure_t1(story, seen_by_seller(story, t1, t1)) == DAYS * DAY


def test_the_second_extra_time_is_counted_from_the_first() -> None:
    story = extended()
    story.say(B, Extend, days=2)
    first, second = (m for m in story.said if isinstance(m.body, Extend))
    t1 = story.times.t1
    moved = t1 + DAYS * DAY
    for late, days in ((0, DAYS + 2), (1, DAYS)):
        receipts = seen_by_seller(story, moved, t1 - GRACE)
        committed = {**receipts.committed, second.id: moved - GRACE + late}
        assert first.id != second.id
        assert sure_t1(story, receipts._replace(committed=committed)) == days * DAY


def test_the_risk_of_a_shipment_is_named() -> None:
    story = extended()
    due = story.times.t1 - GRACE
    for now, words in (
        (due, ""),
        (due + 1, NOT_WITH_ARBITERS),
        (due + DAYS * DAY, NOT_WITH_ARBITERS),
        (due + DAYS * DAY + 1, TOO_LATE),
    ):
        receipts = seen_by_seller(story, now, due + 1)
        assert shipping_risk(story.fold(), 0, receipts) == words
    known = seen_by_seller(story, due + DAYS * DAY, due + 1, {A1: due, A2: due})
    assert shipping_risk(story.fold(), 0, known) == ""
