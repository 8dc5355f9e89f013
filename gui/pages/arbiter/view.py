"""Own terms as an arbiter, and the arbiters one knows."""

from typing import ClassVar

from PySide6.QtWidgets import QVBoxLayout

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.arbiters import (
    ArbiterList,
    ArbiterOfferSet,
    ArbiterView,
    ArbiterWithdraw,
)
from gui.pages.checkout.forms import arbiter_card
from gui.pages.page import Page, Shell
from gui.texts import tr
from gui.widgets.boxes import Surface, box, clear, column, row, rule, scrolling
from gui.widgets.button import Button
from gui.widgets.form import Field, area, line
from gui.widgets.stage import Stage
from gui.widgets.text import Text
from gui.widgets.tick import Tick


class ArbiterPage(Page):
    """Terms, and the way to the cases."""

    topics: ClassVar[frozenset[str]] = frozenset({"profile"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.fee = line(tr("arbiter.fee_hint"), 60)
        self.most = line(tr("arbiter.max_hint"), 30)
        self.text = area(tr("arbiter.text_hint"), 4)
        self.backup = Tick(tr("arbiter.backup"))
        self.backup.setChecked(True)
        self.complaint = Text("", "body", "error", wrap=True)
        self.complaint.hide()
        self.offer = Button(tr("arbiter.offer"), self._offer, "main", "scale")
        self.withdraw = Button(tr("arbiter.withdraw"), self._withdraw)
        self._known: QVBoxLayout = column(gap=12)
        cases = Button(
            tr("arbiter.cases"), lambda: shell.go("orders", "arbiter"), "plain", "gavel"
        )
        head = row(Text(tr("arbiter.title"), "title"), None, cases)
        both = row(gap=24)
        both.addLayout(column(self._terms(), None), 3)
        both.addLayout(column(Surface(self._known), None), 2)
        note = Text(tr("arbiter.note"), "body", "muted", wrap=True)
        self.stage = Stage(scrolling(column(head, note, both, None, gap=16), 1180))
        self.set_body(self.stage)
        self._filled = False

    def _terms(self) -> Surface:
        return Surface(
            column(
                Text(tr("arbiter.terms"), "heading"),
                Field(tr("arbiter.fee"), self.fee, tr("arbiter.fee_note")),
                Field(tr("arbiter.max"), self.most),
                Field(tr("arbiter.text"), self.text),
                self.backup,
                self.complaint,
                row(self.offer, self.withdraw, None),
                gap=12,
            )
        )

    def open(self, argument: str) -> None:
        del argument
        if not self._filled:
            self.stage.load()
        self.refresh()

    def refresh(self) -> None:
        self.shell.door.call(ArbiterList(), self._got, self._failed)

    def _got(self, arbiters: tuple[ArbiterView, ...]) -> None:
        status = self.shell.status
        me = status.peer_id if status else ""
        mine = next((one for one in arbiters if one.peer_id == me), None)
        self.withdraw.setVisible(mine is not None)
        self.offer.setText(tr("arbiter.change" if mine else "arbiter.offer"))
        if mine is not None and not self._filled:
            self.fee.setText(mine.fee)
            self.text.setPlainText(mine.terms)
            self.backup.setChecked(mine.backup)
        self._filled = True
        clear(self._known)
        self._known.addWidget(Text(tr("arbiter.known"), "heading"))
        others = [one for one in arbiters if one.peer_id != me]
        if not others:
            self._known.addWidget(Text(tr("arbiter.none"), "body", "muted", wrap=True))
        for number, one in enumerate(others):
            if number:
                self._known.addWidget(rule())
            self._known.addWidget(box(column(arbiter_card(one))))
        self.stage.show_content()

    def _offer(self) -> None:
        fee = self.fee.text().strip()
        if not fee:
            self._complain(tr("arbiter.need_fee"))
            return
        call = ArbiterOfferSet(
            fee=fee,
            max=self.most.text().strip() or None,
            backup=self.backup.isChecked(),
            text=self.text.toPlainText().strip(),
        )
        self.shell.door.call(
            call, lambda _: self._said(tr("arbiter.offered")), self._refused
        )

    def _withdraw(self) -> None:
        done = tr("arbiter.withdrawn")
        self.shell.door.call(
            ArbiterWithdraw(), lambda _: self._said(done), self._refused
        )

    def _said(self, words: str) -> None:
        self.complaint.hide()
        self.shell.note(words, "ok")
        self.refresh()

    def _refused(self, problem: Problem) -> None:
        self._complain(problem.words)

    def _complain(self, words: str) -> None:
        self.complaint.setText(words)
        self.complaint.show()

    def _failed(self, problem: Problem) -> None:
        if not self._filled:
            self.stage.show_failed(problem.words, self.refresh)
