"""How often each limit was met; shown over the node's RPC."""

from collections import Counter


class Counters:
    """Names to counts; names are words joined by dots, ``inbox.rate_limited``."""

    def __init__(self) -> None:
        self._of: Counter[str] = Counter()

    def add(self, name: str, amount: int = 1) -> None:
        """Count ``amount`` more of ``name``."""
        self._of[name] += amount

    def shown(self) -> dict[str, int]:
        """All counts so far, by name."""
        return dict(sorted(self._of.items()))
