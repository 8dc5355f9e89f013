"""Bold, italic and code inside one paragraph of a description."""

import re
from enum import IntFlag
from types import MappingProxyType
from typing import Final

import msgspec

_TOKEN: Final = re.compile(r"\\[\\`*_#+.-]|`[^`\n]+`|\*\*|__|\*|_")


class Style(IntFlag):
    """How a span is shown."""

    PLAIN = 0
    BOLD = 1
    ITALIC = 2
    CODE = 4


_PLAIN, _CODE = int(Style.PLAIN), int(Style.CODE)
_BOLD, _ITALIC = int(Style.BOLD), int(Style.ITALIC)
_STYLE_OF: Final = MappingProxyType(
    {"**": _BOLD, "__": _BOLD, "*": _ITALIC, "_": _ITALIC}
)


class Span(msgspec.Struct, frozen=True, array_like=True):
    """Plain text of one style; ``style`` is a sum of ``Style``."""

    text: str
    style: int = 0


def spans_of(text: str) -> tuple[Span, ...]:
    """``text`` cut into spans; a marker without its other half stays text."""
    tokens = list(_TOKEN.finditer(text))
    paired = _paired(text, tokens)
    runs = _Runs()
    style = _PLAIN
    end = 0
    for token in tokens:
        runs.add(text[end : token.start()], style)
        end = token.end()
        if token.start() in paired:
            style ^= _STYLE_OF[token[0]]
        else:
            runs.add(*_literal(token[0], style))
    runs.add(text[end:], style)
    return runs.spans()


def _paired(text: str, tokens: list[re.Match[str]]) -> set[int]:
    """Where the markers start that open or close a run."""
    opened: dict[str, int] = {}
    paired: set[int] = set()
    for token in tokens:
        marker = token[0]
        if marker not in _STYLE_OF:
            continue
        before = text[token.start() - 1 : token.start()] or " "
        after = text[token.end() : token.end() + 1] or " "
        if marker in opened and _may_close(marker, before, after):
            paired |= {opened.pop(marker), token.start()}
        elif marker not in opened and _may_open(marker, before, after):
            opened[marker] = token.start()
    return paired


def _literal(token: str, style: int) -> tuple[str, int]:
    if token[0] == "`":
        return token[1:-1], style | _CODE
    return (token[1:] if token[0] == "\\" else token), style


def _may_open(marker: str, before: str, after: str) -> bool:
    return not after.isspace() and (marker[0] == "*" or not before.isalnum())


def _may_close(marker: str, before: str, after: str) -> bool:
    return not before.isspace() and (marker[0] == "*" or not after.isalnum())


class _Runs:
    """Collects text, joining neighbours of one style."""

    def __init__(self) -> None:
        self._spans: list[Span] = []
        self._texts: list[str] = []
        self._style = _PLAIN

    def add(self, text: str, style: int) -> None:
        if not text:
            return
        if style != self._style:
            self._end()
            self._style = style
        self._texts.append(text)

    def spans(self) -> tuple[Span, ...]:
        self._end()
        return tuple(self._spans)

    def _end(self) -> None:
        if self._texts:
            self._spans.append(Span("".join(self._texts), self._style))
            self._texts = []
