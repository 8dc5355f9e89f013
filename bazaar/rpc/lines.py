"""The line core: bytes in, whole lines out, within bounds of length and nesting."""

import re
from typing import Final

from bazaar.rpc.schema.call import MAX_LINE_BYTES

MAX_NESTING: Final = 64
"""Brackets open at once in one request; far above any listing file."""

_TOKENS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


class LineError(ValueError):
    """The other side broke the bounds of the line protocol; the connection is useless."""


class Lines:
    """Cuts a stream of bytes into lines of at most ``limit`` bytes without their end.

    It holds at most one unfinished line and the last piece fed.
    """

    def __init__(self, limit: int = MAX_LINE_BYTES) -> None:
        self.limit = limit
        self._buffer = bytearray()
        self._searched = 0

    def feed(self, data: bytes) -> None:
        """Take what has arrived; ask ``next`` until it gives None before feeding more."""
        self._buffer += data

    def next(self) -> bytes | None:
        """The next whole line, or None. Raises LineError when a line is too long."""
        end = self._buffer.find(b"\n", self._searched)
        length = len(self._buffer) if end < 0 else end
        if length > self.limit:
            raise LineError(f"a line of more than {self.limit} bytes")
        if end < 0:
            self._searched = length
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        self._searched = 0
        return line


def check_nesting(line: bytes) -> None:
    """Raise LineError when more than MAX_NESTING brackets are open at once."""
    if line.count(b"[") + line.count(b"{") <= MAX_NESTING:
        return
    depth = 0
    for token in _TOKENS.finditer(line):
        match token[0]:
            case b"[" | b"{":
                depth += 1
            case b"]" | b"}":
                depth -= 1
            case _:
                continue
        if depth > MAX_NESTING:
            raise LineError(f"more than {MAX_NESTING} levels of nesting")
