"""One account: the sentence, the facts, what is held, and what its person can do with it."""

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.accounts import (
    AccountClose,
    AccountLimit,
    AccountReopen,
    AccountSettle,
    AccountStatement,
    AccountUnsettle,
    AccountView,
    StatementView,
)
from bazaar.rpc.schema.call import Call, MoneyView
from gui.pages.accounts.presenter import held_words, state_words, words_of
from gui.pages.accounts.statement import StatementPanel
from gui.pages.page import Shell
from gui.texts import tr
from gui.texts.shown import like, moment, money, sentence
from gui.widgets.badges import Chip
from gui.widgets.boxes import Slot, Surface, column, row
from gui.widgets.button import Button
from gui.widgets.form import Field, line
from gui.widgets.person import Identicon
from gui.widgets.text import ShortText, Text

FACTS = ("free_to_spend", "held", "limit_got", "limit_given")


class AccountCard(Surface):
    """Acts through the door; ``changed`` is called after each act."""

    def __init__(
        self, shell: Shell, account: AccountView, changed: Callable[[], object]
    ) -> None:
        self._shell, self._account, self._changed = shell, account, changed
        self._panel = Slot()
        self.is_busy = False
        super().__init__(self._content())

    def _content(self) -> QVBoxLayout:
        account = self._account
        note = Text(sentence(account.note), "meta", "muted", wrap=True)
        card = column(self._who(), gap=12)
        if account.breach:
            card.addWidget(Text(account.breach, ink="waiting", wrap=True))
        for words in state_words(account):
            card.addWidget(Text(words, "body", "muted", wrap=True))
        if account.says_paid is not None:
            card.addLayout(self._says_paid(account.says_paid))
        if account.said_paid is not None:
            card.addLayout(self._said_paid(account.said_paid))
        card.addWidget(_bar(account))
        card.addLayout(self._facts())
        for hold in account.holds:
            words = Text(held_words(account, hold), "body", wrap=True)
            at = tr("accounts.held_until", at=moment(hold.until))
            until = Text(at, "meta", "muted")
            line_of_hold = row(words, until, gap=16)
            line_of_hold.setStretch(0, 1)
            card.addLayout(line_of_hold)
        for part in (self._acts(), self._panel, note):
            if isinstance(part, QWidget):
                card.addWidget(part)
            else:
                card.addLayout(part)
        return card

    def _who(self) -> QHBoxLayout:
        account = self._account
        name = ShortText(account.name or tr("person.nameless"), "strong")
        says = Text(words_of(account), "meta", "muted", wrap=True)
        who = row(Identicon(account.peer_id, 36), gap=12)
        who.addLayout(column(name, says, gap=2), 1)
        if account.frozen:
            who.addWidget(Chip(tr("accounts.frozen"), "error", "lock"))
        if account.pending:
            who.addWidget(Chip(tr("accounts.pending"), "waiting", "clock"))
        who.addWidget(Text(money(account.balance), "price"))
        return who

    def _facts(self) -> QHBoxLayout:
        facts = row(gap=24)
        for key in FACTS:
            value = Text(money(getattr(self._account, key)), "body")
            facts.addLayout(
                column(Text(tr(f"accounts.{key}"), "meta", "muted"), value, gap=0)
            )
        facts.addStretch(1)
        return facts

    def _acts(self) -> QHBoxLayout:
        account = self._account
        acts = row(Button(tr("accounts.set_limit"), self._edit_limit), gap=8)
        if account.balance.minor and account.said_paid is None:
            acts.addWidget(Button(tr("accounts.note_payment"), self._edit_payment))
        acts.addStretch(1)
        acts.addWidget(Button(tr("accounts.history"), self._history, "quiet"))
        if account.frozen:
            again = AccountReopen(peer=account.peer_id, unit=account.unit)
            acts.addWidget(
                Button(tr("accounts.reopen"), lambda: self._do(again, "reopened"))
            )
        elif account.n and not account.balance.minor and not account.holds:
            end = AccountClose(peer=account.peer_id, unit=account.unit)
            acts.addWidget(
                Button(tr("accounts.close"), lambda: self._do(end, "closed"), "quiet")
            )
        return acts

    # ------------------------------------------------------------- payments outside

    def _says_paid(self, paid: MoneyView) -> QHBoxLayout:
        """The other noted a payment made outside; only this user's word makes it so."""
        account, amount = self._account, money(paid)
        words = tr("accounts.says_paid", name=account.name, amount=amount)
        agree = AccountSettle(
            peer=account.peer_id, amount=amount.replace(",", ""), how="confirmed"
        )
        refuse = AccountUnsettle(peer=account.peer_id, unit=account.unit)
        asked = row(Text(words, "body", wrap=True), gap=16)
        asked.setStretch(0, 1)
        asked.addWidget(
            Button(tr("accounts.refuse_paid"), lambda: self._do(refuse, "refused_paid"))
        )
        asked.addWidget(
            Button(
                tr("accounts.confirm_paid", amount=amount),
                lambda: self._do(agree, "confirmed_paid"),
                "main",
            )
        )
        return asked

    def _said_paid(self, paid: MoneyView) -> QHBoxLayout:
        account = self._account
        key = "accounts.paid_refused" if account.paid_refused else "accounts.said_paid"
        words = Text(tr(key, name=account.name, amount=money(paid)), "body", wrap=True)
        back = AccountUnsettle(peer=account.peer_id, unit=account.unit)
        take = Button(tr("accounts.take_back"), lambda: self._do(back, "taken_back"))
        said = row(words, take, gap=16)
        said.setStretch(0, 1)
        return said

    def _edit_payment(self) -> None:
        account = self._account
        owed = money(like(account.balance, abs(account.balance.minor)))
        amount = line(owed, 24)
        amount.setText(owed.replace(",", ""))
        how = line(tr("accounts.how_hint"), 40)
        field = Field(tr("accounts.how_much"), amount, tr("accounts.payment_note"))

        def send() -> None:
            call = AccountSettle(
                peer=account.peer_id,
                amount=self._with_unit(amount.text()),
                how=how.text().strip() or tr("accounts.how_usual"),
            )
            self._ask(call, "payment_noted", field)

        fields = row(field, Field(tr("accounts.how"), how), gap=16)
        self._show_form(fields, Button(tr("accounts.save_payment"), send, "main"))
        amount.setFocus()

    # ------------------------------------------------------------- limit

    def _edit_limit(self) -> None:
        account = self._account
        limit = line(money(account.limit_given), 24)
        limit.setText(money(account.limit_given).replace(",", ""))
        words = tr("accounts.limit", name=account.name)
        field = Field(words, limit, tr("accounts.limit_note"))

        def send() -> None:
            amount = self._with_unit(limit.text())
            call = AccountLimit(peer=account.peer_id, amount=amount)
            self._ask(call, "limit_set", field)

        self._show_form(field, Button(tr("accounts.save_limit"), send, "main"))
        limit.setFocus()

    def _with_unit(self, text: str) -> str:
        text = text.strip()
        return text if " " in text else f"{text} {self._account.unit}"

    # ------------------------------------------------------------- history

    def _history(self) -> None:
        account = self._account
        call = AccountStatement(peer=account.peer_id, unit=account.unit)
        self._shell.door.call(call, self._show_history, self._complain)

    def _show_history(self, found: StatementView) -> None:
        self.is_busy = True
        self._panel.put(StatementPanel(self._shell, found, self._close))

    # ------------------------------------------------------------- pieces

    def _show_form(self, fields: QWidget | QHBoxLayout, save: Button) -> None:
        self.is_busy = True
        self._panel.put(fields, row(save, Button(tr("dialog.back"), self._close), None))

    def _close(self) -> None:
        self.is_busy = False
        self._panel.put()
        self._changed()

    def _ask(self, call: Call, said: str, field: Field) -> None:
        def done(_: object) -> None:
            self._shell.note(tr(f"accounts.{said}"), "ok")
            self._close()

        self._shell.door.call(call, done, lambda problem: field.complain(problem.words))

    def _do(self, call: Call, said: str) -> None:
        def done(_: object) -> None:
            self._shell.note(tr(f"accounts.{said}"), "ok")
            self._changed()

        self._shell.door.call(call, done, self._complain)

    def _complain(self, problem: Problem) -> None:
        self._shell.note(problem.words, "error")


def _bar(account: AccountView) -> QProgressBar:
    bar = QProgressBar()
    most = max(account.limit_got.minor, 1)
    bar.setRange(0, most)
    bar.setValue(max(min(most - account.free_to_spend.minor, most), 0))
    bar.setTextVisible(False)
    bar.setFixedHeight(6)
    bar.setAccessibleName(tr("accounts.used"))
    return bar
