"""Steps 4 to 6 of the fold (7.7): which two halves decide, and which decision holds."""

import pytest

from bazaar.domain.trading.messages import (
    Agree,
    Decline,
    Dispute,
    Proposal,
    Role,
    Ruling,
    Settled,
    Ship,
)
from bazaar.domain.trading.phases import Phase
from bazaar.domain.wire.networks import DAY
from tests.courses import RELEASE, disputed, paid, the_part
from tests.trades import Story, ruling_fields

B, S, A1, A2 = Role
GRACE = DAY


# step 4 and 5: agreement, settlement, completion


def test_the_buyers_agree_comes_before_the_sellers() -> None:
    story = Story().shipped()
    ship = story.said[-1]
    ours = story.say(B, Proposal, to_seller=100, to_buyer=900)
    story.say(S, Agree, names=ours.id)
    assert paid(story) == (100, 900, 0, 0)
    story.say(B, Agree, names=ship.id)
    assert paid(story) == (1000, 0, 0, 0)


@pytest.mark.parametrize("role", [B, S])
def test_of_one_signers_agrees_the_one_that_pays_it_less_counts(role: Role) -> None:
    story = Story().funded()
    other = S if role == B else B
    for own in (600, 400, 500):
        seller, buyer = (1000 - own, own) if role == B else (own, 1000 - own)
        offered = story.say(other, Proposal, to_seller=seller, to_buyer=buyer)
        story.say(role, Agree, names=offered.id)
    least = (600, 400, 0, 0) if role == B else (400, 600, 0, 0)
    assert paid(story) == least


def test_an_agree_to_an_own_offer_is_none() -> None:
    story = Story().shipped()
    story.say(S, Agree, names=story.said[-1].id)
    assert paid(story) is None


def test_an_agree_to_another_parts_offer_is_none() -> None:
    story = Story((500, 500)).shipped(0)
    story.say(B, Agree, part=1, names=story.said[-1].id)
    assert story.fold().parts[1].outcome is None


def test_an_agree_to_another_parts_proposal_is_none() -> None:
    story = Story((500, 500)).funded()
    half = story.say(S, Proposal, part=0, to_seller=250, to_buyer=250)
    story.say(B, Agree, part=1, names=half.id)
    assert [part.outcome for part in story.fold().parts] == [None, None]


@pytest.mark.parametrize("seller", [499, 501])
def test_an_agree_to_a_split_that_is_not_whole_is_none(seller: int) -> None:
    story = Story().funded()
    half = story.say(S, Proposal, to_seller=seller, to_buyer=500)
    story.say(B, Agree, names=half.id)
    assert paid(story) is None


def test_a_list_with_a_part_that_is_none_counts_for_no_part() -> None:
    story = Story().shipped()
    story.said.pop()
    for kind in (Ship, Decline):
        offered = story.say(S, kind, parts=(0, 1))
        story.say(B, Agree, names=offered.id)
    story.say(B, Dispute, parts=(0, 1), reason=4)
    assert the_part(story).phase is Phase.WAITING


def test_an_agreement_beats_every_ruling() -> None:
    story, dispute = disputed()
    story.say(A1, Ruling, at=story.times.t3, **ruling_fields(dispute, 3, **RELEASE))
    half = story.say(S, Proposal, to_seller=500, to_buyer=500)
    story.say(B, Agree, names=half.id)
    assert paid(story) == (500, 500, 0, 0)


@pytest.mark.parametrize("role", [B, S])
def test_either_party_completes_a_ruling(role: Role) -> None:
    story, dispute = disputed()
    split = ruling_fields(dispute, 3, to_seller=480, to_buyer=470, fee=50)
    ruling = story.say(A1, Ruling, at=story.times.t3, **split)
    assert the_part(story).phase is Phase.RULED
    story.say(role, Agree, names=ruling.id)
    assert paid(story) == (480, 470, 50, A1)


def test_a_standing_half_completes_the_ruling_that_it_means() -> None:
    for kind, split, completes in (
        (Ship, {"to_seller": 950, "fee": 50}, True),
        (Ship, {"to_buyer": 950, "fee": 50}, False),
        (Ship, {"to_seller": 949, "to_buyer": 1, "fee": 50}, False),
        (Decline, {"to_buyer": 950, "fee": 50}, True),
    ):
        story, dispute = disputed()
        if kind is Decline:
            story.say(S, Decline)
        ruling = ruling_fields(dispute, 3, **split)
        story.say(A1, Ruling, at=story.times.t3, **ruling)
        assert (paid(story) is not None) is completes


def test_a_ruling_that_leaves_both_nothing_means_both_halves() -> None:
    story = Story((1,), seats=Story().offer.body.seats)
    seats = tuple(type(s)(s.key, s.offer, 1, 0) for s in story.offer.body.seats)
    story = Story((1,), seats=seats)
    story.funded().say(S, Decline)
    dispute = story.say(B, Dispute, reason=4)
    story.say(A1, Ruling, at=story.times.t3, **ruling_fields(dispute.id, 4, fee=1))
    assert paid(story) == (0, 0, 1, A1)


def test_both_settled_are_final() -> None:
    story = Story().shipped()
    contract = story.fold().contract
    story.say(B, Agree, names=story.said[-1].id)
    release = contract.outcome_id(contract.release(0))
    story.say(B, Settled, outcome=release)
    assert story.fold().phase is Phase.FUNDED
    story.say(S, Settled, outcome=release)
    assert story.fold().phase is Phase.CLOSED
    half = story.say(S, Proposal, to_seller=1, to_buyer=999)
    story.say(B, Agree, names=half.id)
    assert paid(story) == (1000, 0, 0, 0)
    assert story.fold().phase is Phase.CLOSED


def test_settled_of_an_outcome_that_nobody_gave_is_nothing() -> None:
    story = Story().shipped()
    contract = story.fold().contract
    for role in (B, S):
        story.say(role, Settled, outcome=contract.outcome_id(contract.refund(0)))
    assert the_part(story).phase is Phase.SHIPPED


def test_of_two_settled_pairs_the_lower_id_is_final() -> None:
    story = Story().shipped()
    story.say(S, Decline)
    contract = story.fold().contract
    both = [
        contract.outcome_id(contract.release(0)),
        contract.outcome_id(contract.refund(0)),
    ]
    for outcome in both:
        for role in (B, S):
            story.say(role, Settled, outcome=outcome)
    outcome = the_part(story).outcome
    assert outcome is not None
    assert contract.outcome_id(outcome) == min(both)


def test_a_trade_is_closed_when_all_parts_are_paid() -> None:
    story = Story((600, 400)).shipped(0, 1)
    contract = story.fold().contract
    for part, phase in ((0, Phase.SHIPPED), (1, Phase.CLOSED)):
        for role in (B, S):
            outcome = contract.outcome_id(contract.release(part))
            story.say(role, Settled, part=part, outcome=outcome)
        assert story.fold().state is phase
