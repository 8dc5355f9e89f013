"""In which topics heads travel: one for all while the market is small, sixteen beyond. Pure.

A node measures how many heads a second the market publishes. From half the rate of the
split on it listens to the shards as well, from the split on it publishes in its own, and
it hears as many of the others as it can bear: reconciliation brings the rest.
"""

from collections import Counter, deque
from collections.abc import Collection, Sequence
from typing import Final

from net.limits import (
    HEARD_PER_SECOND,
    RATE_WINDOW_SECONDS,
    SPLIT_PER_SECOND,
    STEADY_SECONDS,
)

TOPIC: Final = "bazaar/heads/1"
SHARDS: Final = 16
SPARE: Final = 0.75
"""Shards are joined up to this share of what can be borne, so that few are left again soon."""


def shard_of(store: bytes) -> int:
    """The first half byte of a store's key."""
    return store[0] >> 4


def topic_of(shard: int) -> str:
    """Where the heads of a shard travel, once the market is split."""
    return f"{TOPIC}/{shard:x}"


SHARD_TOPICS: Final = frozenset(map(topic_of, range(SHARDS)))
TOPICS: Final = SHARD_TOPICS | {TOPIC}


class Shards:
    """One node's part; times are seconds that never go back, the first is when it was made.

    Attributes:
        is_split: Whether to publish in the own shard.
    """

    def __init__(self, order: Sequence[int], now: float) -> None:
        """``order``: all shards, the own one first, in the order in which they are joined."""
        self._order = tuple(order)
        self._began = now
        self._news: deque[tuple[float, int]] = deque()
        self._since = dict.fromkeys(self._order, now)
        self._count = SHARDS
        self._listens = False
        self.is_split = False

    @property
    def own_topic(self) -> str:
        """Where the own heads travel once the market is split."""
        return topic_of(self._order[0])

    def heard(self, store: bytes, now: float) -> None:
        """A head of ``store`` was news."""
        self._news.append((now, shard_of(store)))
        self._forget(now)

    def rate(self, now: float) -> float:
        """Heads a second of the whole market, as told by the shards that are listened to."""
        self._forget(now)
        heard = sum(
            1 for at, shard in self._news if at >= self._since.get(shard, float("inf"))
        )
        spells = [min(now - at, RATE_WINDOW_SECONDS) for at in self._since.values()]
        seconds = max(sum(spells), len(spells) * STEADY_SECONDS)
        return SHARDS * heard / seconds

    def look(self, now: float, split_share: float) -> None:
        """Decide anew; ``split_share`` of the neighbours listen to shards.

        Who has not listened long enough to know the rate does as most neighbours do.
        """
        rate = self.rate(now)
        is_new = now - self._began < RATE_WINDOW_SECONDS
        follows = is_new and split_share > 1 / 2
        half = SPLIT_PER_SECOND / 2
        was_split = self.is_split and rate >= half
        self.is_split = rate >= SPLIT_PER_SECOND or was_split or follows
        self._listens = self.is_split or rate >= half
        self._count = bearable(rate, self._count)

    def topics(
        self, stores: Collection[bytes], now: float, *, is_everything: bool
    ) -> frozenset[str]:
        """What to listen to: the own shard, those of most ``stores``, then any that can be borne."""
        if not self._listens:
            self._listen(self._order, now)
            return frozenset({TOPIC})
        wanted = Counter(map(shard_of, stores)).most_common()
        chosen = [self._order[0], *(shard for shard, _ in wanted)]
        if is_everything:
            chosen += self._order
        self._listen(list(dict.fromkeys(chosen))[: self._count], now)
        return frozenset({TOPIC, *map(topic_of, self._since)})

    def _listen(self, shards: Collection[int], now: float) -> None:
        self._since = {one: self._since.get(one, now) for one in shards}

    def _forget(self, now: float) -> None:
        while self._news and self._news[0][0] < now - RATE_WINDOW_SECONDS:
            self._news.popleft()


def bearable(rate: float, count: int) -> int:
    """How many shards to join in a market of ``rate`` heads a second.

    ``count``, those that are joined, if that is neither too many nor few.
    """
    load = rate * count / SHARDS
    if load > HEARD_PER_SECOND:
        return max(1, int(SHARDS * HEARD_PER_SECOND / rate))
    if load < HEARD_PER_SECOND / 2:
        spare = SPARE * HEARD_PER_SECOND
        return SHARDS if rate <= spare else max(1, int(SHARDS * spare / rate))
    return count
