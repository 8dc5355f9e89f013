"""What happened to one's orders since they were read last, in words for a note."""

from collections.abc import Iterable
from typing import NamedTuple

from bazaar.rpc.schema.orders import OrderRow
from gui.pages.orders.presenter import state_look, state_words
from gui.texts import tr


class Tidings(NamedTuple):
    """One note: the order, words, and the role of its ink."""

    order: str
    words: str
    role: str


class News:
    """Compares two readings of the orders; the first one tells nothing."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, bool]] | None = None

    def read(self, rows: Iterable[OrderRow]) -> tuple[Tidings, ...]:
        """Return what is new: another state, a turn of the user's, a new order."""
        rows = tuple(rows)
        known = self._known
        self._known = {row.order_id: (row.state, row.your_turn) for row in rows}
        if known is None:
            return ()
        return tuple(
            _tidings(row)
            for row in rows
            if known.get(row.order_id) != (row.state, row.your_turn)
        )


def _tidings(row: OrderRow) -> Tidings:
    key = "news.your_turn" if row.your_turn else "news.state"
    words = tr(key, title=row.title, state=state_words(row.state))
    ink, _ = state_look(row.state)
    role = "accent" if row.your_turn or ink == "muted" else ink
    return Tidings(row.order_id, words, role)
