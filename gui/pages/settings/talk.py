"""Settings of messages and notices, and whom the user blocked."""

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.chat import Blocked, BlockedView, Unblock
from bazaar.rpc.schema.notices import NoticeList, NoticeOff, NoticesView
from bazaar.rpc.schema.profile import ProfileSet, ProfileView
from gui.pages.page import Shell
from gui.texts import tr
from gui.widgets.boxes import Surface, box, clear, column, row
from gui.widgets.button import Button
from gui.widgets.person import Person
from gui.widgets.text import Text
from gui.widgets.tick import Tick

KINDS = (
    "order",
    "payment",
    "shipment",
    "deadline",
    "dispute",
    "ruling",
    "case",
    "chat",
    "follow",
    "wish",
    "search",
    "rating",
    "backup",
    "network",
)
COLUMNS = 3
MARKS = "read_marks"


class TalkSettings(QWidget):
    """Read marks, which notices are told, blocked people."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.marks = Tick(tr("settings.marks"))
        self.marks.toggled.connect(self._choose_marks)
        self.kinds = {kind: self._tick(kind) for kind in KINDS}
        self._blocked: QVBoxLayout = column(gap=12)
        told = column(Text(tr("settings.tell_me"), "meta", "muted"), gap=0)
        for start in range(0, len(KINDS), COLUMNS):
            names = KINDS[start : start + COLUMNS]
            line = row(gap=8)
            for name in names:
                line.addWidget(self.kinds[name], 1)
            told.addLayout(line)
        heading = Text(tr("settings.talk"), "heading")
        title = Text(tr("block.title"), "heading")
        talk = Surface(column(heading, self.marks, told, gap=12))
        blocked = Surface(column(title, box(self._blocked), gap=12))
        self.setLayout(column(talk, blocked, gap=16))

    def _tick(self, kind: str) -> Tick:
        tick = Tick(tr(f"notice.{kind}"))
        tick.toggled.connect(self._choose_kinds)
        return tick

    def show_profile(self, profile: ProfileView) -> None:
        """Show what the own node was told; reads the rest itself."""
        with QSignalBlocker(self.marks):
            self.marks.setChecked(profile.settings.get(MARKS) != "no")
        self._shell.door.call(NoticeList(limit=0), self._got_kinds, self._refused)
        self._read_blocked()

    def _got_kinds(self, view: NoticesView) -> None:
        for kind, tick in self.kinds.items():
            with QSignalBlocker(tick):
                tick.setChecked(kind not in view.off)

    def _choose_marks(self, on: bool) -> None:  # noqa: FBT001 - from a tick
        call = ProfileSet(values={MARKS: "yes" if on else "no"})
        self._shell.door.call(call, lambda _: None, self._refused)

    def _choose_kinds(self) -> None:
        off = tuple(kind for kind, tick in self.kinds.items() if not tick.isChecked())
        self._shell.door.call(NoticeOff(kinds=off), lambda _: None, self._refused)

    def _read_blocked(self) -> None:
        self._shell.door.call(Blocked(), self._got_blocked, self._refused)

    def _got_blocked(self, found: tuple[BlockedView, ...]) -> None:
        clear(self._blocked)
        for one in found:
            line = row(gap=12)
            who = Person(one.peer_id, one.name, one.fingerprint, one.colour)
            line.addWidget(who, 1)
            line.addWidget(Button(tr("block.undo"), self._undoer(one.peer_id)))
            self._blocked.addLayout(line)
        if not found:
            self._blocked.addWidget(Text(tr("block.none"), "body", "muted"))

    def _undoer(self, peer: str) -> "Undoer":
        return Undoer(self, peer)

    def unblock(self, peer: str) -> None:
        """Take a block back."""

        def done(_: object) -> None:
            self._shell.note(tr("block.undone"), "ok")
            self._read_blocked()

        self._shell.door.call(Unblock(peer=peer), done, self._refused)

    def _refused(self, problem: Problem) -> None:
        self._shell.note(problem.words, "error")


class Undoer:
    """Unblocks one person."""

    def __init__(self, settings: TalkSettings, peer: str) -> None:
        self._settings = settings
        self._peer = peer

    def __call__(self) -> None:
        """Do it."""
        self._settings.unblock(self._peer)
