"""Before the first sale, payment or credit: words on paper and a backup, or nothing is signed.

What follows from then on exists on this disk alone, so the app does not go on without. On a
local network, where nothing is worth anything, nobody is asked.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QProgressBar, QVBoxLayout, QWidget

from bazaar.rpc.problems import INPUT, Problem
from bazaar.rpc.schema.accounts import AccountLimit
from bazaar.rpc.schema.backup import (
    BackupMake,
    BackupState,
    BackupStateView,
    BackupView,
)
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.cart import CartCheckout
from bazaar.rpc.schema.moves import OrderAccept, OrderFund
from bazaar.rpc.schema.node import StatusView
from bazaar.rpc.schema.placing import OrderPlace
from gui.rpc.door import Door
from gui.texts import tr
from gui.widgets.badges import Glyph
from gui.widgets.boxes import column, row
from gui.widgets.button import Button
from gui.widgets.text import Text
from gui.widgets.tick import Tick

FIRSTS: Final = (OrderPlace, CartCheckout, OrderFund, OrderAccept, AccountLimit)
LOCAL: Final = "local:"
WIDE_PX: Final = 520

Go = Callable[[], object]
Refuse = Callable[[Problem], object]


class Keeper(Protocol):
    """The window as this sees it."""

    @property
    def door(self) -> Door: ...
    @property
    def status(self) -> StatusView | None: ...
    @property
    def has_unchecked_words(self) -> bool: ...
    def remember_words(self) -> None: ...


class Safety:
    """Holds back what is signed for the first time until nothing can be lost any more."""

    def __init__(self, window: Keeper, parent: QWidget) -> None:
        self._window, self._parent = window, parent
        self._is_safe = False
        self.dialog: SafetyDialog | None = None

    def holds(self, call: Call, go: Go, refuse: Refuse) -> bool:
        """Whether ``call`` waits here; exactly one of the two is called then, later."""
        if self._is_safe or not _is_first(call) or self._is_local():
            return False
        self._window.door.call(
            BackupState(), lambda state: self._look(state, go, refuse), lambda _: go()
        )
        return True

    def _is_local(self) -> bool:
        status = self._window.status
        return status is None or status.network.startswith(LOCAL)

    def _look(self, state: BackupStateView, go: Go, refuse: Refuse) -> None:
        unchecked = self._window.has_unchecked_words
        if state.last is not None and not unchecked:
            self._is_safe = True
            go()
            return
        if self.dialog is not None:
            refuse(_stopped())
            return
        self.dialog = SafetyDialog(
            self._parent, self._window.door, words=unchecked, backup=state.last is None
        )

        def ended(result: int) -> None:
            self.dialog = None
            if result == QDialog.DialogCode.Accepted:
                self._window.remember_words()
                self._is_safe = True
                go()
            else:
                refuse(_stopped())

        self.dialog.finished.connect(ended)
        self.dialog.open()


class SafetyDialog(QDialog):
    """What is lacking, each with the way to do it; there is no way around it but back."""

    def __init__(
        self, parent: QWidget, door: Door, *, words: bool, backup: bool
    ) -> None:
        super().__init__(parent)
        self._door = door
        self.setWindowTitle(tr("safety.title"))
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.words = Tick(tr("safety.words"))
        self.words.setChecked(not words)
        self.words.toggled.connect(self._show)
        self.make = Button(
            tr("backup.make"), self._choose, "main" if backup else "plain"
        )
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("backup.progress"))
        self.bar.hide()
        self.said = Text("", "meta", wrap=True)
        self.said.hide()
        self._has_backup = not backup
        self.back = Button(tr("safety.back"), self.reject)
        self.go = Button(tr("safety.go"), self.accept, "main")
        content = self._content(words=words, backup=backup)
        content.setContentsMargins(24, 20, 24, 20)
        self.setLayout(content)
        self.setFixedWidth(WIDE_PX)
        self._show()

    def _content(self, *, words: bool, backup: bool) -> QVBoxLayout:
        content = column(
            Text(tr("safety.title"), "title", wrap=True),
            Text(tr("safety.why"), "body", wrap=True),
            gap=14,
        )
        if words:
            content.addLayout(_step("key-round", tr("safety.words_why")))
            content.addWidget(self.words)
        if backup:
            content.addLayout(_step("download", tr("safety.backup_why")))
            content.addLayout(row(self.make, None))
            content.addWidget(self.bar)
            content.addWidget(self.said)
        content.addSpacing(8)
        content.addLayout(row(None, self.back, self.go))
        return content

    def _choose(self) -> None:
        day = datetime.now().astimezone().strftime("%Y-%m-%d")
        wanted = str(Path.home() / f"bazaar-{day}.backup")
        path, _ = QFileDialog.getSaveFileName(self, tr("backup.choose"), wanted)
        if path:
            self.save(path)

    def save(self, path: str) -> None:
        """Make the backup at ``path``."""
        self.bar.show()
        self.make.setEnabled(False)
        self._door.call(BackupMake(file=path), self._made, self._failed)

    def _made(self, made: BackupView) -> None:
        self._has_backup = True
        self._say(tr("backup.made", path=made.file), "ok")

    def _failed(self, problem: Problem) -> None:
        self._say(problem.words, "error")

    def _say(self, words: str, ink: str) -> None:
        self.bar.hide()
        self.said.set_ink(ink)
        self.said.setText(words)
        self.said.show()
        self._show()

    def _show(self) -> None:
        self.make.setEnabled(not self._has_backup)
        self.go.setEnabled(self._has_backup and self.words.isChecked())


def _step(glyph: str, words: str) -> QVBoxLayout:
    line = row(Glyph(glyph, "accent", 20), gap=12)
    line.addWidget(Text(words, "body", wrap=True), 1)
    return column(line)


def _is_first(call: Call) -> bool:
    return isinstance(call, FIRSTS) and not getattr(call, "preview", False)


def _stopped() -> Problem:
    return Problem(INPUT, tr("safety.stopped"))
