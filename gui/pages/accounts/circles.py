"""Circles of debts: take part, look for them, agree or refuse."""

from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.clearing import (
    ClearFind,
    ClearingView,
    ClearList,
    ClearSay,
    ClearSwitch,
    ClearView,
)
from gui.pages.page import Shell
from gui.texts import tr
from gui.texts.shown import moment, money
from gui.widgets.badges import Chip
from gui.widgets.boxes import Surface, box, clear, column, row, rule
from gui.widgets.button import Button
from gui.widgets.text import Text

SHOWN_CIRCLES: Final = 5
INKS: Final = {
    "asked": "accent",
    "cleared": "ok",
    "refused": "muted",
    "lapsed": "muted",
}


class CirclesCard(Surface):
    """Says what clearing tells to whom before it is switched on."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._lines: QVBoxLayout = column(gap=12)
        super().__init__(column(Text(tr("circles.title"), "heading"), box(self._lines)))

    def refresh(self) -> None:
        """Ask the node again."""
        self._shell.door.call(ClearList(), self._show, lambda _: None)

    def _show(self, found: ClearingView) -> None:
        clear(self._lines)
        words = "circles.note" if found.on else "circles.off_note"
        self._lines.addWidget(Text(tr(words), "body", "muted", wrap=True))
        for plan in found.plans[:SHOWN_CIRCLES]:
            self._lines.addWidget(rule())
            self._lines.addWidget(self._plan(plan))
        if found.on:
            find = Button(tr("circles.find"), self._find)
            off = Button(tr("circles.off"), lambda: self._switch(on=False), "quiet")
            self._lines.addLayout(row(find, off, None))
        else:
            on = Button(tr("circles.on"), lambda: self._switch(on=True))
            self._lines.addLayout(row(on, None))

    def _plan(self, plan: ClearView) -> QWidget:
        names = " → ".join((*plan.names, plan.names[0]))
        amount = money(plan.amount)
        what = tr("circles.plan", owed=plan.you_owe, owes=plan.owes_you, amount=amount)
        chip = Chip(tr(f"circles.{plan.state}"), INKS.get(plan.state, "waiting"))
        head = row(
            Text(names, "strong", wrap=True), chip, Text(amount, "price"), gap=12
        )
        head.setStretch(0, 1)
        lines = column(head, Text(what, "body", "muted", wrap=True), gap=4)
        if plan.state in {"asked", "waiting"}:
            n, of = plan.agreed, len(plan.names)
            until = tr("circles.agreed", n=n, of=of, until=moment(plan.until))
            lines.addWidget(Text(until, "meta", "muted"))
            lines.addLayout(self._answers(plan))
        return box(lines)

    def _answers(self, plan: ClearView) -> QVBoxLayout:
        yes = ClearSay(id=plan.plan_id, agree=True)
        no = ClearSay(id=plan.plan_id, agree=False)
        back = "circles.take_back" if plan.state == "waiting" else "circles.refuse"
        refuse = Button(tr(back), lambda: self._ask(no, "circles.said_no"))
        answers = row(refuse, None)
        if plan.state == "asked":
            agree = Button(
                tr("circles.agree"),
                lambda: self._ask(yes, "circles.said_yes"),
                "main",
            )
            answers.insertWidget(0, agree)
        return column(answers)

    def _find(self) -> None:
        self._ask(ClearFind(), "")

    def _switch(self, *, on: bool) -> None:
        self._ask(ClearSwitch(on=on), "circles.now_on" if on else "circles.now_off")

    def _ask(self, call: Call, said: str) -> None:
        def done(found: ClearingView) -> None:
            words = tr(said) if said else tr("circles.searching", n=found.searches)
            self._shell.note(words, "ok")
            self._show(found)

        self._shell.door.call(call, done, self._complain)

    def _complain(self, problem: Problem) -> None:
        self._shell.note(problem.words, "error")
