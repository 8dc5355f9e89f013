"""The set of known heads, read once and kept true by what the writer commits."""

from collections.abc import Awaitable, Callable, Iterable, Sequence

import trio

from bazaar.domain.stores.head_set import HeadSet
from store.catalogue.known_heads import Moved


class HeadsInMemory:
    """Lives in the trio thread; a commit that ends while the set is read is applied after it."""

    def __init__(self) -> None:
        self._set: HeadSet | None = None
        self._missed: list[tuple[bytes | None, bytes | None]] | None = None
        self._lock = trio.Lock()
        self._early: set[bytes] = set()
        """Replaced before we were told of them: two commits may be told in either order."""

    async def loaded(self, load: Callable[[], Awaitable[Sequence[bytes]]]) -> HeadSet:
        """The set; ``load`` reads all keys the first time. Cancelling leaves it unread."""
        async with self._lock:
            if self._set is None:
                self._missed = []
                heads = HeadSet(await load())
                missed, self._missed = self._missed, None
                self._set = heads
                for old, new in missed:
                    self._change(old, new)
            return self._set

    def moved(self, moves: Iterable[Moved | None]) -> None:
        """Heads were written."""
        for one in moves:
            if one is not None:
                self._change(one.old, one.new)

    def gone(self, keys: Iterable[bytes]) -> None:
        """Heads were forgotten."""
        for key in keys:
            self._change(key, None)

    def _change(self, old: bytes | None, new: bytes | None) -> None:
        if self._missed is not None:
            self._missed.append((old, new))
        if self._set is None:
            return
        if old is not None:
            if old not in self._set:
                self._early.add(old)
            self._set.discard(old)
        if new in self._early:
            self._early.discard(new)
        elif new is not None:
            self._set.add(new)
