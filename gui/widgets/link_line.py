"""A title of one line that leads to its page; it ends in an ellipsis where the room ends."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from gui.app.fonts import font, metrics
from gui.app.theme import colour

LEAST_PX = 60


class LinkLine(QAbstractButton):
    """A title to press."""

    def __init__(self, words: str, act: Callable[[], object]) -> None:
        super().__init__()
        self._words = words
        self.setAccessibleName(words)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda _checked=False: act())

    def sizeHint(self) -> QSize:
        wide = metrics("strong").horizontalAdvance(self._words) + 4
        return QSize(wide, metrics("strong").height() + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_PX, self.sizeHint().height())

    def paintEvent(self, e: QPaintEvent) -> None:
        del e
        painter = QPainter(self)
        painter.setFont(font("strong"))
        painter.setPen(colour("accent" if self.isEnabled() else "muted"))
        mode = Qt.TextElideMode.ElideRight
        words = metrics("strong").elidedText(self._words, mode, self.width())
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect(), int(flags), words)
        if self.hasFocus():
            painter.setPen(colour("focus"))
            painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
