"""Collects Python's garbage in the thread of the window only.

The collector runs in whatever thread allocates, so one that decodes pictures would
take widgets down there, which ends the process.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

PAUSE_MS: Final = 1_000
FULL_EVERY: Final = 60
"""A full collection comes after so many small ones."""


class Garbage(QObject):
    """Stands in for the automatic collector while it lives."""

    def __init__(self) -> None:
        super().__init__()
        gc.collect()
        gc.freeze()
        gc.disable()
        self._rounds = 0
        self._timer = QTimer(self)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def end(self) -> None:
        """Give the work back to Python."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _collect(self) -> None:
        self._rounds += 1
        gc.collect(2 if self._rounds % FULL_EVERY == 0 else 1)
