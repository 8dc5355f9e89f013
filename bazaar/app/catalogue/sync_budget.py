"""How much reconciliation one peer may have: a run a minute, of 8 messages and 2 MiB."""

from collections import OrderedDict
from typing import Final

from bazaar.domain.errors import RefusedError, ReplyCode
from bazaar.domain.stores.reconcile import MAX_ROUNDS, MAX_RUN_BYTES

RUN_EVERY_SECONDS: Final = 60.0
MAX_TRACKED: Final = 4_096


class _Run:
    def __init__(self, began: float) -> None:
        self.began = began
        self.messages = 0
        self.size = 0


class SyncBudget:
    """Counts by peer; times are seconds that never go back."""

    def __init__(self) -> None:
        self._runs: OrderedDict[bytes, _Run] = OrderedDict()

    def may_begin(self, peer: bytes, now: float) -> bool:
        """Whether a run may begin now; if so, it has begun."""
        run = self._runs.get(peer)
        if run is not None and now < run.began + RUN_EVERY_SECONDS:
            return False
        self._begin(peer, now)
        return True

    def check(self, peer: bytes, size: int, now: float) -> None:
        """Count a message of a peer's run. Raises RefusedError (RATE_LIMITED) beyond it."""
        run = self._runs.get(peer)
        if run is None or now >= run.began + RUN_EVERY_SECONDS:
            run = self._begin(peer, now)
        run.messages += 1
        run.size += size
        if run.messages > MAX_ROUNDS or run.size > MAX_RUN_BYTES:
            wait = int(run.began + RUN_EVERY_SECONDS - now) + 1
            raise RefusedError(ReplyCode.RATE_LIMITED, retry_after_seconds=wait)

    def spend(self, peer: bytes, size: int) -> None:
        """Count bytes of an answer."""
        if peer in self._runs:
            self._runs[peer].size += size

    def _begin(self, peer: bytes, now: float) -> _Run:
        self._runs.pop(peer, None)
        self._runs[peer] = run = _Run(now)
        while len(self._runs) > MAX_TRACKED:
            self._runs.popitem(last=False)
        return run
