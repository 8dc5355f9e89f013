"""Asks why a person or a listing is reported."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from gui.texts import tr
from gui.widgets.boxes import column, row
from gui.widgets.button import Button
from gui.widgets.choice import Choice
from gui.widgets.text import Text

WIDE_PX: Final = 460
REASONS: Final = ("fraud", "offensive", "illegal", "other")


class ReportDialog(QDialog):
    """``reason`` is what was chosen once it is accepted."""

    def __init__(self, parent: QWidget, what: str) -> None:
        super().__init__(parent)
        title = tr("report.title", what=what)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        pairs = [(reason, tr(f"report.{reason}")) for reason in REASONS]
        self.choice = Choice(tr("report.do"), pairs)
        back = Button(tr("dialog.back"), self.reject)
        back.setDefault(True)
        self.go = Button(tr("report.do").rstrip("…"), self.accept, "main")
        content = column(
            Text(title, "title", wrap=True),
            Text(tr("report.words"), "body", "muted", wrap=True),
            self.choice,
            8,
            row(None, back, self.go),
            gap=12,
        )
        content.setContentsMargins(24, 20, 24, 20)
        self.setLayout(content)
        self.setFixedSize(WIDE_PX, content.heightForWidth(WIDE_PX))
        self.choice.setFocus()

    @property
    def reason(self) -> str:
        """What was chosen."""
        return self.choice.value()
