"""How often we dial: in all, one address, one address group. Pure."""

from collections import defaultdict, deque

from net.buckets import Bucket
from net.dialling.admission import group_of
from net.limits import (
    DIALS_BURST,
    DIALS_PER_GROUP,
    DIALS_PER_GROUP_SECONDS,
    DIALS_PER_SECOND,
    REDIAL_SECONDS,
    TRACKED_GROUPS,
)
from net.rules import NetworkRules


class Budget:
    """How often anything, an address and an address group may be dialled. Pure."""

    def __init__(self, rules: NetworkRules) -> None:
        self._group_caps = rules.group_caps
        self._all = Bucket(DIALS_PER_SECOND, DIALS_BURST)
        self._last: dict[str, float] = {}
        self._groups: defaultdict[str, deque[float]] = defaultdict(
            lambda: deque(maxlen=DIALS_PER_GROUP)
        )

    def allows(self, host: str, port: int, now: float) -> bool:
        """Whether this address may be dialled now; if so the dial is counted."""
        where, group = f"{host} {port}", group_of(host)
        if now - self._last.get(where, -REDIAL_SECONDS) < REDIAL_SECONDS:
            return False
        recent = self._groups[group]
        if (
            self._group_caps
            and len(recent) == DIALS_PER_GROUP
            and now - recent[0] < DIALS_PER_GROUP_SECONDS
        ):
            return False
        recent.append(now)
        self._remember(where, now)
        return True

    def book(self, now: float) -> float:
        """Seconds to wait before the next dial of any kind, which is counted."""
        return self._all.book(now)

    def _remember(self, where: str, now: float) -> None:
        self._last.pop(where, None)
        self._last[where] = now
        if len(self._last) > TRACKED_GROUPS:
            del self._last[next(iter(self._last))]
        if len(self._groups) > TRACKED_GROUPS:
            del self._groups[next(iter(self._groups))]
