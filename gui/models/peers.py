"""Live connections as a table."""

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt

from bazaar.rpc.schema.network import NeighbourView
from gui.models.cards import Index
from gui.texts import tr
from gui.texts.shown import ago, size

ROOT: Final = QModelIndex()
COLUMNS: Final = ("peer", "direction", "since", "came", "went", "address")
RIGHT: Final = frozenset({3, 4})


class PeerTable(QAbstractTableModel):
    """One row a connection."""

    def __init__(self, now: Callable[[], int]) -> None:
        super().__init__()
        self._now = now
        self._peers: tuple[NeighbourView, ...] = ()

    def show_peers(self, peers: tuple[NeighbourView, ...]) -> None:
        """Show these."""
        self.beginResetModel()
        self._peers = peers
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._peers)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        is_across = orientation is Qt.Orientation.Horizontal
        if is_across and role == Qt.ItemDataRole.DisplayRole:
            return tr(f"peers.{COLUMNS[section]}")
        if is_across and role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(index.column())
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        peer = self._peers[index.row()]
        return (
            peer.name,
            _way(peer),
            ago(peer.since, self._now()),
            size(peer.came),
            size(peer.went),
            peer.address,
        )[index.column()]


def _way(peer: NeighbourView) -> str:
    if peer.relayed:
        return tr("peers.relayed")
    return tr("peers.inbound" if peer.direction == "inbound" else "peers.outbound")


def _side(column: int) -> Qt.AlignmentFlag:
    level = Qt.AlignmentFlag.AlignVCenter
    return level | (
        Qt.AlignmentFlag.AlignRight if column in RIGHT else Qt.AlignmentFlag.AlignLeft
    )
