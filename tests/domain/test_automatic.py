"""What a party's node does by itself, by its own clock, and what it never does (7.4)."""

import pytest

from bazaar.domain.credit.account import PaidOutcome
from bazaar.domain.trading.automatic import Act, Complain, Consent, Leave, Split, acts
from bazaar.domain.trading.deadlines import Spell
from bazaar.domain.trading.messages import (
    Agree,
    Decline,
    Dispute,
    DisputeReason,
    Extend,
    Fund,
    FundAck,
    Mode,
    Proposal,
    Role,
    Ruling,
    SeatAck,
    Ship,
)
from bazaar.domain.trading.receipts import Receipts
from bazaar.domain.wire.networks import DAY
from tests.trades import START, Story, ruling_fields

B, S, A1, A2 = Role
GRACE = DAY
DEFAULT = Split(PaidOutcome(0, 500, 500, 0, 0))
REFUND = Split(PaidOutcome(0, 0, 1000, 0, 0))
UNSHIPPED = Complain(0, DisputeReason.UNSHIPPED)
SILENT = Complain(0, DisputeReason.SILENT)


def owed(
    story: Story, role: Role, now: int, received: dict[bytes, int] | None = None
) -> list[Act]:
    held = {m.id: m.body.at for m in story.all} | (received or {})
    receipts = Receipts(held, [Spell(START - DAY, now)], now)
    return acts(story.fold(), role, receipts)


def test_seats_do_nothing_by_themselves_here() -> None:
    story = Story().funded()
    assert owed(story, A1, story.times.t5 * 2) == []


@pytest.mark.parametrize("role", [B, S])
@pytest.mark.parametrize("words", [0, 1, 2, 3])
def test_both_leave_once_t0_has_passed(role: Role, words: int) -> None:
    story = Story()
    story.agreed()
    del story.said[words:]
    assert owed(story, role, story.times.t0) == []
    assert owed(story, role, story.times.t0 + 1) == [Leave()]


def test_nobody_leaves_while_it_holds_a_fund_ack() -> None:
    """Even if a seat's word is still on its way."""
    story = Story().funded()
    story.said = [m for m in story.said if not isinstance(m.body, SeatAck)]
    for role in (B, S):
        assert owed(story, role, story.times.t0 + 1) == []


def test_a_fund_ack_without_a_fund_keeps_nobody() -> None:
    story = Story()
    story.say(S, FundAck, contract=story.agreed().id)
    assert owed(story, B, story.times.t0 + 1) == [Leave()]
    story.say(B, Fund, contract=story.fold().contract.id)
    assert owed(story, B, story.times.t0 + 1) == []


def test_the_buyer_disputes_what_was_not_shipped_at_cut_t1() -> None:
    story = Story().funded()
    cut = story.times.t1 + GRACE
    assert owed(story, B, cut - 1) == []
    assert owed(story, B, cut) == [UNSHIPPED]
    story.say(B, Dispute, reason=1)
    assert owed(story, B, cut) == []


def test_extra_time_moves_the_buyers_dispute() -> None:
    story = Story().funded()
    story.say(B, Extend, days=2)
    cut = story.times.t1 + 2 * DAY + GRACE
    assert owed(story, B, cut - 1) == []
    assert owed(story, B, cut) == [UNSHIPPED]


def test_the_buyer_disputes_a_late_fund_ack_as_soon_as_it_arrives() -> None:
    story = Story().shipped()
    ack = next(m for m in story.said if isinstance(m.body, FundAck))
    cut = story.times.t1 + GRACE
    for late, expected in ((0, []), (1, [UNSHIPPED])):
        received = {ack.id: story.times.t0 + GRACE + late}
        assert owed(story, B, cut, received) == expected


def test_only_the_missing_part_is_disputed() -> None:
    story = Story((500, 500)).shipped(1)
    cut = story.times.t1 + GRACE
    assert owed(story, B, cut) == [UNSHIPPED]


def test_the_seller_disputes_a_silent_buyer_at_cut_t2() -> None:
    story = Story().shipped()
    cut = story.times.t2 + GRACE
    assert owed(story, S, cut - 1) == []
    assert owed(story, S, cut) == [SILENT]
    story.say(B, Agree, names=bytes(32))
    assert owed(story, S, cut) == [SILENT]
    story.say(B, Dispute, reason=3)
    assert owed(story, S, cut) == []


def test_a_seller_who_shipped_late_complains_of_nobody() -> None:
    story = Story().shipped()
    ship = story.said[-1].id
    cut = story.times.t1 + GRACE
    for late, expected in ((0, [SILENT]), (1, [])):
        now = story.times.t2 + GRACE
        assert owed(story, S, now, {ship: cut + late}) == expected


def test_a_direct_order_is_disputed_by_nobody() -> None:
    story = Story(mode=Mode.DIRECT).funded()
    for role in (B, S):
        assert owed(story, role, story.times.t2 + GRACE) == []


def test_nobody_acts_against_a_complete_outcome() -> None:
    story = Story().shipped()
    story.say(B, Agree, names=story.said[-1].id)
    story.say(S, Decline)
    for role in (B, S):
        assert owed(story, role, story.times.t5 + 9 * DAY) == []


def test_the_buyer_agrees_to_what_leaves_the_seller_nothing() -> None:
    story = Story().funded()
    half = story.say(S, Proposal, to_seller=1, to_buyer=999)
    assert owed(story, B, START) == []
    whole = story.say(S, Proposal, to_seller=0, to_buyer=1000)
    assert owed(story, B, START) == [Consent(0, whole.id)]
    decline = story.say(S, Decline)
    assert owed(story, B, START) == [Consent(0, decline.id)]
    assert half.id != whole.id
    assert owed(story, S, START) == []


def test_the_seller_agrees_to_what_leaves_the_buyer_nothing() -> None:
    story = Story().funded()
    whole = story.say(B, Proposal, to_seller=1000, to_buyer=0)
    assert owed(story, S, START) == [Consent(0, whole.id)]
    assert owed(story, B, START) == []
    story.say(S, Agree, names=whole.id)
    assert owed(story, S, START) == []


def test_an_agree_of_the_other_to_its_own_offer_stops_nobody() -> None:
    story = Story().funded()
    decline = story.say(S, Decline)
    story.say(S, Agree, names=decline.id)
    assert owed(story, B, START) == [Consent(0, decline.id)]


@pytest.mark.parametrize(("winner", "loser"), [(B, S), (S, B)])
def test_the_winner_alone_agrees_to_a_ruling_of_all(winner: Role, loser: Role) -> None:
    story = Story().funded()
    story.say(S, Ship, parts=(0,))
    dispute = story.say(B, Dispute, reason=3)
    split = {"to_buyer": 950} if winner == B else {"to_seller": 950}
    named = ruling_fields(dispute.id, 3, fee=50, **split)
    ruling = story.say(A1, Ruling, at=story.times.t3, **named)
    if winner == S:
        assert owed(story, S, story.times.t3) == []  # its Ship has completed it
        return
    assert owed(story, winner, story.times.t3) == [Consent(0, ruling.id)]
    assert owed(story, loser, story.times.t3) == []


def test_a_void_ruling_gets_no_consent() -> None:
    story = Story().funded()
    dispute = story.say(B, Dispute, reason=1)
    early = story.times.t1 + GRACE - 1
    story.say(A1, Ruling, at=early, **ruling_fields(dispute.id, 1, to_buyer=1000))
    assert owed(story, B, story.times.t5) == []


def test_after_t5_a_node_agrees_to_the_ruling() -> None:
    story = Story().shipped()
    dispute = story.say(B, Dispute, reason=3)
    split = ruling_fields(dispute.id, 3, to_seller=500, to_buyer=500)
    ruling = story.say(A1, Ruling, at=story.times.t3, **split)
    cut = story.times.t5 + GRACE
    for role in (B, S):
        assert owed(story, role, cut - 1) == []
        assert owed(story, role, cut) == [Consent(0, ruling.id)]


def test_after_t5_both_send_the_default_split_once() -> None:
    story = Story().shipped()
    story.say(B, Dispute, reason=3)
    cut = story.times.t5 + GRACE
    for role in (B, S):
        assert owed(story, role, cut - 1) == []
        assert owed(story, role, cut) == [DEFAULT]
    story.say(B, Proposal, to_seller=500, to_buyer=500)
    assert owed(story, B, cut) == []


@pytest.mark.parametrize("role", [B, S])
def test_after_crossing_defaults_each_agrees_to_the_others(role: Role) -> None:
    story = Story().shipped()
    story.say(B, Dispute, reason=3)
    sent = {r: story.say(r, Proposal, to_seller=500, to_buyer=500) for r in (B, S)}
    other = S if role == B else B
    cut = story.times.t5 + GRACE
    assert owed(story, role, cut) == [Consent(0, sent[other].id)]


def test_after_t5_what_was_not_shipped_in_time_goes_back() -> None:
    story = Story(mode=Mode.DIRECT).funded()
    cut = story.times.t5 + GRACE
    for role in (B, S):
        assert owed(story, role, cut) == [REFUND]
    proposal = story.say(B, Proposal, to_seller=0, to_buyer=1000)
    assert owed(story, S, cut) == [Consent(0, proposal.id)]


def shipped_at(moment: int) -> Story:
    story = Story().funded()
    story.say(S, Ship, at=moment)
    story.say(B, Dispute, reason=3)
    return story


@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_a_seller_who_was_late_follows_the_buyers_default(offset: int) -> None:
    """He can't know whether his Ship was in time for the buyer; else both wait for ever."""
    due = Story().times.t1 - GRACE
    story = shipped_at(due + offset)
    cut = story.times.t5 + GRACE
    assert owed(story, S, cut) == ([DEFAULT] if offset <= 0 else [])
    assert owed(story, B, cut) == [DEFAULT]
    refund = story.say(B, Proposal, to_seller=0, to_buyer=1000)
    assert owed(story, S, cut) == (
        [DEFAULT] if offset <= 0 else [Consent(0, refund.id)]
    )
    split = story.say(B, Proposal, to_seller=500, to_buyer=500)
    assert owed(story, S, cut) == [Consent(0, split.id)]
    assert owed(story, S, cut - 1) == []


def test_extra_time_of_the_buyer_holds_between_the_two_whatever_seats_know() -> None:
    story = Story().funded()
    story.say(B, Extend, days=3)
    story.say(S, Ship, at=story.times.t1 + 2 * DAY)
    story.say(B, Dispute, reason=3)
    for role in (B, S):
        assert owed(story, role, story.times.t5 + 3 * DAY + GRACE) == [DEFAULT]


def test_the_default_split_is_the_contracts_and_rounds_down_for_the_buyer() -> None:
    story = Story((999,), mode=Mode.DIRECT, default_bp=3333).shipped()
    outcome = PaidOutcome(0, 667, 332, 0, 0)
    assert owed(story, B, story.times.t5 + GRACE) == [Split(outcome)]
