"""That somebody is writing: said to the other while one writes, shown while he does."""

from typing import Final

from PySide6.QtCore import QTimer

from bazaar.rpc.schema.chat import ChatTyping
from gui.pages.page import Shell
from gui.texts import tr
from gui.widgets.text import Text

TOLD_MS: Final = 3_000
"""The other is told no more often."""

SHOWN_MS: Final = 6_000


class TypingMark(Text):
    """One line that is there for some seconds."""

    def __init__(self, shell: Shell) -> None:
        super().__init__("", "meta", "muted")
        self._shell = shell
        self.hide()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TOLD_MS)
        self.fades = QTimer(self)
        self.fades.setSingleShot(True)
        self.fades.setInterval(SHOWN_MS)
        self.fades.timeout.connect(self.hide)

    def show_name(self, name: str) -> None:
        """The other is writing."""
        self.setText(tr("chat.writes", name=name or tr("person.nameless")))
        self.show()
        self.fades.start()

    def tell(self, peer: str) -> None:
        """Let the other know that one is writing; an order's room is not told."""
        if peer and not self._pause.isActive():
            self._pause.start()
            call = ChatTyping(peer=peer)
            self._shell.door.call(call, lambda _: None, lambda _: None)

    def forget(self) -> None:
        """Another conversation, or the message came."""
        self.hide()
        self._pause.stop()
