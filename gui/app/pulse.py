"""Keeps what the frame shows of the node fresh: health, waiting orders, balance."""

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from bazaar.rpc.schema.accounts import AccountList, AccountView
from bazaar.rpc.schema.node import Event, Status, StatusView
from bazaar.rpc.schema.orders import OrderList, OrderRow
from gui.rpc.door import Door

STATUS_MS: Final = 5_000
CALM_MS: Final = 500
QUIET_TOPICS: Final = frozenset({"job", "typing"})
"""Nothing that the frame shows changes with these."""


class Pulse(QObject):
    """Reads at most twice a second.

    Signals:
        status: A ``StatusView``.
        accounts: A tuple of ``AccountView``.
        orders: A tuple of ``OrderRow``, all of the user's.
    """

    status = Signal(object)
    accounts = Signal(object)
    orders = Signal(object)

    def __init__(self, door: Door) -> None:
        super().__init__()
        self._door = door
        self._beat = QTimer(self)
        self._beat.setInterval(STATUS_MS)
        self._beat.timeout.connect(self._read_status)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(CALM_MS)
        self._calm.timeout.connect(self.read)

    def start(self) -> None:
        """Begin when the node is there."""
        self.read()
        self._beat.start()

    def stop(self) -> None:
        """The node is away."""
        self._beat.stop()

    def heard(self, event: Event) -> None:
        """Something changed."""
        if event.topic not in QUIET_TOPICS and not self._calm.isActive():
            self._calm.start()

    def read(self) -> None:
        """Read all three."""
        self._read_status()
        self._door.call(AccountList(), self._got_accounts, lambda _: None)
        self._door.call(OrderList(), self._got_orders, lambda _: None)

    def _read_status(self) -> None:
        self._door.call(Status(), self._got_status, lambda _: None)

    def _got_status(self, status: StatusView) -> None:
        self.status.emit(status)

    def _got_accounts(self, accounts: tuple[AccountView, ...]) -> None:
        self.accounts.emit(accounts)

    def _got_orders(self, rows: tuple[OrderRow, ...]) -> None:
        self.orders.emit(rows)
