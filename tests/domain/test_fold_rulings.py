"""Step 3 of the fold (7.7): which Rulings are valid, and how Extends are read (7.4)."""

from typing import NamedTuple

import pytest

from bazaar.domain.trading.messages import (
    Dispute,
    Extend,
    FundAck,
    Role,
    Ruling,
    SeatAck,
    Ship,
)
from bazaar.domain.trading.phases import Phase
from bazaar.domain.wire.networks import DAY
from tests.courses import REFUND, RELEASE, disputed, paid, seen, the_part
from tests.trades import Story, ruling_fields

B, S, A1, A2 = Role
GRACE = DAY


# step 3: rulings


class Timed(NamedTuple):
    """A Ruling counts from ``first`` + g to ``last``; some have no last date."""

    seat: Role
    reason: int
    by: Role
    split: dict[str, int]
    first: str
    last: str | None


IN_TIME = [
    Timed(A1, 1, B, REFUND, "t1", None),
    Timed(A2, 1, B, REFUND, "t1", None),
    Timed(A1, 2, S, RELEASE, "t2", None),
    Timed(A2, 2, S, RELEASE, "t2", None),
    Timed(A1, 3, B, RELEASE, "t1", "t3"),
    Timed(A1, 4, B, REFUND, "t1", "t3"),
    Timed(A2, 3, B, RELEASE, "t3", "t4"),
    Timed(A2, 4, B, REFUND, "t3", "t4"),
]


@pytest.mark.parametrize("case", IN_TIME)
def test_a_ruling_counts_from_its_first_to_its_last_second(case: Timed) -> None:
    story, dispute = disputed(case.reason, case.by)
    times = story.times._asdict()
    opens = times[case.first] + GRACE
    closes = times[case.last] if case.last else opens + 1000 * DAY
    named = ruling_fields(dispute, case.reason, **case.split)
    beyond = [opens - 1] + ([closes + 1] if case.last else [])
    for at, counts in [(opens, True), (closes, True), *((t, False) for t in beyond)]:
        ruling = story.make(case.seat, Ruling, at=at, **named)
        (part,) = story.fold([*story.said, ruling]).parts
        assert (part.ruling is not None) is counts


@pytest.mark.parametrize(
    ("reason", "by", "split", "counts"),
    [
        (1, B, {"to_seller": 1000}, False),
        (1, B, {"to_buyer": 999, "fee": 1}, False),
        (2, S, {"to_buyer": 1000}, False),
        (2, S, {"to_seller": 999, "fee": 1}, False),
        (3, B, {"to_seller": 500, "to_buyer": 500}, True),
        (3, B, {"to_seller": 500, "to_buyer": 501}, False),
        (3, B, {"to_seller": 500, "to_buyer": 499}, False),
        (3, B, {"to_seller": 920, "fee": 80}, True),
        (3, B, {"to_seller": 919, "fee": 81}, False),
        (4, S, {"to_buyer": 1000}, True),
        (4, S, {"to_buyer": 999, "to_seller": 1}, False),
        (3, S, {"to_seller": 1000}, False),
    ],
)
def test_the_sums_of_a_ruling(
    reason: int, by: Role, split: dict[str, int], counts: bool
) -> None:
    story, dispute = disputed(reason if reason < 3 or by == B else 4, by)
    story.say(A1, Ruling, at=story.times.t3, **ruling_fields(dispute, reason, **split))
    assert (the_part(story).ruling is not None) is counts


@pytest.mark.parametrize(
    ("claim", "reason", "counts"), [(1, 1, True), (3, 1, False), (4, 1, False)]
)
def test_an_automatic_ruling_answers_its_own_reason(
    claim: int, reason: int, counts: bool
) -> None:
    story, dispute = disputed(claim)
    story.say(A1, Ruling, at=story.times.t3, **ruling_fields(dispute, reason, **REFUND))
    assert (the_part(story).ruling is not None) is counts


@pytest.mark.parametrize(("by", "reason"), [(B, 2), (S, 1), (S, 3)])
def test_a_dispute_with_the_others_reason_does_not_count(by: Role, reason: int) -> None:
    story, dispute = disputed(reason, by)
    assert the_part(story).phase is Phase.SHIPPED
    story.say(A1, Ruling, at=story.times.t3, **ruling_fields(dispute, 4, **REFUND))
    assert the_part(story).ruling is None


def test_a_ruling_without_its_dispute_is_void() -> None:
    story = Story((500, 500)).shipped(0, 1)
    dispute = story.say(B, Dispute, reason=3, parts=(1,))
    named = ruling_fields(dispute.id, 3, to_buyer=500)
    story.say(A1, Ruling, at=story.times.t3, **named)
    assert the_part(story).ruling is None
    unknown = ruling_fields(bytes(32), 3, part=1, to_buyer=500)
    story.say(A1, Ruling, at=story.times.t3, **unknown)
    assert story.fold().parts[1].ruling is None


def test_no_ship_no_ruling_in_the_sellers_favour() -> None:
    for shipped in (False, True):
        story, dispute = disputed(shipped=shipped)
        story.say(A1, Ruling, at=story.times.t3, **ruling_fields(dispute, 3, **RELEASE))
        assert (the_part(story).ruling is not None) is shipped


def test_a_ship_that_the_ruling_did_not_see_is_none() -> None:
    story, dispute = disputed()
    named = ruling_fields(dispute, 3, **RELEASE)
    before = next(m for m in story.said if isinstance(m.body, FundAck))
    story.say(A1, Ruling, at=story.times.t3, seen=seen(before), **named)
    assert the_part(story).ruling is None


def test_of_two_rulings_in_one_chain_the_first_alone_counts() -> None:
    for first_is_valid in (True, False):
        story, dispute = disputed()
        at = story.times.t3 + (0 if first_is_valid else 1)
        first = story.say(A1, Ruling, at=at, **ruling_fields(dispute, 3, **RELEASE))
        later = ruling_fields(dispute, 3, **REFUND)
        story.say(A1, Ruling, at=story.times.t3, **later)
        ruling = the_part(story).ruling
        assert (ruling and ruling.id) == (first.id if first_is_valid else None)


def test_of_two_rulings_in_two_branches_none_counts() -> None:
    story, dispute = disputed()
    trunk, at = story.last(A1), story.times.t3
    for split in (RELEASE, REFUND):
        story.say(A1, Ruling, at=at, prev=trunk, **ruling_fields(dispute, 3, **split))
    assert the_part(story).ruling is None
    backup = ruling_fields(dispute, 3, **REFUND)
    heard = story.say(A2, Ruling, at=story.times.t4, **backup)
    ruling = the_part(story).ruling
    assert ruling is not None
    assert ruling.id == heard.id


def test_a_fork_without_a_second_ruling_voids_nothing() -> None:
    story, dispute = disputed()
    trunk = story.last(A1)
    story.say(A1, Ruling, at=story.times.t3, **ruling_fields(dispute, 3, **RELEASE))
    story.say(A1, SeatAck, contract=story.fold().contract.id, prev=trunk)
    assert the_part(story).ruling is not None
    assert [fork.role for fork in story.fold().forks] == [A1]


def test_the_primarys_ruling_stands_before_the_backups() -> None:
    story, dispute = disputed()
    story.say(A2, Ruling, at=story.times.t4, **ruling_fields(dispute, 3, **RELEASE))
    assert paid(story) == (1000, 0, 0, 0)
    story.say(A1, Ruling, at=story.times.t3, **ruling_fields(dispute, 3, **REFUND))
    assert the_part(story).phase is Phase.RULED


# Extend


def test_a_ruling_is_read_with_the_extends_that_it_sees() -> None:
    for sees_it in (True, False):
        story, _ = disputed(1, shipped=False)
        story.say(B, Extend, days=2)
        dispute = next(m for m in story.said if isinstance(m.body, Dispute))
        heads = story.heads(A1) if sees_it else seen(dispute)
        refund = ruling_fields(dispute.id, 1, **REFUND)
        story.say(A1, Ruling, at=story.times.t1 + GRACE, seen=heads, **refund)
        assert (the_part(story).ruling is None) is sees_it


def test_an_extend_after_a_ship_moves_nothing() -> None:
    story, dispute = disputed(2, S)
    story.say(B, Extend, days=30)
    release = ruling_fields(dispute, 2, **RELEASE)
    story.say(A1, Ruling, at=story.times.t2 + GRACE, **release)
    assert paid(story) == (1000, 0, 0, 0)
    assert story.fold().facts.deadlines(0) == story.times


def test_an_extend_that_the_ship_saw_moves_everything_but_t0() -> None:
    story = Story().funded()
    story.say(B, Extend, days=30)
    story.say(S, Ship)
    times = story.fold().facts.deadlines(0)
    assert times == (story.times.t0, *(t + 30 * DAY for t in story.times[1:]))


@pytest.mark.parametrize(("last", "days"), [(30, 60), (1, 31)])
def test_extends_count_up_to_sixty_days(last: int, days: int) -> None:
    story = Story().funded()
    said = [story.say(B, Extend, days=d) for d in (30, last)]
    said += [story.say(B, Extend, days=30)] if last == 30 else []
    trade = story.fold()
    assert trade.facts.deadlines(0).t1 == story.times.t1 + days * DAY
    assert [m.id in trade.counted for m in said] == [True, True, False][: len(said)]


def test_a_hidden_branch_with_an_extend_undoes_no_ruling() -> None:
    """I29: a PAYABLE outcome changes by no fork of the party that gains."""
    story = Story().funded()
    trunk = story.last(B)
    story.say(B, Extend, days=5)
    story.say(B, Extend, days=30)
    story.say(S, Ship)
    dispute = story.say(B, Dispute, reason=3)
    release = ruling_fields(dispute.id, 3, **RELEASE)
    story.say(A1, Ruling, at=story.times.t3 + 35 * DAY, **release)
    assert paid(story) == (1000, 0, 0, 0)
    assert trunk is not None
    hidden = story.say(B, Extend, days=30, prev=trunk)
    story.say(B, Extend, days=30, prev=hidden)
    assert paid(story) == (1000, 0, 0, 0)
