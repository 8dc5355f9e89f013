"""Chips, tiles in words and icons beside them: colour is never the only signal."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.app.fonts import font, metrics
from gui.app.icons import pixmap
from gui.app.theme import ink_now, tint_now
from gui.widgets.boxes import Surface, column, row
from gui.widgets.text import Text

CHIP_PX = 24


class Glyph(Text):
    """An icon in one ink; for decoration beside words."""

    def __init__(self, name: str, ink: str = "muted", side: int = 18) -> None:
        self._drawn = (name, ink, side)
        super().__init__("")
        self.setFixedSize(side, side)
        self._draw()

    def set_glyph(self, name: str, ink: str) -> None:
        """Show another icon or ink."""
        self._drawn = (name, ink, self._drawn[2])
        self._draw()

    def _draw(self) -> None:
        name, role, side = self._drawn
        self.setPixmap(pixmap(name, ink_now(role), side, self.devicePixelRatioF()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._draw()


class Chip(QWidget):
    """A status in a word and an icon on a tint; ``role`` is one of TINTED."""

    def __init__(self, text: str, role: str = "muted", icon_name: str = "") -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_chip(text, role, icon_name)

    def set_chip(self, text: str, role: str = "muted", icon_name: str = "") -> None:
        """Show another status."""
        self._text, self._role, self._icon = text, role, icon_name
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        icon_room = 18 if self._icon else 0
        wide = metrics("meta").horizontalAdvance(self._text) + 16 + icon_room
        return QSize(wide, CHIP_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_chip(painter, QRectF(self.rect()), self._text, self._role, self._icon)


def paint_chip(
    painter: QPainter, at: QRectF, text: str, role: str, icon_name: str = ""
) -> None:
    """Paint a chip into ``at``."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tint_now(role)))
    painter.drawRoundedRect(at, 6, 6)
    inner = at.adjusted(8, 0, -6, 0)
    if icon_name:
        ratio = painter.device().devicePixelRatioF()
        top = round(at.center().y() - 7)
        drawn = pixmap(icon_name, ink_now(role), 14, ratio)
        painter.drawPixmap(round(inner.left()), top, drawn)
        inner = inner.adjusted(18, 0, 0, 0)
    painter.setPen(QColor(ink_now(role)))
    painter.setFont(font("meta"))
    painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter), text)


def tile(icon_name: str, heading: str, words: str, ink: str = "muted") -> QWidget:
    """Return a context tile: what matters, said in words."""
    text = column(
        Text(heading, "meta", "muted"), Text(words, "body", wrap=True), None, gap=2
    )
    content = row(gap=12)
    content.addWidget(Glyph(icon_name, ink, 20), 0, Qt.AlignmentFlag.AlignTop)
    content.addLayout(text, 1)
    return Surface(content, inside=12)
