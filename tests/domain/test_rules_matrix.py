"""Every cell of RULES: kind x role x phase, and the table in PROTOCOL.md (vectors 13)."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from bazaar.domain.trading.messages import (
    Accept,
    Agree,
    AnyStep,
    Decline,
    Dispute,
    Evidence,
    Extend,
    Fund,
    FundAck,
    Offer,
    Proposal,
    Role,
    Ruling,
    SeatAck,
    Settled,
    Ship,
    Step,
    Withdraw,
)
from bazaar.domain.trading.phases import PART_PHASES, Phase
from bazaar.domain.trading.rules import RULES, may_say, may_sign
from bazaar.domain.wire.kinds import TRADE_KINDS, Kind
from tests.protocol_table import PROTOCOL, is_written, rules_table
from tests.trades import Story, ruling_fields

B, S, A1, A2 = Role
KINDS = [kind for kind in RULES if kind is not Offer]


def _disputed(story: Story) -> None:
    story.say(B, Dispute, reason=3)


def _ruled(story: Story) -> None:
    _disputed(story)
    named = ruling_fields(story.said[-1].id, 3, to_seller=600, to_buyer=400)
    story.say(A1, Ruling, at=story.times.t3, **named)


def _payable(story: Story) -> None:
    ship = next(m for m in story.said if isinstance(m.body, Ship))
    story.say(B, Agree, names=ship.id)


def _closed(story: Story) -> None:
    _payable(story)
    contract = story.fold().contract
    for role in (B, S):
        story.say(role, Settled, outcome=contract.outcome_id(contract.release(0)))


REACHED: dict[Phase, Callable[[Story], object]] = {
    Phase.OFFERED: lambda story: None,
    Phase.ACCEPTED: Story.accepted,
    Phase.AGREED: Story.agreed,
    Phase.ABORTED: lambda story: story.say(B, Withdraw),
    Phase.WAITING: Story.funded,
    Phase.SHIPPED: Story.shipped,
    Phase.DISPUTED: lambda story: _disputed(story.shipped()),
    Phase.RULED: lambda story: _ruled(story.shipped()),
    Phase.PAYABLE: lambda story: _payable(story.shipped()),
    Phase.CLOSED: lambda story: _closed(story.shipped()),
}
AFTER_FUNDING = {*PART_PHASES, Phase.CLOSED}


def reach(phase: Phase) -> Story:
    story = Story()
    REACHED[phase](story)
    assert story.fold().state is phase
    return story


def fitting(story: Story, kind: type[Step], role: Role) -> dict[str, Any]:
    """Fields with which ``kind`` would count if anything did."""
    trade = story.fold()
    other = Proposal if role == B else Ship
    halves = {type(m.body): m.id for m in story.said if m.body.role != role}
    dispute = {type(m.body): m.id for m in story.said}.get(Dispute, bytes(32))
    release = trade.contract.outcome_id(trade.contract.release(0))
    told: dict[type[Step], dict[str, Any]] = {
        SeatAck: {"contract": trade.contract.id},
        Fund: {"contract": trade.contract.id},
        FundAck: {"contract": trade.contract.id},
        Extend: {"days": 1},
        Proposal: {"to_seller": 500, "to_buyer": 500},
        Agree: {"names": halves.get(Ship, halves.get(other, bytes(32)))},
        Dispute: {"reason": 4},
        Ruling: ruling_fields(dispute, 3, to_buyer=1000) | {"at": story.times.t3},
        Settled: {"outcome": release},
    }
    return told.get(kind, {})


def counts_in(kind: type[Step], role: Role, phase: Phase) -> bool:
    """What the fold must say: rows and needs of 7.6, written out a second time."""
    if role not in RULES[kind].who:
        return False
    funded = phase in AFTER_FUNDING
    has_accept = phase not in {Phase.OFFERED, Phase.ABORTED}
    shipped = funded and phase is not Phase.WAITING
    disputed = phase in {Phase.DISPUTED, Phase.RULED}
    special: dict[type[Step], bool] = {
        Withdraw: True,
        SeatAck: has_accept,
        Fund: has_accept,
        FundAck: funded,
        Agree: shipped and role == B,
        Settled: shipped,
        Ruling: disputed and (role, phase) == (A1, Phase.DISPUTED),
    }
    return special.get(kind, funded)


@pytest.mark.parametrize("phase", REACHED)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("kind", [k for k in KINDS if k is not Accept])
def test_a_message_counts_exactly_where_the_table_says(
    kind: type[Step], role: Role, phase: Phase
) -> None:
    story = reach(phase)
    said = story.say(role, kind, **fitting(story, kind, role))
    trade = story.fold()
    assert (said.id in trade.counted) is counts_in(kind, role, phase)
    assert (said.id in trade.facts.chains.complete) is (role in RULES[kind].who)


@pytest.mark.parametrize(("role", "phase"), [*product((B, A1, A2), REACHED)])
def test_nobody_but_the_seller_accepts(role: Role, phase: Phase) -> None:
    story = reach(phase)
    said = story.say(role, Accept, prev=None)
    assert said.id not in story.fold().facts.chains.complete


def test_the_seller_accepts_what_was_offered() -> None:
    story = reach(Phase.OFFERED)
    assert story.accepted().id in story.fold().counted
    assert story.fold().state is Phase.ACCEPTED


def test_a_second_accept_contradicts_the_first() -> None:
    story = reach(Phase.SHIPPED)
    second = story.say(S, Accept, prev=None, nonce=b"2" * 32)
    trade = story.fold()
    assert second.id not in trade.counted
    assert [fork.role for fork in trade.forks] == [S]
    assert trade.state is Phase.SHIPPED


@pytest.mark.parametrize("kind", RULES)
@pytest.mark.parametrize("role", Role)
def test_may_sign_is_the_who_of_the_row(kind: type[Step], role: Role) -> None:
    written = {B} | {S}
    for kinds, who in (
        ({Offer, Fund, Extend}, {B}),
        ({Accept, FundAck, Ship, Decline}, {S}),
        ({SeatAck, Ruling}, {A1, A2}),
    ):
        written = who if kind in kinds else written
    assert (role in RULES[kind].who) is (role in written)
    if kind not in {Offer, Accept}:
        story = Story().funded()
        said = story.make(role, kind, **fitting(story, kind, role))
        assert may_sign(said.body) is (role in RULES[kind].who)


def test_every_kind_has_one_row() -> None:
    assert [row.number for row in RULES.values()] == list(range(1, 16))
    assert {*AnyStep.__args__} == set(RULES)
    assert {Kind(kind.__struct_config__.tag) for kind in RULES} == TRADE_KINDS


OPEN = "WAITING SHIPPED DISPUTED RULED"
IN: dict[type[Step], str] = {  # 7.6 once more, in the order of its rows
    Offer: "NONE",
    Accept: "OFFERED",
    SeatAck: "ACCEPTED",
    Withdraw: "OFFERED ACCEPTED AGREED",
    Fund: "AGREED",
    FundAck: "AGREED",
    Extend: "FUNDED",
    Ship: "WAITING DISPUTED",
    Decline: OPEN,
    Proposal: OPEN,
    Agree: OPEN,
    Dispute: "WAITING SHIPPED DISPUTED",
    Evidence: "DISPUTED",
    Ruling: "DISPUTED",
    Settled: "PAYABLE",
}


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("kind", RULES)
def test_an_honest_node_speaks_exactly_where_the_table_says(
    kind: type[Step], role: Role, phase: Phase
) -> None:
    expected = role in RULES[kind].who and phase.name in IN[kind].split()
    assert may_say(kind, role, phase) is expected


def test_every_open_phase_has_an_exit() -> None:
    leads = {Withdraw, Accept, SeatAck, FundAck, Agree, Ruling, Dispute, Settled}
    for phase in {*REACHED} - {Phase.ABORTED, Phase.CLOSED}:
        assert any(phase in RULES[kind].phases for kind in leads)


def test_nothing_may_be_said_in_an_ended_trade() -> None:
    ended = {Phase.ABORTED, Phase.CLOSED, Phase.PAID}
    assert not [kind for kind, row in RULES.items() if row.phases & ended]


def test_the_protocol_holds_this_very_table() -> None:
    text = PROTOCOL.read_text(encoding="utf-8")
    assert rules_table() in text
    assert is_written(text)


def test_evidence_is_a_fact_of_a_dispute() -> None:
    assert RULES[Evidence].phases == {Phase.DISPUTED}


def test_a_decline_may_follow_a_ruling() -> None:
    story = reach(Phase.RULED)
    story.say(S, Decline)
    assert story.fold().state is Phase.RULED
