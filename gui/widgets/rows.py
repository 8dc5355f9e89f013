"""Lines of the same fields below each other: a small table to type into."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from gui.texts import tr
from gui.widgets.boxes import box, clear, column, row
from gui.widgets.button import Button, IconButton
from gui.widgets.choice import Choice
from gui.widgets.form import line
from gui.widgets.text import ShortText, Text
from gui.widgets.tick import Tick

YES: Final = "yes"
Line = dict[str, str]
Cell = QLineEdit | Choice | Tick | ShortText


class Column(NamedTuple):
    """One field of each line.

    Attributes:
        wide: Its share of the width.
        pairs: (value, words) of a choice.
        kind: line, choice, tick or fixed (shown only).
    """

    key: str
    label: str
    wide: int = 1
    hint: str = ""
    most: int = 40
    kind: str = "line"
    pairs: tuple[tuple[str, str], ...] = ()


class Rows(QWidget):
    """Holds lines of text by column key; ticks hold ``yes`` or nothing.

    Signals:
        changed: Something was typed, added or taken away.
    """

    changed = Signal()

    def __init__(
        self, columns: Sequence[Column], add: str = "", most: int = 30
    ) -> None:
        super().__init__()
        self._columns = tuple(columns)
        self._grows = bool(add)
        self._most = most
        self._lines: list[dict[str, Cell]] = []
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._below = Text("", "meta", "error", wrap=True)
        self._below.hide()
        self.add = Button(add, self._add, "link", "plus")
        self.add.setVisible(self._grows)
        self.setLayout(column(box(self._grid), self._below, row(self.add, None), gap=4))

    def rows(self) -> list[Line]:
        """Return what every line holds."""
        return [{key: _read(cell) for key, cell in one.items()} for one in self._lines]

    def set_rows(self, lines: Sequence[Mapping[str, str]]) -> None:
        """Show these lines."""
        clear(self._grid)
        self._lines = []
        if lines:
            for place, one in enumerate(self._columns):
                self._grid.addWidget(ShortText(one.label, "meta", "muted"), 0, place)
                self._grid.setColumnStretch(place, one.wide)
        for number, values in enumerate(lines):
            self._show(number, values)
        self.add.setEnabled(len(lines) < self._most)
        self.complain(-1, "", "")

    def complain(self, number: int, key: str, words: str) -> None:
        """Mark a cell as wrong and say why below; no words take all complaints back."""
        for place, one in enumerate(self._lines):
            for name, cell in one.items():
                _mark(cell, wrong=bool(words) and place == number and name == key)
        self._below.setText(words)
        self._below.setVisible(bool(words))

    def cell(self, number: int, key: str) -> Cell:
        """Return the field of a line."""
        return self._lines[number][key]

    def _show(self, number: int, values: Mapping[str, str]) -> None:
        made = {one.key: self._cell(one, number, values) for one in self._columns}
        for place, cell in enumerate(made.values()):
            self._grid.addWidget(cell, number + 1, place)
        if self._grows:
            away = IconButton(
                "trash-2",
                tr("rows.remove", n=number + 1),
                lambda: self._remove(number),
            )
            self._grid.addWidget(away, number + 1, len(made))
        self._lines.append(made)

    def _cell(self, one: Column, number: int, values: Mapping[str, str]) -> Cell:
        value = values.get(one.key, "")
        name = tr("rows.cell", label=one.label, n=number + 1)
        match one.kind:
            case "choice":
                cell: Cell = Choice(name, one.pairs, self.changed.emit)
                cell.choose(value)
            case "tick":
                cell = Tick("")
                cell.setChecked(value == YES)
                cell.toggled.connect(self._told)
            case "fixed":
                cell = ShortText(value)
            case _:
                cell = line(one.hint, one.most)
                cell.setText(value)
                cell.textEdited.connect(self._told)
        if one.kind != "fixed":
            cell.setAccessibleName(name)
        cell.setMinimumWidth(24)
        return cell

    def _told(self, _: object) -> None:
        self.changed.emit()

    def _add(self) -> None:
        self.set_rows([*self.rows(), {}])
        first = self._lines[-1][self._columns[0].key]
        first.setFocus()
        self.changed.emit()

    def _remove(self, number: int) -> None:
        lines = self.rows()
        del lines[number]
        self.set_rows(lines)
        self.changed.emit()


def _read(cell: Cell) -> str:
    match cell:
        case Choice():
            return cell.value()
        case Tick():
            return YES if cell.isChecked() else ""
        case ShortText():
            return cell.accessibleName()
        case QLineEdit():
            return cell.text()


def _mark(cell: Cell, *, wrong: bool) -> None:
    value = "true" if wrong else "false"
    if cell.property("wrong") != value:
        cell.setProperty("wrong", value)
        cell.style().unpolish(cell)
        cell.style().polish(cell)
