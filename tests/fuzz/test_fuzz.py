"""Each decoder meets some hundred bad inputs; make fuzz gives it ten minutes of them."""

from itertools import islice

import pytest

from tests.fuzz.finds import FINDS
from tests.fuzz.mutation import MAX_BYTES, mutants
from tests.fuzz.targets import TARGETS, Target

TRIES = 600
SEEDS = (1, 20261120)


@pytest.mark.parametrize("name", TARGETS)
def test_what_broke_it_once_is_refused(name: str) -> None:
    for data in FINDS.get(name, []):
        TARGETS[name].try_with(data)


@pytest.mark.parametrize("name", TARGETS)
def test_good_bytes_are_accepted_and_bad_ones_refused(name: str) -> None:
    target = TARGETS[name]
    seeds = target.seeds()
    accepted = sum(target.try_with(seed) for seed in seeds)
    assert accepted, "nothing would be tried beyond the first check"
    for number in SEEDS:
        for data in islice(mutants(seeds, number), len(seeds) + TRIES):
            target.try_with(data)


def test_an_error_that_nobody_expects_is_a_find() -> None:
    def fail(data: bytes) -> None:
        raise KeyError(data)

    with pytest.raises(KeyError):
        Target(fail, (ValueError,), list).try_with(b"")


def test_mutations_are_the_same_for_the_same_number_and_bounded() -> None:
    seeds = [b"hello", b"world" * 5000]
    first, second, other = (list(islice(mutants(seeds, n), 500)) for n in (1, 1, 2))
    assert first == second != other
    assert max(map(len, first[len(seeds) :])) <= 2 * MAX_BYTES + len(seeds[1])
