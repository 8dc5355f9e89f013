"""A card that stands for what is covered: why, and how to see it all the same."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from gui.widgets.badges import Glyph
from gui.widgets.boxes import Surface, column, row
from gui.widgets.text import Text


def cover(
    icon_name: str, ink: str, heading: str, words: str, acts: Sequence[QWidget]
) -> Surface:
    """Return the card; ``acts`` are its buttons."""
    head = row(Glyph(icon_name, ink), Text(heading, "heading"), None)
    body = Text(words, "body", "muted", wrap=True)
    return Surface(column(head, body, row(*acts, None), gap=12), inside=24)
