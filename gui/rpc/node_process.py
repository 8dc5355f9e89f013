"""The node behind the window: started when none runs, restarted a few times, then not."""

import contextlib
import subprocess
import sys
import time
import tomllib
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from gui.rpc.link import UP, Link

MAX_STARTS: Final = 3
STARTS_SECONDS: Final = 60.0
PATIENCE_SECONDS: Final = 15.0
"""A node that was just started has this long to answer before another one is tried."""

POLL_MS: Final = 200
LOG_NAME: Final = "node.log"
LOCAL_PREFIX: Final = "local:"


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
        locked: The keys need a passphrase; see ``unlock``.
        ended: A node that was started here ended; carries its last words.
        gave_up: The node does not stay; carries its last words.
        away: The node is another machine's, and the way to it is closed; carries its name.
    """

    locked = Signal()
    ended = Signal(str)
    gave_up = Signal(str)
    away = Signal(str)

    def __init__(self, link: Link) -> None:
        super().__init__()
        self._link = link
        self._starts = Starts()
        self._secret: str | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._stopped = False
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._look)
        link.tried.connect(self._missing)
        link.state_changed.connect(self._on_state)

    @property
    def log(self) -> Path:
        """Where the node's output goes."""
        return self._link.home / LOG_NAME

    def unlock(self, secret: str) -> None:
        """Start a node with this passphrase."""
        self._secret = secret
        self.retry()

    def retry(self) -> None:
        """Try again after giving up."""
        self._stopped = False
        self._starts.forget()
        self._missing()

    def _on_state(self, state: str) -> None:
        if state == UP:
            self._poll.stop()
            self._let_go()

    def _missing(self) -> None:
        waiting = time.monotonic() - self._started < PATIENCE_SECONDS
        if self._stopped or (self._process is not None and waiting):
            return
        if not made(self._link.home):
            return
        if host := remote_of(self._link.home):
            self._stopped = True
            self.away.emit(host)
            return
        if self._secret is None and not is_local(self._link.home):
            self._stopped = True
            self.locked.emit()
        elif self._starts.allow():
            self._start()
        else:
            self._stopped = True
            self.gave_up.emit(last_words(self.log))

    def _start(self) -> None:
        self._let_go()
        home = self._link.home
        command = [sys.executable, "-P", "-m", "bazaar", "--home", str(home)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program with our own words
                [*command, "node", "--passphrase-stdin"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=home,
                start_new_session=True,
            )
        pipe = self._process.stdin
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError), pipe:
                pipe.write((self._secret or "").encode() + b"\n")
        self._started = time.monotonic()
        self._poll.start()

    def _look(self) -> None:
        process = self._process
        if process is None or process.poll() is None:
            return
        self._process = None
        self._poll.stop()
        words = last_words(self.log)
        if not is_local(self._link.home):
            self._secret = None
        self.ended.emit(words)

    def _let_go(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.returncode = 0  # it outlives us on purpose: no warning about that


def made(home: Path) -> bool:
    """Whether ``bazaar init`` has made this home."""
    return (home / "config.toml").is_file()


def network_of(home: Path) -> str:
    """Return the network that a home belongs to; main without one."""
    return _setting(home, "network", "main")


def remote_of(home: Path) -> str:
    """Return the machine whose node a home is the door to; "" for a node of its own."""
    return _setting(home, "remote", "")


def _setting(home: Path, name: str, default: str) -> str:
    try:
        found = tomllib.loads((home / "config.toml").read_text()).get(name, default)
    except (OSError, ValueError):
        return default
    return str(found)


def is_local(home: Path) -> bool:
    """Whether the keys of a home have an empty passphrase."""
    return network_of(home).startswith(LOCAL_PREFIX)


def last_words(log: Path) -> str:
    """Return the last line of a log, "" without one."""
    try:
        lines = log.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    return next((line for line in reversed(lines) if line.strip()), "")
