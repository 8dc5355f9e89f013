"""A dialog that hands on a link: the text, a button to copy it, and its QR code."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.links import LinkMake, LinkView
from gui.rpc.door import Door
from gui.texts import tr
from gui.widgets.boxes import column, row
from gui.widgets.button import Button
from gui.widgets.form import line
from gui.widgets.qr import qr_picture
from gui.widgets.text import Text

WIDE_PX = 420
CODE_PX = 240
LONGEST = 4_000


class Share(QDialog):
    """Asks the node for the link of ``call`` and shows it."""

    def __init__(self, parent: QWidget, door: Door, call: LinkMake) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("share.title"))
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.link = line("", LONGEST)
        self.link.setReadOnly(True)
        self.link.setAccessibleName(tr("share.link"))
        self.code = Text("")
        self.code.setFixedSize(CODE_PX, CODE_PX)
        self._note = Text(tr(f"share.note_{call.kind}"), "body", "muted", wrap=True)
        self.copy = Button(tr("share.copy"), self._copy, "main", "copy")
        self.copy.setEnabled(False)
        close = Button(tr("share.close"), self.accept)
        content = column(
            Text(tr("share.title"), "title"), self._note,
            row(None, self.code, None), self.link, row(None, close, self.copy), gap=14,
        )  # fmt: skip
        content.setContentsMargins(24, 20, 24, 20)
        self.setLayout(content)
        self.setFixedWidth(WIDE_PX)
        door.call(call, self._got, self._failed)

    def _got(self, made: LinkView) -> None:
        self.link.setText(made.link)
        self.link.setCursorPosition(0)
        self.copy.setEnabled(True)
        if made.qr:
            self.code.setPixmap(qr_picture(made.qr, self.devicePixelRatioF(), CODE_PX))
            self.code.setAccessibleName(tr("share.code"))
        else:
            self.code.hide()

    def _failed(self, problem: Problem) -> None:
        self.code.hide()
        self._note.setText(problem.words)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.link.text())
        self.copy.setText(tr("share.copied"))
