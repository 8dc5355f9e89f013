"""What the cart costs: one part a seller, the sum, and the one button that signs all."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget

from bazaar.rpc.schema.cart import CartOrdered
from bazaar.rpc.schema.placing import OrderPreview
from gui.pages.cart.presenter import CartState
from gui.pages.checkout.receipt import Shapes
from gui.texts import tr
from gui.texts.shown import money, number, sentence, without_total
from gui.widgets.badges import Glyph
from gui.widgets.boxes import Banner, Surface, box, clear, column, row, rule
from gui.widgets.button import Button
from gui.widgets.text import ShortText, Text


class CartReceipt(QWidget):
    """The right side of the cart."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self._lines = column(gap=8)
        self.button = Button(tr("cart.place_none"), act, "main", "lock")
        self.note = Text(tr("cart.each_alone"), "meta", "muted", wrap=True)
        self.setLayout(
            column(Surface(column(box(self._lines), self.button, self.note)), None)
        )
        self.setMinimumWidth(300)

    def show_state(self, state: CartState) -> None:
        """Show what is known of the costs."""
        clear(self._lines)
        self._lines.addWidget(Text(tr("checkout.receipt"), "heading"))
        names = {one.seller: one.name for one in state.buyable()}
        for seller, name in names.items():
            self._lines.addWidget(ShortText(name, "strong"))
            problem = state.failed.get(seller, "")
            found = state.previews.get(seller)
            self._part(found, problem, waits=state.lacks_country())
            self._lines.addWidget(rule())
        for total in state.totals():
            amount = Text(money(total), "price")
            self._lines.addLayout(
                row(Text(tr("checkout.total"), "strong"), None, amount)
            )
        if state.problem is not None:
            words = sentence(state.problem.words)
            self._lines.addWidget(Text(words, "body", "error", wrap=True))
        count = len(state.ready())
        self.button.setEnabled(not state.placing and count > 0)
        key = "cart.placing" if state.placing else "cart.place" if count else ""
        self.button.setText(tr(key, n=count) if key else tr("cart.place_none"))
        self.note.setVisible(len(names) > 1)

    def _part(self, found: CartOrdered | None, problem: str, *, waits: bool) -> None:
        if problem:
            words = tr("cart.stays", why=sentence(problem))
            self._lines.addWidget(_banner(words, "error"))
        if found is None:
            self._lines.addWidget(
                Text(tr("checkout.where"), "body", "muted", wrap=True)
                if waits
                else Shapes()
            )
        elif found.preview is None:
            self._lines.addWidget(_banner(sentence(found.problem), "waiting"))
        else:
            self._show_preview(found.preview)

    def _show_preview(self, preview: OrderPreview) -> None:
        for line in _amounts(preview):
            self._lines.addLayout(line)
        seats = ", ".join(seat.name for seat in preview.seats)
        if seats:
            words = tr("cart.seats", names=seats)
            self._lines.addWidget(Text(words, "meta", "muted", wrap=True))
        for warning in preview.warnings:
            self._lines.addWidget(_banner(sentence(warning), "waiting"))


def _amounts(preview: OrderPreview) -> list[QLayout]:
    made: list[QLayout] = [
        row(ShortText(sentence(one.label), "body", "muted"), Text(number(one.amount)))
        for one in without_total(preview.receipt, preview.total)
    ]
    total = Text(money(preview.total), "strong")
    made.append(row(Text(tr("cart.subtotal"), "body"), None, total))
    return made


def _banner(words: str, role: str) -> Banner:
    line = row(gap=8)
    line.addWidget(Glyph("triangle-alert", role), 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(Text(words, "body", wrap=True), 1)
    return Banner(line, role)
