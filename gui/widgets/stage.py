"""The states of a page: loading, empty, failed, content."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from gui.app.theme import colour
from gui.texts import tr
from gui.widgets.badges import Glyph
from gui.widgets.boxes import column, row
from gui.widgets.button import Button
from gui.widgets.text import Text

SKELETON_DELAY_MS = 150
SENTENCE_PX = 460


class Note(QWidget):
    """One sentence why there is nothing, and one action."""

    def __init__(self, icon_name: str = "info", ink: str = "muted") -> None:
        super().__init__()
        self._glyph = Glyph(icon_name, ink, 28)
        self._words = Text("", "body", "muted", wrap=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._words.setFixedWidth(SENTENCE_PX)
        self._action: Callable[[], object] = lambda: None
        self.button = Button("", self._run, "main")
        middle = column(
            None, row(None, self._glyph, None), row(None, self._words, None), 4,
            row(None, self.button, None), None, None, gap=12,
        )  # fmt: skip
        self.setLayout(middle)

    def say(
        self, words: str, action: str = "", act: Callable[[], object] | None = None
    ) -> None:
        """Show a sentence, and a button when there is something to do."""
        self._words.setText(words)
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self._action = act or (lambda: None)

    def words(self) -> str:
        """Return the sentence."""
        return self._words.text()

    def _run(self) -> None:
        self._action()


class Skeleton(QWidget):
    """Grey shapes where content will be, drawn after 150 ms."""

    def __init__(self) -> None:
        super().__init__()
        self._late = False
        self.setAccessibleName(tr("stage.loading"))

    def start(self) -> None:
        """Begin to wait."""
        self._late = False
        QTimer.singleShot(SKELETON_DELAY_MS, self, self._draw)

    def _draw(self) -> None:
        self._late = True
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._late:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("line"))
        for number in range(max((self.height() - 32) // 76, 0)):
            top = 24 + number * 76
            painter.drawRoundedRect(QRectF(24, top, 52, 52), 8, 8)
            for line, share in enumerate((0.45, 0.3)):
                wide = (self.width() - 140) * share
                painter.drawRoundedRect(QRectF(92, top + 6 + line * 24, wide, 12), 6, 6)


class Stage(QStackedWidget):
    """A page whose content comes later, not at all, or not this time."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.content = content
        self.skeleton = Skeleton()
        self.empty = Note()
        self.failed = Note("triangle-alert", "error")
        for part in (self.skeleton, content, self.empty, self.failed):
            self.addWidget(part)

    def load(self) -> None:
        """Show that something is on its way."""
        self.skeleton.start()
        if isinstance(self.content, QScrollArea):
            self.content.verticalScrollBar().setValue(0)
        self.setCurrentWidget(self.skeleton)

    def show_content(self) -> None:
        """Show the content."""
        self.setCurrentWidget(self.content)

    def show_empty(
        self, words: str, action: str = "", act: Callable[[], object] | None = None
    ) -> None:
        """Say why there is nothing."""
        self.empty.say(words, action, act)
        self.setCurrentWidget(self.empty)

    def show_failed(self, words: str, retry: Callable[[], object]) -> None:
        """Say what went wrong, and offer to try again."""
        self.failed.say(words, tr("stage.retry"), retry)
        self.setCurrentWidget(self.failed)


def titled(title: str, *parts: QWidget | None) -> QVBoxLayout:
    """Return the head of a page: its title and what stands beside it."""
    return column(row(Text(title, "title"), 8, *parts))
