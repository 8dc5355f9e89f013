"""The bell: how many notices are new."""

from collections.abc import Callable
from html import escape
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent

from gui.app.fonts import font, metrics
from gui.app.theme import colour, theme
from gui.texts import tr
from gui.widgets.button import IconButton

BADGE_PX: Final = 16
MOST_SHOWN: Final = 99


class BellButton(IconButton):
    """Leads to the notices."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._count = 0
        super().__init__("bell", tr("notices.bell"), act)

    def set_count(self, count: int) -> None:
        """Show how many are new; 0 shows nothing."""
        self._count = count
        words = tr("notices.bell_n", n=count) if count else tr("notices.bell")
        self.setToolTip(escape(words))
        self.setAccessibleName(words)
        self.update()

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        super().paintEvent(arg__1)
        if not self._count:
            return
        words = str(min(self._count, MOST_SHOWN))
        wide = max(metrics("meta").horizontalAdvance(words) + 8, BADGE_PX)
        at = QRectF(self.width() - wide, 0, wide, BADGE_PX)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("accent"))
        painter.drawRoundedRect(at, BADGE_PX / 2, BADGE_PX / 2)
        painter.setPen(QColor(theme().tokens.on_accent))
        painter.setFont(font("meta"))
        painter.drawText(at, int(Qt.AlignmentFlag.AlignCenter), words)
