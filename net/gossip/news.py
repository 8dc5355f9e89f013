"""Which heads are news, and who sends too many of them. Pure."""

import hashlib
from collections import OrderedDict
from enum import Enum, auto

from net.buckets import Buckets
from net.gossip.heads import HeadFacts
from net.limits import (
    FORWARDS_BURST,
    FORWARDS_PER_SECOND,
    HEADS_PER_AUTHOR_BURST,
    HEADS_PER_AUTHOR_PER_SECOND,
    TRACKED_AUTHORS,
    TRACKED_PEERS,
)


class Verdict(Enum):
    """What becomes of a head that is in order."""

    NEWS = auto()
    FORK = auto()
    OLD = auto()
    TOO_FAST = auto()


class News:
    """Remembers the newest head of each author; times are seconds that never go back."""

    def __init__(self) -> None:
        self._newest: OrderedDict[bytes, tuple[int, bytes]] = OrderedDict()
        self._authors = Buckets(
            HEADS_PER_AUTHOR_PER_SECOND, HEADS_PER_AUTHOR_BURST, TRACKED_AUTHORS
        )
        self._forwarders = Buckets(FORWARDS_PER_SECOND, FORWARDS_BURST, TRACKED_PEERS)

    def may_forward(self, forwarder: bytes, now: float) -> bool:
        """Whether ``forwarder`` may send one more message, whatever it holds."""
        return self._forwarders.take(forwarder, now)

    def judge(self, facts: HeadFacts, value: bytes, now: float) -> Verdict:
        """Count a head that was checked; FORK is a second body under the newest seq."""
        digest = hashlib.sha256(value).digest()
        seq, known = self._newest.get(facts.author, (-1, b""))
        if facts.seq < seq or digest == known:
            return Verdict.OLD
        if not self._authors.take(facts.author, now):
            return Verdict.TOO_FAST
        if facts.seq == seq:
            return Verdict.FORK
        self._newest.pop(facts.author, None)
        self._newest[facts.author] = (facts.seq, digest)
        while len(self._newest) > TRACKED_AUTHORS:
            self._newest.popitem(last=False)
        return Verdict.NEWS
