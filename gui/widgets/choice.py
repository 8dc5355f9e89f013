"""Choosing one of few, and counting."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyle, QWidget

from gui.app.icons import pixmap
from gui.app.theme import ink_now
from gui.texts import tr
from gui.widgets.boxes import row
from gui.widgets.button import IconButton
from gui.widgets.number_line import NumberLine

STEPPER_PX = 64
LEAST_PX = 88
Pairs = Sequence[tuple[str, str]]


class Choice(QComboBox):
    """A drop-down of (value, words)."""

    def __init__(
        self, name: str, pairs: Pairs, act: Callable[[], object] | None = None
    ) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._act = act
        self.setMinimumWidth(LEAST_PX)
        self.offer(pairs)
        self.currentIndexChanged.connect(self._chosen)

    def _chosen(self) -> None:
        if self._act is not None:
            self._act()

    def offer(self, pairs: Pairs) -> None:
        """Show other values; the chosen one stays if it is still there."""
        kept = self.value()
        with QSignalBlocker(self):
            self.clear()
            for value, words in pairs:
                self.addItem(words, value)
            self.choose(kept)

    def value(self) -> str:
        """Return the chosen value, "" without one."""
        return str(self.currentData() or "")

    def choose(self, value: str) -> None:
        """Choose ``value``; the first one if it is not there."""
        self.setCurrentIndex(max(self.findData(value), 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        arrow = pixmap("chevron-down", ink_now("muted"), 16, self.devicePixelRatioF())
        at = QRect(self.width() - 24, (self.height() - 16) // 2, 16, 16)
        at = QStyle.visualRect(self.layoutDirection(), self.rect(), at)
        painter.drawPixmap(at.topLeft(), arrow)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class Stepper(QWidget):
    """A number between two buttons."""

    changed = Signal(int)

    def __init__(self, name: str, least: int, most: int, value: int) -> None:
        super().__init__()
        self.box = NumberLine(name, least, most)
        self.box.set_value(value)
        self.box.setFixedWidth(STEPPER_PX)
        self.box.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        less = IconButton(
            "minus", tr("step.less", name=name), lambda: self.box.step(-1)
        )
        more = IconButton("plus", tr("step.more", name=name), lambda: self.box.step(1))
        self.setLayout(row(less, self.box, more, None, gap=4))
        self.setFocusProxy(self.box)
        self.box.value_changed.connect(self.changed)

    def value(self) -> int:
        """Return the number."""
        return self.box.value()

    def bound(self, most: int) -> None:
        """Allow at most ``most``."""
        self.box.bound(most)
