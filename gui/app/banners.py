"""What the whole window must say: no node, keys locked, words not checked."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.widgets.badges import Glyph
from gui.widgets.boxes import Banner, clear, column, row
from gui.widgets.button import Button
from gui.widgets.text import Text

Act = Callable[[], object]


class _Said(NamedTuple):
    words: str
    role: str
    acts: tuple[tuple[str, Act], ...]

    @property
    def shown(self) -> tuple[str, ...]:
        """What one sees of it."""
        return self.words, self.role, *(label for label, _ in self.acts)


class Banners(QWidget):
    """At most one line a subject, below the top bar."""

    def __init__(self) -> None:
        super().__init__()
        self._list: QVBoxLayout = column(gap=8)
        self._list.setContentsMargins(24, 12, 24, 0)
        self.setLayout(self._list)
        self._said: dict[str, _Said] = {}
        self.hide()

    def say(
        self,
        subject: str,
        words: str,
        role: str = "waiting",
        *,
        action: tuple[str, Act] | None = None,
        other: tuple[str, Act] | None = None,
    ) -> None:
        """Say something; the same subject is said once. ``other`` stands before ``action``."""
        acts = tuple(one for one in (other, action) if one is not None)
        said = _Said(words, role, acts)
        before = self._said.get(subject)
        if before is None or before.shown != said.shown:
            self._said[subject] = said
            self._build()

    def unsay(self, subject: str) -> None:
        """Take it back."""
        if self._said.pop(subject, None) is not None:
            self._build()

    def said(self) -> dict[str, str]:
        """Return what is being said, by subject."""
        return {subject: entry.words for subject, entry in self._said.items()}

    def _build(self) -> None:
        clear(self._list)
        for words, role, acts in self._said.values():
            line = row(
                Glyph("info" if role == "accent" else "triangle-alert", role), gap=10
            )
            line.addWidget(Text(words, wrap=True), 1)
            for label, act in acts:
                line.addWidget(Button(label, act))
            self._list.addWidget(Banner(line, role))
        self.setVisible(bool(self._said))
