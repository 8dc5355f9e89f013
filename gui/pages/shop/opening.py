"""Whether the own shop takes orders: said in a chip, changed in a dialog."""

from datetime import UTC, datetime
from typing import Final

from PySide6.QtWidgets import QDialog, QWidget

from bazaar.domain.wire.bounds import MAX_SHORT
from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.shelf import StoreDoor, StoreDoorView
from gui.pages.page import Shell
from gui.texts import tr
from gui.texts.shown import day
from gui.widgets.badges import Chip
from gui.widgets.boxes import column, row
from gui.widgets.button import Button
from gui.widgets.choice import Choice
from gui.widgets.form import Field, line
from gui.widgets.text import Text
from gui.widgets.tick import Tick

STATES: Final = ("open", "vacation", "closed")
LOOKS: Final = {
    "open": ("ok", "store"),
    "vacation": ("waiting", "sun"),
    "closed": ("muted", "lock"),
}
WIDE_PX: Final = 460


class Opening(QWidget):
    """The state of the own shop, and the way to change it."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._held = StoreDoorView(state="open", notice="", until=None, orders=False)
        self.chip = Chip("")
        self.change = Button(tr("opening.change"), self.ask, "link")
        self.setLayout(row(self.chip, self.change, gap=4))
        self.hide()

    def read(self) -> None:
        """Ask the node for the state."""
        self._shell.door.call(StoreDoor(), self._got, lambda _: None)

    def ask(self) -> None:
        """Let the user choose another state."""
        self.dialog = OpeningDialog(self, self._held)
        self.dialog.wanted.clicked.connect(self._turn)
        self.dialog.open()

    def _turn(self) -> None:
        call = self.dialog.call()
        if call is not None:
            self._shell.door.call(call, self._turned, self._refused)

    def _turned(self, found: StoreDoorView) -> None:
        self.dialog.accept()
        self._got(found)
        self._shell.note(tr(f"opening.now_{found.state}"), "ok")

    def _refused(self, problem: Problem) -> None:
        self.dialog.complain(problem)

    def _got(self, found: StoreDoorView) -> None:
        self._held = found
        self.chip.set_chip(opening_words(found), *LOOKS[found.state])
        self.show()


def opening_words(found: StoreDoorView) -> str:
    """Return the state in words, with the day of return."""
    words = tr(f"opening.{found.state}")
    if found.until is None:
        return words
    return tr("opening.until", state=words, day=day(found.until))


class OpeningDialog(QDialog):
    """Open, on holiday or closed; with a notice and a day of return."""

    def __init__(self, parent: QWidget, held: StoreDoorView) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("opening.title"))
        self.setModal(True)
        pairs = [(one, tr(f"opening.{one}")) for one in STATES]
        self.state = Choice(tr("opening.state"), pairs, self._chosen)
        self.notice = line(tr("opening.notice_hint"), MAX_SHORT)
        self.notice.setText(held.notice)
        self.until = line("2027-01-31", 10)
        if held.until is not None:
            self.until.setText(f"{datetime.fromtimestamp(held.until, UTC):%Y-%m-%d}")
        self.orders = Tick(tr("opening.orders"))
        self.orders.setChecked(held.orders)
        self.wanted = Button(tr("opening.keep"), kind="main")
        self.about = Text("", "meta", "muted", wrap=True)
        self.fields = {
            "notice": Field(tr("opening.notice"), self.notice),
            "until": Field(tr("opening.day"), self.until, tr("opening.day_note")),
        }
        back = Button(tr("dialog.back"), self.reject)
        content = column(
            Text(tr("opening.title"), "title"),
            Field(tr("opening.state"), self.state),
            self.about,
            *self.fields.values(),
            self.orders,
            row(None, back, self.wanted),
            gap=12,
        )
        content.setContentsMargins(24, 20, 24, 20)
        self.setLayout(content)
        self._content = content
        self.state.choose(held.state)
        self._chosen()

    def call(self) -> StoreDoor | None:
        """Return what the user wants; None when the day is none, which is then said."""
        state = self.state.value()
        if state == "open":
            return StoreDoor(state=state)
        text = self.until.text().strip()
        try:
            until = _seconds(text) if text else None
        except ValueError:
            self.fields["until"].complain(tr("opening.no_day"))
            self._fit()
            return None
        return StoreDoor(
            state=state,
            notice=self.notice.text().strip(),
            until=until,
            orders=state == "vacation" and self.orders.isChecked(),
        )

    def complain(self, problem: Problem) -> None:
        """Say beside its field what the node refused."""
        self.fields.get(problem.field, self.fields["notice"]).complain(problem.words)
        self._fit()

    def _chosen(self) -> None:
        state = self.state.value()
        self.about.setText(tr(f"opening.about_{state}"))
        for field in self.fields.values():
            field.setVisible(state != "open")
        self.orders.setVisible(state == "vacation")
        self._fit()

    def _fit(self) -> None:
        """Take the room that this state's fields need."""
        self._content.invalidate()
        self.setFixedSize(WIDE_PX, self._content.heightForWidth(WIDE_PX))


def _seconds(text: str) -> int:
    return int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp())
