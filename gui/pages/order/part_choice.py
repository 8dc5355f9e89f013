"""Which parts of an order a move is about; nothing is asked where only one fits."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from bazaar.rpc.schema.orders import OrderView, PartView
from gui.texts import tr
from gui.texts.shown import money
from gui.widgets.boxes import column
from gui.widgets.choice import Choice
from gui.widgets.form import Field
from gui.widgets.text import Text
from gui.widgets.tick import Tick


def fitting(view: OrderView, command: str) -> tuple[PartView, ...]:
    """Return the parts on which ``command`` can be given now."""
    return tuple(part for part in view.parts if command in part.next)


def words_of(part: PartView) -> str:
    """Return what is in a part and what it is worth."""
    goods = tr("order.part", title=part.title, n=part.quantity)
    return tr("part.words", goods=goods, amount=money(part.amount))


class PartTicks(QWidget):
    """A tick for every part that fits, all set at first."""

    def __init__(self, view: OrderView, command: str) -> None:
        super().__init__()
        self._parts = fitting(view, command)
        self.ticks = [Tick(words_of(part)) for part in self._parts]
        for tick in self.ticks:
            tick.setChecked(True)
        label = Text(tr("part.which"), "meta", "muted")
        self.setLayout(column(label, *self.ticks, gap=2))
        self.setVisible(len(self._parts) > 1)

    def numbers(self) -> tuple[int, ...]:
        """Return the indices of the chosen parts; empty where there is nothing to choose."""
        if len(self._parts) <= 1:
            return tuple(part.index for part in self._parts)
        pairs = zip(self._parts, self.ticks, strict=True)
        return tuple(part.index for part, tick in pairs if tick.isChecked())

    def complaint(self) -> str:
        """Return what is missing."""
        chosen = self.numbers() or len(self._parts) <= 1
        return "" if chosen else tr("part.choose")


class PartChoice(QWidget):
    """One of the parts that fit; hidden where there is one only."""

    def __init__(
        self, view: OrderView, command: str, act: Callable[[], object]
    ) -> None:
        super().__init__()
        parts = fitting(view, command) or view.parts
        pairs = [(str(part.index), words_of(part)) for part in parts]
        self.choice = Choice(tr("part.one"), pairs, act)
        self.setLayout(column(Field(tr("part.one"), self.choice), gap=0))
        self.setVisible(len(parts) > 1)

    def number(self) -> int:
        """Return the index of the chosen part."""
        return int(self.choice.value() or 0)
