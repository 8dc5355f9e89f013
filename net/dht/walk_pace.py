"""How often to walk: rarely while the table stays as it is, at once after much of it went. Pure."""

from collections.abc import Hashable
from collections.abc import Set as AbstractSet

from net.limits import (
    CALM_SHARE,
    MAX_WALK_SECONDS,
    STIRRED_SHARE,
    TABLE_CHECK_SECONDS,
)


class WalkPace:
    """Times are seconds that never go back; the first walk was at ``now``."""

    def __init__(self, entries: AbstractSet[Hashable], now: float) -> None:
        self._entries = entries
        self._wait = TABLE_CHECK_SECONDS
        self._next = now + self._wait

    def is_due(self, entries: AbstractSet[Hashable], now: float) -> bool:
        """Whether to walk, with these ``entries`` in the table."""
        is_lonely = not entries
        return (
            now >= self._next
            or is_lonely
            or self._changed(self._entries - entries) > STIRRED_SHARE
        )

    def walked(self, entries: AbstractSet[Hashable], now: float) -> None:
        """A walk left these ``entries``: what differs since the last one sets the pace."""
        changed = self._changed(self._entries ^ entries)
        self._entries = entries
        if changed <= CALM_SHARE:
            self._wait = min(2 * self._wait, MAX_WALK_SECONDS)
        elif changed > STIRRED_SHARE:
            self._wait = TABLE_CHECK_SECONDS
        self._next = now + self._wait

    def _changed(self, entries: AbstractSet[Hashable]) -> float:
        """``entries`` as a share of the table after the last walk."""
        return len(entries) / max(1, len(self._entries))
