"""Who may start a handshake, and who may stay: caps in total and per address group."""

from collections import Counter
from ipaddress import ip_address, ip_network

from net.buckets import Buckets
from net.counters import Counters
from net.limits import (
    ACCEPTS_PER_GROUP_BURST,
    ACCEPTS_PER_GROUP_PER_SECOND,
    GROUP_BITS_IPV4,
    GROUP_BITS_IPV6,
    HANDSHAKE_SECONDS,
    MAX_CONNECTIONS_PER_GROUP,
    MAX_INBOUND_CONNECTIONS,
    PENDING_HANDSHAKES,
    PENDING_HANDSHAKES_PER_GROUP,
    RESERVED_CONNECTIONS,
    TRACKED_GROUPS,
)
from net.rules import NetworkRules


def group_of(host: str) -> str:
    """The /24 (IPv4) or /48 (IPv6) that ``host`` is in; ``?`` if it is no address."""
    try:
        address = ip_address(host)
    except ValueError:
        return "?"
    bits = GROUP_BITS_IPV4 if address.version == 4 else GROUP_BITS_IPV6  # noqa: PLR2004 - IPv4
    return str(ip_network(f"{address}/{bits}", strict=False))


class Admission:
    """Counts handshakes and inbound connections, and says who is one too many.

    Attributes:
        deadline_seconds: How long a handshake may take.
        reserved: Keys that may use the slots kept free for parties of open trades.
    """

    def __init__(self, rules: NetworkRules, counters: Counters) -> None:
        self._rules = rules
        self._counters = counters
        self._pending: Counter[str] = Counter()
        self._open: Counter[str] = Counter()
        self._accepts = Buckets(
            ACCEPTS_PER_GROUP_PER_SECOND, ACCEPTS_PER_GROUP_BURST, TRACKED_GROUPS
        )
        self.deadline_seconds = HANDSHAKE_SECONDS
        self.reserved: frozenset[bytes] = frozenset()

    def enter(self, group: str, now: float) -> bool:
        """Let a handshake of ``group`` begin; if True, ``leave`` must follow."""
        refusal = self._too_many(group, now)
        if refusal:
            self._counters.add(f"admission.{refusal}")
            return False
        self._pending[group] += 1
        return True

    def leave(self, group: str) -> None:
        """The handshake ended, well or badly."""
        _less(self._pending, group)

    def opened(self, group: str, key: bytes) -> bool:
        """Count an inbound connection; False, counting nothing, if ``key`` must go."""
        free = MAX_INBOUND_CONNECTIONS - self._open.total()
        if free <= (0 if key in self.reserved else RESERVED_CONNECTIONS):
            self._counters.add("admission.inbound_full")
            return False
        self._open[group] += 1
        return True

    def closed(self, group: str) -> None:
        """An inbound connection that was counted has ended."""
        _less(self._open, group)

    def pending(self) -> int:
        """Handshakes under way."""
        return self._pending.total()

    def inbound(self) -> int:
        """Inbound connections open."""
        return self._open.total()

    def _too_many(self, group: str, now: float) -> str:
        if self._pending.total() >= PENDING_HANDSHAKES:
            return "pending_full"
        if not self._rules.group_caps:
            return ""
        if self._pending[group] >= PENDING_HANDSHAKES_PER_GROUP:
            return "pending_of_group_full"
        if self._open[group] >= MAX_CONNECTIONS_PER_GROUP:
            return "group_full"
        return "" if self._accepts.take(group, now) else "group_too_fast"


def _less(counter: Counter[str], group: str) -> None:
    counter[group] -= 1
    if counter[group] <= 0:
        del counter[group]
