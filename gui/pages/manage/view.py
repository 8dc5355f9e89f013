"""The shop as a table: search, change in place, mark several and change them together."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QHBoxLayout, QVBoxLayout

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.listings import CardView, ListingList
from bazaar.rpc.schema.merchant import (
    BulkView,
    Exported,
    ListingBulk,
    ListingExport,
    ListingUndo,
)
from gui.models.goods import COLUMNS, Goods, Index, Narrowed
from gui.pages.manage.bulk_dialog import KINDS, BulkDialog
from gui.pages.manage.history_dialog import HistoryDialog
from gui.pages.manage.licence_dialog import LicenceDialog
from gui.pages.page import Page, Shell
from gui.texts import tr
from gui.widgets.boxes import Surface, column, framed, row
from gui.widgets.button import Button
from gui.widgets.search_line import SearchLine
from gui.widgets.stage import Stage
from gui.widgets.table import Table
from gui.widgets.text import Text

WIDTHS = {"price": 116, "stock": 90, "state": 110, "categories": 140, "tags": 170}
SEARCH_PX = 280


class ManagePage(Page):
    """All own listings, to be changed one by one or together."""

    topics: ClassVar[frozenset[str]] = frozenset({"catalogue", "order"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.goods = Goods(self)
        self.goods.edited.connect(self._edit)
        self.narrowed = Narrowed(self.goods)
        self.table = Table(tr("manage.title"), self.narrowed)
        self._fit_table()
        self.search = SearchLine(tr("manage.search"))
        self.search.setFixedWidth(SEARCH_PX)
        self.search.textChanged.connect(self._search)
        self.count = Text("", "meta", "muted")
        self.stage = Stage(self.table)
        self.marked = Text("", "strong")
        self.bar = Surface(self._bulk_line(), "foot", 12)
        self.bar.hide()
        body = column(self.stage)
        body.setContentsMargins(24, 4, 24, 0)
        self.set_body(framed(self._head()), framed(body))
        self._outer.addWidget(self.bar)

    def _head(self) -> QVBoxLayout:
        past = Button(tr("manage.history"), self.open_history, "plain", "undo-2")
        ways = Button(
            tr("manage.templates"), lambda: self.shell.go("templates"), "plain", "truck"
        )
        come = Button(
            tr("manage.import"), lambda: self.shell.go("moving"), "plain", "upload"
        )
        go = Button(tr("manage.export"), self._export, "plain", "download")
        head = column(
            row(Text(tr("manage.title"), "title"), None, past, ways, come, go),
            row(self.search, 8, self.count, None),
            Text(tr("manage.hint"), "meta", "muted", wrap=True),
        )
        head.setContentsMargins(24, 20, 24, 8)
        return head

    def _bulk_line(self) -> QHBoxLayout:
        line = row(self.marked, None)
        self.codes = Button(tr("manage.codes"), self.open_codes, "plain", "key-round")
        line.addWidget(self.codes)
        for kind in KINDS:
            line.addWidget(Button(tr(f"bulk.{kind}"), self._opener(kind)))
        return line

    def _opener(self, kind: str) -> Callable[[], None]:
        return lambda: self.open_bulk(kind)

    def _fit_table(self) -> None:
        for number, name in enumerate(COLUMNS):
            if name in WIDTHS:
                self.table.setColumnWidth(number, WIDTHS[name])
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.table.doubleClicked.connect(self._open_listing)
        self.table.selectionModel().selectionChanged.connect(self._mark)

    # ------------------------------------------------------------- reading

    def open(self, argument: str) -> None:
        del argument
        if not self.goods.cards:
            self.stage.load()
        self.refresh()

    def refresh(self) -> None:
        self.shell.door.call(ListingList(), self._got, self._failed)

    def _got(self, cards: tuple[CardView, ...]) -> None:
        self.goods.show_cards(cards)
        if cards:
            self.stage.show_content()
        else:
            words, act = tr("manage.empty"), tr("manage.import")
            self.stage.show_empty(words, act, lambda: self.shell.go("moving"))
        self._tell_count()

    def _failed(self, problem: Problem) -> None:
        if not self.goods.cards:
            self.stage.show_failed(problem.words, self.refresh)

    def _search(self, text: str) -> None:
        self.narrowed.setFilterFixedString(text.strip())
        self._tell_count()

    def _tell_count(self) -> None:
        shown, whole = self.narrowed.rowCount(), len(self.goods.cards)
        words = tr("manage.count_of", shown=f"{shown:,}", all=f"{whole:,}")
        self.count.setText(tr("manage.count", n=whole) if shown == whole else words)
        self._mark()

    # ------------------------------------------------------------- changing

    def slugs(self) -> tuple[str, ...]:
        """Return the listings marked, as they are shown."""
        rows = self.table.selectionModel().selectedRows()
        cards = (self._card(index) for index in rows)
        return tuple(card.slug for card in cards if card is not None)

    def open_bulk(self, kind: str) -> None:
        """Ask what to change of the listings marked."""
        slugs = self.slugs()
        if slugs:
            BulkDialog(self, self.shell.door, kind, slugs, self.changed).open()

    def open_history(self) -> None:
        """Show what was changed together, and offer the way back."""
        HistoryDialog(self, self.shell, self._undo).open()

    def open_codes(self) -> None:
        """Show the licence codes of the one listing that is marked."""
        (index,) = self.table.selectionModel().selectedRows()
        card = self._card(index)
        if card is not None:
            LicenceDialog(self, self.shell, card.slug, card.title).open()

    def changed(self, view: BulkView) -> None:
        """Tell what was changed, name what was not, and offer the way back."""
        for line in view.lines[:1]:
            if line.refused:
                words = tr("bulk.refused", title=line.title, why=line.refused)
                self.shell.note(words, "error")
        if view.number:
            words = tr("bulk.did", n=view.changed, words=view.words)
            self.shell.note_undo(words, lambda: self._undo(view.number))
        self.refresh()

    def _card(self, index: Index) -> CardView | None:
        return self.goods.card(self.narrowed.mapToSource(index))

    def _mark(self) -> None:
        count = len(self.table.selectionModel().selectedRows())
        self.marked.setText(tr("manage.selected", n=count))
        self.codes.setVisible(count == 1 and self._is_download())
        self.bar.setVisible(count > 0)

    def _is_download(self) -> bool:
        """Whether what is marked first is sold by the file or code."""
        for index in self.table.selectionModel().selectedRows()[:1]:
            card = self._card(index)
            return card is not None and card.type == "digital"
        return False

    def _edit(self, slug: str, field: str, words: str) -> None:
        call = ListingBulk(edit={field: words}, slugs=(slug,))
        self.shell.door.call(call, self.changed, self._refused)

    def _undo(self, number: int) -> None:
        self.shell.door.call(ListingUndo(number=number), self._undone, self._refused)

    def _undone(self, view: BulkView) -> None:
        for line in view.lines:
            if line.refused:
                words = tr("manage.not_undone", title=line.title, why=line.refused)
                self.shell.note(words, "error")
                break
        self.shell.note(tr("manage.undone", n=view.changed), "ok")
        self.refresh()

    def _open_listing(self, index: Index) -> None:
        card = self._card(index)
        if card is not None and COLUMNS[index.column()] == "title":
            self.shell.go("editor", card.listing_id)

    def _export(self) -> None:
        start = str(Path.home() / "shop.csv")
        kinds = tr("manage.export_kinds")
        path, _ = QFileDialog.getSaveFileName(self, tr("manage.export"), start, kinds)
        if path:
            call = ListingExport(file=path, slugs=self.slugs())
            self.shell.door.call(call, self._exported, self._refused)

    def _exported(self, done: Exported) -> None:
        name = Path(done.file).name
        self.shell.note(tr("manage.exported", n=done.count, file=name), "ok")

    def _refused(self, problem: Problem) -> None:
        self.shell.note(problem.words, "error")
        self.refresh()
