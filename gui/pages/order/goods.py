"""The files that an order delivered: how far each is, and getting, stopping and saving it."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QFileDialog, QProgressBar, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.files import (
    GoodsView,
    OrderFetch,
    OrderFiles,
    OrderSave,
    OrderUnfetch,
    SavedView,
)
from gui.rpc.door import Door
from gui.texts import tr
from gui.texts.shown import size
from gui.widgets.badges import Glyph
from gui.widgets.boxes import Surface, box, clear, column, row, rule
from gui.widgets.button import Button
from gui.widgets.text import ShortText, Text

Note = Callable[[str, str], object]
STEPS: Final = 1000


class GoodsCard(QWidget):
    """Hidden while an order has no files; read again whenever the order says something."""

    def __init__(self, door: Door, note: Note) -> None:
        super().__init__()
        self._door = door
        self._note = note
        self._order = ""
        self.files: tuple[GoodsView, ...] = ()
        self._lines = column(gap=10)
        self.setLayout(column(Surface(column(box(self._lines))), gap=0))
        self.hide()

    def show_order(self, order: str, role: str) -> None:
        """Read the files of an order of this user; only a buyer gets them."""
        if order != self._order:
            self._show(())
        self._order = order
        if role == "buyer":
            self._ask(OrderFiles(id=order))

    def _ask(self, call: Call) -> None:
        mine = self._order

        def got(files: tuple[GoodsView, ...]) -> None:
            if mine == self._order and files != self.files:
                self._show(files)

        self._door.call(call, got, self._refused)

    def _show(self, files: tuple[GoodsView, ...]) -> None:
        self.files = files
        clear(self._lines)
        self._lines.addWidget(Text(tr("goods.title"), "heading"))
        for place, one in enumerate(files):
            if place:
                self._lines.addWidget(rule())
            self._lines.addWidget(self._file(one))
        self.setVisible(bool(files))

    def _file(self, one: GoodsView) -> QWidget:
        lines = column(gap=6)
        lines.addLayout(
            row(Glyph("file-down", "muted", 16), ShortText(one.name), gap=8)
        )
        lines.addWidget(Text(self._words(one), "meta", "muted", wrap=True))
        if one.state in {"fetching", "waiting"}:
            bar = QProgressBar()
            bar.setRange(0, STEPS)
            bar.setValue(STEPS * one.held // one.size)
            bar.setTextVisible(False)
            bar.setFixedHeight(6)
            bar.setAccessibleName(one.name)
            lines.addWidget(bar)
        if one.problem:
            lines.addWidget(Text(tr("goods.waits", why=one.problem), "meta", wrap=True))
        if one.risky:
            lines.addWidget(Text(tr("goods.risky"), "meta", "error", wrap=True))
        lines.addLayout(row(self._button(one), None))
        made = QWidget()
        made.setLayout(lines)
        return made

    def _words(self, one: GoodsView) -> str:
        if one.state in {"fetching", "waiting"}:
            return tr("goods.course", held=size(one.held), size=size(one.size))
        return tr(f"goods.{one.state}", size=size(one.size))

    def _button(self, one: GoodsView) -> Button:
        order = self._order
        if one.state == "here":
            return Button(tr("goods.save"), lambda: self._save(one), "main", "download")
        if one.state == "offered":
            call = OrderFetch(id=order, hash=one.hash)
            return Button(tr("goods.get"), lambda: self._ask(call), "main", "download")
        call = OrderUnfetch(id=order, hash=one.hash)
        return Button(tr("goods.stop"), lambda: self._ask(call), "plain", "x")

    def _save(self, one: GoodsView) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, tr("goods.save"), str(Path.home())
        )
        if folder:
            self.save(one, folder)

    def save(self, one: GoodsView, folder: str) -> None:
        """Copy a file into a folder of the user."""
        call = OrderSave(id=self._order, hash=one.hash, folder=folder)

        def saved(view: SavedView) -> None:
            self._note(tr("goods.saved", name=Path(view.path).name), "ok")

        self._door.call(call, saved, self._refused)

    def _refused(self, problem: Problem) -> None:
        self._note(problem.words, "error")
