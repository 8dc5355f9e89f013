"""What a command prints: one JSON value, or a page for people."""

import os
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

import msgspec
from msgspec import Struct

from bazaar.cli.failures import Failure
from bazaar.cli.formats import printable

PROGRESS_SECONDS: Final = 0.5
_WIDE: Final = 1_000
"""Columns when the output is no terminal: nothing is cut off."""


class Page:
    """Readable lines and aligned tables; every text may come from others."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def line(self, text: str = "") -> None:
        """One paragraph."""
        self._out.write(printable(text) + "\n")

    def verbatim(self, text: str) -> None:
        """Our own text, which other programs read, as it is."""
        self._out.write(text)

    def fields(self, rows: Sequence[tuple[str, str]]) -> None:
        """Names and values; rows without a value are left out."""
        kept = [(name, value) for name, value in rows if value]
        width = max((len(name) for name, _ in kept), default=0)
        for name, value in kept:
            self.line(f"{name:<{width}}  {value}")

    def table(
        self, heads: Sequence[str], rows: Sequence[Sequence[str]], none: str = ""
    ) -> None:
        """Aligned columns; heads that end with ``>`` are aligned right. ``none``: if empty."""
        if not rows:
            self.line(none)
            return
        # Only here, because rich takes longer to load than most commands take.
        from rich.console import Console  # noqa: PLC0415 - see the line above
        from rich.table import Table  # noqa: PLC0415 - as above
        from rich.text import Text  # noqa: PLC0415 - as above

        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for head in heads:
            side = "right" if head.endswith(">") else "left"
            table.add_column(head.rstrip(">"), justify=side, overflow="fold")
        for row in rows:
            table.add_row(*(Text(printable(cell)) for cell in row))
        Console(file=self._out, width=None if self._out.isatty() else _WIDE).print(
            table
        )


class Shown(Struct, frozen=True):
    """The answer of a command: ``value`` for programs, ``show`` for people."""

    value: object
    show: Callable[[Page], None]


class Output:
    """Standard output and error of one command."""

    def __init__(
        self, *, json: bool, out: TextIO | None = None, err: TextIO | None = None
    ) -> None:
        self.json = json
        self._out = out or _open(sys.stdout)
        self._err = err or _open(sys.stderr)

    def shown(self, answer: Shown) -> None:
        """Print an answer."""
        if self.json:
            self.value(answer.value)
        else:
            answer.show(Page(self._out))
        self._out.flush()

    def value(self, value: object) -> None:
        """Print one JSON value in one line."""
        self._out.write(msgspec.json.encode(value).decode() + "\n")
        self._out.flush()

    def note(self, text: str) -> None:
        """Say something beside the answer; programs are spared it."""
        if not self.json:
            self._err.write(f"bazaar: {printable(text)}\n")

    def failed(self, failure: Failure, usage: str = "") -> None:
        """Say why nothing was done."""
        if self.json:
            error = {"code": failure.code, "message": _writable(failure.words)}
            self._err.write(msgspec.json.encode({"error": error}).decode() + "\n")
        else:
            self._err.write(usage)
            self._err.write(f"bazaar: {printable(failure.words)}\n")

    def give_up(self) -> None:
        """Drop what nobody takes any more, so that the end of the process does not fail by it."""
        try:
            self._out.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._out.fileno())
            os.close(nowhere)

    @contextmanager
    def progress(self, text: str) -> Generator[None]:
        """Say on a terminal what takes longer than half a second."""
        if self.json or not self._err.isatty():
            yield
            return
        timer = threading.Timer(PROGRESS_SECONDS, self._draw, (f"{text} ...",))
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
            self._draw("")

    def _draw(self, text: str) -> None:
        self._err.write(f"\r\x1b[K{text}")
        self._err.flush()


def _open(stream: TextIO | None) -> TextIO:
    """``stream``, or nowhere in place of one that was closed before we began."""
    return Path(os.devnull).open("w") if stream is None else stream


def _writable(words: str) -> str:
    """Bytes of a name that are no text, as escapes."""
    return words.encode(errors="backslashreplace").decode()
