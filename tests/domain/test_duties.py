"""A seat's duties at, one second before and after each bound of 7.4 and 7.5."""

import pytest

from bazaar.domain.trading.deadlines import Spell
from bazaar.domain.trading.duties import (
    Span,
    duties,
    may_pay_seller,
    may_rule,
    named_dispute,
)
from bazaar.domain.trading.messages import (
    Agree,
    Decline,
    Dispute,
    Extend,
    Role,
    Ruling,
    Ship,
)
from bazaar.domain.trading.phases import Phase
from bazaar.domain.trading.receipts import NEVER, Receipts
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.networks import DAY, HOUR
from tests.seat_tables import GRACE, RELEASE, SILENCE, WINDOW, Table, tables
from tests.trades import START, Story, ruling_fields

B, S, A1, A2 = Role
TABLES = tables()


@pytest.mark.parametrize("table", TABLES, ids=[table.name for table in TABLES])
def test_a_seat_rules_or_is_silent(table: Table) -> None:
    held = [m for m in table.story.said if m.id in table.committed]
    trade = table.story.fold(held)
    owed = duties(trade, table.role, table.receipts)
    assert [_kind(trade, one.outcome.to_seller) for one in owed] == (
        [] if table.expected == SILENCE else [table.expected]
    )


def _kind(trade: Trade, to_seller: int) -> str:
    return RELEASE if to_seller == trade.contract.total else "refund"


@pytest.mark.parametrize(
    "table",
    [t for t in TABLES if t.expected != SILENCE],
    ids=[t.name for t in TABLES if t.expected != SILENCE],
)
def test_what_a_seat_signs_is_valid_for_everybody(table: Table) -> None:
    story = table.story
    held = [m for m in story.said if m.id in table.committed]
    (owed,) = duties(story.fold(held), table.role, table.receipts)
    split = owed.outcome
    ruling = story.make(
        table.role,
        Ruling,
        at=table.now,
        **ruling_fields(
            owed.dispute,
            owed.reason,
            to_seller=split.to_seller,
            to_buyer=split.to_buyer,
        ),
    )
    (part,) = story.fold([*held, ruling]).parts
    assert part.ruling is not None
    assert part.ruling.id == ruling.id


def test_there_are_a_hundred_tables() -> None:
    assert len(TABLES) >= 100
    assert len({table.name for table in TABLES}) == len(TABLES)


def at(story: Story, now: int, **received: int) -> Receipts:
    """Everything received when it was said, but the kinds given here."""
    committed = {
        m.id: received.get(type(m.body).__name__.lower(), m.body.at) for m in story.all
    }
    return Receipts(committed, [Spell(START - DAY, now)], now)


def span(story: Story, role: Role, now: int = START, **received: int) -> Span:
    trade = story.fold()
    return may_rule(trade, role, trade.parts[0], at(story, now, **received))


def test_a_person_rules_from_cut_t1_to_t3_less_g() -> None:
    story = Story().shipped()
    story.say(B, Dispute, reason=3)
    times = story.times
    assert span(story, A1)[:2] == (times.t1 + GRACE, times.t3 - GRACE)
    assert span(story, A2)[:2] == (times.t3 + GRACE, times.t4 - GRACE)


@pytest.mark.parametrize("role", [A1, A2])
@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_a_person_may_rule_from_the_first_to_the_last_second(
    role: Role, offset: int
) -> None:
    story = Story().shipped()
    story.say(B, Dispute, reason=3)
    opens, closes, _ = span(story, role)
    assert (span(story, role, opens + offset).words == "") is (offset >= 0)
    assert (span(story, role, closes + offset).words == "") is (offset <= 0)


def test_the_parties_have_their_window_to_answer() -> None:
    story = Story().shipped()
    story.say(B, Dispute, reason=3)
    heard = story.times.t2
    assert span(story, A1, dispute=heard).opens == heard + WINDOW


def test_a_person_names_the_buyers_first_dispute() -> None:
    story = Story().shipped()
    story.say(S, Dispute, reason=4)
    first = story.say(B, Dispute, reason=4)
    story.say(B, Dispute, reason=3)
    trade = story.fold()
    named = named_dispute(trade, trade.parts[0], at(story, story.clock))
    assert named is not None
    assert named.id == first.id


@pytest.mark.parametrize(("role", "closes"), [(A1, 3), (A2, 4)])
def test_no_second_dispute_of_the_buyer_begins_the_answer_window_anew(
    role: Role, closes: int
) -> None:
    """Not even one of a lower place in another branch, kept for the last minute."""
    story = Story().shipped()
    trunk = story.last(B)
    first = story.say(B, Dispute, reason=3, prev=story.say(B, Extend, days=1))
    before = span(story, role)
    late = story.say(B, Dispute, reason=4, prev=trunk)
    trade = story.fold()
    receipts = at(story, story.times[closes] - GRACE)
    receipts = receipts._replace(
        committed={**receipts.committed, late.id: receipts.now}
    )
    named = named_dispute(trade, trade.parts[0], receipts)
    assert named is not None
    assert named.id == first.id
    after = may_rule(trade, role, trade.parts[0], receipts)
    assert (after.opens, after.words) == (before.opens, "")


def test_nobody_rules_without_a_dispute_or_against_an_outcome() -> None:
    story = Story().shipped()
    ship, now = story.said[-1], story.times.t2
    assert span(story, A1, now).opens >= NEVER
    assert "disputed" in span(story, A1, now).words
    dispute = story.say(B, Dispute, reason=3)
    story.say(B, Agree, names=ship.id)
    assert "settled" in span(story, A1, now).words
    story.said.pop()
    refund = ruling_fields(dispute.id, 3, to_buyer=1000)
    story.say(A1, Ruling, at=now, **refund)
    assert "you have ruled" in span(story, A1, now).words
    assert "other arbiter" in span(story, A2, story.times.t4 - GRACE).words


def test_the_primary_leaves_a_part_that_the_backup_has_ruled() -> None:
    story = Story().shipped()
    dispute = story.say(B, Dispute, reason=3)
    now = story.times.t3 + GRACE
    split = ruling_fields(dispute.id, 3, to_seller=500, to_buyer=500)
    story.say(A2, Ruling, at=now, **split)
    trade = story.fold()
    assert trade.parts[0].phase is Phase.RULED
    assert "other arbiter" in span(story, A1, story.times.t3 - GRACE).words


@pytest.mark.parametrize(
    ("by", "shipped", "received", "may"),
    [
        (B, True, 0, True),
        (S, True, 0, False),
        (B, False, 0, False),
        (B, True, 1, False),
    ],
)
def test_when_a_person_may_give_the_seller_something(
    by: Role, shipped: bool, received: int, may: bool
) -> None:
    story = Story().shipped() if shipped else Story().funded()
    story.say(by, Dispute, reason=4)
    cut = story.times.t1 + GRACE
    trade = story.fold()
    receipts = at(story, cut + DAY, ship=cut + received)
    assert may_pay_seller(trade, A1, trade.parts[0], receipts) is may


def test_a_buyers_fork_cannot_make_a_ruling_void() -> None:
    """An Extend in a branch that the Ruling does not name moves no last date."""
    story = Story().funded()
    trunk = story.last(B)
    story.say(B, Extend, days=30)
    story.say(B, Dispute, reason=3, prev=trunk)
    story.say(B, Dispute, reason=3)
    story.say(B, Dispute, reason=3)
    trade = story.fold()
    named = trade.facts.deadlines_as_said_by(A1, 0)
    opens, closes, _ = may_rule(trade, A1, trade.parts[0], at(story, START))
    assert closes == named.t3 - GRACE
    assert opens <= closes


def test_a_release_waits_for_a_ship_that_the_ruling_sees() -> None:
    """Of a seller's two branches a header names one; it is the seller's own doing."""
    story = Story().funded()
    trunk = story.last(S)
    story.say(S, Ship, prev=trunk)
    decline = story.say(S, Decline, parts=(0,), prev=trunk)
    story.say(S, Dispute, reason=2, prev=decline)
    trade = story.fold()
    receipts = at(story, story.times.t2 + GRACE + HOUR)
    assert trade.parts[0].phase is Phase.DISPUTED
    assert duties(trade, A1, receipts) == []
