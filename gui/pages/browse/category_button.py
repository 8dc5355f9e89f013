"""A category with its count at the other end of the line."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from gui.app.fonts import font, metrics
from gui.app.theme import colour
from gui.app.tokens import RADIUS_PX
from gui.texts.shown import count_words

HIGH_PX: Final = 32
INSIDE_PX: Final = 8


class CategoryButton(QAbstractButton):
    """Checked while it is the chosen one."""

    def __init__(
        self, words: str, listings: int | None, act: Callable[[], object]
    ) -> None:
        super().__init__()
        self._count = "" if listings is None else count_words(listings)
        self.setText(words)
        self.setAccessibleName(f"{words} {self._count}".strip())
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda _=False: act())

    def sizeHint(self) -> QSize:
        return QSize(120, HIGH_PX)

    def paintEvent(self, e: QPaintEvent) -> None:
        del e
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        if on or self.underMouse() or self.hasFocus():
            painter.setPen(colour("focus") if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(colour("accent_tint" if on else "raised"))
            painter.drawRoundedRect(
                self.rect().adjusted(1, 1, -1, -1), RADIUS_PX - 2, RADIUS_PX - 2
            )
        self._paint_words(painter, "accent" if on else "text")

    def _paint_words(self, painter: QPainter, ink: str) -> None:
        inside = self.rect().adjusted(INSIDE_PX, 0, -INSIDE_PX, 0)
        number = metrics("meta").horizontalAdvance(self._count)
        end = QRect(inside.right() - number, inside.top(), number + 1, inside.height())
        room = inside.adjusted(0, 0, -number - INSIDE_PX, 0)
        lead = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            end.moveLeft(inside.left())
            room = inside.adjusted(number + INSIDE_PX, 0, 0, 0)
            lead = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.setFont(font("body"))
        painter.setPen(colour(ink))
        words = metrics("body").elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, lead, words)
        painter.setFont(font("meta"))
        painter.setPen(colour("muted"))
        painter.drawText(end, Qt.AlignmentFlag.AlignVCenter, self._count)

    def enterEvent(self, event: object) -> None:
        del event
        self.update()

    def leaveEvent(self, event: object) -> None:
        del event
        self.update()
