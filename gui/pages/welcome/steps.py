"""The steps of the first start, each one small form."""

import random
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QGridLayout, QLineEdit, QWidget

from gui.pages.welcome.presenter import choose, groups, right
from gui.texts import tr
from gui.widgets.badges import Glyph
from gui.widgets.boxes import Banner, Surface, box, column, row
from gui.widgets.button import Button
from gui.widgets.form import Field, area, line
from gui.widgets.text import Text, named

PASSPHRASE_CHARACTERS = 8
Act = Callable[[], object]


class Intro(QWidget):
    """What this is, in three sentences."""

    def __init__(self, begin: Act, restore: Act) -> None:
        super().__init__()
        points = column(gap=16)
        for glyph, key in (
            ("store", "one"),
            ("shield-check", "two"),
            ("key-round", "three"),
        ):
            words = column(
                Text(tr(f"welcome.{key}"), "strong"),
                Text(tr(f"welcome.{key}_words"), "body", "muted", wrap=True),
                gap=2,
            )
            point = row(Glyph(glyph, "accent", 22), gap=16)
            point.addLayout(words, 1)
            points.addLayout(point)
        buttons = row(
            Button(tr("welcome.begin"), begin, "main", "arrow-right"),
            Button(tr("welcome.restore"), restore, "link"),
            None,
        )
        self.setLayout(
            column(
                Text(tr("welcome.title"), "figure", wrap=True),
                Text(tr("welcome.lead"), "body", "muted", wrap=True),
                8, points, 16, buttons,
            )
        )  # fmt: skip


class NameStep(QWidget):
    """The public name, and a passphrase where the network is not a local one."""

    def __init__(self, go: Act, back: Act, *, secret: bool) -> None:
        super().__init__()
        self.name = line(tr("welcome.name_hint"), 40)
        self.name_field = Field(tr("welcome.name"), self.name, tr("welcome.name_note"))
        self.secret = line("", 200)
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.secret_field = Field(
            tr("welcome.secret"), self.secret, tr("welcome.secret_note")
        )
        self.secret_field.setVisible(secret)
        self._needs_secret = secret
        self.phrase = area(tr("welcome.phrase_hint"), 4)
        self.phrase_field = Field(
            tr("welcome.phrase"), self.phrase, tr("welcome.phrase_note")
        )
        self.backup = ""
        self._chosen = Text("", "body", "muted", wrap=True)
        self._choose = Button(tr("welcome.backup"), self._ask_backup)
        self._without = Button(tr("welcome.no_backup"), self._drop_backup, "link")
        self.backup_box = box(
            column(self._chosen, row(self._choose, self._without, None), gap=8)
        )
        self.go = Button(tr("welcome.make"), go, "main", "key-round")
        self.heading = Text("", "title")
        self.name.returnPressed.connect(go)
        self.setLayout(
            column(
                self.heading, self.phrase_field, self.backup_box, self.name_field, self.secret_field,
                Text(tr("welcome.where"), "meta", "muted", wrap=True),
                8, row(self.go, Button(tr("dialog.back"), back), None), gap=12,
            )
        )  # fmt: skip
        self.restoring(on=False)

    def restoring(self, *, on: bool) -> None:
        """Ask for the words as well."""
        self.phrase_field.setVisible(on)
        self.backup_box.setVisible(on)
        self.show_backup("")
        self.name_field.explain(tr("welcome.name_lost" if on else "welcome.name_note"))
        self.heading.setText(
            tr("welcome.restore_title" if on else "welcome.name_title")
        )
        self.go.setText(tr("welcome.restore_do" if on else "welcome.make"))

    def show_backup(self, path: str) -> None:
        """Restore from this file; empty: from the words alone."""
        self.backup = path
        self._chosen.setText(
            tr("welcome.backup_chosen", path=path) if path else tr("welcome.backup_why")
        )
        self._without.setVisible(bool(path))
        self.name_field.setVisible(not path)

    def _drop_backup(self) -> None:
        self.show_backup("")

    def _ask_backup(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, tr("welcome.backup"), str(Path.home())
        )
        if path:
            self.show_backup(path)

    def complete(self) -> bool:
        """Whether all is there; complain where it is not."""
        short = self._needs_secret and len(self.secret.text()) < PASSPHRASE_CHARACTERS
        self.secret_field.complain(tr("welcome.need_secret") if short else "")
        nameless = not self.backup and not self.name.text().strip()
        self.name_field.complain(tr("welcome.need_name") if nameless else "")
        return not short and not nameless


class WordsStep(QWidget):
    """Why the words matter, then the words in groups of four."""

    def __init__(self, check: Act, later: Act) -> None:
        super().__init__()
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        why = column(Text(tr("words.why"), "body", wrap=True))
        buttons = row(
            Button(tr("words.written"), check, "main", "check"),
            Button(tr("words.later"), later, "link"),
            None,
        )
        self.setLayout(
            column(
                Text(tr("words.title"), "title"), Banner(why, "waiting"),
                box(self._grid), Text(tr("words.paper"), "meta", "muted", wrap=True), 8, buttons, gap=12,
            )
        )  # fmt: skip

    def show_words(self, phrase: str) -> None:
        """Show the words once."""
        for place, group in enumerate(groups(phrase)):
            lines = column(gap=4)
            for number, word in group:
                numeral = Text(str(number), "meta", "muted")
                numeral.setFixedWidth(24)
                lines.addLayout(row(numeral, Text(word, "strong"), None))
            card = Surface(lines, inside=12)
            named(card, tr("words.group", n=place + 1))
            self._grid.addWidget(card, place // 3, place % 3)


class CheckStep(QWidget):
    """Asks three of the words."""

    def __init__(self, done: Act, back: Act) -> None:
        super().__init__()
        self._done = done
        self._phrase = ""
        self._asked = choose(random.Random())  # noqa: S311 - chance, not a secret
        self._fields = [Field("", line("", 12)) for _ in self._asked.places]
        self.complaint = Text("", "body", "error", wrap=True)
        self.complaint.hide()
        buttons = row(
            Button(tr("words.check"), self._check, "main", "check"),
            Button(tr("words.again"), back),
            None,
        )
        self.setLayout(
            column(
                Text(tr("words.check_title"), "title"), Text(tr("words.check_why"), wrap=True),
                *self._fields, self.complaint, buttons, gap=12,
            )
        )  # fmt: skip

    def ask(self, phrase: str) -> None:
        """Ask anew for three words of ``phrase``."""
        self._phrase = phrase
        self._asked = choose(random.Random())  # noqa: S311 - chance, not a secret
        for field, place in zip(self._fields, self._asked.places, strict=True):
            field.rename(tr("words.number", n=place))
            self._line(field).clear()

    def _check(self) -> None:
        answers = tuple(self._line(field).text() for field in self._fields)
        if right(self._phrase, self._asked, answers):
            self._done()
        else:
            self.complaint.setText(tr("words.wrong"))
            self.complaint.show()

    def _line(self, field: Field) -> QLineEdit:
        assert isinstance(field.editor, QLineEdit)  # noqa: S101 - made above
        return field.editor


class JoinStep(QWidget):
    """An invitation link or a friend's address; or later."""

    def __init__(self, join: Act, later: Act) -> None:
        super().__init__()
        self.address = line("bazaar:…", 4_000)
        self.field = Field(tr("join.address"), self.address, tr("join.note"))
        self.address.returnPressed.connect(join)
        buttons = row(
            Button(tr("join.do"), join, "main", "user-plus"),
            Button(tr("join.later"), later, "link"),
            None,
        )
        self.setLayout(
            column(
                Text(tr("join.title"), "title"),
                Text(tr("join.why"), wrap=True),
                self.field,
                8,
                buttons,
                gap=12,
            )
        )
