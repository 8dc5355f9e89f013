"""Asking the network, below a search that found little here."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.search import AskedView, FoundStore, SearchAsk
from gui.pages.browse.query import Query
from gui.rpc.door import Door
from gui.texts import tr
from gui.widgets.badges import Glyph
from gui.widgets.boxes import Banner, row
from gui.widgets.button import Button
from gui.widgets.text import Text

FEW = 8
"""With more hits the network is not offered."""

NAMED = 4


class AskStrip(QWidget):
    """One line: what can be done, then what it brought; ``found`` runs after news."""

    def __init__(self, door: Door, found: Callable[[], object]) -> None:
        super().__init__()
        self._door = door
        self._found = found
        self._query = Query()
        self._asking = False
        self._words = Text("", "body", wrap=True)
        self.button = Button(tr("search.ask_button"), self._ask, "plain", "globe")
        line = row(Glyph("network", "accent", 18), gap=10)
        line.addWidget(self._words, 1)
        line.addWidget(self.button)
        outer = row(Banner(line, "accent"))
        outer.setContentsMargins(16, 0, 24, 8)
        self.setLayout(outer)
        self.hide()

    def show_query(self, query: Query, total: int) -> None:
        """Offer to ask where a search found little; another search begins anew."""
        is_same = _wish(query) == _wish(self._query)
        self._query = query
        if is_same and (self._asking or not self.button.isVisibleTo(self)):
            return
        wish = _wish(query)
        self.setVisible(total <= FEW and wish != SearchAsk())
        self._words.setText(tr("search.ask_offer"))
        self.button.setText(tr("search.ask_button"))
        self.button.show()
        self.button.setEnabled(not self._asking)

    def _ask(self) -> None:
        self._asking = True
        self.button.setEnabled(False)
        self._words.setText(tr("search.ask_asking"))
        self._door.call(_wish(self._query), self._got, self._failed)

    def _got(self, view: AskedView) -> None:
        self._asking = False
        self.button.hide()
        self._words.setText(told(view))
        if view.stores:
            self._found()

    def _failed(self, problem: Problem) -> None:
        self._asking = False
        self.button.setEnabled(True)
        self._words.setText(problem.words)


def told(view: AskedView) -> str:
    """What asking brought, and who told of it."""
    asked = tr("search.ask_answered", n=view.asked)
    if not view.stores:
        return f"{asked} {tr('search.ask_nothing')}"
    named = [_origin(store) for store in view.stores[:NAMED]]
    more = len(view.stores) - len(named)
    if more:
        named.append(tr("search.ask_more", n=more))
    return f"{asked} {tr('search.ask_new', shops=', '.join(named))}"


def _origin(store: FoundStore) -> str:
    if store.through:
        return tr("search.ask_through", name=store.name, teller=store.through)
    return tr("search.ask_by_dht", name=store.name)


def _wish(query: Query) -> SearchAsk:
    return SearchAsk(
        words=query.words, category=query.category or None, region=query.region or None
    )
