"""Who announced itself on the local network, and who is to be dialled next. Pure.

Anybody near may announce anything: a machine speaks for its own address only, has
few places here, and takes turns with the others.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

from net.lan.lan_packets import Announced
from net.limits import (
    BACK_OFF_SECONDS,
    LAN_TTL_SECONDS,
    LAN_YIELD_SECONDS,
    MAX_LAN_PEERS,
    MAX_LAN_PEERS_PER_HOST,
    REDIAL_SECONDS,
)


class Found(NamedTuple):
    """A peer at a host.

    Attributes:
        due_at: When it may be dialled; infinite until it is heard again.
        failures: Dials without success, one after the other.
    """

    key: bytes
    host: str
    address: str
    heard_at: float
    due_at: float
    failures: int = 0


class FoundPeers:
    """At most 64, four of each host; times are seconds of one clock that never goes back."""

    def __init__(self, key: bytes) -> None:
        """Build it; ``key`` is the own one."""
        self._key = key
        self._of: dict[tuple[str, bytes], Found] = {}
        self._dialled: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._of)

    def heard(self, sender: str, announced: Iterable[Announced], now: float) -> None:
        """Take note of what ``sender`` announced of itself."""
        for one in announced:
            if one.host != sender or one.key == self._key:
                continue
            if one.is_over:
                self._of.pop((one.host, one.key), None)
            else:
                self._hear(one, now)

    def next(self, now: float) -> Found | None:
        """Who is to be dialled now: of those that are due, the host that waited longest."""
        self._forget_the_silent(now)
        due = [row for row in self._of.values() if row.due_at <= now]
        return min(due, key=self._turn, default=None)

    def wait_seconds(self, now: float) -> float:
        """Until somebody is due; infinite if nobody will be."""
        soonest = min((row.due_at for row in self._of.values()), default=math.inf)
        return max(0.0, soonest - now)

    def met(self, row: Found) -> None:
        """It is connected; when it is heard again, somebody should look again."""
        self._change(row, due_at=math.inf, failures=0)

    def later(self, row: Found, now: float) -> None:
        """It was not dialled yet."""
        self._change(row, due_at=now + REDIAL_SECONDS)

    def failed(self, row: Found, now: float, *, is_stranger: bool = False) -> None:
        """No connection, or it is of another network: then it may wait longest."""
        self._dialled[row.host] = now
        most = len(BACK_OFF_SECONDS)
        failures = most if is_stranger else min(row.failures + 1, most)
        due_at = now + BACK_OFF_SECONDS[failures - 1]
        self._change(row, failures=failures, due_at=due_at)

    def _hear(self, one: Announced, now: float) -> None:
        old = self._of.get((one.host, one.key))
        if old is None:
            if not self._has_room(one.host):
                return
            wait = 0.0 if self._key < one.key else LAN_YIELD_SECONDS
            old = Found(one.key, one.host, one.address, now, now + wait)
        due_at = now if math.isinf(old.due_at) else old.due_at
        row = old._replace(address=one.address, heard_at=now, due_at=due_at)
        self._of[one.host, one.key] = row

    def _has_room(self, host: str) -> bool:
        """Whether there is a place, perhaps because one that never answered makes it."""
        rows = list(self._of.values())
        neighbours = [row for row in rows if row.host == host]
        if len(neighbours) >= MAX_LAN_PEERS_PER_HOST:
            rows = neighbours
        elif len(rows) < MAX_LAN_PEERS:
            return True
        worst = max(rows, key=lambda row: row.failures)
        if worst.failures:
            del self._of[worst.host, worst.key]
        return worst.failures > 0

    def _forget_the_silent(self, now: float) -> None:
        self._of = {
            place: row
            for place, row in self._of.items()
            if now - row.heard_at <= LAN_TTL_SECONDS
        }
        hosts = {row.host for row in self._of.values()}
        self._dialled = {h: at for h, at in self._dialled.items() if h in hosts}

    def _turn(self, row: Found) -> tuple[float, float]:
        return self._dialled.get(row.host, -math.inf), row.due_at

    def _change(
        self, row: Found, *, due_at: float, failures: int | None = None
    ) -> None:
        known = self._of.get((row.host, row.key))
        if known is not None:
            count = known.failures if failures is None else failures
            changed = known._replace(due_at=due_at, failures=count)
            self._of[row.host, row.key] = changed
