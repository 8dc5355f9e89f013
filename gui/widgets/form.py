"""Rows of forms: a label above, the field, and one line of help or complaint."""

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from gui.widgets.boxes import column
from gui.widgets.text import Text

LINE_PX = 22


class Field(QWidget):
    """A labelled field; ``complain`` says below it what is wrong."""

    def __init__(self, label: str, editor: QWidget, note: str = "") -> None:
        super().__init__()
        self.editor = editor
        self._note = note
        self._label = Text(label, "meta", "muted")
        self._label.setBuddy(editor)
        if not editor.accessibleName():
            editor.setAccessibleName(label)
        self._below = Text(note, "meta", "muted", wrap=True)
        self._below.setVisible(bool(note))
        self.setLayout(column(self._label, editor, self._below, None, gap=4))

    def rename(self, label: str) -> None:
        """Change the label."""
        self._label.setText(label)
        self.editor.setAccessibleName(label)

    def explain(self, note: str) -> None:
        """Change the line of help below the field."""
        self._note = note
        self.complain("")

    def complain(self, words: str) -> None:
        """Show a complaint; none takes it back."""
        self._below.setText(words or self._note)
        self._below.set_ink("error" if words else "muted")
        self._below.setVisible(bool(words or self._note))
        self.editor.setProperty("wrong", "true" if words else "false")
        self.editor.style().unpolish(self.editor)
        self.editor.style().polish(self.editor)


def line(placeholder: str = "", most: int = 160) -> QLineEdit:
    """Return a field of one line."""
    made = QLineEdit()
    made.setPlaceholderText(placeholder)
    made.setMaxLength(most)
    return made


def area(placeholder: str = "", lines: int = 4) -> QPlainTextEdit:
    """Return a field of several lines; Tab leaves it."""
    made = QPlainTextEdit()
    made.setPlaceholderText(placeholder)
    made.setTabChangesFocus(True)
    made.setFixedHeight(lines * LINE_PX + 18)
    return made
