"""The history of one account, newest first, and the same as a file."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from bazaar.rpc.schema.accounts import EntryView, StatementView
from gui.pages.page import Shell
from gui.texts import tr
from gui.texts.shown import moment, money, sentence
from gui.widgets.boxes import column, row, rule
from gui.widgets.button import Button
from gui.widgets.text import ShortText, Text

SHOWN_ENTRIES: Final = 50
AMOUNT_PX: Final = 120
CSV_NAME: Final = "statement.csv"


class StatementPanel(QWidget):
    """The newest entries; all of them are in the file."""

    def __init__(
        self, shell: Shell, found: StatementView, close: Callable[[], object]
    ) -> None:
        super().__init__()
        self._shell, self._found = shell, found
        lines = column(rule(), Text(tr("accounts.history"), "heading"), gap=8)
        if not found.entries:
            lines.addWidget(Text(tr("accounts.no_history"), "body", "muted"))
        newest = tuple(reversed(found.entries))[:SHOWN_ENTRIES]
        for entry in newest:
            lines.addLayout(_line(found, entry))
        rest = len(found.entries) - len(newest)
        if rest > 0:
            lines.addWidget(Text(tr("accounts.more_history", n=rest), "meta", "muted"))
        save = Button(tr("accounts.save_csv"), self._save, "plain", "download")
        lines.addLayout(row(save, Button(tr("dialog.back"), close), None))
        self.setLayout(lines)

    def _save(self) -> None:
        target, _ = QFileDialog.getSaveFileName(
            self, tr("accounts.save_csv"), str(Path.home() / CSV_NAME)
        )
        if not target:
            return
        try:
            Path(target).write_text(self._found.csv, encoding="utf-8", newline="")
        except OSError as error:
            why = error.strerror or ""
            self._shell.note(tr("case.unsaved", why=why), "error")
        else:
            self._shell.note(tr("case.saved"), "ok")


def _line(found: StatementView, entry: EntryView) -> QHBoxLayout:
    who = tr("accounts.by_you") if entry.by == "you" else found.account.name
    when = moment(entry.at) if entry.at else ""
    words = ShortText(sentence(entry.words), "body")
    made = column(words, Text(f"{who}  {when}".strip(), "meta", "muted"), gap=0)
    change = Text(money(entry.change) if entry.change.minor else "", "body")
    balance = Text(money(entry.balance), "body", "muted")
    for amount in (change, balance):
        amount.setMinimumWidth(AMOUNT_PX)
        amount.setAlignment(Qt.AlignmentFlag.AlignRight)
    whole = row(made, change, balance, gap=16)
    whole.setStretch(0, 1)
    return whole
