"""What the network may know of a store head: who signed it, which one, how long it counts.

The check itself comes in as a function; DHT and gossip share one ``Heads``.
"""

import functools
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bazaar.domain.errors import BazaarError, MalformedMessageError, PeerError
from net.limits import CHECKED_HEADS, HEAD_AHEAD_SECONDS, MAX_RECORD_BYTES


class HeadFacts(NamedTuple):
    """What a verified head says that the network has to know.

    Attributes:
        author: Raw key that signed it; the store's key.
        seq: A higher one replaces a lower one.
        issued, expires: Wall seconds.
    """

    author: bytes
    seq: int
    issued: int
    expires: int


CheckHead = Callable[[bytes], HeadFacts]
"""Verifies a head's envelope. Raises PeerError if it is not a head, or not of this network."""


class UntimelyHeadError(BazaarError):
    """The head has expired or is dated ahead; one of two clocks may be wrong."""


class Heads:
    """Checks heads, remembering the last ones that were good."""

    def __init__(self, check: CheckHead, now: Callable[[], float] = time.time) -> None:
        self._check = functools.lru_cache(maxsize=CHECKED_HEADS)(check)
        self._now = now

    def facts(self, value: bytes) -> HeadFacts:
        """What ``value`` says, whatever its date.

        Raises:
            PeerError: not a head, or not signed by its author.
        """
        if len(value) > MAX_RECORD_BYTES:
            raise MalformedMessageError(f"{len(value)} bytes; limit {MAX_RECORD_BYTES}")
        return self._check(value)

    def current(self, value: bytes) -> HeadFacts:
        """What ``value`` says, if it counts now.

        Raises:
            PeerError: not a head, or not signed by its author.
            UntimelyHeadError: expired, or issued more than 10 min ahead.
        """
        facts = self.facts(value)
        if facts.expires < self._now():
            raise UntimelyHeadError("expired")
        if facts.issued > self._now() + HEAD_AHEAD_SECONDS:
            raise UntimelyHeadError("dated ahead")
        return facts

    def checked(self, store: bytes, value: bytes) -> HeadFacts:
        """What ``value`` says, if it is a head of ``store`` that counts now.

        Raises:
            PeerError: no head, badly signed, or another store's.
            UntimelyHeadError: expired, or dated ahead.
        """
        facts = self.current(value)
        if facts.author != store:
            raise MalformedMessageError("the head of another store")
        return facts

    def newest(self, values: Sequence[bytes]) -> int:
        """Index of the value of the highest seq, the last among equals (C9).

        A replica that compares (held, offered) so stores an equal value afresh,
        which is the only way to lengthen its life.
        """
        return max(range(len(values)), key=lambda i: (self._seq(values[i]), i))

    def _seq(self, value: bytes) -> int:
        try:
            return self.facts(value).seq
        except PeerError:
            return -1
