"""Accounts: who promised whom how much, circles that could be cleared, what this node carries."""

from typing import ClassVar

from PySide6.QtWidgets import QVBoxLayout

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.accounts import AccountList, AccountView
from gui.pages.accounts.card import AccountCard
from gui.pages.accounts.carrying import CarryingCard
from gui.pages.accounts.circles import CirclesCard
from gui.pages.accounts.presenter import sums
from gui.pages.accounts.trusting import TrustingCard
from gui.pages.page import Page, Shell
from gui.texts import tr
from gui.texts.shown import number
from gui.widgets.boxes import Banner, Surface, box, clear, column, row, scrolling
from gui.widgets.button import Button
from gui.widgets.stage import Stage
from gui.widgets.text import Text


class AccountsPage(Page):
    """One card a person and unit; below them what concerns several at once."""

    topics: ClassVar[frozenset[str]] = frozenset({"account", "order"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._sums: QVBoxLayout = column(gap=12)
        self._cards: QVBoxLayout = column(gap=12)
        self._trusting = TrustingCard(shell)
        self._circles = CirclesCard(shell)
        self._carrying = CarryingCard(shell)
        note = Banner(column(Text(tr("accounts.note"), "body", wrap=True)), "accent")
        title = Text(tr("accounts.title"), "title")
        parts = (title, note, box(self._sums), box(self._cards))
        several = (self._trusting, self._circles, self._carrying)
        content = column(*parts, *several, None, gap=16)
        self.stage = Stage(scrolling(content, 1000))
        self.set_body(self.stage)
        self._shown = False

    def open(self, argument: str) -> None:
        del argument
        if not self._shown:
            self.stage.load()
        self.refresh()

    def refresh(self) -> None:
        if not any(card.is_busy for card in self.findChildren(AccountCard)):
            self.shell.door.call(AccountList(), self._got, self._failed)
        self._circles.refresh()
        self._carrying.refresh()

    def _got(self, accounts: tuple[AccountView, ...]) -> None:
        self._shown = True
        clear(self._sums)
        clear(self._cards)
        if accounts:
            self._show_sums(accounts)
        else:
            self._cards.addWidget(self._nothing())
        for account in accounts:
            self._cards.addWidget(AccountCard(self.shell, account, self.refresh))
        self.stage.show_content()

    def _nothing(self) -> Surface:
        """Without an account one can still trust somebody, or stand between others."""
        browse = Button(tr("accounts.browse"), lambda: self.shell.go("browse"))
        words = Text(tr("accounts.empty"), "body", "muted", wrap=True)
        return Surface(column(words, row(browse, None), gap=12))

    def _show_sums(self, accounts: tuple[AccountView, ...]) -> None:
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

    def _failed(self, problem: Problem) -> None:
        if not self._shown:
            self.stage.show_failed(problem.words, self.refresh)
