"""Browse: the catalogue as a grid, searched while one types."""

from typing import ClassVar, Final

from PySide6.QtCore import QTimer

from bazaar.rpc.schema import CardView, Event
from gui.app.memory import recall_browse, remember_browse
from gui.pages.browse.filters import CategoryRow, Filters
from gui.pages.browse.presenter import Browsing
from gui.pages.page import Page, Shell
from gui.texts import tr
from gui.widgets.boxes import column, framed
from gui.widgets.card_grid import CardGrid
from gui.widgets.stage import Stage

CALM_MS: Final = 1_000
"""News from the catalogue are shown at most this often."""


class BrowsePage(Page):
    """The first page of the app."""

    topics: ClassVar[frozenset[str]] = frozenset({"catalogue"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.state = Browsing(shell.door, self._show)
        self._words = ""
        self._category = ""
        self.grid = CardGrid(tr("browse.results"), shell.pictures)
        self.grid.chosen.connect(self._open_card)
        self.grid.offers_shops = True
        self.grid.visited.connect(self._visit)
        self.grid.near_end.connect(self.state.more)
        self.categories = CategoryRow()
        self.categories.chosen.connect(self._choose_category)
        self.filters = Filters(self._look, lambda rows: self.grid.set_rows(rows=rows))
        self.stage = Stage(self.grid)
        head = column(self.categories, self.filters, gap=8)
        head.setContentsMargins(24, 12, 24, 8)
        body = column(self.stage)
        body.setContentsMargins(18, 0, 6, 0)
        self.set_body(framed(head), framed(body))
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(CALM_MS)
        self._calm.timeout.connect(self.state.again)
        self._asked_once = False
        if (last := recall_browse(shell.home)) is not None:
            self.state.recall(last)

    def open(self, argument: str) -> None:
        """Search for ``argument``; with the same words the page stays as it was."""
        if argument != self._words or not self._asked_once:
            self._asked_once = True
            self._words = argument
            self._look()

    def refresh(self) -> None:
        self.state.again()

    def heard(self, event: Event) -> None:
        if event.topic in {"catalogue", "resync"} and not self._calm.isActive():
            self._calm.start()

    def _look(self) -> None:
        if not self.state.cards:
            self.grid.load()
            self.stage.show_content()
        self.state.look(self.filters.query(self._words, self._category))

    def _choose_category(self, category: str) -> None:
        self._category = category
        self._look()

    def _open_card(self, card: CardView) -> None:
        self.shell.go("listing", card.listing_id)

    def _visit(self, card: CardView) -> None:
        self.shell.go("store", card.seller)

    def leave(self) -> None:
        """Keep the first page for the next start, unless it was searched for."""
        state = self.state
        if state.answered and not state.query.narrowed:
            remember_browse(self.shell.home, state.first_page())

    def _show(self) -> None:
        state = self.state
        self.categories.show_categories(state.categories, self._category)
        self.filters.count.setText(self._counts())
        if state.problem is not None and not state.cards:
            self.stage.show_failed(state.problem.words, self._look)
        elif state.cards or state.loading:
            if state.cards:
                self.grid.cards.show_cards(state.cards)
            self.stage.show_content()
        elif state.query.narrowed:
            self.stage.show_empty(tr("browse.none"), tr("browse.clear"), self._clear)
        else:
            self.stage.show_empty(tr("browse.empty"), tr("browse.join"), self._join)

    def _counts(self) -> str:
        state = self.state
        if state.loading and not state.cards:
            return tr("browse.looking")
        key = "browse.count" if state.exact else "browse.count_more"
        sellers = tr("browse.sellers", n=state.stores)
        words = (
            tr(key, n=state.total, sellers=sellers)
            if state.total
            else tr("browse.nothing")
        )
        return f"{words} · {tr('money.promise')}"

    def _clear(self) -> None:
        self.filters.reset()
        self._category = ""
        self.shell.go("browse", "")
        self._look()

    def _join(self) -> None:
        self.shell.go("network")
