"""Who may start a handshake, and who may stay: caps in total and per address group."""

from collections import Counter
from collections.abc import Callable
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
    WIDE_GROUP_BITS_IPV4,
    WIDE_GROUP_BITS_IPV6,
)
from net.rules import NetworkRules


def group_of(host: str) -> str:
    """The /24 (IPv4) or /48 (IPv6) that ``host`` is in; ``?`` if it is no address."""
    return _network_of(host, GROUP_BITS_IPV4, GROUP_BITS_IPV6)


def wide_group_of(host: str) -> str:
    """The /16 (IPv4) or /32 (IPv6) that ``host`` is in; ``?`` if it is no address."""
    return _network_of(host, WIDE_GROUP_BITS_IPV4, WIDE_GROUP_BITS_IPV6)


def _network_of(host: str, bits_ipv4: int, bits_ipv6: int) -> str:
    try:
        address = ip_address(host)
    except ValueError:
        return "?"
    bits = bits_ipv4 if address.version == 4 else bits_ipv6  # noqa: PLR2004 - IPv4
    return str(ip_network(f"{address}/{bits}", strict=False))


class Handshake:
    """One handshake under way.

    Attributes:
        group: The address group that it came from.
        cut: Ends it at once.
    """

    def __init__(self, group: str, cut: Callable[[], None]) -> None:
        self.group = group
        self.cut = cut


class Admission:
    """Counts handshakes and inbound connections, and says who is one too many.

    Attributes:
        deadline_seconds: How long a handshake may take.
        reserved: Keys that may use the slots kept free for parties of open trades.
    """

    def __init__(self, rules: NetworkRules, counters: Counters) -> None:
        self._rules = rules
        self._counters = counters
        self._pending: dict[Handshake, None] = {}
        self._pending_of: Counter[str] = Counter()
        self._open: Counter[str] = Counter()
        self._accepts = Buckets(
            ACCEPTS_PER_GROUP_PER_SECOND, ACCEPTS_PER_GROUP_BURST, TRACKED_GROUPS
        )
        self.deadline_seconds = HANDSHAKE_SECONDS
        self.reserved: frozenset[bytes] = frozenset()

    def enter(
        self, group: str, now: float, cut: Callable[[], None]
    ) -> Handshake | None:
        """Let a handshake of ``group`` begin, ``leave`` must follow; None if it may not.

        Where as many as may be are under way, the oldest is cut: an honest one is
        over in a few round trips, those that only hold a place grow old.
        """
        refusal = self._too_many(group, now)
        if refusal:
            self.count(refusal)
            return None
        if len(self._pending) >= PENDING_HANDSHAKES:
            self.count("pending_full")
            oldest = next(iter(self._pending))
            self.leave(oldest)
            oldest.cut()
        handshake = Handshake(group, cut)
        self._pending[handshake] = None
        self._pending_of[group] += 1
        return handshake

    def leave(self, handshake: Handshake) -> None:
        """The handshake ended, well or badly; a second time changes nothing."""
        if handshake in self._pending:
            del self._pending[handshake]
            _less(self._pending_of, handshake.group)

    def count(self, what: str) -> None:
        """Count a limit that was met at the border."""
        self._counters.add(f"admission.{what}")

    def opened(self, group: str, key: bytes) -> bool:
        """Count an inbound connection; False, counting nothing, if ``key`` must go."""
        free = MAX_INBOUND_CONNECTIONS - self._open.total()
        if free <= (0 if key in self.reserved else RESERVED_CONNECTIONS):
            self.count("inbound_full")
            return False
        self._open[group] += 1
        return True

    def closed(self, group: str) -> None:
        """An inbound connection that was counted has ended."""
        _less(self._open, group)

    def pending(self) -> int:
        """Handshakes under way."""
        return len(self._pending)

    def inbound(self) -> int:
        """Inbound connections open."""
        return self._open.total()

    def _too_many(self, group: str, now: float) -> str:
        if not self._rules.group_caps:
            return ""
        pending = self._pending_of[group]
        if pending >= PENDING_HANDSHAKES_PER_GROUP:
            return "pending_of_group_full"
        if self._open[group] + pending >= MAX_CONNECTIONS_PER_GROUP:
            return "group_full"
        return "" if self._accepts.take(group, now) else "group_too_fast"


def _less(counter: Counter[str], group: str) -> None:
    counter[group] -= 1
    if counter[group] <= 0:
        del counter[group]
