"""The bar that says who must act, until when, what happens otherwise, and offers the moves."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from bazaar.rpc.schema.call import Call, MoneyView
from bazaar.rpc.schema.orders import OrderView
from gui.pages.order.course import headline, is_mine
from gui.pages.order.forms import FORMS
from gui.pages.order.moves import MOVES, offered, simple
from gui.pages.orders.presenter import state_look
from gui.texts import tr, tr_or
from gui.texts.shown import like, money, sentence
from gui.widgets.badges import Glyph
from gui.widgets.boxes import Banner, Slot, Surface, box, clear, column, row
from gui.widgets.button import Button
from gui.widgets.dialogs import Question
from gui.widgets.move_form import MoveForm
from gui.widgets.text import Text

Do = Callable[[Call, str], None]


class ActBar(QWidget):
    """Rebuilt when the order moves on; an open form stays while its move is still allowed."""

    def __init__(self, do: Do) -> None:
        super().__init__()
        self._do = do
        self._bar = column()
        self._panel = Slot()
        self.form: MoveForm | None = None
        self._open = ""
        self._shown: tuple[object, ...] = ()
        self.setLayout(column(box(self._bar), self._panel, gap=12))

    def show_order(self, view: OrderView, complaint: str, *, busy: bool) -> None:
        """Show whose turn it is and what may be done."""
        words = tuple(notes(view, complaint))
        shown = (view.version, view.until, view.then, view.next, words, busy)
        if shown == self._shown:
            return
        moved = not self._shown or self._shown[0] != view.version
        self._shown = shown
        clear(self._bar)
        self._bar.addWidget(self._banner(view, complaint, busy=busy))
        if moved or self._open not in offered(view):
            self.close_form()

    def _banner(self, view: OrderView, complaint: str, *, busy: bool) -> QFrame:
        mine = is_mine(view)
        role, glyph = ("accent", "circle-dot") if mine else state_look(view.state)
        head = row(
            Glyph(glyph, role, 20), Text(headline(view), "heading", wrap=True), gap=10
        )
        head.setStretch(1, 1)
        lines = column(head, gap=8)
        if view.then:
            lines.addWidget(
                Text(tr("turn.otherwise", then=view.then), "body", wrap=True)
            )
        for words in view.proposals:
            lines.addWidget(Text(tr("turn.proposal", words=words), "strong", wrap=True))
        for words, ink in notes(view, complaint):
            lines.addWidget(Text(words, "body", ink, wrap=True))
        if moves := offered(view):
            lines.addLayout(self._buttons(view, moves, busy=busy))
        return Banner(lines, role)

    def _buttons(
        self, view: OrderView, moves: tuple[str, ...], *, busy: bool
    ) -> QHBoxLayout:
        line = row()
        main_given = False
        for name in moves:
            look = MOVES[name]
            kind = "plain" if look.kind == "main" and main_given else look.kind
            main_given = main_given or look.kind == "main"
            button = Button(
                said("move", name, view), self._pressed(name, view), kind, look.icon
            )
            button.setEnabled(not busy)
            line.addWidget(button)
        line.addStretch(1)
        return line

    def _pressed(self, name: str, view: OrderView) -> Callable[[], None]:
        def pressed() -> None:
            if MOVES[name].form:
                self.open_form(name, view)
            elif MOVES[name].asks:
                question = said("ask", name, view)
                self._ask(name, view, question, lambda: simple(name, view))
            else:
                self._do(simple(name, view), tr(f"did.{name}"))

        return pressed

    def open_form(self, name: str, view: OrderView) -> None:
        """Open the form of a move below the bar."""
        self.close_form()
        self._open = name
        form = self.form = FORMS[name](view)
        complaint = Text("", "body", "error", wrap=True)
        complaint.hide()

        def send() -> None:
            complaint.setText(form.complaint())
            complaint.setVisible(bool(form.complaint()))
            if form.complaint():
                return
            if MOVES[name].asks or form.question():
                self._ask(name, view, form.question(), form.call)
            else:
                self._do(form.call(), tr(f"did.{name}"))

        buttons = row(
            Button(tr(f"send.{name}"), send, "main"),
            Button(tr("dialog.back"), self.close_form),
            None,
        )
        self._panel.put(
            Surface(
                column(
                    Text(tr(f"title.{name}"), "heading"),
                    form,
                    complaint,
                    buttons,
                    gap=12,
                )
            )
        )

    def close_form(self) -> None:
        """Close the open form."""
        self._open, self.form = "", None
        self._panel.put()

    def _ask(
        self, name: str, view: OrderView, words: str, make: Callable[[], Call]
    ) -> None:
        act = said("move", name, view).rstrip("… ")
        question = Question(
            self, tr(f"title.{name}"), f"{words}\n\n{sentence(view.unit_note)}", act
        )
        question.accepted.connect(lambda: self._do(make(), tr(f"did.{name}")))
        question.open()


def notes(view: OrderView, complaint: str) -> list[tuple[str, str]]:
    """Return what else must be known now, each with its ink."""
    made: list[tuple[str, str]] = []
    if view.problem:
        made.append((tr("turn.problem", words=view.problem), "text"))
    if view.ship_risk:
        made.append((tr("turn.risk", why=view.ship_risk), "text"))
    if view.parked:
        made.append((tr("turn.parked", n=view.parked), "text"))
    if "rate" in offered(view):
        made.append((tr("turn.rate"), "text"))
    elif view.rated:
        made.append((tr("turn.rated"), "muted"))
    if complaint:
        made.append((complaint, "error"))
    return made


def moved(name: str, view: OrderView) -> MoneyView:
    """Return the amount that a move is about: of an order in parts, that of those it fits."""
    fitting = [part.amount.minor for part in view.parts if name in part.next]
    return like(view.total, sum(fitting)) if fitting else view.total


def said(kind: str, name: str, view: OrderView) -> str:
    """Return the words of a move for this user's role."""
    amount = money(moved(name, view))
    who, why = view.waiting_for, view.resume_risk
    plain = tr(f"{kind}.{name}", amount=amount, who=who, why=why)
    return tr_or(f"{kind}.{name}.{view.role}", plain, amount=amount)
