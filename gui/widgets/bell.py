"""Icons of the bar with a number: new notices, what lies in the cart."""

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


class CountButton(IconButton):
    """Leads to what it counts; ``key`` names its words, ``key_n`` those with a number."""

    def __init__(self, icon_name: str, key: str, act: Callable[[], object]) -> None:
        self._count = 0
        self._key = key
        super().__init__(icon_name, tr(key), act)

    def set_count(self, count: int) -> None:
        """Show how many there are; 0 shows nothing."""
        self._count = count
        words = tr(f"{self._key}_n", n=count) if count else tr(self._key)
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
