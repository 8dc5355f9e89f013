"""Wall time, and time that only passes."""

from typing import Protocol


class Clock(Protocol):
    """Wall time in whole seconds."""

    def now(self) -> int: ...


class SteadyClock(Clock, Protocol):
    """A wall clock beside one that nobody can set."""

    def steady(self) -> float:
        """Seconds since some moment, those of a suspended machine included."""
        ...
