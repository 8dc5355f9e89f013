"""Orders as a list for views."""

from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from bazaar.rpc.schema.orders import OrderRow
from gui.models.cards import Index
from gui.texts.shown import money

ORDER: Final = Qt.ItemDataRole.UserRole + 1
ROOT: Final = QModelIndex()


class Orders(QAbstractListModel):
    """The orders that a page was given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[OrderRow, ...] = ()

    def show_orders(self, rows: tuple[OrderRow, ...]) -> None:
        """Show these."""
        if rows != self._rows:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    def order(self, index: Index) -> OrderRow | None:
        """Return the order of a row."""
        return self._rows[index.row()] if index.isValid() else None

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        order = self.order(index)
        if order is None:
            return None
        if role == ORDER:
            return order
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return f"{order.title}, {order.counterparty_name}, {money(order.total)}, {order.state}"
        return None
