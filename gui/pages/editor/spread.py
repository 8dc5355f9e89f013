"""How many peers have what was just published, asked a few times and shown in one note."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

from bazaar.rpc.schema.shelf import StoreReach, StoreReachView
from gui.rpc.door import Door
from gui.texts import tr

EVERY_MS: Final = 1_000
TIMES: Final = 20

Say = Callable[[str, str], object]
"""Shows words in a role."""


class Spread(QObject):
    """Follows one publication until all connected peers have it, or for twenty seconds."""

    def __init__(self, door: Door, say: Say) -> None:
        super().__init__()
        self._door = door
        self._say = say
        self._left = 0
        self._told = ""
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._ask)

    def follow(self) -> None:
        """Begin: something was published now."""
        self._left, self._told = TIMES, ""
        self._timer.start()
        self._ask()

    def _ask(self) -> None:
        self._left -= 1
        if self._left < 0:
            self._timer.stop()
            return
        self._door.call(StoreReach(), self._got, lambda _: None)

    def _got(self, reach: StoreReachView) -> None:
        words, is_over = reach_words(reach)
        if is_over:
            self._timer.stop()
        if words != self._told:
            self._told = words
            self._say(words, "ok" if is_over and reach.connected else "accent")


def reach_words(reach: StoreReachView) -> tuple[str, bool]:
    """Return how far a publication came in words, and whether that is all there is to say."""
    if not reach.connected:
        return tr("editor.reached_nobody"), True
    words = tr("editor.reached", n=reach.have, of=max(reach.connected, reach.have))
    return words, reach.have >= reach.connected
