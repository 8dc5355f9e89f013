"""Tables that look like the rest: plain rows, no grid, one font."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

ROW_PX = 36


class Table(QTableView):
    """A table of whole rows; the columns in ``wide`` share the room."""

    def __init__(
        self, name: str, model: QAbstractItemModel | None = None, wide: int = 0
    ) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAlternatingRowColors(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        self.horizontalHeader().setDefaultAlignment(left)
        if model is not None:
            self.setModel(model)
            self.widen(wide)

    def fit(self, widths: Mapping[int, int]) -> None:
        """Give columns their widths in px."""
        for column, wide in widths.items():
            self.setColumnWidth(column, wide)

    def widen(self, column: int) -> None:
        """Give ``column`` the room that the others leave."""
        self.horizontalHeader().setSectionResizeMode(
            column, QHeaderView.ResizeMode.Stretch
        )


class Rows(QStandardItemModel):
    """Rows of words that are only read; columns in ``right`` are aligned right."""

    def __init__(self, heads: Sequence[str], right: frozenset[int]) -> None:
        super().__init__(0, len(heads))
        self._right = right
        self.setHorizontalHeaderLabels(list(heads))
        for column in right:
            end = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            self.horizontalHeaderItem(column).setTextAlignment(end)

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Show other rows."""
        self.setRowCount(0)
        for row in rows:
            self.appendRow([self._item(i, words) for i, words in enumerate(row)])

    def _item(self, column: int, words: str) -> QStandardItem:
        item = QStandardItem(words)
        item.setEditable(False)
        item.setToolTip("")
        if column in self._right:
            end = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            item.setTextAlignment(end)
        return item
