"""A field for whole steps of the smallest unit, shown with the decimals of a scale."""

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit


class NumberLine(QLineEdit):
    """Holds ``least`` .. ``most``; what is typed beyond is brought back when one leaves.

    Signals:
        value_changed: The new value, in smallest units.
    """

    value_changed = Signal(int)

    def __init__(self, name: str, least: int, most: int, scale: int = 0) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._least, self._most, self._scale = least, most, scale
        self._value = least
        decimals = rf"(\.\d{{0,{scale}}})?" if scale else ""
        pattern = QRegularExpression(rf"\d{{0,15}}{decimals}")
        self.setValidator(QRegularExpressionValidator(pattern, self))
        self.textEdited.connect(self._typed)
        self.editingFinished.connect(self._show)
        self._show()

    def value(self) -> int:
        """Return the value, within its bounds."""
        return self._value

    def set_value(self, value: int) -> None:
        """Show a value, brought within its bounds; told when it is another one."""
        self._take(value)
        self._show()

    def bound(self, most: int) -> None:
        """Allow at most ``most``; a greater value is brought back."""
        if most != self._most:
            self._most = most
            self.set_value(self._value)

    def step(self, by: int) -> None:
        """Go up or down."""
        self.set_value(self._value + by)

    def keyPressEvent(self, arg__1: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        by = steps.get(Qt.Key(arg__1.key()), 0)
        if by:
            self.step(by * 10**self._scale)
        else:
            super().keyPressEvent(arg__1)

    def _typed(self, text: str) -> None:
        whole, _, rest = text.partition(".")
        digits = (rest + "0" * self._scale)[: self._scale]
        self._take(int((whole or "0") + digits))

    def _take(self, value: int) -> None:
        value = min(max(value, self._least), self._most)
        if value != self._value:
            self._value = value
            self.value_changed.emit(value)

    def _show(self) -> None:
        whole, rest = divmod(self._value, 10**self._scale)
        self.setText(f"{whole}.{rest:0{self._scale}d}" if self._scale else str(whole))
