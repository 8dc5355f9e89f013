"""Settings: how it looks, and what others see of the user."""

from typing import Final

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.profile import ProfileSet, ProfileShow, ProfileView
from gui.app.theme import theme
from gui.pages.page import Page, Shell
from gui.pages.settings.backup import BackupCard
from gui.pages.settings.flags import SERVING, TRADING, FlagsCard
from gui.pages.settings.keeping import KeepingCard
from gui.pages.settings.people import PeopleSettings
from gui.pages.settings.privacy import PrivacyCard
from gui.pages.settings.talk import TalkSettings
from gui.texts import tr
from gui.widgets.boxes import Surface, box, clear, column, row, scrolling
from gui.widgets.button import Button
from gui.widgets.choice import Choice
from gui.widgets.form import Field, area, line
from gui.widgets.person import Person
from gui.widgets.stage import Stage
from gui.widgets.text import Text

CHOICES: Final = (
    ("system", "monitor"),
    ("light", "sun"),
    ("dark", "moon"),
    ("contrast", "eye"),
)

CLOSINGS: Final = ("ask", "keep", "stop")


class SettingsPage(Page):
    """Look and profile."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.name = line("", 40)
        self.location = line("", 40)
        self.short = line(tr("settings.short_hint"), 160)
        self.about = area(tr("settings.about_hint"), 5)
        self.name_field = Field(
            tr("settings.name"), self.name, tr("settings.name_note")
        )
        self.closing = Choice(
            tr("settings.closing"),
            [(one, tr(f"closing.{one}")) for one in CLOSINGS],
            self._choose_closing,
        )
        self.talk = TalkSettings(shell)
        self.people = PeopleSettings(shell)
        self._me: QVBoxLayout = column()
        self.backup = BackupCard(shell)
        self.keeping = KeepingCard(shell)
        self.privacy = PrivacyCard(shell)
        self.trading = FlagsCard(shell, "flag.trading", TRADING)
        self.serving = FlagsCard(shell, "flag.serving", SERVING)
        self._themes = {
            choice: self._theme_button(choice, glyph) for choice, glyph in CHOICES
        }
        group = QButtonGroup(self)
        for button in self._themes.values():
            group.addButton(button)
        content = column(
            Text(tr("settings.title"), "title"),
            self.backup,
            self._look(),
            self._profile(),
            self.trading,
            self.privacy,
            self.keeping,
            self.serving,
            self.talk,
            self.people,
            None,
            gap=16,
        )
        self.stage = Stage(scrolling(content, 760))
        self.set_body(self.stage)
        self._filled = False

    def _look(self) -> Surface:
        buttons = row(*self._themes.values(), None, gap=4)
        closing = Field(tr("settings.closing"), self.closing)
        heading = Text(tr("settings.look"), "heading")
        return Surface(column(heading, buttons, closing, gap=12))

    def _profile(self) -> Surface:
        save = Button(tr("settings.save"), self._save, "main")
        fields = (
            Field(tr("settings.location"), self.location),
            Field(tr("settings.short"), self.short),
            Field(tr("settings.about"), self.about),
        )
        more = Button(
            tr("settings.edit_profile"), lambda: self.shell.go("profile"), "link"
        )
        heading = Text(tr("settings.profile"), "heading")
        return Surface(
            column(
                heading,
                box(self._me),
                self.name_field,
                *fields,
                row(save, more, None),
                gap=12,
            )
        )

    def _theme_button(self, choice: str, glyph: str) -> Button:
        return Button(
            tr(f"theme.{choice}"), lambda: self.shell.choose_theme(choice), "tab", glyph
        )

    def open(self, argument: str) -> None:
        self.backup.read()
        self.keeping.read()
        if argument == "backup":
            self.backup.go.setFocus()
        self._themes[theme().choice].setChecked(True)
        with QSignalBlocker(self.closing):
            self.closing.choose(self.shell.memory.at_close)
        if not self._filled:
            self.stage.load()
        self.shell.door.call(ProfileShow(), self._got, self._failed)

    def _choose_closing(self) -> None:
        self.shell.choose_closing(self.closing.value())

    def _got(self, profile: ProfileView) -> None:
        self._filled = True
        clear(self._me)
        self._me.addWidget(
            Person(
                profile.peer_id,
                profile.name,
                profile.fingerprint,
                profile.colour,
                tr("settings.words_note"),
            )
        )
        self.name.setText(profile.name)
        self.location.setText(profile.location or "")
        self.short.setText(profile.short)
        self.about.setPlainText(profile.about)
        self.privacy.show_profile(profile)
        self.trading.show_settings(profile.settings)
        self.serving.show_settings(profile.settings)
        self.talk.show_profile(profile)
        self.people.show_profile(profile)
        self.stage.show_content()

    def _save(self) -> None:
        values = {
            "name": self.name.text().strip(),
            "location": self.location.text().strip(),
            "short": self.short.text().strip(),
            "about": self.about.toPlainText().strip(),
        }
        self.name_field.complain("" if values["name"] else tr("settings.need_name"))
        if values["name"]:
            self.shell.door.call(ProfileSet(values=values), self._saved, self._refused)

    def _saved(self, profile: ProfileView) -> None:
        self.shell.note(tr("settings.saved"), "ok")
        self._got(profile)

    def _refused(self, problem: Problem) -> None:
        self.shell.note(problem.words, "error")

    def _failed(self, problem: Problem) -> None:
        if not self._filled:
            self.stage.show_failed(problem.words, lambda: self.open(""))
