"""The own profile: pictures, words, ways to reach one, and how others see it."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.profile import (
    ProfilePicture,
    ProfileSet,
    ProfileShow,
    ProfileView,
)
from gui.pages.editor.draft import Touch
from gui.pages.editor.photos import KINDS, own_picture
from gui.pages.editor.touching import TouchDialog
from gui.pages.page import Page, Shell
from gui.pages.profile.presenter import (
    MOST_CONTACTS,
    Filled,
    changes,
    contacts_of,
    filled_of,
)
from gui.pages.profile.preview import Preview
from gui.texts import tr
from gui.texts.shown import sentence
from gui.widgets.boxes import Surface, box, clear, column, row, scrolling
from gui.widgets.button import Button
from gui.widgets.form import Field, area, line
from gui.widgets.rows import Column, Rows
from gui.widgets.stage import Stage
from gui.widgets.text import Text
from gui.widgets.tick import Tick

SIDE_PX: Final = 360
CROP_SIZE: Final = QSize(984, 738)
NAMED: Final = ("name", "location", "short", "languages", "colours")


class ProfilePage(Page):
    """Edits what others see of the user."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.profile: ProfileView | None = None
        self.lines = {
            "name": line("", 40),
            "location": line("", 40),
            "short": line(tr("settings.short_hint"), 160),
            "languages": line("en", 390),
            "colours": line("#1f5fd6", 80),
        }
        for one in self.lines.values():
            one.textEdited.connect(self._typed)
        self.about = area(tr("settings.about_hint"), 6)
        self.about.textChanged.connect(self._changed)
        self.mature = Tick(tr("profile.mature"))
        self.mature.toggled.connect(self._typed)
        self.contacts = Rows(
            (
                Column(
                    "kind",
                    tr("profile.contact_kind"),
                    1,
                    tr("profile.contact_hint"),
                    40,
                ),
                Column(
                    "value",
                    tr("profile.contact_value"),
                    2,
                    tr("profile.contact_value_hint"),
                    140,
                ),
            ),
            tr("profile.contact_add"),
            MOST_CONTACTS,
        )
        self.contacts.changed.connect(self._changed)
        self.fields = {
            "name": Field(
                tr("settings.name"), self.lines["name"], tr("settings.name_note")
            ),
            "location": Field(tr("settings.location"), self.lines["location"]),
            "short": Field(tr("settings.short"), self.lines["short"]),
            "about": Field(tr("settings.about"), self.about),
            "languages": Field(
                tr("profile.languages"),
                self.lines["languages"],
                tr("profile.languages_note"),
            ),
            "colours": Field(
                tr("profile.colours"), self.lines["colours"], tr("profile.colours_note")
            ),
        }
        self.preview = Preview(shell.pictures)
        self._pictures: QVBoxLayout = column(gap=8)
        self.publish = Button(tr("profile.publish"), self._publish, "main")
        self.stage = Stage(scrolling(self._body(), 1100))
        self.set_body(self.stage)

    def _body(self) -> QVBoxLayout:
        note = Text(tr("profile.note"), "body", "muted", wrap=True)
        head = row(Text(tr("profile.title"), "title"), None, self.publish)
        names = row(gap=16)
        names.addWidget(self.fields["name"], 1)
        names.addWidget(self.fields["location"], 1)
        more = row(gap=16)
        more.addWidget(self.fields["languages"], 1)
        more.addWidget(self.fields["colours"], 1)
        who = Surface(
            column(
                Text(tr("profile.who"), "heading"),
                names,
                self.fields["short"],
                self.fields["about"],
                more,
                self.mature,
                gap=12,
            )
        )
        reach = Surface(
            column(Text(tr("profile.contact"), "heading"), self.contacts, gap=12)
        )
        pictures = Surface(
            column(
                Text(tr("profile.pictures"), "heading"),
                Text(tr("profile.picture_note"), "meta", "muted", wrap=True),
                box(self._pictures),
                gap=12,
            )
        )
        side = box(
            column(Text(tr("profile.preview"), "meta", "muted"), self.preview, None)
        )
        side.setFixedWidth(SIDE_PX)
        both = row(gap=24)
        both.addLayout(column(pictures, who, reach, None, gap=16), 1)
        both.addWidget(side)
        whole = column(head, note, gap=16)
        whole.addLayout(both)
        return whole

    def open(self, argument: str) -> None:
        del argument
        if self.profile is None:
            self.stage.load()
        if not self._edited():
            self.shell.door.call(ProfileShow(), self._got, self._failed)

    def unsaved_title(self) -> str | None:
        return tr("profile.unsaved") if self._edited() else None

    def filled(self) -> Filled:
        """Return what stands in the form."""
        return Filled(
            name=self.lines["name"].text(),
            location=self.lines["location"].text(),
            short=self.lines["short"].text(),
            about=self.about.toPlainText(),
            languages=self.lines["languages"].text(),
            colours=self.lines["colours"].text(),
            nsfw=self.mature.isChecked(),
            contacts=contacts_of(self.contacts.rows()),
        )

    def _edited(self) -> bool:
        if self.profile is None:
            return False
        return bool(changes(filled_of(self.profile), self.filled()))

    def _got(self, profile: ProfileView) -> None:
        self.profile = profile
        filled = filled_of(profile)
        for name in NAMED:
            self.lines[name].setText(getattr(filled, name))
        self.about.setPlainText(filled.about)
        self.mature.setChecked(filled.nsfw)
        self.contacts.set_rows(
            [{"kind": kind, "value": value} for kind, value in filled.contacts]
        )
        self._show_pictures(profile)
        self._changed()
        self.stage.show_content()

    def _failed(self, problem: Problem) -> None:
        if self.profile is None:
            self.stage.show_failed(problem.words, lambda: self.open(""))

    def _typed(self, _: object) -> None:
        self._changed()

    def _changed(self) -> None:
        if self.profile is not None:
            self.preview.show_filled(self.profile, self.filled())
        self.publish.setEnabled(self._edited())

    # ------------------------------------------------------------- pictures

    def _show_pictures(self, profile: ProfileView) -> None:
        clear(self._pictures)
        for which, held in (("avatar", profile.avatar), ("header", profile.header)):
            self._pictures.addWidget(self._picture_row(which, has=bool(held)))

    def _picture_row(self, which: str, *, has: bool) -> QWidget:
        choose = Button(
            tr("profile.choose"), lambda: self._choose(which), "plain", "image-plus"
        )
        choose.setAccessibleName(f"{tr(f'profile.{which}')}: {tr('profile.choose')}")
        line_ = row(Text(tr(f"profile.{which}"), "body"), None, choose, gap=8)
        if has:
            away = Button(
                tr("profile.take_away"), lambda: self._send(which, "", Touch()), "link"
            )
            away.setAccessibleName(
                f"{tr(f'profile.{which}')}: {tr('profile.take_away')}"
            )
            line_.addWidget(away)
        return box(line_)

    def _choose(self, which: str) -> None:
        kinds = " ".join(f"*{kind}" for kind in KINDS)
        path, _ = QFileDialog.getOpenFileName(self, tr("profile.choose"), "", kinds)
        if path:
            self.crop(which, path)

    def crop(self, which: str, path: str) -> None:
        """Ask which part of a picture is shown, then publish it."""
        found = own_picture(path, CROP_SIZE)
        if found.isNull():
            found = QPixmap(CROP_SIZE)
        dialog = TouchDialog(self, found, Touch(), captioned=False)
        dialog.accepted.connect(lambda: self._send(which, path, dialog.touch()))
        dialog.open()

    def _send(self, which: str, path: str, touch: Touch) -> None:
        def done(profile: ProfileView) -> None:
            self.profile = profile
            self._show_pictures(profile)
            self._changed()
            key = "profile.picture_done" if path else "profile.picture_gone"
            self.shell.note(tr(key), "ok")

        whole = str(Path(path).absolute()) if path else ""
        call = ProfilePicture(which=which, path=whole, turn=touch.turn, crop=touch.crop)
        self.shell.door.call(call, done, self._refused)

    # ------------------------------------------------------------- publishing

    def _publish(self) -> None:
        if self.profile is None:
            return
        filled = self.filled()
        named = bool(filled.name.strip())
        self.fields["name"].complain("" if named else tr("settings.need_name"))
        if named:
            call = ProfileSet(values=changes(filled_of(self.profile), filled))
            self.publish.setEnabled(False)
            self.shell.door.call(call, self._published, self._refused)

    def _published(self, profile: ProfileView) -> None:
        for field in self.fields.values():
            field.complain("")
        self.shell.note(tr("settings.saved"), "ok")
        self._got(profile)

    def _refused(self, problem: Problem) -> None:
        """Say it beside the field that the node named, else as a note."""
        self.publish.setEnabled(self._edited())
        name, _, words = problem.words.partition(": ")
        if name in self.fields and words:
            self.fields[name].complain(sentence(words))
        else:
            self.shell.note(problem.words, "error")
