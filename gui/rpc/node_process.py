"""The node behind the window: started when none runs, restarted a few times, then not."""

import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from gui.rpc.link import DOWN, UP, Link

MAX_STARTS: Final = 3
STARTS_SECONDS: Final = 60.0
PATIENCE_MS: Final = 10_000
"""A node that was just started has this long before another one is tried."""

LOG_NAME: Final = "node.log"


class Starts:
    """Allows a few starts in a stretch of time; pure."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at: deque[float] = deque(maxlen=MAX_STARTS)

    def allow(self) -> bool:
        """Count a start; say whether it may be."""
        now = self._clock()
        if len(self._at) == MAX_STARTS and now - self._at[0] < STARTS_SECONDS:
            return False
        self._at.append(now)
        return True

    def forget(self) -> None:
        """The user asks to try again."""
        self._at.clear()


class NodeProcess(QObject):
    """Starts ``bazaar node`` apart from the window, so that it outlives it.

    Signals:
        gave_up: The node does not stay; carries the path of its log.
    """

    gave_up = Signal(str)

    def __init__(self, link: Link) -> None:
        super().__init__()
        self._link = link
        self._starts = Starts()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        link.tried.connect(self._missing)
        link.state_changed.connect(self._on_state)

    @property
    def log(self) -> Path:
        """Where the node's output goes."""
        return self._link.home / LOG_NAME

    def retry(self) -> None:
        """Try again after giving up."""
        self._starts.forget()
        self._missing()

    def _on_state(self, state: str) -> None:
        if state in {DOWN, UP}:
            self._patience.stop()

    def _missing(self) -> None:
        if self._patience.isActive():
            return
        self._patience.start()
        if self._starts.allow():
            self._start()
        else:
            self.gave_up.emit(str(self.log))

    def _start(self) -> None:
        process = QProcess()
        process.setProgram(sys.executable)
        process.setArguments(["-m", "bazaar", "--home", str(self._link.home), "node"])
        process.setStandardOutputFile(str(self.log), QProcess.OpenModeFlag.Append)
        process.setStandardErrorFile(str(self.log), QProcess.OpenModeFlag.Append)
        process.startDetached()
