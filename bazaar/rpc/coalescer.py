"""Events in the node: at most ten a second of each topic, and a bounded queue per client."""

from collections import deque
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from bazaar.rpc.frames import EventFrame

EVENT_SECONDS: Final = 0.1
"""Least distance between two events of one topic: 10 Hz."""

MAX_MERGED: Final = 100
"""Above so many different data in one event it carries none: re-read the topic."""

MAX_QUEUED_EVENTS: Final = 1000
RESYNC: Final = "resync"

Data = Mapping[str, Any]


class Change(NamedTuple):
    """Events of one topic merged: their different data in order; ({},) says re-read all."""

    topic: str
    data: tuple[Data, ...]


class Coalescer:
    """Holds back what comes too soon after the last event of its topic."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Data]] = {}
        self._next: dict[str, float] = {}

    def add(self, topic: str, data: Data) -> None:
        """Note that something changed."""
        held = self._waiting.setdefault(topic, [])
        if len(held) <= MAX_MERGED and data not in held:
            held.append(data)

    def wait(self, now: float) -> float | None:
        """Seconds until something is due, or None when nothing is held."""
        times = (self._next.get(topic, now) for topic in self._waiting)
        return max(min(times) - now, 0.0) if self._waiting else None

    def take(self, now: float) -> list[Change]:
        """What is due now; each topic is then held back for EVENT_SECONDS."""
        due = [topic for topic in self._waiting if self._next.get(topic, now) <= now]
        self._next = {topic: at for topic, at in self._next.items() if at > now}
        self._next |= dict.fromkeys(due, now + EVENT_SECONDS)
        return [Change(topic, _merged(self._waiting.pop(topic))) for topic in due]


class EventQueue:
    """Events on their way to one client; on overflow all of them become one resync."""

    def __init__(self) -> None:
        self._frames: deque[EventFrame] = deque()
        self._seq = 0

    def put(self, change: Change, at: int) -> None:
        """Queue ``change``, noted at ``at`` (Unix seconds)."""
        self._seq += 1
        topic, (first, *more) = change
        if len(self._frames) == MAX_QUEUED_EVENTS:
            self._frames.clear()
            topic, first, more = RESYNC, dict[str, Any](), []
        self._frames.append(
            EventFrame(self._seq, topic, at, dict(first), tuple(map(dict, more)))
        )

    def take(self) -> EventFrame | None:
        """The oldest event, or None."""
        return self._frames.popleft() if self._frames else None


def _merged(held: list[Data]) -> tuple[Data, ...]:
    return tuple(held) if len(held) <= MAX_MERGED else ({},)
