"""Own listings as a table whose prices and counts are changed in place."""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)

from bazaar.rpc.schema.listings import CardView
from gui.texts import tr
from gui.texts.shown import money, sentence

Index = QModelIndex | QPersistentModelIndex
COLUMNS: Final = ("title", "price", "stock", "state", "categories", "tags")
EDITED: Final = frozenset({"price", "stock"})
NUMBERS: Final = frozenset({"price", "stock"})
ORDER: Final = Qt.ItemDataRole.UserRole + 1
TEXT: Final = Qt.ItemDataRole.UserRole + 2
NOWHERE: Final = QModelIndex()
UNLIMITED: Final = "unlimited"
FAR: Final = 2**53


class Goods(QAbstractTableModel):
    """One row for each listing.

    Signals:
        edited: Slug, price or stock, and what was typed; the node decides.
    """

    edited = Signal(str, str, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.cards: list[CardView] = []

    def show_cards(self, cards: Sequence[CardView]) -> None:
        """Show other listings; the same ones in the same order are only read again."""
        same = [card.slug for card in cards] == [card.slug for card in self.cards]
        if not same:
            self.beginResetModel()
        self.cards = list(cards)
        if same and cards:
            last = self.index(len(cards) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        if not same:
            self.endResetModel()

    def card(self, index: Index) -> CardView | None:
        """Return the listing of a row."""
        rows = range(len(self.cards))
        return self.cards[index.row()] if index.row() in rows else None

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.cards)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = 0
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(COLUMNS[section])
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(f"manage.column_{COLUMNS[section]}")
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        card = self.card(index)
        if card is None:
            return None
        column = COLUMNS[index.column()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}:
            return _words(card, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == ORDER:
            return _order(card, column)
        if role == TEXT:
            return " ".join((card.title, card.slug, *card.tags, *card.categories))
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and COLUMNS[index.column()] in EDITED:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def setData(self, index: Index, value: Any, role: int = 0) -> bool:
        """Tell what was typed; the table changes when the node has published it."""
        card, column = self.card(index), COLUMNS[index.column()]
        text = str(value).strip()
        if card is None or role != Qt.ItemDataRole.EditRole or column not in EDITED:
            return False
        if text and text != _words(card, column):
            words = _typed_price(text, card) if column == "price" else text.lower()
            self.edited.emit(card.slug, column, words)
        return False


class Narrowed(QSortFilterProxyModel):
    """The rows that fit what is searched, in the order chosen."""

    def __init__(self, goods: Goods) -> None:
        super().__init__(goods)
        self.setSourceModel(goods)
        self.setFilterRole(TEXT)
        self.setSortRole(ORDER)
        self.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)


def _words(card: CardView, column: str) -> str:
    match column:
        case "title":
            return card.title
        case "price":
            return money(card.price)
        case "stock":
            return card.stock
        case "state":
            return sentence(card.state.replace("_", " "))
        case _:
            return ", ".join(getattr(card, column))


def _order(card: CardView, column: str) -> Any:
    if column == "price":
        return card.price.minor
    if column == "stock":
        return int(card.stock) if card.stock.isdecimal() else FAR
    return _words(card, column).lower()


def _alignment(column: str) -> int:
    side = Qt.AlignmentFlag.AlignLeft
    if column in NUMBERS:
        side = Qt.AlignmentFlag.AlignRight
    return int(side | Qt.AlignmentFlag.AlignVCenter)


def _typed_price(text: str, card: CardView) -> str:
    """A bare number is in the unit that the listing has."""
    number = text.replace(",", ".")
    is_bare = number.replace(".", "", 1).isdecimal()
    return f"{number} {card.price.unit}" if is_bare else text
