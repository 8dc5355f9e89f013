"""What a peer's behaviour costs it; bans that end by themselves. Pure."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from net.limits import (
    BAN_FLOOR,
    BAN_SECONDS,
    BANNED_PEERS_PER_BANNED_GROUP,
    MAX_BAN_SECONDS,
    SCORE_RECOVERED_PER_SECOND,
    TRACKED_PEERS,
)


class Breach(StrEnum):
    """Ways to break the protocol."""

    GARBAGE = "garbage"
    TOO_LARGE = "too_large"
    BAD_CONTENT = "bad_content"
    WRONG_HASH = "wrong_hash"
    TOO_SLOW = "too_slow"
    TOO_FAST = "too_fast"
    BAD_ADDRESS = "bad_address"
    ODD = "odd"


COST: Final = MappingProxyType(
    {
        Breach.GARBAGE: 20.0,
        Breach.TOO_LARGE: 20.0,
        Breach.BAD_CONTENT: 20.0,
        Breach.WRONG_HASH: 100.0,
        Breach.TOO_SLOW: 5.0,
        Breach.TOO_FAST: 1.0,
        Breach.BAD_ADDRESS: 2.0,
        Breach.ODD: 2.0,
    }
)


class _Standing(NamedTuple):
    score: float
    at: float
    bans: int
    banned_until: float
    group: str


class Scores:
    """The standing of each peer; 0 is a blank page, ``BAN_FLOOR`` a ban.

    Times are seconds of one clock that never goes back.
    """

    def __init__(self, *, group_bans: bool) -> None:
        self._group_bans = group_bans
        self._of: dict[bytes, _Standing] = {}

    def breach(self, key: bytes, breach: Breach, now: float, group: str = "?") -> bool:
        """Count a breach; True if it bans the peer, who is then to be disconnected."""
        old = self._of.get(key) or _Standing(0.0, now, 0, 0.0, group)
        score = self._recovered(old, now) - COST[breach]
        if score > BAN_FLOOR:
            self._keep(key, old._replace(score=score, at=now))
            return False
        seconds = min(BAN_SECONDS * 2**old.bans, MAX_BAN_SECONDS)
        self._keep(key, _Standing(0.0, now, old.bans + 1, now + seconds, group))
        return True

    def score(self, key: bytes, now: float) -> float:
        """From ``BAN_FLOOR`` to 0; a ban starts again at 0."""
        standing = self._of.get(key)
        return self._recovered(standing, now) if standing else 0.0

    def is_banned(self, key: bytes, now: float) -> bool:
        """Whether ``key`` is to be refused at ``now``."""
        standing = self._of.get(key)
        return standing is not None and now < standing.banned_until

    def is_group_banned(self, group: str, now: float) -> bool:
        """Whether enough peers of ``group`` are banned to refuse all of it."""
        if not self._group_bans or group == "?":
            return False
        banned = [
            s for s in self._of.values() if s.group == group and now < s.banned_until
        ]
        return len(banned) >= BANNED_PEERS_PER_BANNED_GROUP

    def banned(self, now: float) -> int:
        """How many peers are banned at ``now``."""
        return sum(now < standing.banned_until for standing in self._of.values())

    def _recovered(self, standing: _Standing, now: float) -> float:
        return min(
            0.0, standing.score + (now - standing.at) * SCORE_RECOVERED_PER_SECOND
        )

    def _keep(self, key: bytes, standing: _Standing) -> None:
        self._of.pop(key, None)
        self._of[key] = standing
        if len(self._of) > TRACKED_PEERS:
            del self._of[min(self._of, key=lambda k: self._of[k].banned_until)]
