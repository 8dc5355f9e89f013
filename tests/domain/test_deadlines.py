"""Deadlines of an Offer, extensions and the cut-off of a node that was away (7.4, 1)."""

from typing import Any

import pytest

from bazaar.domain.trading.deadlines import (
    Deadlines,
    Spell,
    cut_off,
    problem,
    suggested,
)
from bazaar.domain.wire.networks import DAY, HOUR, Network, network

MAIN, FAST = network("main"), network("local:x/8640")
AT = 1_000_000
LEAST = Deadlines(*(AT + d * DAY + 1 for d in (1, 3, 6, 12, 18, 19)))
WINDOW = 72 * HOUR


def test_the_suggested_deadlines_are_valid_at_every_scale() -> None:
    for scale in (1, 7, 24, 60, 1440, 8640):
        there = network(f"local:x/{scale}")
        window = there.scaled(WINDOW)
        for days in ((3, 7, 14), (3, 2, 3), (2, 60, 60)):
            times = suggested(AT, *days, there)
            assert problem(times, AT, window, there) is None


def test_the_least_gaps() -> None:
    assert problem(LEAST, AT, WINDOW, MAIN) is None
    for index in range(6):
        sooner = list(LEAST)
        sooner[index] -= 1
        assert problem(Deadlines(*sooner), AT, WINDOW, MAIN) is not None


@pytest.mark.parametrize(
    ("window", "fits"),
    [
        (24 * HOUR - 1, False),
        (24 * HOUR, True),
        (168 * HOUR, True),
        (168 * HOUR + 1, False),
    ],
)
def test_the_bounds_of_the_answer_window(window: int, fits: bool) -> None:
    times = Deadlines(*(AT + d * DAY for d in (2, 10, 20, 40, 60, 70)))
    assert (problem(times, AT, window, MAIN) is None) is fits


@pytest.mark.parametrize(("extra", "fits"), [(0, True), (1, False)])
@pytest.mark.parametrize("where", [MAIN, FAST])
def test_a_trade_lasts_at_most_180_days(where: Network, extra: int, fits: bool) -> None:
    times = LEAST._replace(t5=LEAST.t0 + 180 * DAY + extra)
    window = where.scaled(WINDOW)
    assert (problem(times, AT, window, where) is None) is fits


def test_later_moves_all_but_t0() -> None:
    assert LEAST.later(3, MAIN) == (LEAST.t0, *(t + 3 * DAY for t in LEAST[1:]))
    assert LEAST.later(3, FAST) == (LEAST.t0, *(t + 30 for t in LEAST[1:]))


ON = AT - 100 * DAY


def spells(*times: int) -> list[Spell]:
    return [Spell(*pair) for pair in zip(times[::2], times[1::2], strict=True)]


@pytest.mark.parametrize(
    ("online", "cut"),
    [
        ([], AT + DAY),
        ([ON, AT + 9 * DAY], AT + DAY),
        ([ON, AT - HOUR, AT, AT + 9 * DAY], AT + DAY),
        ([ON, AT - HOUR, AT + 1, AT + 9 * DAY], AT + 1 + DAY),
        ([ON, AT - HOUR + 1, AT + 1, AT + 9 * DAY], AT + DAY),
        ([ON, AT + DAY, AT + 5 * DAY, AT + 9 * DAY], AT + DAY),
        ([ON, AT + DAY - 1, AT + 5 * DAY, AT + 9 * DAY], AT + 6 * DAY),
        ([AT + 5 * DAY, AT + 9 * DAY], AT + 6 * DAY),
        ([AT, AT + 9 * DAY], AT + DAY),
        (
            [ON, AT, AT + 2 * DAY, AT + 3 * DAY, AT + 5 * DAY, AT + 9 * DAY],
            AT + 3 * DAY,
        ),
        (
            [ON, AT, AT + 2 * DAY, AT + 3 * DAY - 1, AT + 5 * DAY, AT + 9 * DAY],
            AT + 6 * DAY,
        ),
        ([ON, AT, AT + HOUR, AT + 2 * HOUR, AT + 3 * HOUR, AT + DAY], AT + DAY),
    ],
)
def test_the_cut_off(online: list[int], cut: int) -> None:
    assert cut_off(AT, spells(*online), MAIN) == cut


def test_the_cut_off_scales() -> None:
    away: Any = spells(ON, AT, AT + 60, AT + 900)
    assert cut_off(AT, away, FAST) == AT + 70
    blink = spells(ON, AT, AT + 2, AT + 900)
    assert cut_off(AT, blink, FAST) == AT + 10
