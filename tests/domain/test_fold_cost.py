"""The fold's work grows with the number of messages, not with its square: counted, not timed."""

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from bazaar.domain.trading.messages import (
    Agree,
    Dispute,
    Evidence,
    Extend,
    Role,
    Ruling,
    Settled,
    Ship,
    Step,
)
from tests.trades import Story, ruling_fields

B, S, A1, A2 = Role


def calls(work: Callable[[], object]) -> int:
    """How many Python functions of the domain ``work`` calls."""
    count = 0

    def profile(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        if event == "call" and "bazaar" in frame.f_code.co_filename:
            count += 1

    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def everything(story: Story) -> None:
    trade = story.fold()
    assert trade.counted
    assert trade.state
    assert trade.digest
    assert trade.next_place(S) if story.last(S) else True


def rulings(story: Story, number: int) -> None:
    dispute = story.say(B, Dispute, reason=3)
    for _ in range(number):
        named = ruling_fields(dispute.id, 3, to_buyer=1000)
        story.say(A1, Ruling, at=story.times.t3, **named)


def settlements(story: Story, number: int) -> None:
    for place in range(number):
        story.say(S, Ship)
        story.say(B, Settled, outcome=bytes([place]) * 32)


def agrees(story: Story, number: int) -> None:
    for _ in range(number):
        ship = story.say(S, Ship)
        story.say(B, Agree, names=ship.id)


def chatter(story: Story, number: int) -> None:
    for role in (B, S):
        for _ in range(number):
            story.say(role, Evidence)


def extends(story: Story, number: int) -> None:
    for _ in range(number):
        story.say(B, Extend, days=1)
    story.say(S, Ship)


@pytest.mark.parametrize("tell", [rulings, settlements, agrees, chatter, extends])
def test_twice_the_messages_cost_about_twice_the_calls(
    tell: Callable[[Story, int], None],
) -> None:
    costs: list[int] = []
    for number in (60, 120):
        story = Story().funded()
        tell(story, number)
        costs.append(calls(lambda told=story: everything(told)))
    assert costs[1] < 2.6 * costs[0]


def test_each_message_is_looked_through_once() -> None:
    story = Story().funded()
    rulings(story, 100)
    trade = story.fold()
    assert trade.counted
    assert trade.state
    looked = trade.facts.chains._sees
    assert len(looked) <= sum(isinstance(m.body, Step) for m in story.all)
    first = trade.facts.chains.sees(story.said[-1].id)
    assert trade.facts.chains.sees(story.said[-1].id) is first


def test_the_longest_trade_of_one_part_folds() -> None:
    story = Story().funded()
    extends(story, 100)
    chatter(story, 20)
    assert calls(lambda: everything(story)) < 40_000
