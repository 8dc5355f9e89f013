"""Short notes at the bottom right: at most three, six seconds, errors stay."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QEnterEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.texts import tr
from gui.widgets.badges import Glyph
from gui.widgets.boxes import Banner, row
from gui.widgets.button import Button, IconButton
from gui.widgets.text import Text

STAY_MS = 6_000
MOST = 3
WIDE_PX = 380
GLYPHS = {"ok": "circle-check", "error": "triangle-alert", "accent": "info"}


class Toast(QWidget):
    """One note; stays while the pointer is over it."""

    ended = Signal()

    def __init__(self, words: str, role: str) -> None:
        super().__init__()
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self.end)
        self._lasting = role == "error"
        self._row = row(Glyph(GLYPHS.get(role, "info"), role), Text(words, wrap=True))
        self._row.setStretch(1, 1)
        self._row.addWidget(IconButton("x", tr("toast.close"), self.end))
        self._outer = row(Banner(self._row, role))
        self.setLayout(self._outer)
        self.fit()
        self.setAccessibleName(words)
        self.leaveEvent(QEvent(QEvent.Type.Leave))

    def offer(self, words: str, act: Callable[[], object]) -> None:
        """Add a button such as undo; it ends the note as well."""

        def run() -> None:
            self.end()
            act()

        self._row.insertWidget(2, Button(words, run, "link"))
        self.fit()

    def fit(self) -> None:
        """Take the room that the words need."""
        self.setFixedSize(WIDE_PX, self._outer.heightForWidth(WIDE_PX))

    def end(self) -> None:
        """Take the note away."""
        self.hide()
        self.setParent(None)
        self.deleteLater()
        self.ended.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        del event
        self._clock.stop()

    def leaveEvent(self, event: QEvent) -> None:
        del event
        if not self._lasting:
            self._clock.start(STAY_MS)


class Toasts(QWidget):
    """The corner where notes stand, above a window's content."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._list = QVBoxLayout(self)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(8)
        window.installEventFilter(self)
        self.hide()

    def show_note(self, words: str, role: str = "accent") -> Toast:
        """Add a note of a role: ok, accent or error."""
        while self._list.count() >= MOST:
            self._drop(0)
        toast = Toast(words, role)
        toast.setParent(self)
        toast.ended.connect(self._place)
        self._list.addWidget(toast)
        self.show()
        self.raise_()
        self._place()
        event = QAccessibleEvent(toast, QAccessible.Event.Alert)
        QAccessible.updateAccessibility(event)
        return toast

    def _drop(self, number: int) -> None:
        item = self._list.takeAt(number)
        if item is not None and (widget := item.widget()) is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()

    def _place(self) -> None:
        if not self._list.count():
            self.hide()
            return
        heights = [toast.height() for toast in self.findChildren(Toast)]
        high = sum(heights) + self._list.spacing() * (len(heights) - 1)
        window = self._window
        left, top = window.width() - WIDE_PX - 24, window.height() - high - 48
        self.setGeometry(left, top, WIDE_PX, high)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)
