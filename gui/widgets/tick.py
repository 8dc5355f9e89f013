"""A box to tick, drawn with the border that the contrast rules ask for."""

from PySide6.QtCore import QPoint, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox

from gui.app.fonts import font, metrics
from gui.app.icons import pixmap
from gui.app.theme import colour, theme

BOX_PX = 18
GAP_PX = 10
HIGH_PX = 32


class Tick(QCheckBox):
    """One choice of yes or no."""

    def sizeHint(self) -> QSize:
        wide = metrics("body").horizontalAdvance(self.text())
        return QSize(BOX_PX + GAP_PX + wide + 4, HIGH_PX)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        del arg__1
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - BOX_PX) // 2
        on = self.isChecked()
        painter.setPen(colour("focus" if self.hasFocus() or on else "border"))
        painter.setBrush(colour("accent" if on else "card"))
        painter.drawRoundedRect(QRectF(1.5, top + 0.5, BOX_PX - 1, BOX_PX - 1), 4, 4)
        if on:
            mark = pixmap(
                "check", theme().tokens.on_accent, 14, self.devicePixelRatioF()
            )
            painter.drawPixmap(3, top + 2, mark)
        painter.setPen(colour("text"))
        painter.setFont(font("body"))
        base = (
            self.height() + metrics("body").ascent() - metrics("body").descent()
        ) // 2
        painter.drawText(BOX_PX + GAP_PX, base, self.text())
