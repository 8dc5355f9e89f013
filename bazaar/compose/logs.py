"""What a node writes down: one line per event on stderr, its file kept short.

Whoever starts a node in the background points stderr at HOME/node.log, opened for
appending. The node itself copies that file aside and empties it when it grows, so that
no second writer and no signal is needed (the way of logrotate's ``copytruncate``).
"""

import contextlib
import logging
import os
import shutil
import sys
from pathlib import Path
from typing import Final

import trio

MAX_LOG_BYTES: Final = 1024 * 1024
KEPT_LOGS: Final = 3
LOOK_SECONDS: Final = 60.0
LOG_NAME: Final = "node.log"
_STANDARD: Final = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}

log = logging.getLogger(__name__)


class LineFormatter(logging.Formatter):
    """``time level logger: message name=value ...``; never more than one line."""

    def __init__(self) -> None:
        super().__init__(
            "%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S%z"
        )

    def format(self, record: logging.LogRecord) -> str:
        """The record with its extra facts, line ends shown as spaces."""
        facts = [f"{k}={v!r}" for k, v in vars(record).items() if k not in _STANDARD]
        return " ".join(" ".join((super().format(record), *facts)).split("\n"))


def write_to_stderr(level: str) -> None:
    """Log from ``level`` on (debug, info, warning or error) to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


async def keep_short(home: Path) -> None:
    """Put HOME/node.log aside whenever it is full; for ever. Does nothing to other files."""
    while True:
        with contextlib.suppress(OSError):
            rotate(home / LOG_NAME, sys.stderr.fileno())
        await trio.sleep(LOOK_SECONDS)


def rotate(path: Path, descriptor: int) -> bool:
    """Copy ``path`` aside and empty it, if ``descriptor`` is that file and it is full.

    Raises OSError; then the log goes on where it was.
    """
    open_file = os.fstat(descriptor)
    if open_file.st_size < MAX_LOG_BYTES or not os.path.samestat(
        open_file, path.stat()
    ):
        return False
    for number in range(KEPT_LOGS - 1, 0, -1):
        with contextlib.suppress(FileNotFoundError):
            numbered(path, number).replace(numbered(path, number + 1))
    shutil.copyfile(path, numbered(path, 1))
    os.ftruncate(descriptor, 0)
    return True


def numbered(path: Path, number: int) -> Path:
    """The name of the ``number``-th older log; 1 is the newest."""
    return path.with_name(f"{path.name}.{number}")
