"""Listings as a list for views; None stands for one that is still loading."""

from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from bazaar.rpc.schema.listings import CardView
from gui.texts import tr
from gui.texts.shown import money

HUNDREDTHS: Final = 100
CARD: Final = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex
ROOT: Final = QModelIndex()


class Cards(QAbstractListModel):
    """The results that a page was given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cards: tuple[CardView | None, ...] = ()

    def show_cards(self, cards: tuple[CardView, ...]) -> None:
        """Show these; a list that only grew keeps its place."""
        old = self._cards
        if old and len(cards) > len(old) and cards[: len(old)] == old:
            self.beginInsertRows(ROOT, len(old), len(cards) - 1)
            self._cards = cards
            self.endInsertRows()
        elif cards != old:
            self.beginResetModel()
            self._cards = cards
            self.endResetModel()

    def show_loading(self, count: int) -> None:
        """Show grey shapes."""
        self.beginResetModel()
        self._cards = (None,) * count
        self.endResetModel()

    def card(self, index: Index) -> CardView | None:
        """Return the listing of a row."""
        return self._cards[index.row()] if index.isValid() else None

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        card = self.card(index)
        if card is None:
            return None
        if role == CARD:
            return card
        if role == Qt.ItemDataRole.DisplayRole:
            return card.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(card)
        return None


def spoken(card: CardView) -> str:
    """Return what a screen reader says of a card."""
    online = tr("seller.online") if card.seller_online else tr("seller.offline")
    stars = card.rating / HUNDREDTHS
    rated = tr("seller.rated", stars=f"{stars:.1f}", n=card.votes) if card.votes else ""
    parts = (card.title, money(card.price), card.seller_name, rated, online)
    return ", ".join(part for part in parts if part)
