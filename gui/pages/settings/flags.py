"""Settings of yes or no that the own node follows and tells nobody."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QSignalBlocker

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.profile import ProfileSet, ProfileView
from gui.pages.page import Shell
from gui.texts import tr
from gui.widgets.boxes import Surface, column
from gui.widgets.text import Text
from gui.widgets.tick import Tick

TRADING: Final = ("auto_fund", "deal_with_flagged")
SERVING: Final = ("serves_mail", "mail_contacts_only", "serves_search")
YES: Final = "yes"


class FlagsCard(Surface):
    """Ticks under one heading, each with a sentence; saved as they are made."""

    def __init__(self, shell: Shell, title: str, names: Sequence[str]) -> None:
        self._shell = shell
        self.ticks = {name: Tick(tr(f"flag.{name}")) for name in names}
        lines = column(Text(tr(title), "heading"), gap=12)
        for name, tick in self.ticks.items():
            tick.toggled.connect(self._chooser(name))
            note = Text(tr(f"flag.{name}_note"), "meta", "muted", wrap=True)
            lines.addLayout(column(tick, note, gap=2))
        super().__init__(lines)

    def show_settings(self, settings: Mapping[str, str]) -> None:
        """Show what the own node was told."""
        for name, tick in self.ticks.items():
            with QSignalBlocker(tick):
                tick.setChecked(settings.get(name) == YES)

    def _chooser(self, name: str) -> Callable[[bool], None]:
        def choose(on: bool) -> None:  # noqa: FBT001 - from a tick
            call = ProfileSet(values={name: YES if on else "no"})
            self._shell.door.call(call, self._saved, self._refused)

        return choose

    def _saved(self, profile: ProfileView) -> None:
        self.show_settings(profile.settings)

    def _refused(self, problem: Problem) -> None:
        self._shell.note(problem.words, "error")
