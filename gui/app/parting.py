"""The question at the end: shall the node go on, so that the shop stays online?"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from gui.texts import tr
from gui.widgets.boxes import column, row
from gui.widgets.button import Button
from gui.widgets.text import Text
from gui.widgets.tick import Tick

WIDE_PX: Final = 480
KEEP: Final = "keep"
STOP: Final = "stop"
ASK: Final = "ask"


class Parting(QDialog):
    """Asks once; ``decide`` gets KEEP or STOP and whether to ask never again."""

    def __init__(
        self, parent: QWidget, drafts: str, decide: Callable[[str, bool], object]
    ) -> None:
        super().__init__(parent)
        self._decide = decide
        self.setWindowTitle(tr("parting.title"))
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.always = Tick(tr("parting.always"))
        self.keep = Button(tr("parting.keep"), lambda: self._done(KEEP), "main")
        self.stop = Button(tr("parting.stop"), lambda: self._done(STOP))
        back = Button(tr("dialog.back"), self.reject)
        self.keep.setDefault(True)
        words = column(Text(tr("parting.title"), "title", wrap=True), gap=12)
        words.addWidget(Text(tr("parting.words"), wrap=True))
        if drafts:
            words.addWidget(Text(drafts, wrap=True))
        words.addWidget(self.always)
        words.addLayout(row(back, None, self.stop, self.keep))
        words.setContentsMargins(24, 20, 24, 20)
        self.setLayout(words)
        self.setFixedSize(WIDE_PX, words.heightForWidth(WIDE_PX))
        self.keep.setFocus()

    def _done(self, choice: str) -> None:
        always = self.always.isChecked()
        self.accept()
        self._decide(choice, always)
