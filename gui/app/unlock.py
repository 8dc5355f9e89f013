"""Asks for the passphrase of the keys when the node must be started."""

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from gui.texts import tr
from gui.widgets.boxes import Surface, column, row
from gui.widgets.button import Button
from gui.widgets.form import Field, line
from gui.widgets.text import Text

WIDE_PX = 460


class UnlockPage(QWidget):
    """One field; the passphrase goes to the node and is not kept here."""

    def __init__(self, unlock: Callable[[str], object]) -> None:
        super().__init__()
        self._unlock = unlock
        self.secret = line("", 200)
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.secret.returnPressed.connect(self._send)
        self.field = Field(tr("unlock.secret"), self.secret)
        self.go = Button(tr("unlock.do"), self._send, "main", "key-round")
        words = Text(tr("unlock.words"), "body", "muted", wrap=True)
        card = Surface(
            column(
                Text(tr("unlock.title"), "title"),
                words,
                self.field,
                row(self.go, None),
                gap=12,
            ),
            inside=24,
        )
        card.setFixedWidth(WIDE_PX)
        self.setLayout(column(None, row(None, card, None), None))

    def ask(self) -> None:
        """Be ready for another try."""
        self.go.setEnabled(True)
        self.secret.setFocus()

    def complain(self, words: str) -> None:
        """Say why the node did not start."""
        self.field.complain(words)
        self.ask()

    def _send(self) -> None:
        if self.secret.text():
            self.go.setEnabled(False)
            self.field.complain("")
            self._unlock(self.secret.text())
            self.secret.clear()
