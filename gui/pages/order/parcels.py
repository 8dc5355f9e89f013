"""The parts of an order: what is in each, where it is, and what may be done with it alone."""

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QWidget

from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.moves import OrderAgree, OrderConfirm
from bazaar.rpc.schema.orders import OrderView, PartView
from gui.pages.orders.presenter import state_look, state_words
from gui.texts import tr
from gui.texts.shown import money
from gui.widgets.badges import Chip
from gui.widgets.boxes import Surface, column, row, rule
from gui.widgets.button import Button
from gui.widgets.dialogs import Question
from gui.widgets.text import ShortText, Text, selectable

Do = Callable[[Call, str], None]
ALONE: Final = ("confirm", "agree")
"""Moves that a part offers by itself; all others ask for their parts in a form."""


def parcels(view: OrderView, do: Do) -> QWidget | None:
    """Return the parts with their states and moves; None for a single one."""
    if len(view.parts) <= 1:
        return None
    lines = column(Text(tr("order.parts"), "heading"), gap=8)
    for place, part in enumerate(view.parts):
        if place:
            lines.addWidget(rule())
        lines.addWidget(Parcel(view, part, do))
    return Surface(lines)


def alone(view: OrderView, part: PartView) -> tuple[str, ...]:
    """Return the moves to offer on ``part`` by itself, beside those for the whole order."""
    now = [name for name in ALONE if name in part.next]
    if "confirm" in now and not view.proposals:
        now = [name for name in now if name != "agree"]
    return tuple(name for name in now if _several(view, name) or name == "agree")


def _several(view: OrderView, name: str) -> bool:
    """Whether the move for the whole order would mean more than one part."""
    return sum(name in part.next for part in view.parts) > 1


class Parcel(QWidget):
    """One part."""

    def __init__(self, view: OrderView, part: PartView, do: Do) -> None:
        super().__init__()
        self._view, self._part, self._do = view, part, do
        role, glyph = state_look(part.state)
        title = ShortText(tr("order.part", title=part.title, n=part.quantity))
        lines = column(row(title, Text(money(part.amount), "strong")), gap=6)
        if part.delivery:
            lines.addWidget(selectable(Text(part.delivery, "meta", "muted", wrap=True)))
        chip = Chip(state_words(part.state), role, glyph)
        buttons = [self._button(name) for name in alone(view, part)]
        lines.addLayout(row(chip, None, *buttons))
        self.setLayout(lines)

    def _button(self, name: str) -> Button:
        return Button(tr(f"part.{name}"), lambda: self._ask(name), "plain")

    def _ask(self, name: str) -> None:
        words = tr(f"ask.{name}", amount=money(self._part.amount))
        question = Question(self, tr(f"title.{name}"), words, tr(f"part.{name}"))
        question.accepted.connect(lambda: self._do(self.call(name), tr(f"did.{name}")))
        question.open()

    def call(self, name: str) -> Call:
        """Return the move on this part alone."""
        kind = OrderConfirm if name == "confirm" else OrderAgree
        order, part = self._view, (self._part.index,)
        return kind(id=order.order_id, version=order.version, part=part)
