"""How peers stand with this node: breaches, bans and who is sent away."""

import contextlib
import logging
from typing import Final

import trio
from google.protobuf.message import DecodeError
from libp2p.io.exceptions import IOException

from bazaar.domain.errors import PeerError
from net._patches import CrowdedError
from net.counters import Counters
from net.dialling.admission import group_of
from net.exchange.frames import TooLargeError
from net.host import Host, Watch
from net.limits import MAX_CONNECTIONS
from net.rules import NetworkRules
from net.score import Breach, Scores
from net.supervisor import leaves

log = logging.getLogger(__name__)

_BREACHES: Final[tuple[tuple[type[Exception], Breach], ...]] = (
    (TooLargeError, Breach.TOO_LARGE),
    (PeerError, Breach.GARBAGE),
    (DecodeError, Breach.GARBAGE),
    (ValueError, Breach.GARBAGE),
    (CrowdedError, Breach.TOO_FAST),
    (trio.TooSlowError, Breach.TOO_SLOW),
)


class Standing:
    """Counts breaches against peers and disconnects those it bans.

    Attributes:
        counters: Where breaches and bans are counted.
    """

    def __init__(self, host: Host, rules: NetworkRules, counters: Counters) -> None:
        self._host = host
        self._scores = Scores(group_bans=rules.group_caps)
        self._send, self._receive = trio.open_memory_channel[bytes](MAX_CONNECTIONS)
        self.counters = counters
        host.watched_by(Watch(self.welcomes, self.blame))

    async def run(self) -> None:
        """Disconnect who was banned; ends by cancellation, leaving the rest connected."""
        async for key in self._receive:
            with contextlib.suppress(OSError):
                await self._host.disconnect(key)

    def welcomes(self, key: bytes) -> bool:
        """Whether the peer may connect and be dialled: neither it nor its group is banned."""
        now = trio.current_time()
        group = group_of(self._host.remote_host(key))
        is_banned = self._scores.is_banned(key, now) or self._scores.is_group_banned(
            group, now
        )
        if is_banned:
            self.counters.add("score.refused")
        return not is_banned

    def breach(self, key: bytes, breach: Breach) -> None:
        """Count a breach; at the floor the peer is banned and disconnected."""
        self.counters.add(f"score.{breach.value}")
        group = group_of(self._host.remote_host(key))
        if self._scores.breach(key, breach, trio.current_time(), group):
            self.counters.add("score.bans")
            log.info("peer banned", extra={"breach": breach.value})
            self.send_away(key)

    def send_away(self, key: bytes) -> None:
        """Disconnect the peer soon."""
        with contextlib.suppress(trio.WouldBlock):
            self._send.send_nowait(key)

    def score(self, key: bytes) -> float:
        """0 for a blank page, down to -100 for a ban."""
        return self._scores.score(key, trio.current_time())

    def banned(self) -> int:
        """How many peers are banned now."""
        return self._scores.banned(trio.current_time())

    def blame(self, key: bytes, error: Exception) -> None:
        """Count what a peer's bytes raised; a stream that merely ended costs nothing."""
        for leaf in leaves(error):
            if isinstance(leaf, IOException | EOFError | OSError):
                continue
            found = (breach for kind, breach in _BREACHES if isinstance(leaf, kind))
            self.breach(key, next(found, Breach.ODD))
