"""When heads travel in shards, and to how many of them a node listens."""

from net.gossip.shards import SHARDS, TOPIC, TOPICS, Shards, shard_of, topic_of
from net.limits import HEARD_PER_SECOND, RATE_WINDOW_SECONDS, SPLIT_PER_SECOND

ORDER = range(SHARDS)
WINDOW = RATE_WINDOW_SECONDS


def store(shard: int) -> bytes:
    return bytes([shard << 4]) + bytes(31)


def hear(
    shards: Shards, rate: float, begin: float, end: float, listened: frozenset[str]
) -> None:
    """Let ``rate`` heads a second of the whole market come, of which those in ``listened`` are heard."""
    for number in range(int(rate * (end - begin))):
        one = store(number % SHARDS)
        if TOPIC in listened or topic_of(shard_of(one)) in listened:
            shards.heard(one, begin + number / rate)


def after(rate: float) -> Shards:
    """A node that has heard ``rate`` for ten minutes in the topic of all."""
    shards = Shards(ORDER, 0.0)
    hear(shards, rate, 0.0, WINDOW, frozenset({TOPIC}))
    shards.look(WINDOW, 0.0)
    return shards


def topics(shards: Shards, now: float = WINDOW) -> frozenset[str]:
    return shards.topics((), now, is_everything=True)


def test_a_topic_is_named_after_the_first_half_byte() -> None:
    assert topic_of(shard_of(b"\xa7" + bytes(31))) == "bazaar/heads/1/a"
    assert len(TOPICS) == 1 + SHARDS


def test_a_small_market_has_one_topic() -> None:
    shards = after(SPLIT_PER_SECOND / 2 - 0.1)
    assert topics(shards) == {TOPIC}
    assert not shards.is_split


def test_before_it_splits_all_listen_to_the_shards_already() -> None:
    shards = after(SPLIT_PER_SECOND / 2 + 0.1)
    assert topics(shards) == TOPICS
    assert not shards.is_split
    assert after(SPLIT_PER_SECOND).is_split


def test_a_node_joins_as_many_shards_as_it_can_bear() -> None:
    shards = after(4 * HEARD_PER_SECOND)
    joined = topics(shards)
    assert joined == {TOPIC, *map(topic_of, range(4))}


def test_the_rate_is_still_known_from_the_shards_that_are_heard() -> None:
    rate = 4 * HEARD_PER_SECOND
    shards = after(rate)
    joined, now = topics(shards), WINDOW
    for _ in range(3):
        hear(shards, rate, now, now + WINDOW, joined - {TOPIC})
        now += WINDOW
        shards.look(now, 1.0)
        assert topics(shards, now) == joined
    assert 0.95 < shards.rate(now) / rate < 1.05


def test_stores_of_the_user_come_first_within_what_can_be_borne() -> None:
    shards = after(4 * HEARD_PER_SECOND)
    mine = [store(9), store(9), store(12), store(13), store(14)]
    joined = shards.topics(mine, WINDOW, is_everything=True)
    assert {topic_of(0), topic_of(9)} < joined
    assert len(joined) == 1 + 4


def test_a_small_machine_hears_its_own_shard_and_those_it_follows() -> None:
    shards = after(SPLIT_PER_SECOND)
    joined = shards.topics([store(9)], WINDOW, is_everything=False)
    assert joined == {TOPIC, topic_of(0), topic_of(9)}


def test_a_market_that_grows_quiet_returns_to_one_topic() -> None:
    shards = after(SPLIT_PER_SECOND)
    now = 2 * WINDOW
    hear(shards, SPLIT_PER_SECOND / 2 + 0.1, WINDOW, now, topics(shards))
    shards.look(now, 1.0)
    assert shards.is_split
    shards.look(3 * WINDOW, 1.0)
    assert not shards.is_split
    assert topics(shards, 3 * WINDOW) == {TOPIC}


def test_a_newcomer_follows_most_of_its_neighbours_until_it_can_tell() -> None:
    shards = Shards(ORDER, 0.0)
    shards.look(1.0, 0.5)
    assert not shards.is_split
    shards.look(1.0, 0.6)
    assert shards.is_split
    shards.look(WINDOW - 1, 0.6)
    assert shards.is_split
    shards.look(WINDOW, 0.6)
    assert not shards.is_split
