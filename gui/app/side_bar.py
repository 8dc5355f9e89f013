"""The side bar: who one is, the pages, and the jobs under way."""

from collections.abc import Callable
from html import escape
from typing import Final

from PySide6.QtWidgets import QButtonGroup, QFrame, QWidget

from bazaar.rpc.schema.node import StatusView
from gui.app.tokens import SIDE_ICONS_PX, SIDE_PX
from gui.texts import tr
from gui.widgets.boxes import Surface, box, column, row
from gui.widgets.nav_button import NavButton
from gui.widgets.person import Identicon, short_words
from gui.widgets.text import ShortText, Text

PAGES: Final = (
    ("browse", "search"),
    ("orders", "receipt"),
    ("messages", "message-square"),
    ("wishes", "heart"),
    ("shop", "store"),
    ("accounts", "hand-coins"),
    ("arbiter", "scale"),
    ("network", "network"),
    ("settings", "settings"),
)
PARENTS: Final = {
    "listing": "browse",
    "checkout": "browse",
    "store": "browse",
    "profile": "settings",
    "order": "orders",
    "editor": "shop",
}


class SideBar(Surface):
    """Navigation; icons only in a narrow window."""

    def __init__(self, go: Callable[[str], None]) -> None:
        self._identicon = Identicon("", 36)
        self._name = ShortText("", "strong")
        self._words = ShortText("", "meta", "muted")
        self._who = box(column(self._name, self._words, gap=0))
        self._group = QButtonGroup()
        self._narrow = False
        self._waiting = self._unread = 0
        self._buttons = {page: self._button(page, glyph, go) for page, glyph in PAGES}
        self._jobs = Text("", "meta", "muted", wrap=True)
        me = row(self._identicon, self._who, gap=10)
        super().__init__(
            column(me, 12, *self._buttons.values(), None, self._jobs, gap=4), "side", 10
        )
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFixedWidth(SIDE_PX)

    def _button(self, page: str, glyph: str, go: Callable[[str], None]) -> NavButton:
        name = tr(f"page.{page}")
        button = NavButton(name, lambda: go(page), glyph)
        button.setToolTip(escape(name))
        self._group.addButton(button)
        return button

    def show_page(self, page: str) -> None:
        """Mark where the user is."""
        button = self._buttons.get(PARENTS.get(page, page))
        if button is not None:
            button.setChecked(True)
        elif (present := self._group.checkedButton()) is not None:
            self._group.setExclusive(False)
            present.setChecked(False)
            self._group.setExclusive(True)

    def show_status(self, status: StatusView) -> None:
        """Show who this is and what is under way."""
        self._identicon.set_peer(status.peer_id)
        self._name.setText(status.name)
        self._words.setText(short_words(status.fingerprint))
        jobs = tr("side.jobs", n=status.outbox) if status.outbox else ""
        self._jobs.setText("" if self._narrow else jobs)

    def show_waiting(self, count: int) -> None:
        """Say how many orders wait for the user."""
        self._waiting = count
        self._label("orders")

    def show_unread(self, count: int) -> None:
        """Say how many messages were not read."""
        self._unread = count
        self._label("messages")

    def set_narrow(self, *, narrow: bool) -> None:
        """Show icons only, or words as well."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self.setFixedWidth(SIDE_ICONS_PX if narrow else SIDE_PX)
        self._who.setVisible(not narrow)
        self._jobs.setVisible(not narrow)
        for page in self._buttons:
            self._label(page)

    def _label(self, page: str) -> None:
        shown = spoken = tr(f"page.{page}")
        if page == "orders" and self._waiting:
            spoken = tr("side.orders_waiting", n=self._waiting)
        if page == "messages" and self._unread:
            spoken = tr("side.messages_unread", n=self._unread)
        button = self._buttons[page]
        button.setText("" if self._narrow else shown)
        counts = {"orders": self._waiting, "messages": self._unread}
        button.set_count(counts.get(page, 0))
        button.setAccessibleName(spoken)

    def pages(self) -> tuple[QWidget, ...]:
        """Return the buttons in order."""
        return tuple(self._buttons.values())
