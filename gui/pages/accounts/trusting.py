"""Giving credit to somebody for the first time, in any unit: it opens an account."""

from typing import Final

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.accounts import AccountLimit, AccountView
from gui.pages.page import Shell
from gui.texts import tr
from gui.widgets.boxes import Surface, column, row
from gui.widgets.button import Button
from gui.widgets.form import Field, line
from gui.widgets.text import Text

PEER_CHARACTERS: Final = 120


class TrustingCard(Surface):
    """Whom, and how much he may owe."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.peer = line(tr("trusting.peer_hint"), PEER_CHARACTERS)
        self.amount = line(tr("trusting.hint"), 24)
        self.peer_field = Field(tr("trusting.peer"), self.peer)
        self.amount_field = Field(tr("trusting.amount"), self.amount)
        self.amount.returnPressed.connect(self._save)
        fields = row(gap=16)
        fields.addWidget(self.peer_field, 3)
        fields.addWidget(self.amount_field, 2)
        super().__init__(
            column(
                Text(tr("trusting.title"), "heading"),
                Text(tr("trusting.note"), "body", "muted", wrap=True),
                fields,
                row(Button(tr("trusting.save"), self._save), None),
                gap=12,
            )
        )

    def _save(self) -> None:
        peer, amount = self.peer.text().strip(), self.amount.text().strip()
        self.peer_field.complain("" if peer else tr("trusting.need_peer"))
        self.amount_field.complain("" if amount else tr("trusting.need_amount"))
        if peer and amount:
            call = AccountLimit(peer=peer, amount=amount)
            self._shell.door.call(call, self._saved, self._refused)

    def _saved(self, account: AccountView) -> None:
        self.peer.clear()
        self.amount.clear()
        name = account.name or tr("person.nameless")
        self._shell.note(tr("trusting.saved", name=name), "ok")

    def _refused(self, problem: Problem) -> None:
        wrong = self.amount_field if problem.field == "amount" else self.peer_field
        wrong.complain(problem.words)
