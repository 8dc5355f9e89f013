"""What never enters a trade: wrong roles, strangers, headers that no honest node signs."""

from typing import Any

import pytest

from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.trading.messages import (
    Accept,
    Agree,
    Dispute,
    Evidence,
    Extend,
    Offer,
    Proposal,
    Role,
    Ruling,
    Seen,
    Settled,
    Ship,
    Step,
    Withdraw,
)
from bazaar.domain.trading.phases import Phase
from bazaar.domain.trading.rules import RULES
from tests.trades import STRANGER, Story, offer_fields, ruling_fields, signed_offer

B, S, A1, A2 = Role


def test_a_ship_of_a_seat_does_not_complete_its_own_release() -> None:
    story = Story().shipped()
    dispute = story.say(B, Dispute, reason=3)
    story.said = [m for m in story.said if not isinstance(m.body, Ship)]
    ship = story.say(A1, Ship)
    at = story.times.t2
    release = ruling_fields(dispute.id, 3, to_seller=1000)
    story.say(A2, Ruling, at=story.times.t4, seen=(Seen(A1, 1, ship.id),), **release)
    story.say(A1, Ruling, at=at, **release)
    (part,) = story.fold().parts
    assert part.decision is None
    assert part.ships == ()


def test_an_agree_to_an_offer_of_a_seat_decides_nothing() -> None:
    story = Story().funded()
    offered = story.say(A1, Proposal, to_seller=1000, to_buyer=0)
    story.say(B, Agree, names=offered.id)
    assert story.fold().parts[0].decision is None


@pytest.mark.parametrize("role", [B, S])
def test_a_ruling_of_a_party_is_left_out(role: Role) -> None:
    story = Story().shipped()
    dispute = story.say(B, Dispute, reason=3)
    ruling = story.say(role, Ruling, **ruling_fields(dispute.id, 3, to_buyer=1000))
    story.say(B, Settled, outcome=bytes(32))
    trade = story.fold()
    assert trade.parts[0].phase is Phase.DISPUTED
    assert ruling.id not in trade.counted | set(trade.facts.chains.complete)


def test_a_dispute_of_a_seat_is_left_out() -> None:
    story = Story().shipped()
    story.say(A1, Dispute, reason=3)
    assert story.fold().parts[0].phase is Phase.SHIPPED


def test_what_follows_a_message_of_the_wrong_kind_waits() -> None:
    story = Story().funded()
    wrong = story.say(B, Ship)
    after = story.say(B, Extend, days=1)
    trade = story.fold()
    assert not {wrong.id, after.id} & set(trade.facts.chains.complete)


@pytest.mark.parametrize("kind", [k for k in RULES if k not in {Offer, Accept}])
def test_a_stranger_changes_nothing(kind: type[Step]) -> None:
    story = Story().shipped()
    before = story.fold()
    needs = {
        "contract": before.contract.id,
        "days": 1,
        "reason": 4,
        "names": story.said[-1].id,
        "to_seller": 0,
        "to_buyer": 1000,
        "fee": 0,
        "outcome": before.contract.outcome_id(before.contract.release(0)),
        "dispute": bytes(32),
    }
    fields = {k: v for k, v in needs.items() if k in kind.__struct_fields__}
    for role in Role:
        story.say(role, kind, key=STRANGER, prev=story.last(role), **fields)
    after = story.fold()
    assert (after.counted, after.digest) == (before.counted, before.digest)


def test_a_message_of_another_trade_changes_nothing() -> None:
    one, other = Story().funded(), Story(nonce=b"o" * 32).shipped()
    assert one.fold([*one.said, *other.said]).digest == one.fold().digest


@pytest.mark.parametrize(
    ("role", "changes"),
    [
        (B, {"prev": None, "seen": (), "seq": 1}),
        (B, {"prev": None, "seen": (), "trade": bytes(32)}),
        (B, {"seen": (Seen(B, 0, bytes(32)),)}),
        (B, {"seen": (Seen(A1, 0, bytes(32)), Seen(S, 0, bytes(32)))}),
        (B, {"seen": (Seen(S, 0, bytes(32)), Seen(S, 0, bytes([1]) * 32))}),
    ],
)
def test_a_header_that_no_honest_node_signs_is_malformed(
    role: Role, changes: dict[str, Any]
) -> None:
    with pytest.raises(MalformedMessageError):
        Story().make(role, Withdraw, **changes)


def test_an_accept_is_the_first_message_of_the_seller() -> None:
    story = Story()
    story.say(S, Withdraw)
    with pytest.raises(MalformedMessageError):
        story.say(S, Accept)


@pytest.mark.parametrize("kind", [Ship, Dispute])
def test_a_parts_list_ascends(kind: type[Step]) -> None:
    story = Story((500, 500)).funded()
    fields = {"parts": (1, 0)} | ({"reason": 1} if kind is Dispute else {})
    with pytest.raises(MalformedMessageError):
        story.say(S if kind is Ship else B, kind, **fields)


@pytest.mark.parametrize(
    "changes",
    [
        {"trade": b"t" * 32},
        {"role": S},
        {"seq": 1, "prev": b"p" * 32},
        {"prev": b"p" * 32},
        {"seen": (Seen(S, 0, b"x" * 32),)},
    ],
)
def test_an_offer_starts_its_trade(changes: dict[str, Any]) -> None:
    assert offer_fields()["seq"] == 0
    with pytest.raises(MalformedMessageError):
        signed_offer(**changes)


def test_a_message_without_its_chain_waits_and_then_counts() -> None:
    story = Story().funded()
    gap, last = story.say(B, Evidence), story.say(B, Extend, days=3)
    early = story.fold([m for m in story.said if m.id != gap.id])
    assert last.id in early.facts.chains.waiting
    assert last.id not in early.counted
    assert last.id in story.fold().counted
