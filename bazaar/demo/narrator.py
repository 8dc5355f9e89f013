"""Tells what happens, one line per step with its time, and shows meanwhile what is awaited."""

import sys
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

PLAIN_COLUMNS: Final = 1_000
"""Where the output is no terminal: a step stays one line."""

PIECE_COLUMNS: Final = 8


class Story(StrEnum):
    """Which of the stories, told side by side, a step belongs to."""

    MARKET = "market"
    LAMP = "lamp"
    TEAPOT = "teapot"
    FORGER = "forger"
    PARCELS = "parcels"
    AWAY = "away"
    SILENCE = "silence"
    EVIDENCE = "evidence"


_COLOURS: Final = MappingProxyType(
    {
        Story.MARKET: "cyan",
        Story.LAMP: "green",
        Story.TEAPOT: "magenta",
        Story.FORGER: "red",
        Story.PARCELS: "blue",
        Story.AWAY: "yellow",
        Story.SILENCE: "bright_magenta",
        Story.EVIDENCE: "bright_cyan",
    }
)


class Narrator:
    """Speaks for all threads; every text may hold what people wrote."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or _console()
        self._start = time.monotonic()
        self._status: Status | None = None
        self._awaited: dict[Story, str] = {}
        self._lock = threading.Lock()

    @property
    def seconds(self) -> float:
        """Time since the start."""
        return time.monotonic() - self._start

    @contextmanager
    def live(self) -> Generator[None]:
        """Show at the foot of a terminal what is awaited; elsewhere nothing."""
        if not self._console.is_terminal:
            yield
            return
        with self._console.status("") as self._status:
            yield
        self._status = None

    def tell(self, story: Story, words: str) -> None:
        """One step is done."""
        self.awaits(story, "")
        line = Table.grid(padding=(0, 2, 0, 0))
        line.add_column(justify="right", style="dim", min_width=7, no_wrap=True)
        line.add_column(min_width=PIECE_COLUMNS, no_wrap=True)
        line.add_column(overflow="fold")
        piece = Text(story, style=_COLOURS[story])
        line.add_row(f"{self.seconds:.1f} s", piece, Text(words))
        self._console.print(line)

    def awaits(self, story: Story, words: str) -> None:
        """Say what ``story`` waits for; "" for nothing."""
        with self._lock:
            self._awaited[story] = words
            shown = "; ".join(text for text in self._awaited.values() if text)
            if self._status is not None:
                self._status.update(Text(shown or "trading", style="dim"))

    def say(self, words: str = "", style: str = "") -> None:
        """A paragraph outside the stories."""
        self._console.print(Text(words, style=style), soft_wrap=True)

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Aligned columns; heads that end with ``>`` are aligned right. The last row is the sum."""
        table = Table(box=None, padding=(0, 3, 0, 0), show_edge=False)
        for head in heads:
            side = "right" if head.endswith(">") else "left"
            table.add_column(head.rstrip(">"), justify=side, overflow="fold")
        for index, row in enumerate(rows):
            is_sum = index == len(rows) - 1
            table.add_row(*map(Text, row), style="bold" if is_sum else "")
        self._console.print(table)


def _console() -> Console:
    is_terminal = sys.stdout.isatty()
    return Console(highlight=False, width=None if is_terminal else PLAIN_COLUMNS)
