"""The safe Markdown subset of descriptions, as typed blocks that hold plain text only.

Paragraphs with line breaks, ``### heading``, lists with ``-``, ``*``, ``+`` or ``1.``, fenced
code, and inside a line bold, italic and code (see ``inline``). Everything else, HTML, links
and pictures included, stays the text that it is. The time is linear in the text.
"""

import re
from typing import Final, NamedTuple

import msgspec

from bazaar.domain.text.inline import Span, spans_of

MAX_MARKDOWN: Final = 50_000
MAX_MARKDOWN_LINES: Final = 2_000
MAX_LIST_DEPTH: Final = 4
INDENT: Final = 2
_HEADING: Final = re.compile(r"#{1,6}[ ]+(.*)")
_ITEM: Final = re.compile(r"([ ]*)(?:[-*+]|([0-9]{1,9})[.)])[ ]+(.*)")
_FENCE: Final = "```"


class Paragraph(msgspec.Struct, frozen=True, tag="paragraph"):
    """Running text; a new line in a span is a line break."""

    spans: tuple[Span, ...]


class Heading(msgspec.Struct, frozen=True, tag="heading"):
    """The one level of heading."""

    spans: tuple[Span, ...]


class Item(msgspec.Struct, frozen=True, tag="item"):
    """One point of a list; ``depth`` 1..4, ``number`` None when it only has a bullet."""

    depth: int
    number: int | None
    spans: tuple[Span, ...]


class Code(msgspec.Struct, frozen=True, tag="code"):
    """Lines shown as they are."""

    text: str


Block = Paragraph | Heading | Item | Code


class Document(NamedTuple):
    """The blocks in order; ``is_cut`` when the text was longer than may be shown."""

    blocks: tuple[Block, ...]
    is_cut: bool


def parse(text: str) -> Document:
    """The blocks of ``text``: of its first 50,000 characters and 2,000 lines. Never raises."""
    lines = text[:MAX_MARKDOWN].split("\n")
    parser = _Parser()
    for line in lines[:MAX_MARKDOWN_LINES]:
        parser.feed(line)
    blocks = parser.finish()
    return Document(blocks, len(text) > MAX_MARKDOWN or len(lines) > MAX_MARKDOWN_LINES)


class _Parser:
    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._open: list[str] = []
        self._code: list[str] | None = None

    def feed(self, line: str) -> None:
        if line.lstrip().startswith(_FENCE):
            self._fence()
        elif self._code is not None:
            self._code.append(line)
        elif found := _HEADING.fullmatch(line):
            self._close()
            self._blocks.append(Heading(spans_of(found[1].rstrip("# "))))
        elif found := _ITEM.fullmatch(line):
            self._close()
            self._blocks.append(_item(found))
        elif line.strip():
            self._open.append(line.strip())
        else:
            self._close()

    def finish(self) -> tuple[Block, ...]:
        if self._code is not None:
            self._fence()
        self._close()
        return tuple(self._blocks)

    def _fence(self) -> None:
        self._close()
        if self._code is None:
            self._code = []
        else:
            self._blocks.append(Code("\n".join(self._code)))
            self._code = None

    def _close(self) -> None:
        if self._open:
            self._blocks.append(Paragraph(spans_of("\n".join(self._open))))
            self._open = []


def _item(found: re.Match[str]) -> Item:
    depth = min(len(found[1]) // INDENT + 1, MAX_LIST_DEPTH)
    return Item(depth, int(found[2]) if found[2] else None, spans_of(found[3]))
