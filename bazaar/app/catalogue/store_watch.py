"""Who wants to hear when a store was brought up to a new head: followers, lists of wishes."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from bazaar.domain.listings.card import Card, page_cards
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire.envelope import Signed


class Taken(NamedTuple):
    """A store that was just brought up to a new head.

    Attributes:
        before: Its cards until then; None for a store that was not here.
    """

    head: Signed[StoreHead]
    cards: Sequence[Card]
    before: Sequence[Card] | None


class Watcher(NamedTuple):
    """Somebody who listens; neither may wait.

    Attributes:
        wants: Whether a store is watched; only those are read a second time.
        hear: What is done once such a store was taken.
    """

    wants: Callable[[bytes], bool]
    hear: Callable[[Taken], None]


class StoreWatch:
    """Tells all who watch a store."""

    def __init__(self) -> None:
        self._watchers: list[Watcher] = []

    def join(self, watcher: Watcher) -> None:
        """Listen from now on."""
        self._watchers.append(watcher)

    def tell(
        self,
        head: Signed[StoreHead],
        cards: Sequence[Card],
        pages: Mapping[bytes, bytes],
    ) -> None:
        """A store was taken; ``pages`` are those that were here before, none if it was not."""
        wanting = [one for one in self._watchers if one.wants(head.author)]
        if not wanting:
            return
        known = [card for page in pages.values() for card in page_cards(page)]
        taken = Taken(head, cards, known if pages else None)
        for watcher in wanting:
            watcher.hear(taken)
