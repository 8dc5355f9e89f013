"""The bar above the pages: history, search, and a badge on test networks."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal

from gui.texts import tr
from gui.widgets.badges import Chip
from gui.widgets.bell import CountButton
from gui.widgets.boxes import Surface, row
from gui.widgets.button import IconButton
from gui.widgets.search_line import SearchLine

TYPING_MS: Final = 0
"""A newer search ends the one before in the node, so that no key has to wait for the next;
keys that came together are one search."""

SEARCH_PX: Final = 640


class TopBar(Surface):
    """Signals ``searched`` while one types, ``entered`` on Enter."""

    searched = Signal(str)
    entered = Signal(str)

    def __init__(
        self,
        back: Callable[[], object],
        forward: Callable[[], object],
        again: Callable[[], object],
        notices: Callable[[], object],
        cart: Callable[[], object],
    ) -> None:
        self.back = IconButton("arrow-left", tr("top.back"), back)
        self.forward = IconButton("arrow-right", tr("top.forward"), forward)
        again_button = IconButton("rotate-cw", tr("top.again"), again)
        self.search = SearchLine(tr("top.search"))
        self.search.setMaximumWidth(SEARCH_PX)
        self.badge = Chip("", "waiting", "triangle-alert")
        self.badge.hide()
        content = row(self.back, self.forward, again_button, 8, gap=2)
        content.addWidget(self.search, 3)
        content.addStretch(1)
        content.addWidget(self.badge)
        self.cart = CountButton("shopping-cart", "cart.button", cart)
        content.addWidget(self.cart)
        self.bell = CountButton("bell", "notices.bell", notices)
        content.addWidget(self.bell)
        super().__init__(content, "bar", 8)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(lambda: self.searched.emit(self.search.text()))
        self.search.textEdited.connect(self._wait)
        self.search.returnPressed.connect(self._enter)

    def _wait(self) -> None:
        self._typing.start()

    def _enter(self) -> None:
        self._typing.stop()
        self.entered.emit(self.search.text())

    def show_words(self, words: str) -> None:
        """Show what is searched for, unless the user is typing."""
        if not self.search.hasFocus():
            self.search.setText(words)

    def focus_search(self) -> None:
        """Go to the search box."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def show_network(self, network: str, *, test: bool) -> None:
        """Show the badge on a test network."""
        self.badge.set_chip(
            tr("top.test", network=network), "waiting", "triangle-alert"
        )
        self.badge.setVisible(test)
