"""What breaches cost, and bans that end."""

from net.limits import (
    BAN_FLOOR,
    BAN_SECONDS,
    BANNED_PEERS_PER_BANNED_GROUP,
    MAX_BAN_SECONDS,
    SCORE_RECOVERED_PER_SECOND,
    TRACKED_PEERS,
)
from net.score import COST, Breach, Scores

KEY = b"k" * 32


def ban(scores: Scores, key: bytes = KEY, now: float = 0.0, group: str = "a") -> None:
    assert scores.breach(key, Breach.WRONG_HASH, now, group)


def test_every_breach_has_a_cost() -> None:
    assert set(COST) == set(Breach)


def test_the_floor_bans_and_one_above_it_does_not() -> None:
    scores = Scores(group_bans=True)
    breaches = int(-BAN_FLOOR / COST[Breach.GARBAGE])
    banned = [scores.breach(KEY, Breach.GARBAGE, 0.0) for _ in range(breaches)]
    assert banned == [False] * (breaches - 1) + [True]
    assert scores.is_banned(KEY, 0.0)
    assert not scores.is_banned(b"other", 0.0)


def test_a_score_recovers() -> None:
    scores = Scores(group_bans=True)
    scores.breach(KEY, Breach.GARBAGE, 0.0)
    assert scores.score(KEY, 0.0) == -COST[Breach.GARBAGE]
    assert scores.score(KEY, COST[Breach.GARBAGE] / SCORE_RECOVERED_PER_SECOND) == 0.0
    assert scores.score(b"other", 0.0) == 0.0


def test_bans_end_and_double_up_to_a_day() -> None:
    scores, now, lengths = Scores(group_bans=True), 0.0, list[float]()
    for _ in range(10):
        ban(scores, now=now)
        length = BAN_SECONDS
        while scores.is_banned(KEY, now + length):
            length *= 2
        lengths.append(min(length, MAX_BAN_SECONDS))
        assert scores.is_banned(KEY, now + lengths[-1] - 1)
        assert not scores.is_banned(KEY, now + lengths[-1])
        now += length
    assert lengths[:3] == [600, 1200, 2400]
    assert lengths[-1] == 86_400


def test_a_group_is_banned_when_three_of_it_are() -> None:
    scores = Scores(group_bans=True)
    for number in range(BANNED_PEERS_PER_BANNED_GROUP):
        assert not scores.is_group_banned("a", 0.0)
        ban(scores, bytes([number]))
    assert scores.is_group_banned("a", 0.0)
    assert not scores.is_group_banned("b", 0.0)
    assert not scores.is_group_banned("a", BAN_SECONDS)
    assert scores.banned(0.0) == BANNED_PEERS_PER_BANNED_GROUP


def test_unknown_groups_and_local_networks_ban_no_group() -> None:
    unknown, local = Scores(group_bans=True), Scores(group_bans=False)
    for number in range(BANNED_PEERS_PER_BANNED_GROUP):
        ban(unknown, bytes([number]), group="?")
        ban(local, bytes([number]))
    assert not unknown.is_group_banned("?", 0.0)
    assert not local.is_group_banned("a", 0.0)


def test_bans_outlive_a_crowd_of_small_breaches() -> None:
    scores = Scores(group_bans=True)
    ban(scores)
    for number in range(TRACKED_PEERS + 1):
        scores.breach(number.to_bytes(4), Breach.ODD, 1.0)
    assert scores.is_banned(KEY, 1.0)
