"""Categories below each other with their counts; the first few until more are asked for."""

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtWidgets import QButtonGroup, QWidget

from gui.pages.browse.category_button import CategoryButton
from gui.texts import tr
from gui.texts.shown import category_words
from gui.widgets.boxes import clear, column, row
from gui.widgets.button import Button

FIRST: Final = 7
MOST: Final = 60


class CategoryList(QWidget):
    """One of many may be chosen; ``value`` is empty for all."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self._act = act
        self._list = column(gap=2)
        self.setLayout(self._list)
        self._group = QButtonGroup(self)
        self._counts: tuple[tuple[str, int], ...] = ()
        self._whole = False
        self.value = ""
        self._build()

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Show these, the fullest first; the chosen one stays in sight."""
        ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:MOST]
        if self.value and self.value not in counts:
            ordered.insert(0, (self.value, 0))
        if tuple(ordered) != self._counts:
            self._counts = tuple(ordered)
            self._build()

    def choose(self, category: str) -> None:
        """Mark ``category`` without a search."""
        self.value = category
        self._build()

    def _chosen(self, category: str) -> None:
        self.value = category
        self._act()

    def _build(self) -> None:
        had_focus = (
            self.isAncestorOf(focus)
            if (focus := self.window().focusWidget())
            else False
        )
        clear(self._list)
        self._add("", tr("browse.all"), None)
        shown = self._counts if self._whole else self._counts[:FIRST]
        for category, listings in shown:
            self._add(category, category_words(category), listings)
        if len(self._counts) > FIRST:
            words = tr("browse.fewer" if self._whole else "browse.more")
            self._list.addLayout(row(Button(words, self._turn, "link"), None))
        checked = self._group.checkedButton()
        if had_focus and checked is not None:
            checked.setFocus()

    def _add(self, category: str, words: str, listings: int | None) -> None:
        button = CategoryButton(words, listings, lambda: self._chosen(category))
        button.setChecked(category == self.value)
        self._group.addButton(button)
        self._list.addWidget(button)

    def _turn(self) -> None:
        self._whole = not self._whole
        self._build()
