"""Heads that wait for their stores to be fetched: the newest of each store, fair to all who tell."""

from collections import Counter
from typing import Final, NamedTuple

import trio

from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire.envelope import Signed

MAX_HEADS: Final = 1_000


class Waiting(NamedTuple):
    """A head that was verified; ``teller`` passed it on, None if it was remembered here."""

    teller: bytes | None
    head: Signed[StoreHead]


class HeadQueue:
    """First in, first out; nobody who tells much displaces what others tell.

    A newer head takes the place of older ones of its store. When 1,000 wait, the oldest
    that came from who told most of them goes: reconciliation brings it again.
    """

    def __init__(self, most: int = MAX_HEADS) -> None:
        self._most = most
        self._of: dict[bytes, Waiting] = {}
        self._told: Counter[bytes | None] = Counter()
        self._changed = trio.Event()

    def __len__(self) -> int:
        return len(self._of)

    def put(self, waiting: Waiting) -> None:
        """Have a head wait, unless a newer one of its store does."""
        head = waiting.head
        rows = [row.head for row in self._of.values() if row.head.author == head.author]
        if any(row.body.seq > head.body.seq or row.id == head.id for row in rows):
            return
        for row in rows:
            if row.body.seq < head.body.seq:
                self._drop(row.id)
        if len(self._of) >= self._most:
            self._drop(self._least_wanted())
        self._of[head.id] = waiting
        self._told[waiting.teller] += 1
        self._stir()

    async def put_with_room(self, waiting: Waiting) -> None:
        """The same once nothing need be dropped for it; cancelling puts nothing."""
        while len(self._of) >= self._most:
            await self._changed.wait()
        self.put(waiting)

    async def take(self) -> Waiting:
        """The head that waits longest, as soon as one does; cancelling takes none."""
        while not self._of:
            await self._changed.wait()
        return self._drop(next(iter(self._of)))

    def _least_wanted(self) -> bytes:
        loudest = max(self._told, key=self._told.__getitem__)
        return next(one for one, row in self._of.items() if row.teller == loudest)

    def _drop(self, one: bytes) -> Waiting:
        row = self._of.pop(one)
        self._told[row.teller] -= 1
        if not self._told[row.teller]:
            del self._told[row.teller]
        self._stir()
        return row

    def _stir(self) -> None:
        self._changed.set()
        self._changed = trio.Event()
