"""What the book remembers of its own rows, so that a trade is not read ten times per move."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from bazaar.app.ports import MessageRow

MAX_TRADES_HELD: Final = 128


class HeldMessages:
    """Messages of the trades read last, as the open transaction sees them.

    Whoever writes a message forgets its trade; whoever rolls back forgets everything.
    """

    def __init__(self) -> None:
        self._of: OrderedDict[bytes, tuple[MessageRow, ...]] = OrderedDict()

    def get(self, trade: bytes) -> tuple[MessageRow, ...] | None:
        """All messages of ``trade``, or None when the file has to be asked."""
        return self._of.get(trade)

    def put(self, trade: bytes, rows: Sequence[MessageRow]) -> None:
        """Remember what the file just said; the trade put longest ago makes room."""
        self._of[trade] = tuple(rows)
        self._of.move_to_end(trade)
        while len(self._of) > MAX_TRADES_HELD:
            self._of.popitem(last=False)

    def forget(self, trade: bytes) -> None:
        """A message of ``trade`` is being written."""
        self._of.pop(trade, None)

    def clear(self) -> None:
        """What was read may never have been committed."""
        self._of.clear()
