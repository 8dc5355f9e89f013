"""The first start: welcome, name, words, join; one step after the other."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QStackedWidget, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.node import Connect
from gui.pages.page import Page, Shell
from gui.pages.welcome.steps import CheckStep, Intro, JoinStep, NameStep, WordsStep
from gui.rpc.identity import IdentityMaker, Wish
from gui.rpc.node_process import LOCAL_PREFIX
from gui.texts import tr
from gui.widgets.boxes import Surface, column, row
from gui.widgets.text import Text

WIDE_PX: Final = 640
DOTS: Final = 4


class WelcomePage(Page):
    """Ends with an identity; the window starts the node then.

    Signals:
        made: An identity lives here now; carries its passphrase.
        finished: The user is through; True when the words were checked.
    """

    made = Signal(str)
    finished = Signal(bool)

    def __init__(self, shell: Shell, home: Path, network: str) -> None:
        super().__init__(shell)
        self._network = network
        self._phrase = ""
        self._backed_up = False
        self.maker = IdentityMaker(home)
        self.maker.made.connect(self._identity)
        self.maker.failed.connect(self._failed)
        secret = not network.startswith(LOCAL_PREFIX)
        self.intro = Intro(self._begin, self._restore)
        self.name = NameStep(self._make, lambda: self._step(0), secret=secret)
        self.words = WordsStep(self._check, self._later)
        self.check = CheckStep(self._checked, lambda: self._step(2))
        self.join = JoinStep(self._join, self._done)
        self.steps = QStackedWidget()
        self._all = (self.intro, self.name, self.words, self.check, self.join)
        for step in self._all:
            self.steps.addWidget(_topped(step))
        self.number = Text("", "meta", "muted")
        card = Surface(column(self.number, self.steps, gap=12), inside=32)
        card.setMaximumWidth(WIDE_PX)
        middle = row(None, card, None)
        middle.setStretch(1, 3)
        self.set_body(column(None, middle, None))
        self._step(0)

    def open(self, argument: str) -> None:
        del argument

    def show_words(self, phrase: str) -> None:
        """Show the words of a new identity."""
        self._phrase = phrase
        self.words.show_words(phrase)
        self._step(2)

    def _step(self, number: int) -> None:
        for place, step in enumerate(self._all):
            wanted = (
                QSizePolicy.Policy.Preferred
                if place == number
                else QSizePolicy.Policy.Ignored
            )
            step.setSizePolicy(QSizePolicy.Policy.Preferred, wanted)
        self.steps.setCurrentIndex(number)
        shown = {0: 1, 1: 2, 2: 3, 3: 3, 4: 4}[number]
        self.number.setText(tr("welcome.step", number=shown, count=DOTS))

    def _begin(self) -> None:
        self.name.restoring(on=False)
        self._step(1)
        self.name.name.setFocus()

    def _restore(self) -> None:
        self.name.restoring(on=True)
        self._step(1)

    def _make(self) -> None:
        if not self.name.complete():
            return
        phrase = (
            self.name.phrase.toPlainText() if self.name.phrase_field.isVisible() else ""
        )
        self.name.go.setEnabled(False)
        self.maker.make(
            Wish(
                name=self.name.name.text().strip(),
                network=self._network,
                passphrase=self.name.secret.text(),
                phrase=" ".join(phrase.lower().split()),
                backup=self.name.backup,
            )
        )

    def _identity(self, phrase: str) -> None:
        self.name.go.setEnabled(True)
        secret = self.name.secret.text()
        self.name.secret.clear()
        self.name.phrase.clear()
        self.name.show_backup("")
        self.made.emit(secret)
        if phrase:
            self.show_words(phrase)
        else:
            self._backed_up = True
            self._step(4)

    def _failed(self, words: str) -> None:
        self.name.go.setEnabled(True)
        field = self.name.name_field
        if self.name.phrase_field.isVisible():
            field = self.name.phrase_field
        field.complain(words)

    def _check(self) -> None:
        self.check.ask(self._phrase)
        self._step(3)

    def _checked(self) -> None:
        self._backed_up = True
        self._step(4)

    def _later(self) -> None:
        self._step(4)

    def _join(self) -> None:
        address = self.join.address.text().strip()
        if not address:
            self.join.field.complain(tr("network.need_address"))
            return
        self.shell.door.call(
            Connect(address=address), lambda _: self._done(), self._not_joined
        )

    def _not_joined(self, problem: Problem) -> None:
        self.join.field.complain(problem.words)

    def _done(self) -> None:
        self._phrase = ""
        self.finished.emit(self._backed_up)


def _topped(step: QWidget) -> QWidget:
    layout = step.layout()
    if isinstance(layout, QBoxLayout):
        layout.addStretch(1)
    return step
