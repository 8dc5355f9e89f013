"""Bulk edits of the past: what was changed, when, of how many, and the way back."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.merchant import BulkOperation, ListingHistory
from gui.pages.page import Shell
from gui.texts import tr
from gui.texts.shown import ago
from gui.widgets.boxes import Slot, box, clear, column, row, rule, scrolling
from gui.widgets.button import Button
from gui.widgets.text import ShortText, Text

WIDE_PX = 560
HIGH_PX = 200


class HistoryDialog(QDialog):
    """Lists what can be taken back; ``undo`` gets the number of one."""

    def __init__(
        self, parent: QWidget, shell: Shell, undo: Callable[[int], object]
    ) -> None:
        super().__init__(parent)
        self._shell, self._undo = shell, undo
        self.setWindowTitle(tr("history.title"))
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._lines = column(gap=8)
        self._said = Slot()
        inner = column(self._said, box(self._lines), None)
        view = scrolling(inner, WIDE_PX, 0)
        view.setMinimumHeight(HIGH_PX)
        back = Button(tr("dialog.back"), self.reject, "quiet")
        content = column(
            Text(tr("history.title"), "title"),
            Text(tr("history.about"), "body", "muted", wrap=True),
            view, row(back, None), gap=12,
        )  # fmt: skip
        content.setContentsMargins(24, 20, 24, 20)
        self.setLayout(content)
        self.setFixedWidth(WIDE_PX)
        shell.door.call(ListingHistory(), self._got, self._failed)

    def _got(self, past: tuple[BulkOperation, ...]) -> None:
        clear(self._lines)
        none = Text(tr("history.none"), "body", "muted")
        self._said.put(*([] if past else [none]))
        for number, one in enumerate(past):
            if number:
                self._lines.addWidget(rule())
            self._lines.addLayout(self._line(one))

    def _line(self, one: BulkOperation) -> QHBoxLayout:
        when = ago(one.at, self._shell.now())
        count = tr("history.listings", n=one.listings)
        line = row(gap=12)
        line.addLayout(
            column(
                ShortText(one.words, "strong"),
                Text(f"{count} · {when}", "meta", "muted"),
                gap=2,
            ),
            1,
        )
        line.addWidget(Button(tr("toast.undo"), partial(self._take_back, one.number)))
        return line

    def _take_back(self, number: int) -> None:
        self._undo(number)
        self.accept()

    def _failed(self, problem: Problem) -> None:
        self._said.put(Text(problem.words, "body", "error", wrap=True))
