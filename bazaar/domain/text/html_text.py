"""Other shops' HTML descriptions as the Markdown that descriptions here are written in."""

import re
from html.parser import HTMLParser
from typing import Final

_HTML: Final = re.compile(r"<[a-zA-Z/!][^>]*>|&(?:[a-z]+|#\d+);")
_BREAKS: Final = frozenset({"p", "div", "ul", "ol", "table", "section", "blockquote"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MARKS: Final = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`"}
_SILENT: Final = frozenset({"script", "style", "head", "title"})
_LINES: Final = re.compile(r"\n{3,}")
_SPACES: Final = re.compile(r"[ \t\r\n\u00a0]+")


def plain_of(text: str) -> str:
    """``text`` without tags: headings, items, bold and italic in Markdown, the rest plain."""
    if not _HTML.search(text):
        return text
    reader = _Reader()
    reader.feed(text)
    reader.close()
    lines = (line.strip() for line in "".join(reader.parts).split("\n"))
    return _LINES.sub("\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    """Collects what is shown; links and pictures lose their address."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in {"br", "tr"}:
            self.parts.append("\n")
        elif tag in _HEADINGS:
            self.parts.append("\n\n### ")
        elif tag in _BREAKS:
            self.parts.append("\n\n")
        else:
            self.parts.append(_MARKS.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _HEADINGS or tag in _BREAKS:
            self.parts.append("\n\n")
        else:
            self.parts.append(_MARKS.get(tag, ""))

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(_SPACES.sub(" ", data))
