"""Walks: ever rarer while the table stays as it is, at once when much of it went."""

from net.dht.walk_pace import WalkPace
from net.limits import MAX_WALK_SECONDS, TABLE_CHECK_SECONDS

FIRST = frozenset(range(80))


def walks(pace: WalkPace, begin: float, end: float) -> list[float]:
    """When walks are due with a table that stays as it is."""
    times: list[float] = []
    now = begin
    while now < end:
        now += TABLE_CHECK_SECONDS
        if pace.is_due(FIRST, now):
            times.append(now)
            pace.walked(FIRST, now)
    return times


def test_a_calm_table_is_walked_for_twice_as_late_each_time_up_to_six_hours() -> None:
    times = walks(WalkPace(FIRST, 0.0), 0.0, 86_400.0)
    waits = [
        later - sooner for sooner, later in zip([0.0, *times], times, strict=False)
    ]
    assert waits == [
        600.0,
        1_200.0,
        2_400.0,
        4_800.0,
        9_600.0,
        19_200.0,
        21_600.0,
        21_600.0,
    ]
    assert waits[-1] == MAX_WALK_SECONDS


def test_much_that_is_new_makes_walks_frequent_again() -> None:
    pace = WalkPace(FIRST, 0.0)
    at = walks(pace, 0.0, 20_000.0)[-1]
    pace.walked(
        FIRST | frozenset(range(80, 100)), at
    )  # 20 of 80: an eighth is exceeded
    assert not pace.is_due(FIRST, at + TABLE_CHECK_SECONDS)
    grown = frozenset(range(200))
    pace.walked(grown, at)
    assert not pace.is_due(grown, at + TABLE_CHECK_SECONDS - 1)
    assert pace.is_due(grown, at + TABLE_CHECK_SECONDS)


def test_a_quarter_that_went_is_borne_and_one_more_is_not() -> None:
    pace = WalkPace(FIRST, 0.0)
    walks(pace, 0.0, 20_000.0)
    assert not pace.is_due(frozenset(range(20, 80)), 20_001.0)
    assert pace.is_due(frozenset(range(21, 80)), 20_001.0)


def test_who_knows_nobody_tries_at_each_check() -> None:
    pace = WalkPace(FIRST, 0.0)
    assert pace.is_due(frozenset(), 1.0)
    pace.walked(frozenset(), 1.0)
    assert pace.is_due(frozenset(), 2.0)
