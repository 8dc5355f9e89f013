"""The filters of Browse: categories as a row of buttons, the rest as fields."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from bazaar.rpc.schema import CategoryCount
from gui.pages.browse.presenter import Query
from gui.texts import tr, tr_or
from gui.widgets.boxes import clear, column, row
from gui.widgets.button import Button, IconButton
from gui.widgets.choice import Choice
from gui.widgets.form import line
from gui.widgets.text import ShortText

TYPING_MS: Final = 180
SORTS: Final = ("", "newest", "price", "rating")
KINDS: Final = ("", "physical", "digital", "service")
REGIONS: Final = ("", "DE", "AT", "CH", "FR", "NL", "PL", "ES", "IT", "GB", "US")


def category_words(category: str) -> str:
    """Return a category as a person reads it."""
    return tr_or(f"category.{category}", category.replace("_", " ").capitalize())


class CategoryRow(QWidget):
    """Categories with their counts, as many as fit."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._row: QHBoxLayout = row(gap=4)
        self.setLayout(self._row)
        self._group = QButtonGroup(self)
        self._counts: tuple[CategoryCount, ...] = ()
        self._current = ""
        self.setMinimumWidth(1)

    def show_categories(self, counts: tuple[CategoryCount, ...], current: str) -> None:
        """Show these and mark the chosen one."""
        if (counts, current) != (self._counts, self._current) or not self._row.count():
            self._counts, self._current = counts, current
            self._build()

    def _build(self) -> None:
        clear(self._row)
        self._add("", tr("browse.all"))
        for one in self._counts:
            name = category_words(one.category)
            self._add(one.category, tr("browse.category", name=name, n=one.listings))
        self._row.addStretch(1)
        self._fit()

    def _add(self, category: str, words: str) -> None:
        button = Button(words, lambda: self.chosen.emit(category), "tab")
        button.setChecked(category == self._current)
        self._group.addButton(button)
        self._row.addWidget(button)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        used = 0
        for number in range(self._row.count() - 1):
            item = self._row.itemAt(number)
            widget = item.widget() if item else None
            if widget is not None:
                used += widget.sizeHint().width() + 4
                widget.setVisible(used <= self.width())


class Filters(QWidget):
    """Kind, price, region, order and the grid switch; ``act`` runs on a change."""

    def __init__(
        self, act: Callable[[], object], switch: Callable[[bool], object]
    ) -> None:
        super().__init__()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(act)
        self.kind = Choice(
            tr("browse.kind"), [(k, tr(f"kind.{k or 'any'}")) for k in KINDS], act
        )
        self.region = Choice(
            tr("browse.region"), [(r, _region(r)) for r in REGIONS], act
        )
        self.sort = Choice(
            tr("browse.sort"), [(s, tr(f"sort.{s or 'best'}")) for s in SORTS], act
        )
        self.price = line(tr("browse.price_hint"), 20)
        self.price.setAccessibleName(tr("browse.price"))
        self.price.setFixedWidth(150)
        self.price.textEdited.connect(self._wait)
        self.count = ShortText("", "meta", "muted")
        self._grid = IconButton(
            "layout-grid", tr("browse.grid"), lambda: self._switch(rows=False)
        )
        self._rows = IconButton(
            "list", tr("browse.rows"), lambda: self._switch(rows=True)
        )
        self._told = switch
        for button in (self._grid, self._rows):
            button.setCheckable(True)
        self._grid.setChecked(True)
        fields = row(
            self.kind, self.price, self.region, self.sort, None, self._grid, self._rows
        )
        self.setLayout(column(fields, self.count, gap=8))

    def _wait(self) -> None:
        self._typing.start()

    def _switch(self, *, rows: bool) -> None:
        self._grid.setChecked(not rows)
        self._rows.setChecked(rows)
        self._told(rows)

    def query(self, words: str, category: str) -> Query:
        """Return what is looked for, with ``words`` and ``category`` from elsewhere."""
        price = self.price.text().strip()
        return Query(
            words,
            category,
            self.kind.value(),
            price,
            self.region.value(),
            self.sort.value(),
        )

    def reset(self) -> None:
        """Take back every filter."""
        self.price.clear()
        for choice in (self.kind, self.region, self.sort):
            choice.choose("")


def _region(code: str) -> str:
    return tr("browse.region_to", place=code) if code else tr("browse.region_any")
