"""The backup card: it asks until a backup is made, and says when the last one was."""

from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QProgressBar

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.backup import (
    BackupMake,
    BackupPlan,
    BackupState,
    BackupStateView,
    BackupView,
)
from gui.pages.page import Shell
from gui.texts import tr
from gui.widgets.boxes import Surface, column, row
from gui.widgets.button import Button
from gui.widgets.text import Text

LOOK_MS: Final = 400
WHOLE: Final = 100


class BackupCard(Surface):
    """Makes a backup where the user wants it; shows how far it is."""

    def __init__(self, shell: Shell) -> None:
        self.words = Text("", wrap=True)
        self.note = Text(tr("backup.note"), ink="muted", wrap=True)
        self.go = Button(tr("backup.make"), self._choose, "main")
        self.weekly = Text(tr("backup.weekly_none"), ink="muted", wrap=True)
        self.plan = Button(tr("backup.folder"), self._choose_folder)
        self.stop = Button(tr("backup.weekly_stop"), lambda: self.keep_in(""), "link")
        self.stop.hide()
        self.bar = QProgressBar()
        self.bar.setRange(0, WHOLE)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("backup.progress"))
        self.bar.hide()
        super().__init__(
            column(
                Text(tr("backup.title"), "heading"),
                self.words,
                self.note,
                self.bar,
                self.weekly,
                row(self.go, self.plan, self.stop, None),
                gap=12,
            )
        )
        self._shell = shell
        self._looks = QTimer(self)
        self._looks.setInterval(LOOK_MS)
        self._looks.timeout.connect(self.read)

    def read(self) -> None:
        """Ask the node for the last backup and the running one."""
        self._shell.door.call(BackupState(), self._got, lambda _: None)

    def make(self, path: str) -> None:
        """Make one at ``path``."""
        self._show_progress(0)
        self._looks.start()
        self._shell.door.call(BackupMake(file=path), self._made, self._failed)

    def _choose(self) -> None:
        day = datetime.now().astimezone().strftime("%Y-%m-%d")
        wanted = str(Path.home() / f"bazaar-{day}.backup")
        path, _ = QFileDialog.getSaveFileName(self, tr("backup.choose"), wanted)
        if path:
            self.make(path)

    def keep_in(self, folder: str) -> None:
        """Make one a week into ``folder``; empty ends that."""
        self._shell.door.call(BackupPlan(folder=folder), self._got, self._failed)

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, tr("backup.choose_folder"), str(Path.home())
        )
        if folder:
            self._looks.start()
            self.keep_in(folder)

    def _show_plan(self, state: BackupStateView) -> None:
        self.stop.setVisible(bool(state.folder))
        if not state.folder:
            self.weekly.setText(tr("backup.weekly_none"))
        elif state.problem:
            self.weekly.setText(tr("backup.weekly_failed", why=state.problem))
        else:
            at = datetime.fromtimestamp(state.next_at or 0).astimezone()
            day = at.strftime("%d %B %Y")
            self.weekly.setText(tr("backup.weekly", folder=state.folder, day=day))

    def _got(self, state: BackupStateView) -> None:
        self._show_plan(state)
        if state.per_cent is None:
            self._looks.stop()
        self._show_progress(state.per_cent)
        if state.last is None:
            self.words.setText(tr("backup.none"))
        else:
            at = datetime.fromtimestamp(state.last.at).astimezone()
            text = "backup.old" if state.is_due else "backup.last"
            self.words.setText(
                tr(text, day=at.strftime("%d %B %Y, %H:%M"), path=state.last.file)
            )

    def _show_progress(self, per_cent: int | None) -> None:
        self.bar.setVisible(per_cent is not None)
        self.bar.setValue(per_cent or 0)
        self.go.setEnabled(per_cent is None)

    def _made(self, made: BackupView) -> None:
        self._looks.stop()
        self._show_progress(None)
        self._shell.note(tr("backup.made", path=made.file), "ok")
        self.read()

    def _failed(self, problem: Problem) -> None:
        self._looks.stop()
        self._show_progress(None)
        self._shell.note(problem.words, "error")
