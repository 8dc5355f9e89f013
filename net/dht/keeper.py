"""Keeps promises to the DHT: put now, once more if it went badly, and again every 12 hours."""

from collections.abc import Awaitable, Callable

import trio

from net.buckets import Bucket
from net.dht.head_lookups import Replicas
from net.dht.upkeep import Kept, Upkeep
from net.limits import (
    MIN_READ_BACK,
    PROVIDES_PER_SECOND,
    RETRY_PUT_SECONDS,
    UPKEEP_CHECK_SECONDS,
    UPKEEP_PAUSE_SECONDS,
)

Do = Callable[[Kept], Awaitable[Replicas]]


class Keeper:
    """Does what was promised by calling ``do``; provides are paced to one a second."""

    def __init__(self, do: Do, is_due: Callable[[Kept], bool]) -> None:
        """Build it.

        Args:
            do: Puts or provides, and says how it went; called by one task or several.
            is_due: Whether a promise is still worth keeping; else it is dropped.
        """
        self._do = do
        self._is_due = is_due
        self._upkeep = Upkeep()
        self._pace = Bucket(PROVIDES_PER_SECOND, 1.0)
        self._again = trio.Event()

    def __len__(self) -> int:
        return len(self._upkeep)

    def head(self, store: bytes) -> bytes | None:
        """The head promised for ``store``."""
        return self._upkeep.head(store)

    def forget(self, store: bytes, token: bytes) -> None:
        """Take back the head promised for ``store``, and ``token``."""
        self._upkeep.drop(Kept(store, b""))
        self._upkeep.drop(Kept(token, None))

    async def keep(self, kept: Kept) -> int:
        """Promise and do ``kept``; returns how many replicas gave it back.

        Cancelling leaves it promised.
        """
        self._upkeep.keep(kept, trio.current_time())
        went = await self._once(kept)
        if went.gave_back < min(MIN_READ_BACK, went.asked):
            await trio.sleep(RETRY_PUT_SECONDS)
            went = await self._once(kept)
        if not went.gave_back:
            self._upkeep.failed(kept, trio.current_time())
        return went.gave_back

    def drop(self, kept: Kept) -> None:
        """Take a promise back."""
        self._upkeep.drop(kept)

    def start_again(self) -> None:
        """Do everything again soon: the node has just come back to the network."""
        self._upkeep.start_again(trio.current_time())
        self._again.set()

    async def run(self) -> None:
        """Do what is due, at most one a second; ends by cancellation."""
        while True:
            kept = self._upkeep.due(trio.current_time())
            if kept is None:
                await self._rest()
            elif self._is_due(kept):
                await self.keep(kept)
                await trio.sleep(UPKEEP_PAUSE_SECONDS)
            else:
                self._upkeep.drop(kept)

    async def _rest(self) -> None:
        with trio.move_on_after(UPKEEP_CHECK_SECONDS):
            await self._again.wait()
        self._again = trio.Event()

    async def _once(self, kept: Kept) -> Replicas:
        if kept.head is None:  # replicas drop more than ten provides in 10 s
            await trio.sleep(self._pace.book(trio.current_time()))
        return await self._do(kept)
