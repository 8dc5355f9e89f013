"""What the whole window must say: no node, keys locked, words not checked."""

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.widgets.badges import Glyph
from gui.widgets.boxes import Banner, clear, column, row
from gui.widgets.button import Button
from gui.widgets.text import Text

Act = Callable[[], object]


class Banners(QWidget):
    """At most one line a subject, below the top bar."""

    def __init__(self) -> None:
        super().__init__()
        self._list: QVBoxLayout = column(gap=8)
        self._list.setContentsMargins(24, 12, 24, 0)
        self.setLayout(self._list)
        self._said: dict[str, tuple[str, str, str, Act | None]] = {}
        self.hide()

    def say(
        self,
        subject: str,
        words: str,
        role: str = "waiting",
        *,
        action: tuple[str, Act] | None = None,
    ) -> None:
        """Say something; the same subject is said once."""
        label, act = action or ("", None)
        if self._said.get(subject, ("", "", "", None))[:3] != (words, role, label):
            self._said[subject] = (words, role, label, act)
            self._build()

    def unsay(self, subject: str) -> None:
        """Take it back."""
        if self._said.pop(subject, None) is not None:
            self._build()

    def said(self) -> dict[str, str]:
        """Return what is being said, by subject."""
        return {subject: entry[0] for subject, entry in self._said.items()}

    def _build(self) -> None:
        clear(self._list)
        for words, role, label, act in self._said.values():
            line = row(
                Glyph("info" if role == "accent" else "triangle-alert", role), gap=10
            )
            line.addWidget(Text(words, wrap=True), 1)
            if act is not None:
                line.addWidget(Button(label, act))
            self._list.addWidget(Banner(line, role))
        self.setVisible(bool(self._said))
