"""Where one writes: a growing field, files, what is answered, and how much is left."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QWidget

from bazaar.rpc.schema.chat import ChatLineView
from gui.texts import tr
from gui.widgets.boxes import Slot, column, row
from gui.widgets.button import Button, IconButton
from gui.widgets.text import ShortText, Text

MOST_CHARACTERS: Final = 2_000
NEAR: Final = 200
"""So few left are told."""

MOST_FILES: Final = 4
LINE_PX: Final = 22
LEAST_LINES, MOST_LINES = 2, 6


class Writing(QPlainTextEdit):
    """Enter sends, Shift+Enter begins a line."""

    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText(tr("chat.hint"))
        self.setAccessibleName(tr("chat.write"))
        self.setTabChangesFocus(True)
        self.textChanged.connect(self._grow)
        self._grow()

    def keyPressEvent(self, e: QKeyEvent) -> None:
        is_enter = e.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and not e.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.entered.emit()
            return
        super().keyPressEvent(e)

    def _grow(self) -> None:
        lines = max(LEAST_LINES, min(self.blockCount(), MOST_LINES))
        self.setFixedHeight(lines * LINE_PX + 14)


class Composer(QWidget):
    """Calls ``send(text, files, answered)``; cleared by ``sent``."""

    def __init__(self, send: Callable[[str, tuple[str, ...], str], object]) -> None:
        super().__init__()
        self._send = send
        self._files: tuple[str, ...] = ()
        self._answered: ChatLineView | None = None
        self.writing = Writing()
        self.writing.entered.connect(self.submit)
        self.writing.textChanged.connect(self._measure)
        self.writing.textChanged.connect(self._tell)
        self.wrote: Callable[[], object] = lambda: None
        """Told while a text is being written, not when a draft is put back."""

        self._extra = Slot(4)
        self._left = Text("", "meta", "muted")
        self.button = Button(tr("chat.send"), self.submit, "main", "send")
        attach = IconButton("paperclip", tr("chat.attach"), self._choose)
        below = row(attach, self._left, None, self.button)
        self.setLayout(column(self._extra, self.writing, below, gap=6))
        self._measure()

    def submit(self) -> None:
        """Send what stands there, if it may be sent."""
        if self.button.isEnabled():
            answered = self._answered.message_id if self._answered else ""
            self._send(self.writing.toPlainText(), self._files, answered)

    def sent(self) -> None:
        """Begin anew."""
        self._files, self._answered = (), None
        self.writing.clear()
        self._show_extra()

    def answer(self, line: ChatLineView) -> None:
        """The next message answers ``line``."""
        self._answered = line
        self._show_extra()
        self.writing.setFocus()

    def _choose(self) -> None:
        paths, _ = QFileDialog.getOpenFileNames(
            self, tr("chat.attach"), str(Path.home())
        )
        self.attach(tuple(paths))

    def attach(self, paths: tuple[str, ...]) -> None:
        """Send these files with the next message."""
        self._files = (*self._files, *paths)[:MOST_FILES]
        self._show_extra()

    def _show_extra(self) -> None:
        lines: list[QWidget] = []
        if self._answered is not None:
            words = tr("chat.answering", text=self._answered.text)
            lines.append(_kept(words, tr("chat.not_answering"), self._forget_answer))
        if self._files:
            names = ", ".join(Path(path).name for path in self._files)
            words = tr("chat.attached", n=len(self._files), names=names)
            lines.append(_kept(words, tr("chat.detach"), self._forget_files))
        self._extra.put(*lines)
        self._measure()

    def _forget_answer(self) -> None:
        self._answered = None
        self._show_extra()

    def _forget_files(self) -> None:
        self._files = ()
        self._show_extra()

    def _tell(self) -> None:
        if self.writing.hasFocus() and self.writing.toPlainText().strip():
            self.wrote()

    def _measure(self) -> None:
        text = self.writing.toPlainText()
        left = MOST_CHARACTERS - len(text.strip())
        key = "chat.left" if left >= 0 else "chat.too_long"
        self._left.setText(tr(key, n=abs(left)) if left <= NEAR else "")
        self._left.set_ink("muted" if left >= 0 else "error")
        says = bool(text.strip() or self._files)
        self.button.setEnabled(says and left >= 0)


def _kept(words: str, name: str, forget: Callable[[], object]) -> QWidget:
    whole = QWidget()
    line = row(gap=6)
    line.addWidget(ShortText(words, "meta", "muted"), 1)
    line.addWidget(IconButton("x", name, forget))
    whole.setLayout(line)
    return whole
