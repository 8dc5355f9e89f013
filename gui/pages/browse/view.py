"""Browse: the catalogue as a grid, searched while one types."""

from typing import ClassVar, Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent

from bazaar.rpc.schema.listings import CardView
from bazaar.rpc.schema.node import Event
from bazaar.rpc.schema.searches import SavedSearchView
from gui.app.memory import recall_browse, remember_browse
from gui.pages.browse.ask_strip import AskStrip
from gui.pages.browse.filter_column import FilterColumn
from gui.pages.browse.presenter import Browsing
from gui.pages.browse.query import query_of
from gui.pages.browse.results_head import ResultsHead
from gui.pages.browse.saved import SavedSearchList, saved_number
from gui.pages.page import Page, Shell
from gui.pages.wishes.turning import turn
from gui.texts import tr
from gui.widgets.boxes import column, framed, row
from gui.widgets.card_grid import CardGrid
from gui.widgets.stage import Stage

ROOMY_PX: Final = 960
CALM_MS: Final = 1_000
"""News from the catalogue are shown at most this often."""


class BrowsePage(Page):
    """The first page of the app."""

    topics: ClassVar[frozenset[str]] = frozenset({"catalogue", "search"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.state = Browsing(shell.door, self._show)
        self._words, self._roomy = "", True
        self.grid = CardGrid(tr("browse.results"), shell.pictures)
        self.grid.offer_hearts()
        self.grid.hearted.connect(self._heart)
        self.grid.chosen.connect(self._open_card)
        self.grid.offers_shops = True
        self.grid.visited.connect(self._visit)
        self.grid.near_end.connect(self.state.more)
        self.saved = SavedSearchList(shell, self._look_again)
        self.filters = FilterColumn(self._look, self.saved)
        self.head = ResultsHead(
            self._look,
            self._turn_filters,
            lambda rows: self.grid.set_rows(rows=rows),
            lambda: self.saved.save(self.state.query, self.state.unit),
        )
        self.head.toggle.setChecked(True)
        self.ask = AskStrip(shell.door, self.state.again)
        self.stage = Stage(self.grid)
        head, body = row(self.head), column(self.stage)
        head.setContentsMargins(12, 12, 24, 8)
        body.setContentsMargins(6, 0, 6, 0)
        right = column(framed(head), self.ask, gap=0)
        right.addWidget(framed(body), 1)
        whole = row(self.filters, gap=0)
        whole.addLayout(right, 1)
        self.set_body(framed(whole))
        self._calm = self._calmed()
        self._asked_once = False
        if (last := recall_browse(shell.home)) is not None:
            self.state.recall(last)

    def _calmed(self) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(CALM_MS)
        timer.timeout.connect(self.state.again)
        return timer

    def open(self, argument: str) -> None:
        """Search for ``argument``; with the same words the page stays as it was."""
        number = saved_number(argument)
        if number is not None:
            self.saved.open(number)
            return
        self.saved.read()
        if argument != self._words or not self._asked_once:
            self._asked_once = True
            self._words = argument
            self._look()

    def _look_again(self, saved: SavedSearchView) -> None:
        query = query_of(saved.asked)
        self.filters.show_query(query)
        self._asked_once, self._words = True, query.words
        self.shell.show_words(query.words)
        self._look()

    def refresh(self) -> None:
        self.state.again()

    def heard(self, event: Event) -> None:
        if event.topic in {"search", "resync"}:
            self.saved.read()
        if event.topic in {"catalogue", "seen", "resync"} and not self._calm.isActive():
            self._calm.start()

    def _look(self) -> None:
        if not self.state.cards:
            self.grid.load()
            self.stage.show_content()
        self.state.look(self.filters.query(self._words, self.head.sort.value()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the filters where there is too little room, until they are asked for."""
        super().resizeEvent(event)
        roomy = self.width() >= ROOMY_PX
        if roomy != self._roomy:
            self._roomy = roomy
            self.head.toggle.setChecked(roomy)
            self._turn_filters()

    def _turn_filters(self) -> None:
        self.filters.setVisible(self.head.toggle.isChecked())

    def _open_card(self, card: CardView) -> None:
        self.shell.go("listing", card.listing_id)

    def _heart(self, card: CardView) -> None:
        turn(self.shell, card, self.state.again)

    def _visit(self, card: CardView) -> None:
        self.shell.go("store", card.seller)

    def leave(self) -> None:
        """Keep the first page for the next start, unless it was searched for."""
        state = self.state
        if state.answered and not state.query.narrowed:
            remember_browse(self.shell.home, state.first_page())

    def _show(self) -> None:
        state = self.state
        self.filters.show_counts(state.facets)
        self.filters.categories.show_counts(self._categories())
        self.filters.show_narrowed(narrowed=state.query.filters > 0)
        status = self.shell.status
        joining = status.joining if status else None
        self.head.show_state(state, self.shell.now(), joining)
        if not state.loading:
            self.ask.show_query(state.query, state.total)
        if state.problem is not None and not state.cards:
            self.stage.show_failed(state.problem.words, self._look)
        elif state.cards or state.loading:
            if state.cards:
                self.grid.cards.show_cards(state.cards)
            self.stage.show_content()
        else:
            self._show_nothing()

    def _show_nothing(self) -> None:
        query = self.state.query
        if not query.narrowed:
            self.stage.show_empty(tr("browse.empty"), tr("browse.join"), self._join)
        elif self.state.meant:
            words = tr("browse.meant", words=query.words)
            offer = tr("browse.meant_do", words=self.state.meant)
            self.stage.show_empty(words, offer, self._search_meant)
        elif query.filters:
            words, clear = tr("browse.none_filters"), tr("browse.clear_filters")
            self.stage.show_empty(words, clear, self.filters.reset_and_act)
        else:
            words = tr("browse.none_words", words=query.words)
            self.stage.show_empty(words, tr("browse.clear"), self._clear)

    def _categories(self) -> dict[str, int]:
        """Counts of the present search; of all goods while a category narrows it."""
        found = self.state.facets.get("category", {})
        if self.state.query.category or not found:
            return {one.category: one.listings for one in self.state.categories}
        return found

    def _clear(self) -> None:
        self.filters.reset()
        self.shell.go("browse", "")
        self._look()

    def _search_meant(self) -> None:
        self.shell.go("browse", self.state.meant)

    def _join(self) -> None:
        self.shell.go("network")
