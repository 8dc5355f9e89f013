"""Token buckets: how much of something one party may use per second. Pure."""

from collections import OrderedDict
from collections.abc import Hashable


class Bucket:
    """Fills at ``rate`` tokens a second up to ``burst``; starts full."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = burst
        self._at = 0.0

    def take(self, now: float, amount: float = 1.0) -> bool:
        """Use ``amount`` tokens at ``now`` seconds; if too few are left use none."""
        if self.wait(now, amount) > 0:
            return False
        self._tokens -= amount
        return True

    def book(self, now: float) -> float:
        """Use one token, now or in advance; returns the seconds to wait before acting."""
        seconds = self.wait(now)
        self._tokens -= 1
        return seconds

    def wait(self, now: float, amount: float = 1.0) -> float:
        """Seconds until ``amount`` tokens are there; infinite above the burst."""
        gone = max(0.0, now - self._at)
        self._at = max(self._at, now)
        self._tokens = min(self._burst, self._tokens + gone * self._rate)
        if amount > self._burst:
            return float("inf")
        return max(0.0, amount - self._tokens) / self._rate


class Buckets:
    """A bucket for each party, for at most ``most``; the longest unused is dropped."""

    def __init__(self, rate: float, burst: float, most: int) -> None:
        self._rate = rate
        self._burst = burst
        self._most = most
        self._of: OrderedDict[Hashable, Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._of)

    def take(self, party: Hashable, now: float, amount: float = 1.0) -> bool:
        """Use ``amount`` tokens of ``party``; if too few are left use none."""
        return self.of(party).take(now, amount)

    def of(self, party: Hashable) -> Bucket:
        """The bucket of ``party``, a full one if it is new here."""
        bucket = self._of.pop(party, None) or Bucket(self._rate, self._burst)
        self._of[party] = bucket
        while len(self._of) > self._most:
            self._of.popitem(last=False)
        return bucket
