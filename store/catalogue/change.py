"""What a newer head does to the cards of a store: some go, some stay, some are new."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from bazaar.domain.listings.card import Card, encode_card
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire.envelope import Signed
from store.catalogue.entries import hide
from store.catalogue.stores import cards_of, drop_rows


class Arrival(NamedTuple):
    """A verified head with all its cards, checked against its root."""

    head: Signed[StoreHead]
    pages: int
    cards: Sequence[Card]
    now: int


class Store(NamedTuple):
    """A store as it stands before the head."""

    no: int
    seq: int
    shown: bool
    stars: int


class Change:
    """What one head does to the rows; without ``store`` nothing."""

    def __init__(self, arrival: Arrival, store: Store | None) -> None:
        self.arrival = arrival
        self.store = store
        self.shown = False
        self.fresh: list[Card] = []
        self.reshown: list[int] = []
        self.removed = 0


def change_of(
    connection: Connection, one: Arrival, store: Store, *, shown: bool, is_new: bool
) -> Change:
    """Drop what the store has no more; say what is to be added."""
    change = Change(one, store)
    change.shown = shown
    if is_new:
        change.fresh = list(one.cards)
        return change
    held = {row.lid: row for row in cards_of(connection, store.no)}
    for card in one.cards:
        row = held.get(card.listing)
        if row is not None and row.card == encode_card(card):
            del held[card.listing]
            if shown != store.shown:
                change.reshown.append(row.id)
        else:
            change.fresh.append(card)
    gone = list(held.values())
    if store.shown:
        hide(connection, [row.id for row in gone])
        change.removed = len(gone)
    drop_rows(connection, gone)
    if store.shown and not shown:
        hide(connection, change.reshown)
        change.removed += len(change.reshown)
        change.reshown = []
    return change
