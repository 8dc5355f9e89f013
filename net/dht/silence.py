"""Peers that let questions run into the deadline: after two in a row they are left alone. Pure."""

from collections import OrderedDict
from collections.abc import Hashable

from net.limits import EVICTION_SECONDS, SILENCES_BEFORE_EVICTION, TRACKED_PEERS


class Silence:
    """Counts silences; times are seconds of one clock that never goes back."""

    def __init__(self) -> None:
        self._of: OrderedDict[Hashable, tuple[int, float]] = OrderedDict()

    def silent(self, peer: Hashable, now: float) -> bool:
        """Count a silence; True if the peer is now to be left alone for a while."""
        count = self._of.pop(peer, (0, 0.0))[0] + 1
        self._of[peer] = (count, now)
        while len(self._of) > TRACKED_PEERS:
            self._of.popitem(last=False)
        return count >= SILENCES_BEFORE_EVICTION

    def heard(self, peer: Hashable) -> None:
        """The peer said something: all is forgiven."""
        self._of.pop(peer, None)

    def is_evicted(self, peer: Hashable, now: float) -> bool:
        """Whether the peer is to be left alone at ``now``."""
        count, at = self._of.get(peer, (0, 0.0))
        return count >= SILENCES_BEFORE_EVICTION and now < at + EVICTION_SECONDS
