"""A card that opens and closes: what few need stays out of the way, with a word on what is in it."""

from PySide6.QtWidgets import QFrame, QLayout

from gui.app.icons import icon
from gui.app.theme import ink_now
from gui.widgets.boxes import box, column, row
from gui.widgets.button import Button
from gui.widgets.text import ShortText

INSIDE_PX = 16


class Fold(QFrame):
    """A heading that shows or hides ``content``."""

    def __init__(self, heading: str, content: QLayout, *, opened: bool = False) -> None:
        super().__init__()
        self.setProperty("surface", "card")
        self._heading = heading
        self.button = Button(heading, self._turn, "quiet", "chevron-right")
        self.button.setCheckable(False)
        self._about = ShortText("", "meta", "muted")
        self._content = box(content)
        head = row(self.button, gap=8)
        head.addWidget(self._about, 1)
        whole = column(head, self._content, gap=8)
        whole.setContentsMargins(INSIDE_PX // 2, 8, INSIDE_PX, 8)
        content.setContentsMargins(INSIDE_PX // 2, 0, 0, 8)
        self.setLayout(whole)
        self._opened = not opened
        self._turn()

    @property
    def opened(self) -> bool:
        """Whether the content is in sight."""
        return self._opened

    def open(self) -> None:
        """Show the content."""
        if not self._opened:
            self._turn()

    def tell(self, words: str) -> None:
        """Say beside the heading what is in it."""
        self._about.setText(words)

    def _turn(self) -> None:
        self._opened = not self._opened
        self._content.setVisible(self._opened)
        glyph = "chevron-down" if self._opened else "chevron-right"
        self.button.setIcon(icon(glyph, ink_now("muted"), 18))
        state = "expanded" if self._opened else "collapsed"
        self.button.setAccessibleName(f"{self._heading}, {state}")
