"""The list below the search box: words of the catalogue that complete the last one."""

from typing import Final

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView

from bazaar.rpc.schema.search import Complete, Words
from gui.rpc.door import Door
from gui.texts import tr

MOST: Final = 8
LEAST_LETTERS: Final = 2


class Suggestions(QCompleter):
    """Asks the node at each key; arrow keys choose, Enter takes, Escape closes.

    Signals:
        taken: A completion was chosen; the field holds it already.
    """

    taken = Signal(str)

    def __init__(self, field: QLineEdit, door: Door) -> None:
        super().__init__(field)
        self._door = door
        self._field = field
        self._asked = 0
        self._words = QStringListModel(self)
        self.setModel(self._words)
        self.setWidget(field)
        self.setMaxVisibleItems(MOST)
        self.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._list = QListView()
        self.setPopup(self._list)
        self._list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setProperty("list", "suggestions")
        self._list.setAccessibleName(tr("top.suggestions"))
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.activated.connect(self._take)
        field.textEdited.connect(self._ask)
        field.returnPressed.connect(self.close_list)

    def close_list(self) -> None:
        """Hide the list and forget what was asked."""
        self._asked += 1
        self._list.hide()

    def _ask(self, text: str) -> None:
        last = text.rpartition(" ")[2]
        self._asked += 1
        if len(last) < LEAST_LETTERS:
            self._list.hide()
            return
        mine = self._asked

        def answered(words: Words) -> None:
            if mine == self._asked:
                self._show(words.words)

        call = Complete(prefix=text, limit=MOST, live=True)
        self._door.call(call, answered, lambda _: None)

    def _show(self, words: tuple[str, ...]) -> None:
        more = [word for word in words if word != self._field.text().strip().lower()]
        self._words.setStringList(more)
        if more and self._field.hasFocus():
            self.complete()
        else:
            self._list.hide()

    def _take(self, words: str) -> None:
        self._asked += 1
        self._field.setText(words)
        self.taken.emit(words)
