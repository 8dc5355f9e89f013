"""The set of known heads in the order of time, with sums over any part of it (PROTOCOL.md 15.1).

Sums are kept in buckets of a day: a new head disturbs those of its own day alone.
"""

import hashlib
from bisect import bisect_left, insort
from collections.abc import Iterable
from typing import Final

from bazaar.domain.wire.bounds import Id, Time

TIME_BYTES: Final = 8
ID_BYTES: Final = 32
KEY_BYTES: Final = TIME_BYTES + ID_BYTES
FINGERPRINT_BYTES: Final = 16
END: Final = b""
"""As the upper bound of a part: no bound."""

_DAY_SECONDS: Final = 86_400
_STEP: Final = 64
"""A sum is remembered for every so many heads of a day."""

_MODULUS: Final = 1 << 256


def head_key(issued: Time, head: Id) -> bytes:
    """Where a head stands in the order: its time, then its id; 40 bytes."""
    return issued.to_bytes(TIME_BYTES) + head


class HeadSet:
    """Keys of ``head_key`` in order. A place is a number from 0 to ``len``."""

    def __init__(self, keys: Iterable[bytes] = ()) -> None:
        self._days: dict[int, _Day] = {}
        self._order: list[int] = []
        for key in sorted(set(keys)):
            self._day(key).push(key)

    def __len__(self) -> int:
        return sum(len(day.keys) for day in self._days.values())

    def __contains__(self, key: bytes) -> bool:
        day = self._days.get(_day_of(key))
        return day is not None and day.holds(key)

    def add(self, key: bytes) -> None:
        """Put ``key`` in; nothing happens if it is there."""
        if key not in self:
            self._day(key).insert(key)

    def discard(self, key: bytes) -> None:
        """Take ``key`` out; nothing happens if it is not there."""
        if key not in self:
            return
        number = _day_of(key)
        self._days[number].remove(key)
        if not self._days[number].keys:
            del self._days[number]
            self._order.remove(number)

    def place(self, bound: bytes) -> int:
        """How many keys are below ``bound``, a beginning of a key; all if it is ``END``."""
        if bound == END:
            return len(self)
        number = _day_of(bound)
        below = self._order[: bisect_left(self._order, number)]
        count = sum(len(self._days[day].keys) for day in below)
        day = self._days.get(number)
        return count + (bisect_left(day.keys, bound) if day else 0)

    def part(self, start: int, end: int) -> list[bytes]:
        """The keys from place ``start`` up to, without, ``end``."""
        found: list[bytes] = []
        for number in self._order:
            keys = self._days[number].keys
            if start < len(keys) and end > 0:
                found += keys[max(start, 0) : max(end, 0)]
            start, end = start - len(keys), end - len(keys)
            if end <= 0:
                break
        return found

    def fingerprint(self, start: int, end: int) -> bytes:
        """16 bytes that say what is between two places, for whoever holds the same there."""
        total = (self._sum(end) - self._sum(start)) % _MODULUS
        count = end - start
        data = total.to_bytes(ID_BYTES) + count.to_bytes(TIME_BYTES)
        return hashlib.sha256(data).digest()[:FINGERPRINT_BYTES]

    def _sum(self, place: int) -> int:
        total = 0
        for number in self._order:
            day = self._days[number]
            if place <= len(day.keys):
                return total + day.sum(place)
            total += day.sum(len(day.keys))
            place -= len(day.keys)
        return total

    def _day(self, key: bytes) -> "_Day":
        number = _day_of(key)
        if number not in self._days:
            self._days[number] = _Day()
            insort(self._order, number)
        return self._days[number]


class _Day:
    """The keys of one day; ``_sums[i]`` is the sum of the first ``64 i`` ids."""

    def __init__(self) -> None:
        self.keys: list[bytes] = []
        self._sums = [0]

    def holds(self, key: bytes) -> bool:
        at = bisect_left(self.keys, key)
        return at < len(self.keys) and self.keys[at] == key

    def push(self, key: bytes) -> None:
        """Append the greatest key."""
        self.keys.append(key)

    def insert(self, key: bytes) -> None:
        at = bisect_left(self.keys, key)
        self.keys.insert(at, key)
        self._forget(at)

    def remove(self, key: bytes) -> None:
        at = bisect_left(self.keys, key)
        del self.keys[at]
        self._forget(at)

    def sum(self, count: int) -> int:
        """Sum of the first ``count`` ids."""
        known = count // _STEP
        while len(self._sums) <= known:
            start = (len(self._sums) - 1) * _STEP
            self._sums.append(self._sums[-1] + self._added(start, start + _STEP))
        return self._sums[known] + self._added(known * _STEP, count)

    def _added(self, start: int, end: int) -> int:
        return sum(int.from_bytes(key[TIME_BYTES:]) for key in self.keys[start:end])

    def _forget(self, at: int) -> None:
        del self._sums[at // _STEP + 1 :]


def _day_of(bound: bytes) -> int:
    return int.from_bytes(bound[:TIME_BYTES].ljust(TIME_BYTES, b"\0")) // _DAY_SECONDS
