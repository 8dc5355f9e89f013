"""Log lines, and the file that a background node writes them to."""

import logging
import os
from collections.abc import Generator
from pathlib import Path
from typing import NamedTuple

import pytest

from bazaar.compose.logs import (
    KEPT_LOGS,
    MAX_LOG_BYTES,
    LineFormatter,
    numbered,
    rotate,
)


class Log(NamedTuple):
    """A log file and the descriptor that the node writes it through."""

    path: Path
    descriptor: int

    def fill(self, size: int) -> None:
        os.write(self.descriptor, b"x" * (size - self.path.stat().st_size))


def test_a_line_holds_the_facts_and_no_line_end() -> None:
    record = logging.makeLogRecord(
        {"name": "net", "levelname": "INFO", "msg": "a\nb", "why": "x\ny"}
    )
    line = LineFormatter().format(record)
    assert line.endswith("INFO net: a b why='x\\ny'")
    assert "\n" not in line


@pytest.fixture
def log(tmp_path: Path) -> Generator[Log]:
    path = tmp_path / "node.log"
    with path.open("a") as opened:
        yield Log(path, opened.fileno())


def test_a_full_log_is_put_aside_and_written_on(log: Log) -> None:
    log.fill(MAX_LOG_BYTES - 1)
    assert not rotate(*log)
    log.fill(MAX_LOG_BYTES)
    assert rotate(*log)
    os.write(log.descriptor, b"next\n")
    assert log.path.read_bytes() == b"next\n"
    assert numbered(log.path, 1).stat().st_size == MAX_LOG_BYTES


def test_the_oldest_log_goes(log: Log) -> None:
    for _ in range(KEPT_LOGS + 2):
        log.fill(MAX_LOG_BYTES)
        assert rotate(*log)
    assert numbered(log.path, KEPT_LOGS).exists()
    assert not numbered(log.path, KEPT_LOGS + 1).exists()


def test_a_file_that_is_not_ours_is_left_alone(log: Log, tmp_path: Path) -> None:
    log.fill(MAX_LOG_BYTES)
    other = tmp_path / "other.log"
    other.write_bytes(b"y" * MAX_LOG_BYTES)
    assert not rotate(other, log.descriptor)
