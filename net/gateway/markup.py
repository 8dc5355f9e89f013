"""Reading a router's XML: elements with their texts, no declarations of any kind.

Runs in the child, and uses the standard library alone.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple
from xml.parsers import expat

from net.gateway.web import RouterError

MAX_ELEMENTS: Final = 2_000
MAX_DEPTH: Final = 24
MAX_TEXT: Final = 512


class Element(NamedTuple):
    """An element that ended; ``tag`` without its prefix."""

    tag: str
    text: str


class _Reader:
    def __init__(self) -> None:
        self.found: list[Element] = []
        self._open: list[str] = []
        self._begun = 0

    def begin(self, _tag: str, _attributes: object) -> None:
        self._begun += 1
        if self._begun > MAX_ELEMENTS or len(self._open) >= MAX_DEPTH:
            raise RouterError("too many elements")
        self._open.append("")

    def text(self, text: str) -> None:
        if self._open:
            self._open[-1] = (self._open[-1] + text)[:MAX_TEXT]

    def end(self, tag: str) -> None:
        self.found.append(Element(tag.rpartition(":")[2], self._open.pop().strip()))


def elements(data: bytes) -> Sequence[Element]:
    """Every element in the order of its end. Raises RouterError.

    A document type is refused as soon as it begins: no entity is ever declared.
    """
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.UnparsedEntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    try:
        parser.Parse(data, True)  # noqa: FBT003 - takes no keyword
    except expat.ExpatError as error:
        raise RouterError("no XML") from error
    return reader.found


def text_of(found: Sequence[Element], tag: str) -> str:
    """The first element's text; empty if there is none."""
    return next((one.text for one in found if one.tag == tag), "")


def _refuse(*_: object) -> int:
    raise RouterError("a declaration")
