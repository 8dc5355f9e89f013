"""Two independent folds agree on random sets, in any order, however often repeated (I9)."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.random_trades import NIGHTLY, random_story, shuffled, verdict
from tests.reference_fold import reference

QUICK_SETS = 1_000
NIGHTLY_SETS = 100_000
SETS = NIGHTLY_SETS if NIGHTLY else QUICK_SETS
seeds = st.integers(0, 2**40)


@settings(max_examples=SETS)
@given(seeds)
def test_both_folds_agree(seed: int) -> None:
    story = random_story(seed)
    expected = reference(story.offer, story.said, story.network)
    assert verdict(story.fold()) == expected


@given(seeds, seeds)
def test_order_and_repetition_change_nothing(seed: int, order: int) -> None:
    story = random_story(seed)
    one, other = story.fold(), story.fold(shuffled(story, order))
    assert verdict(one) == verdict(other)
    assert (one.counted, one.digest) == (other.counted, other.digest)
    assert one.forks == other.forks


@given(seeds, seeds)
def test_grouping_changes_nothing(seed: int, cut: int) -> None:
    story = random_story(seed)
    at = cut % (len(story.said) + 1)
    first = story.fold(story.said[:at]).facts.chains
    held = [*first.complete.values(), *first.waiting.values(), *story.said[at:]]
    assert verdict(story.fold(held)) == verdict(story.fold())


def test_the_random_sets_reach_every_phase() -> None:
    states = Counter[str](random_story(seed).fold().state for seed in range(600))
    assert set(states) == {
        *("offered", "accepted", "agreed", "aborted", "closed"),
        *("waiting", "shipped", "disputed", "ruled", "payable", "paid"),
    } - {"paid"}
