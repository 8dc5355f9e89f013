"""A button of the side bar, with a count of what waits there."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QStyle

from gui.app.fonts import font, metrics
from gui.app.theme import colour, theme
from gui.widgets.button import Button

BADGE_PX: Final = 18
MOST_SHOWN: Final = 99


class NavButton(Button):
    """Leads to a page; the count is painted at its end."""

    def __init__(self, text: str, act: Callable[[], object], icon_name: str) -> None:
        self._count = 0
        super().__init__(text, act, "nav", icon_name)

    def set_count(self, count: int) -> None:
        """Show how much waits; 0 shows nothing."""
        self._count = count
        self.update()

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        super().paintEvent(arg__1)
        if not self._count:
            return
        words = str(min(self._count, MOST_SHOWN))
        wide = max(metrics("meta").horizontalAdvance(words) + 10, BADGE_PX)
        alone = not self.text()
        top = 2 if alone else (self.height() - BADGE_PX) / 2
        left = self.width() - wide - (0 if alone else 10)
        at = QRectF(left, top, wide, BADGE_PX).toRect()
        at = QStyle.visualRect(self.layoutDirection(), self.rect(), at)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("accent"))
        painter.drawRoundedRect(at, BADGE_PX / 2, BADGE_PX / 2)
        painter.setPen(QColor(theme().tokens.on_accent))
        painter.setFont(font("meta"))
        painter.drawText(at, int(Qt.AlignmentFlag.AlignCenter), words)
