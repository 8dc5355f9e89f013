"""The room of an order: its messages, what arbiters are given, what they suggest."""

from PySide6.QtWidgets import QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.chat import (
    ChatHandOver,
    ChatLineView,
    ChatSuggest,
    ConversationView,
)
from bazaar.rpc.schema.orders import OrderView
from gui.pages.messages.thread import Thread
from gui.pages.order.split import PartChoice, Split, amount_of
from gui.pages.page import Shell
from gui.texts import tr
from gui.texts.shown import moment, plain
from gui.widgets.boxes import Slot, Surface, column, row
from gui.widgets.button import Button
from gui.widgets.form import Field, area
from gui.widgets.text import Text
from gui.widgets.tick import Tick

PARTIES = frozenset({"buyer", "seller"})
TEASER_CHARACTERS = 60
WHY_CHARACTERS = 1_500


class Room(Surface):
    """One thread per order, the same for all who take part."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._order: OrderView | None = None
        self.talk = Thread(shell, in_page=True)
        self.talk.changed = self._show_acts
        self._acts = Slot(8)
        self._form = Slot(8)
        heading = Text(tr("chat.heading"), "heading")
        super().__init__(column(heading, self.talk, self._acts, self._form, gap=12))

    def show_order(self, view: OrderView) -> None:
        """Show the room of an order."""
        if self._order is None or self._order.order_id != view.order_id:
            self._form.put()
            self._acts.put()
        self._order = view
        self.talk.show_talk("", view.order_id)

    def _show_acts(self) -> None:
        if self.talk.view is None:
            return
        talk = self.talk.view.conversation
        buttons = [*self._offered(talk)]
        line = row(*buttons, None)
        self._acts.put(*([line] if buttons else []))

    def _offered(self, talk: ConversationView) -> list[Button]:
        if talk.can_suggest:
            return [Button(tr("chat.suggest"), self._ask_split, "plain", "scale")]
        if talk.can_give and self.talk.view is not None and self.talk.view.messages:
            return [Button(tr("chat.give"), self._ask_what, "plain", "gavel")]
        return []

    # ------------------------------------------------------------- a seat suggests

    def _ask_split(self) -> None:
        if self._order is None:
            return
        form = SuggestForm(self._order)
        go = Button(tr("chat.suggest_do"), lambda: self._do(form.call(), ""), "main")
        self._form.put(form, row(go, self._back(), None))

    # ------------------------------------------------------------- a party gives

    def _ask_what(self) -> None:
        if self.talk.view is None:
            return
        ticks = [
            (one, _tick(one)) for one in self.talk.view.messages if one.role in PARTIES
        ]
        note = Text(tr("chat.give_note"), "meta", "muted", wrap=True)

        def chosen() -> tuple[str, ...]:
            return tuple(one.message_id for one, tick in ticks if tick.isChecked())

        def send() -> None:
            call = ChatHandOver(order=self.talk.order, messages=chosen())
            self._do(call, tr("chat.given"))

        go = Button(tr("chat.give_do", n=0), send, "main")

        def count() -> None:
            go.setText(tr("chat.give_do", n=len(chosen())))
            go.setEnabled(bool(chosen()))

        for _, tick in ticks:
            tick.toggled.connect(count)
        count()
        boxes = column(*(tick for _, tick in ticks), gap=0)
        self._form.put(note, boxes, row(go, self._back(), None))

    def _back(self) -> Button:
        return Button(tr("dialog.back"), self._form.put)

    def _do(self, call: Call, said: str) -> None:
        def done(_: object) -> None:
            self._form.put()
            if said:
                self._shell.note(said, "ok")
            self.talk.refresh()

        self._shell.door.call(call, done, self._refused)

    def _refused(self, problem: Problem) -> None:
        self._shell.note(problem.words, "error")


class SuggestForm(QWidget):
    """How a seat would split a part, and why."""

    def __init__(self, view: OrderView) -> None:
        super().__init__()
        self._view = view
        self.part = PartChoice(view, "propose", self._measure)
        whole = amount_of(view, self.part.number())
        self.split = Split(whole, whole.minor // 2)
        self.why = area("", 3)
        note = Text(tr("chat.suggest_note"), "meta", "muted", wrap=True)
        reason = Field(tr("chat.suggest_why"), self.why)
        self.setLayout(column(note, self.part, self.split, reason, gap=8))

    def _measure(self) -> None:
        whole = amount_of(self._view, self.part.number())
        self.split.measure(whole, whole.minor // 2)

    def call(self) -> ChatSuggest:
        """Return what is sent."""
        buyer, _ = self.split.amounts()
        return ChatSuggest(
            order=self._view.order_id,
            part=self.part.number(),
            buyer=plain(buyer),
            text=self.why.toPlainText().strip()[:WHY_CHARACTERS],
        )


def _tick(one: ChatLineView) -> Tick:
    words = " ".join(one.text.split())[:TEASER_CHARACTERS]
    who = tr("chat.you") if one.own else one.name
    return Tick(f"{moment(one.at)}  {who}: {words}".replace("&", "&&"))
