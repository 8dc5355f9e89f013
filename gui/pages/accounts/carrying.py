"""How much this node may carry for others: orders paid over this user."""

from typing import Final

from PySide6.QtWidgets import QVBoxLayout

from bazaar.rpc.schema.accounts import AccountHub, HubView
from gui.pages.page import Shell
from gui.texts import tr
from gui.texts.shown import money
from gui.widgets.boxes import Surface, box, clear, column, row
from gui.widgets.button import Button
from gui.widgets.form import Field, line
from gui.widgets.text import Text

AMOUNT_PX: Final = 280


class CarryingCard(Surface):
    """Off until its person names an amount; what is bound stays bound."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._lines: QVBoxLayout = column(gap=4)
        self._amount = line(tr("carrying.hint"), 24)
        self._amount.setMinimumWidth(AMOUNT_PX)
        self._field = Field(tr("carrying.most"), self._amount)
        save = Button(tr("carrying.save"), self._save)
        note = Text(tr("carrying.note"), "body", "muted", wrap=True)
        title = Text(tr("carrying.title"), "heading")
        form = row(self._field, gap=12)
        form.addStretch(1)
        parts = (title, note, box(self._lines), form, row(save, None))
        super().__init__(column(*parts, gap=12))

    def refresh(self) -> None:
        """Ask the node again."""
        self._shell.door.call(AccountHub(), self._show, lambda _: None)

    def _show(self, allowed: tuple[HubView, ...]) -> None:
        clear(self._lines)
        for one in allowed:
            words = tr("carrying.now", most=money(one.most), carried=money(one.carried))
            self._lines.addWidget(Text(words, "body"))

    def _save(self) -> None:
        def done(allowed: tuple[HubView, ...]) -> None:
            self._amount.clear()
            self._field.complain("")
            self._shell.note(tr("carrying.saved"), "ok")
            self._show(allowed)

        self._shell.door.call(
            AccountHub(amount=self._amount.text().strip()),
            done,
            lambda problem: self._field.complain(problem.words),
        )
