"""Whom the seller accepts as an arbiter: a tick for each one that the node knows."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from bazaar.rpc.schema.arbiters import ArbiterView
from gui.texts import tr
from gui.widgets.boxes import clear, column
from gui.widgets.text import Text
from gui.widgets.tick import Tick


class AcceptedSeats(QWidget):
    """All known arbiters are accepted until the seller says otherwise."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._list = column(gap=2)
        self.setLayout(self._list)
        self._ticks: dict[str, Tick] = {}
        self._wanted: tuple[str, ...] = ()
        self.offer(())

    def offer(self, arbiters: tuple[ArbiterView, ...]) -> None:
        """Offer these; those wanted before stay ticked, without any before all are."""
        kept = self._wanted or self.chosen()
        clear(self._list)
        self._ticks = {}
        for one in arbiters:
            name = one.name or tr("person.nameless")
            tick = Tick(tr("editor.seat", name=name, fee=one.fee))
            tick.setChecked(not kept or one.peer_id in kept)
            tick.toggled.connect(self.changed)
            self._ticks[one.peer_id] = tick
            self._list.addWidget(tick)
        if not arbiters:
            self._list.addWidget(
                Text(tr("editor.no_seats"), "body", "muted", wrap=True)
            )

    def want(self, peers: tuple[str, ...]) -> None:
        """Tick these, now or when they are offered."""
        self._wanted = peers
        for peer, tick in self._ticks.items():
            tick.setChecked(not peers or peer in peers)

    def chosen(self) -> tuple[str, ...]:
        """Return whom the seller accepts; what the node no longer knows is kept."""
        gone = tuple(peer for peer in self._wanted if peer not in self._ticks)
        return gone + tuple(
            peer for peer, tick in self._ticks.items() if tick.isChecked()
        )
