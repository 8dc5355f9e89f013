"""Choosing one of few, and counting."""

from collections.abc import Callable, Sequence
from html import escape

from PySide6.QtCore import QPoint, QSignalBlocker, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSpinBox, QWidget

from gui.app.icons import pixmap
from gui.app.theme import ink_now
from gui.texts import tr
from gui.widgets.boxes import row
from gui.widgets.button import IconButton

Pairs = Sequence[tuple[str, str]]


class Choice(QComboBox):
    """A drop-down of (value, words)."""

    def __init__(
        self, name: str, pairs: Pairs, act: Callable[[], object] | None = None
    ) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.offer(pairs)
        if act is not None:
            self.currentIndexChanged.connect(lambda _index: act())

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
        painter.drawPixmap(QPoint(self.width() - 24, (self.height() - 16) // 2), arrow)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class Stepper(QWidget):
    """A number between two buttons."""

    changed = Signal(int)

    def __init__(self, name: str, least: int, most: int, value: int) -> None:
        super().__init__()
        self.box = QSpinBox()
        self.box.setRange(least, most)
        self.box.setValue(value)
        self.box.setAccessibleName(name)
        self.box.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.box.setFixedWidth(64)
        less = IconButton(
            "minus", tr("step.less", name=escape(name)), self.box.stepDown
        )
        more = IconButton("plus", tr("step.more", name=escape(name)), self.box.stepUp)
        content = row(less, self.box, more, None, gap=4)
        self.setLayout(content)
        self.box.valueChanged.connect(self.changed)

    def value(self) -> int:
        """Return the number."""
        return self.box.value()


class Figures(QSpinBox):
    """Minor units shown with the decimals of a unit, for splitting an amount."""

    def __init__(self, name: str, most: int, scale: int) -> None:
        self._scale = scale
        super().__init__()
        self.setRange(0, most)
        self.setAccessibleName(name)
        self.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)

    def textFromValue(self, val: int) -> str:
        whole, rest = divmod(val, 10**self._scale)
        return f"{whole}.{rest:0{self._scale}d}" if self._scale else str(whole)

    def valueFromText(self, text: str) -> int:
        whole, _, rest = text.strip().partition(".")
        digits = (rest + "0" * self._scale)[: self._scale]
        return int((whole or "0") + digits)

    def validate(self, input: str, pos: int) -> object:  # noqa: A002 - Qt's name
        whole, _, rest = input.partition(".")
        fine = (whole + rest).isdigit() and len(rest) <= self._scale
        state = QValidator.State
        return (state.Acceptable if fine else state.Intermediate, input, pos)
