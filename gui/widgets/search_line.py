"""The search box with its lens."""

from PySide6.QtCore import QPoint
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit

from gui.app.icons import pixmap
from gui.app.theme import ink_now

LENS_PX = 16
LEFT_PX = 12
LONGEST = 2_048
"""A link may be so long; words of a search are far shorter."""


class SearchLine(QLineEdit):
    """A field of one line with a lens at its beginning."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setPlaceholderText(name)
        self.setAccessibleName(name)
        self.setMaxLength(LONGEST)
        self.setTextMargins(LENS_PX + 6, 0, 0, 0)

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        super().paintEvent(arg__1)
        painter = QPainter(self)
        lens = pixmap("search", ink_now("muted"), LENS_PX, self.devicePixelRatioF())
        painter.drawPixmap(QPoint(LEFT_PX, (self.height() - LENS_PX) // 2), lens)
