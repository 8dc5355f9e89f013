"""Dialogs, only for moving money and deleting: the button names the act."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from gui.texts import tr
from gui.widgets.boxes import column, row
from gui.widgets.button import Button
from gui.widgets.text import Text

WIDE_PX = 460


class Question(QDialog):
    """Says what will happen; the safe answer is the default."""

    def __init__(self, parent: QWidget, title: str, words: str, act: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        back = Button(tr("dialog.back"), self.reject)
        back.setDefault(True)
        self.go = Button(act, self.accept, "main")
        content = column(
            Text(title, "title", wrap=True), Text(words, wrap=True), 8,
            row(None, back, self.go), gap=12,
        )  # fmt: skip
        content.setContentsMargins(24, 20, 24, 20)
        self.setLayout(content)
        self.setFixedSize(WIDE_PX, content.heightForWidth(WIDE_PX))
        back.setFocus()
