"""What was said about an order: rate, correct and answer here."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.orders import OrderView
from bazaar.rpc.schema.ratings import OrderRatings, OrderRatingsView, RatingView
from gui.rpc.door import Door
from gui.texts import tr
from gui.widgets.boxes import Surface, box, clear, column, row, rule
from gui.widgets.button import Button
from gui.widgets.rating_card import rating_card
from gui.widgets.rating_dialogs import RateDialog, ReplyDialog
from gui.widgets.text import Text

Note = Callable[[str, str], object]
SEATS = {"primary": "primary", "backup": "backup"}


class RatingsCard(QWidget):
    """Hidden until the order can be rated; read again whenever the order says something."""

    def __init__(self, door: Door, note: Note) -> None:
        super().__init__()
        self._door = door
        self._note = note
        self._order = ""
        self._role = ""
        self.view: OrderRatingsView | None = None
        self._lines = column(gap=12)
        self.setLayout(column(Surface(column(box(self._lines))), gap=0))
        self.hide()

    def show_order(self, view: OrderView) -> None:
        """Read the ratings of an order."""
        if view.order_id != self._order:
            self.view = None
            self.hide()
        self._order, self._role = view.order_id, view.role
        if view.funded:
            self._read()

    def _read(self) -> None:
        mine = self._order

        def got(view: OrderRatingsView) -> None:
            if mine == self._order and view != self.view:
                self._show(view)

        self._door.call(
            OrderRatings(id=mine),
            got,
            lambda problem: self._note(problem.words, "error"),
        )

    def _show(self, view: OrderRatingsView) -> None:
        self.view = view
        clear(self._lines)
        self._lines.addWidget(Text(tr("rating.title"), "heading"))
        for place, one in enumerate(view.items):
            if place:
                self._lines.addWidget(rule())
            self._lines.addWidget(rating_card(one, self._answer, self._correct))
        if view.open:
            buttons = [self._button(whom) for whom in view.open]
            self._lines.addLayout(row(*buttons, None))
        self.setVisible(bool(view.items or view.open))

    def _button(self, whom: str) -> Button:
        words = tr(f"rating.rate_{whom}")
        return Button(words, lambda: self._rate(whom), "plain", "star")

    def _rate(self, whom: str, before: RatingView | None = None) -> None:
        hide = self._role == "buyer"
        dialog = RateDialog(self, self._order, whom, before, may_hide=hide)
        words = tr("rating.published")
        dialog.accepted.connect(lambda: self._send(dialog.call(), words))
        dialog.open()

    def _correct(self, one: RatingView) -> None:
        self._rate(SEATS.get(one.role, "other"), one)

    def _answer(self, one: RatingView) -> None:
        dialog = ReplyDialog(self, one)
        words = tr("rating.replied")
        dialog.accepted.connect(lambda: self._send(dialog.call(), words))
        dialog.open()

    def _send(self, call: Call, words: str) -> None:
        def done(_: object) -> None:
            self._note(words, "ok")
            self._read()

        self._door.call(call, done, lambda problem: self._note(problem.words, "error"))
