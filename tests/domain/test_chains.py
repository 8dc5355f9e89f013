"""Chains of signers: what is complete, what sees what, who forked (7.2, 7.7 step 1)."""

from typing import Any

from bazaar.domain.trading.chains import Chains
from bazaar.domain.trading.messages import Evidence, Role, Seen, Step
from bazaar.domain.wire.envelope import Signed
from tests.courses import seen
from tests.trades import Story

B, S, A1, A2 = Role


def told() -> tuple[Story, list[Signed[Any]]]:
    """Three messages of the seller, each seeing nothing."""
    story = Story()
    return story, [story.say(S, Evidence, seen=()) for _ in range(3)]


def chains(story: Story) -> Chains:
    return Chains(story.all)


def test_a_chain_goes_back_to_its_first_message() -> None:
    story, (first, second, third) = told()
    assert list(chains(story).back(third.id)) == [second.id, first.id]
    assert list(chains(story).back(first.id)) == []
    assert list(chains(story).back(bytes(32))) == []


def test_a_message_sees_its_own_chain_but_not_itself() -> None:
    story, (first, second, third) = told()
    assert chains(story).sees(third.id) == {first.id, second.id}
    assert chains(story).sees(first.id) == frozenset()


def test_a_message_sees_what_its_chain_names_and_the_chains_of_that() -> None:
    story, (first, second, third) = told()
    named = story.say(A1, Evidence, seen=seen(second))
    later = story.say(A1, Evidence, seen=())
    assert chains(story).sees(named.id) == {first.id, second.id}
    assert chains(story).sees(later.id) == {named.id, first.id, second.id}
    assert third.id not in chains(story).sees(later.id)


def test_what_the_named_one_had_seen_is_not_seen() -> None:
    story, (_, _, third) = told()
    middle = story.say(A1, Evidence, seen=seen(third))
    end = story.say(A2, Evidence, seen=seen(middle))
    assert chains(story).sees(end.id) == {middle.id}


def test_a_name_of_a_message_that_is_missing_is_seen_all_the_same() -> None:
    story, _ = told()
    unknown = bytes([7]) * 32
    end = story.say(A2, Evidence, seen=(Seen(S, 9, unknown),))
    assert chains(story).sees(end.id) == {unknown}


def test_the_view_of_a_role_is_what_its_next_message_sees() -> None:
    story, _ = told()
    story.say(A1, Evidence, seen=())
    view = chains(story).view(A1)
    said = story.say(A1, Evidence)
    assert chains(story).sees(said.id) == view
    fresh = chains(story).view(A2)
    first = story.say(A2, Evidence)
    assert chains(story).sees(first.id) == fresh


def test_a_chain_of_another_role_or_with_a_gap_in_seq_waits() -> None:
    story, (_, second, third) = told()
    stolen = story.make(A1, Evidence, prev=second)
    assert Chains([*story.all, stolen]).waiting == {stolen.id: stolen}
    without: list[Signed[Step]] = [m for m in story.all if m.id != second.id]
    assert Chains(without).waiting == {third.id: third}


def test_the_head_of_a_fork_is_the_longest_branch_then_the_lowest_id() -> None:
    story, (first, _, third) = told()
    twins = [story.say(S, Evidence, prev=third, statement=word) for word in "ab"]
    heads = chains(story).heads
    assert heads[S].id == min(twin.id for twin in twins)
    story.say(S, Evidence, prev=first)
    assert chains(story).heads[S] == heads[S]


def test_every_pair_at_one_place_is_a_fork() -> None:
    story, (first, _, _) = told()
    assert chains(story).forks == ()
    others = [story.say(S, Evidence, prev=first, statement=word) for word in "ab"]
    forks = chains(story).forks
    assert len(forks) == len(others)
    assert {fork.role for fork in forks} == {S}
    lowest = min(fork.first.id for fork in forks)
    assert all(fork.first.id == lowest != fork.second.id for fork in forks)


def test_messages_are_in_one_chain_or_in_two_branches() -> None:
    story, (first, second, third) = told()
    assert chains(story).in_one_chain([third, first])
    branch: Signed[Any] = story.say(S, Evidence, prev=second, statement="b")
    assert chains(story).in_one_chain([first, branch])
    assert not chains(story).in_one_chain([third, branch])
