"""Wall time."""

from typing import Protocol


class Clock(Protocol):
    """Wall time in whole seconds."""

    def now(self) -> int: ...
