"""One picture of a draft, carried to another place by the mouse."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from gui.models.pictures import Pictures
from gui.widgets.picture_box import PictureBox

SHOWN: Final = QSize(116, 87)
CARRIED: Final = 0.7
"""How much of a carried picture shows; the rest is what lies below it."""


class Photo(PictureBox):
    """``let_go`` hears where on the screen the picture was put down."""

    def __init__(
        self, pictures: Pictures, path: str, let_go: Callable[[str, QPoint], object]
    ) -> None:
        super().__init__(pictures)
        self.path = path
        self._let_go = let_go
        self._pressed = QPoint()
        self._carried: Carried | None = None
        self.setFixedSize(SHOWN)
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not event.buttons() & Qt.MouseButton.LeftButton:
            return
        way = event.position().toPoint() - self._pressed
        if self._carried is None:
            if way.manhattanLength() < QApplication.startDragDistance():
                return
            self._carried = Carried(self.window(), self.grab())
        corner = self.mapTo(self.window(), event.position().toPoint() - self._pressed)
        self._carried.move(corner)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        carried, self._carried = self._carried, None
        if carried is not None:
            carried.deleteLater()
            self._let_go(self.path, event.globalPosition().toPoint())


class Carried(QWidget):
    """What is seen under the mouse on the way."""

    def __init__(self, window: QWidget, seen: QPixmap) -> None:
        super().__init__(window)
        self._seen = seen
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.resize(seen.size() / seen.devicePixelRatio())
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setOpacity(CARRIED)
        painter.drawPixmap(0, 0, self._seen)
