"""What the book remembers of its own rows, so that a move does not read them ten times."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, NamedTuple

from bazaar.app.ports import MessageRow

MAX_TRADES_HELD: Final = 128
MAX_SETTINGS_HELD: Final = 4_096
MAX_SETTING_BYTES_HELD: Final = 1_024
"""Longer values are read each time: few are, and rarely."""


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


class HeldSettings:
    """Settings read or written last, as the open transaction sees them; None is absence."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, bytes | None] = OrderedDict()

    def __contains__(self, name: str) -> bool:
        return name in self._of

    def get(self, name: str) -> bytes | None:
        """The value of a setting that is held."""
        return self._of[name]

    def put(self, name: str, value: bytes | None) -> None:
        """Remember what the file holds now; the one put longest ago makes room."""
        self.forget(name)
        if value is not None and len(value) > MAX_SETTING_BYTES_HELD:
            return
        self._of[name] = value
        while len(self._of) > MAX_SETTINGS_HELD:
            self._of.popitem(last=False)

    def forget(self, name: str) -> None:
        """A setting is being written."""
        self._of.pop(name, None)

    def clear(self) -> None:
        """What was read may never have been committed."""
        self._of.clear()


class Held(NamedTuple):
    """All that a book remembers."""

    messages: HeldMessages
    settings: HeldSettings

    def clear(self) -> None:
        """A transaction was rolled back."""
        self.messages.clear()
        self.settings.clear()
