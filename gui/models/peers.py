"""Live connections as a table."""

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt

from bazaar.rpc.schema import PeerView
from gui.models.cards import Index
from gui.texts import tr, tr_or
from gui.texts.shown import ago

ROOT: Final = QModelIndex()
COLUMNS: Final = ("peer", "direction", "since", "address")
SHOWN_ID: Final = 8


class PeerTable(QAbstractTableModel):
    """One row a connection."""

    def __init__(self, now: Callable[[], int]) -> None:
        super().__init__()
        self._now = now
        self._peers: tuple[PeerView, ...] = ()

    def show_peers(self, peers: tuple[PeerView, ...]) -> None:
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
        if (
            orientation is Qt.Orientation.Horizontal
            and role == Qt.ItemDataRole.DisplayRole
        ):
            return tr(f"peers.{COLUMNS[section]}")
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        peer = self._peers[index.row()]
        return (
            f"…{peer.peer_id[-SHOWN_ID:]}",
            tr_or(f"peers.{peer.direction}", peer.direction),
            ago(peer.since, self._now()),
            peer.address,
        )[index.column()]
