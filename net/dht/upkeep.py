"""What this node promised to keep in the DHT, and when each is due again. Pure."""

from typing import NamedTuple

from net.limits import (
    FAILED_SECONDS,
    MAX_KEPT,
    TOKEN_UPKEEP_SECONDS,
    UPKEEP_SECONDS,
)


class Kept(NamedTuple):
    """One promise.

    Attributes:
        subject: A store's key, or a token.
        head: Newest head of the store; None for a token.
    """

    subject: bytes
    head: bytes | None


class Upkeep:
    """At most 500 promises, the one made longest ago is dropped first."""

    def __init__(self) -> None:
        self._of: dict[tuple[bool, bytes], tuple[Kept, float]] = {}

    def __len__(self) -> int:
        return len(self._of)

    def keep(self, kept: Kept, now: float) -> None:
        """Promise ``kept``, in place of the older head; it was just done at ``now``."""
        name = (kept.head is None, kept.subject)
        self._of.pop(name, None)
        self._of[name] = (kept, now + _life(kept))
        while len(self._of) > MAX_KEPT:
            del self._of[next(iter(self._of))]

    def head(self, store: bytes) -> bytes | None:
        """The head promised for ``store``."""
        row = self._of.get((False, store))
        return row[0].head if row else None

    def failed(self, kept: Kept, now: float) -> None:
        """Nobody has it: try again in a minute."""
        name = (kept.head is None, kept.subject)
        if name in self._of:
            self._of[name] = (self._of[name][0], now + FAILED_SECONDS)

    def drop(self, kept: Kept) -> None:
        """Take a promise back."""
        self._of.pop((kept.head is None, kept.subject), None)

    def start_again(self, now: float) -> None:
        """Everything is due: the node has just come back to the network."""
        self._of = {name: (kept, now) for name, (kept, _) in self._of.items()}

    def due(self, now: float) -> Kept | None:
        """The promise that waits longest, if one is due; it is then taken for done."""
        name = min(self._of, key=lambda name: self._of[name][1], default=None)
        if name is None or self._of[name][1] > now:
            return None
        kept = self._of[name][0]
        self._of[name] = (kept, now + _life(kept))
        return kept


def _life(kept: Kept) -> float:
    """Seconds after which to do it again: replicas keep heads for a day, tokens for two."""
    return TOKEN_UPKEEP_SECONDS if kept.head is None else UPKEEP_SECONDS
