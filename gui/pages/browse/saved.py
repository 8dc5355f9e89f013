"""Searches that are kept, above the filters: one click looks again; the number is what is new."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.searches import (
    SavedSearchView,
    SearchForget,
    SearchSave,
    SearchSaved,
    SearchSeen,
)
from gui.pages.browse.category_button import CategoryButton
from gui.pages.browse.query import Query
from gui.pages.page import Shell
from gui.texts import tr
from gui.widgets.boxes import clear, column, row
from gui.widgets.button import IconButton
from gui.widgets.text import Text

PREFIX = "\N{INFORMATION SEPARATOR ONE}saved:"
"""Begins what Browse is opened with for a saved search; nobody can type it."""


def saved_number(argument: str) -> int | None:
    """The saved search that ``argument`` names; None if it is words."""
    number = argument.removeprefix(PREFIX)
    return int(number) if number != argument and number.isdecimal() else None


class SavedSearchList(QWidget):
    """Hidden while nothing is kept; ``look`` gets the one that was chosen."""

    def __init__(self, shell: Shell, look: Callable[[SavedSearchView], object]) -> None:
        super().__init__()
        self._shell = shell
        self._look = look
        self._wanted: int | None = None
        self.searches: tuple[SavedSearchView, ...] = ()
        self._rows = column(gap=2)
        self.setLayout(
            column(Text(tr("saved.title"), "meta", "muted"), self._rows, gap=4)
        )
        self.hide()

    def read(self) -> None:
        """Ask the node for them."""
        self._shell.door.call(SearchSaved(), self._got, lambda _: None)

    def open(self, number: int) -> None:
        """Choose one as soon as it is known here."""
        self._wanted = number
        self.read()

    def save(self, query: Query, unit: str) -> None:
        """Keep what is looked for."""
        call = SearchSave(title=query.title(), **query.asked(unit))
        self._shell.door.call(call, self._saved, self._failed)

    def _saved(self, made: SavedSearchView) -> None:
        words = tr("saved.done", title=made.title)
        self._shell.note_undo(words, partial(self._forget, made.number))
        self.read()

    def _forget(self, number: int) -> None:
        self._shell.door.call(
            SearchForget(number=number), lambda _: self.read(), self._failed
        )

    def _failed(self, problem: Problem) -> None:
        self._shell.note(problem.words, "error")

    def _got(self, searches: tuple[SavedSearchView, ...]) -> None:
        if searches != self.searches:
            self.searches = searches
            clear(self._rows)
            for one in searches:
                self._rows.addLayout(self._row(one))
        self.setVisible(bool(searches))
        found = [one for one in searches if one.number == self._wanted]
        self._wanted = None
        if found:
            self._choose(found[0])

    def _row(self, one: SavedSearchView) -> QHBoxLayout:
        button = CategoryButton(
            one.title, one.fresh or None, partial(self._choose, one)
        )
        button.setCheckable(False)
        drop = IconButton(
            "x", tr("saved.forget", title=one.title), partial(self._forget, one.number)
        )
        line = row(gap=0)
        line.addWidget(button, 1)
        line.addWidget(drop)
        return line

    def _choose(self, one: SavedSearchView) -> None:
        self._look(one)
        if one.fresh:
            seen = SearchSeen(number=one.number)
            self._shell.door.call(seen, lambda _: self.read(), lambda _: None)
