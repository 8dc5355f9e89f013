"""Settings of privacy: how long addresses of finished orders are kept."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QSignalBlocker

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.profile import ProfileSet, ProfileView
from gui.pages.page import Shell
from gui.texts import tr
from gui.widgets.boxes import Surface, column
from gui.widgets.choice import Choice
from gui.widgets.form import Field
from gui.widgets.text import Text

SHRED_DAYS: Final = "shred_days"
DAYS: Final = ("0", "7", "30", "90", "365")
USUAL_DAYS: Final = "30"


class PrivacyCard(Surface):
    """One choice, saved as it is made, and in words what goes and what stays."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.days = Choice(tr("privacy.days"), _pairs(DAYS), self._choose)
        super().__init__(
            column(
                Text(tr("privacy.title"), "heading"),
                Field(tr("privacy.days"), self.days),
                Text(tr("privacy.note"), "meta", "muted", wrap=True),
                gap=12,
            )
        )

    def show_profile(self, profile: ProfileView) -> None:
        """Show what the own node was told; another number stands among the usual ones."""
        days = profile.settings.get(SHRED_DAYS, USUAL_DAYS)
        with QSignalBlocker(self.days):
            self.days.offer(_pairs(sorted({*DAYS, days}, key=int)))
            self.days.choose(days)

    def _choose(self) -> None:
        call = ProfileSet(values={SHRED_DAYS: self.days.value()})
        self._shell.door.call(call, self._saved, self._refused)

    def _saved(self, profile: ProfileView) -> None:
        self.show_profile(profile)
        self._shell.note(tr("privacy.saved"), "ok")

    def _refused(self, problem: Problem) -> None:
        self._shell.note(problem.words, "error")


def _pairs(days: Iterable[str]) -> list[tuple[str, str]]:
    return [(one, _after(int(one))) for one in days]


def _after(days: int) -> str:
    return tr("privacy.after", n=days) if days else tr("privacy.at_once")
