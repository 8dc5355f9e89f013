"""The line above the results: how many, how fresh, in which order, as a grid or as rows."""

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QWidget

from bazaar.rpc.schema.node import JoinView
from gui.pages.browse.presenter import Browsing
from gui.texts import tr
from gui.texts.shown import ago
from gui.widgets.boxes import column, row
from gui.widgets.button import Button, IconButton
from gui.widgets.choice import Choice
from gui.widgets.text import ShortText

SORTS: Final = ("", "newest", "price", "dearest", "rating")


class ResultsHead(QWidget):
    """``act`` runs when the order changes; ``filters`` shows or hides the column.

    ``keep`` keeps the search.
    """

    def __init__(
        self,
        act: Callable[[], object],
        filters: Callable[[], object],
        switch: Callable[[bool], object],
        keep: Callable[[], object],
    ) -> None:
        super().__init__()
        self._switch_told = switch
        self.toggle = Button(tr("browse.filters"), filters, "plain", "list-filter")
        self.toggle.setCheckable(True)
        self.keep = Button(tr("saved.save"), keep, "plain", "bell")
        self.keep.hide()
        self.count = ShortText("", "price")
        self.fresh = ShortText("", "meta", "muted")
        self.sort = Choice(
            tr("browse.sort"), [(s, tr(f"sort.{s or 'best'}")) for s in SORTS], act
        )
        self._grid = IconButton(
            "layout-grid", tr("browse.grid"), lambda: self._switch(rows=False)
        )
        self._rows = IconButton(
            "list", tr("browse.rows"), lambda: self._switch(rows=True)
        )
        for button in (self._grid, self._rows):
            button.setCheckable(True)
        self._grid.setChecked(True)
        words = column(self.count, self.fresh, gap=0)
        line = row(self.toggle, gap=8)
        line.addLayout(words, 1)
        for part in (self.keep, self.sort, self._grid, self._rows):
            line.addWidget(part)
        self.setLayout(line)

    def _switch(self, *, rows: bool) -> None:
        self._grid.setChecked(not rows)
        self._rows.setChecked(rows)
        self._switch_told(rows)

    def show_state(
        self, state: Browsing, now: int, joining: JoinView | None = None
    ) -> None:
        """Say what was found and how old that is."""
        self.count.setText(_found(state))
        known = state.as_of
        fresh = (
            tr("browse.fresh", ago=ago(known, now)) if known else tr("browse.unheard")
        )
        if joining is not None:
            done, total = f"{joining.listings:,}", f"{joining.total:,}"
            fresh = tr("join.progress", done=done, total=total)
        without = (
            f" · {tr('browse.left_out', n=state.left_out)}" if state.left_out else ""
        )
        self.fresh.setText(f"{fresh}{without} · {tr('money.promise')}")
        self.keep.setVisible(state.query.narrowed)
        chosen = state.query.filters
        words = tr("browse.filters_on", n=chosen) if chosen else tr("browse.filters")
        self.toggle.setText(words)


def _found(state: Browsing) -> str:
    if state.loading and not state.cards:
        return tr("browse.looking")
    if not state.total:
        return tr("browse.nothing")
    found = tr("browse.count" if state.exact else "browse.count_more", n=state.total)
    if state.exact and len(state.cards) == state.total:
        return f"{found} {tr('browse.sellers', n=state.stores)}"
    return found
