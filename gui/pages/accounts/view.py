"""Accounts: who promised whom how much, and the limits one gives."""

from typing import ClassVar

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema import (
    AccountLimit,
    AccountList,
    AccountSettle,
    AccountView,
    MoneyView,
)
from gui.pages.accounts.presenter import sums, words_of
from gui.pages.page import Page, Shell
from gui.texts import tr
from gui.texts.shown import money, number, sentence
from gui.widgets.badges import Chip
from gui.widgets.boxes import Banner, Slot, Surface, box, clear, column, row, scrolling
from gui.widgets.button import Button
from gui.widgets.form import Field, line
from gui.widgets.person import Identicon
from gui.widgets.stage import Stage
from gui.widgets.text import ShortText, Text


class AccountsPage(Page):
    """One card a person and unit."""

    topics: ClassVar[frozenset[str]] = frozenset({"account", "order"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._sums: QVBoxLayout = column(gap=12)
        self._cards: QVBoxLayout = column(gap=12)
        self._editing = False
        note = Banner(column(Text(tr("accounts.note"), "body", wrap=True)), "accent")
        title = Text(tr("accounts.title"), "title")
        content = column(title, note, box(self._sums), box(self._cards), None, gap=16)
        self.stage = Stage(scrolling(content, 1000))
        self.set_body(self.stage)
        self._shown = False

    def open(self, argument: str) -> None:
        del argument
        if not self._shown:
            self.stage.load()
        self.refresh()

    def refresh(self) -> None:
        if not self._editing:
            self.shell.door.call(AccountList(), self._got, self._failed)

    def _got(self, accounts: tuple[AccountView, ...]) -> None:
        self._shown = True
        if not accounts:
            browse = tr("accounts.browse")
            self.stage.show_empty(
                tr("accounts.empty"), browse, lambda: self.shell.go("browse")
            )
            return
        clear(self._sums)
        clear(self._cards)
        line_of_sums = row(gap=12)
        for key, amount in sums(accounts):
            figure = Text(number(amount), "figure")
            unit = Text(amount.unit, "heading", "muted")
            words = column(
                Text(tr(f"accounts.{key}"), "meta", "muted"),
                row(figure, unit, None),
                gap=0,
            )
            line_of_sums.addWidget(Surface(words), 1)
        self._sums.addLayout(line_of_sums)
        for account in accounts:
            self._cards.addWidget(self._card(account))
        self.stage.show_content()

    def _card(self, account: AccountView) -> QWidget:
        name = ShortText(account.name or tr("person.nameless"), "strong")
        says = Text(words_of(account), "meta", "muted", wrap=True)
        amount = Text(money(account.balance), "price")
        who = row(Identicon(account.peer_id, 36), gap=12)
        who.addLayout(column(name, says, gap=2), 1)
        for key, role, glyph in (
            ("frozen", "error", "lock"),
            ("pending", "waiting", "clock"),
        ):
            if getattr(account, key):
                who.addWidget(Chip(tr(f"accounts.{key}"), role, glyph))
        who.addWidget(amount)
        facts = row(gap=24)
        for key in ("free_to_spend", "held", "limit_got", "limit_given"):
            value = Text(money(getattr(account, key)), "body")
            facts.addLayout(
                column(Text(tr(f"accounts.{key}"), "meta", "muted"), value, gap=0)
            )
        facts.addStretch(1)
        panel = Slot()
        facts.addWidget(
            Button(tr("accounts.set_limit"), lambda: self._edit(account, panel))
        )
        note = Text(sentence(account.note), "meta", "muted", wrap=True)
        card = column(who, _bar(account), facts, panel, note, gap=12)
        if account.breach:
            card.insertWidget(1, Text(account.breach, ink="waiting", wrap=True))
        if account.says_paid is not None:
            card.insertLayout(1, self._says_paid(account, account.says_paid))
        return Surface(card)

    def _says_paid(self, account: AccountView, paid: MoneyView) -> QHBoxLayout:
        """The other noted a payment made outside; only this user's word makes it so."""
        amount = money(paid)
        words = Text(
            tr("accounts.says_paid", name=account.name, amount=amount),
            "body",
            wrap=True,
        )
        asked = row(gap=16)
        asked.addWidget(words, 1)
        asked.addWidget(
            Button(
                tr("accounts.confirm_paid", amount=amount),
                lambda: self._confirm_paid(account, amount),
            )
        )
        return asked

    def _confirm_paid(self, account: AccountView, amount: str) -> None:
        def done(_: object) -> None:
            self.shell.note(tr("accounts.confirmed_paid"), "ok")
            self.refresh()

        call = AccountSettle(
            peer=account.peer_id, amount=amount.replace(",", ""), how="confirmed"
        )
        self.shell.door.call(
            call, done, lambda problem: self.shell.note(problem.words, "error")
        )

    def _edit(self, account: AccountView, panel: Slot) -> None:
        self._editing = True
        limit = line(money(account.limit_given), 24)
        limit.setText(money(account.limit_given).replace(",", ""))
        field = Field(
            tr("accounts.limit", name=account.name), limit, tr("accounts.limit_note")
        )

        def close() -> None:
            self._editing = False
            panel.put()

        def done(_: object) -> None:
            close()
            self.shell.note(tr("accounts.limit_set"), "ok")
            self.refresh()

        def send() -> None:
            text = limit.text().strip()
            if " " not in text:
                text = f"{text} {account.unit}"
            call = AccountLimit(peer=account.peer_id, amount=text)
            self.shell.door.call(
                call, done, lambda problem: field.complain(problem.words)
            )

        save = Button(tr("accounts.save_limit"), send, "main")
        panel.put(field, row(save, Button(tr("dialog.back"), close), None))
        limit.setFocus()

    def _failed(self, problem: Problem) -> None:
        if not self._shown:
            self.stage.show_failed(problem.words, self.refresh)


def _bar(account: AccountView) -> QProgressBar:
    bar = QProgressBar()
    most = max(account.limit_got.minor, 1)
    bar.setRange(0, most)
    bar.setValue(max(min(most - account.free_to_spend.minor, most), 0))
    bar.setTextVisible(False)
    bar.setFixedHeight(6)
    bar.setAccessibleName(tr("accounts.used"))
    return bar
