"""Over whom an order is paid: on the account with the seller, or through somebody both know."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QWidget

from bazaar.rpc.schema.call import MoneyView
from bazaar.rpc.schema.placing import OrderWays, PayWayView
from gui.rpc.door import Door
from gui.texts import tr
from gui.texts.shown import money, sentence
from gui.widgets.boxes import column
from gui.widgets.choice import Choice
from gui.widgets.text import Text

NO_HUB: Final = "none"
"""On the account with the seller, whatever else would be possible."""

ANY: Final = ""
"""The node chooses: the seller's account, and another only where that does not suffice."""


class PayWays:
    """Asks how each order could be paid, once for an amount; ``changed`` follows."""

    def __init__(self, door: Door, changed: Callable[[], object]) -> None:
        self._door, self._changed = door, changed
        self._asked: dict[str, OrderWays] = {}
        self._found: dict[str, tuple[PayWayView, ...]] = {}

    def ask(self, seller: str, total: MoneyView, seats: tuple[str, ...]) -> None:
        """Ask for ``seller`` unless this was asked before."""
        amount = money(total).replace(",", "")
        call = OrderWays(seller=seller, amount=amount, seats=seats)
        if self._asked.get(seller) == call:
            return
        self._asked[seller] = call

        def answered(found: tuple[PayWayView, ...]) -> None:
            if self._asked.get(seller) == call:
                self._found[seller] = found
                self._changed()

        self._door.call(call, answered, lambda _: self._asked.pop(seller, None))

    def of(self, seller: str) -> tuple[PayWayView, ...]:
        """Return the ways that are known for a seller's order."""
        return self._found.get(seller, ())


class PayForm(QWidget):
    """The choice, and in words what is held, what it costs and who owes whom."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self._ways: tuple[PayWayView, ...] = ()
        self._suggested = NO_HUB
        self._act = act
        pairs = [(ANY, tr("pay.any")), (NO_HUB, tr("pay.direct"))]
        self.choice = Choice(tr("pay.title"), pairs, self._changed)
        self.words = Text("", "meta", "muted", wrap=True)
        self.setLayout(column(self.choice, self.words, gap=6))

    def choose(self, hub: str) -> None:
        """Show a choice that was made before."""
        with QSignalBlocker(self.choice):
            self.choice.choose(hub)
        self._say()

    def offer(self, ways: tuple[PayWayView, ...], suggested: str) -> None:
        """Offer these; ``suggested`` is the hub that the node takes by itself, or empty."""
        self._suggested = suggested or NO_HUB
        if ways != self._ways:
            self._ways = ways
            over = [(one.hub, _over(one)) for one in ways if one.hub]
            self.choice.offer([(ANY, tr("pay.any")), (NO_HUB, tr("pay.direct")), *over])
            for one in ways:
                self._enable(one.hub or NO_HUB, on=one.can or not one.hub)
        self._say()

    def _enable(self, value: str, *, on: bool) -> None:
        model = self.choice.model()
        if isinstance(model, QStandardItemModel):
            model.item(self.choice.findData(value)).setEnabled(on)

    def _changed(self) -> None:
        self._say()
        self._act()

    def _say(self) -> None:
        wanted = self.choice.value() or self._suggested
        found = (one for one in self._ways if (one.hub or NO_HUB) == wanted)
        way = next(found, None)
        self.words.setText(way_words(way) if way else "")
        self.words.setVisible(way is not None)


def way_words(way: PayWayView) -> str:
    """Return what is held where, what it costs, and who owes whom in the end."""
    held, free = money(way.held), money(way.free)
    if not way.hub:
        key = "pay.direct_note" if way.can else "pay.direct_waits"
        return tr(key, held=held, free=free)
    name = way.name or tr("person.nameless")
    fee = money(way.fee) if way.fee.minor else tr("pay.no_fee")
    words = tr("pay.over_note", name=name, held=held, free=free, fee=fee)
    return f"{words} {sentence(way.why)}." if way.why else words


def _over(way: PayWayView) -> str:
    name = way.name or tr("person.nameless")
    if way.can:
        return tr("pay.over", name=name)
    return tr("pay.over_not", name=name, why=way.why)
