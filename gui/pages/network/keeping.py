"""What lies here of others and of oneself elsewhere: copies of shops, looked-at listings."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.mirrors import (
    HeldList,
    HeldPurge,
    HeldView,
    MirrorKeep,
    MirrorList,
    MirrorStop,
    MirrorsView,
    MirrorView,
)
from bazaar.rpc.schema.profile import ProfileSet
from gui.pages.page import Shell
from gui.texts import tr
from gui.texts.shown import ago, size
from gui.widgets.boxes import Surface, box, clear, column, row, rule
from gui.widgets.button import Button
from gui.widgets.choice import Choice
from gui.widgets.dialogs import Question
from gui.widgets.text import ShortText, Text
from gui.widgets.tick import Tick

MIB = 2**20
QUOTAS = (50, 200, 1_000, 5_000)
MOST_HELD = 8


class Keeping(QWidget):
    """Copies kept for friends, who keeps ours, and what else may be deleted."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._mirrors: QVBoxLayout = column(gap=10)
        self._holders: QVBoxLayout = column(gap=4)
        self._held: QVBoxLayout = column(gap=8)
        self.friends = Tick(tr("mirror.friends"))
        self.friends.clicked.connect(self._choose_friends)
        kept = column(
            Text(tr("mirror.title"), "heading"),
            Text(tr("mirror.note"), "meta", "muted", wrap=True),
            box(self._mirrors),
            self.friends,
            rule(),
            box(self._holders),
            gap=12,
        )
        others = column(
            Text(tr("held.title"), "heading"),
            Text(tr("held.note"), "meta", "muted", wrap=True),
            box(self._held),
            gap=12,
        )
        self.setLayout(column(Surface(kept), Surface(others), gap=16))

    def refresh(self) -> None:
        """Read it all again."""
        self._shell.door.call(MirrorList(), self._got_mirrors, self._refused)
        self._shell.door.call(HeldList(), self._got_held, self._refused)

    # ------------------------------------------------------------- copies

    def _got_mirrors(self, view: MirrorsView) -> None:
        clear(self._mirrors)
        for one in view.mirrors:
            self._mirrors.addWidget(self._mirror(one))
        if not view.mirrors:
            self._mirrors.addWidget(Text(tr("mirror.none"), "body", "muted", wrap=True))
        self.friends.setChecked(view.friends)
        clear(self._holders)
        now = self._shell.now()
        for holder in view.holders:
            words = tr(
                "mirror.holder",
                name=holder.name,
                n=holder.listings,
                ago=ago(holder.at, now),
            )
            self._holders.addWidget(Text(words, "body", wrap=True))
        if not view.holders:
            self._holders.addWidget(
                Text(tr("mirror.no_holder"), "meta", "muted", wrap=True)
            )

    def _mirror(self, one: MirrorView) -> QWidget:
        name = ShortText(one.name, "strong")
        quota = Choice(
            tr("mirror.quota_of", name=one.name),
            [(str(step), tr("mirror.quota", mib=f"{step:,}")) for step in _steps(one)],
            lambda: self._resize(one, quota.value()),
        )
        quota.choose(str(one.quota // MIB))
        stop = Button(tr("mirror.stop"), lambda: self._stop(one), "quiet", "x")
        first = row(name, None, quota, stop, gap=8)
        words = mirror_words(one, self._shell.now())
        ink = "waiting" if one.problem else "muted"
        return box(column(first, Text(words, "meta", ink, wrap=True), gap=2))

    def _resize(self, one: MirrorView, quota: str) -> None:
        if int(quota) * MIB != one.quota:
            self._do(MirrorKeep(peer=one.peer_id, quota=int(quota)), "mirror.resized")

    def _stop(self, one: MirrorView) -> None:
        def undo() -> None:
            self._do(
                MirrorKeep(peer=one.peer_id, quota=one.quota // MIB), "mirror.begun"
            )

        def stopped(_: object) -> None:
            self._shell.note_undo(tr("mirror.stopped", name=one.name), undo)
            self.refresh()

        self._shell.door.call(MirrorStop(peer=one.peer_id), stopped, self._refused)

    def _choose_friends(self, on: bool) -> None:  # noqa: FBT001 - from a tick
        values = {"mirror_friends": "yes" if on else "no"}
        self._shell.door.call(ProfileSet(values=values), lambda _: None, self._refused)

    # ------------------------------------------------------------- what else is held

    def _got_held(self, held: tuple[HeldView, ...]) -> None:
        clear(self._held)
        held = tuple(one for one in held if not one.mirrored)
        for one in held[:MOST_HELD]:
            self._held.addLayout(self._line(one))
        if len(held) > MOST_HELD:
            rest = held[MOST_HELD:]
            words = tr(
                "held.more", n=len(rest), size=size(sum(it.bytes for it in rest))
            )
            self._held.addWidget(Text(words, "meta", "muted"))
        if not held:
            self._held.addWidget(Text(tr("held.none"), "body", "muted", wrap=True))

    def _line(self, one: HeldView) -> QVBoxLayout:
        purge = Button(tr("held.purge"), lambda: self._purge(one), "quiet", "trash-2")
        words = tr(
            "held.words", n=one.listings, pictures=one.pictures, size=size(one.bytes)
        )
        if one.blocked:
            words = f"{words} · {tr('held.blocked')}"
        both = column(
            ShortText(one.name, "strong"),
            Text(words, "meta", "muted", wrap=True),
            gap=2,
        )
        line = row(gap=8)
        line.addLayout(both, 1)
        line.addWidget(purge)
        return column(line)

    def _purge(self, one: HeldView) -> None:
        title = tr("held.ask", name=one.name)
        question = Question(self, title, tr("held.ask_words"), tr("held.purge"))
        call = HeldPurge(peer=one.peer_id)
        question.accepted.connect(lambda: self._do(call, "held.purged"))
        question.open()

    # ------------------------------------------------------------- asking

    def _do(self, call: Call, key: str) -> None:
        def done(_: object) -> None:
            self._shell.note(tr(key), "ok")
            self.refresh()

        self._shell.door.call(call, done, self._refused)

    def _refused(self, problem: Problem) -> None:
        self._shell.note(problem.words, "error")


def mirror_words(one: MirrorView, now: int) -> str:
    """Return how far a copy is, in one line."""
    if not one.as_of:
        return tr("mirror.unseen")
    words = tr(
        "mirror.words",
        listings=f"{one.listings:,}/{one.all_listings:,}",
        pictures=f"{one.pictures:,}/{one.all_pictures:,}",
        size=size(one.bytes),
        ago=ago(one.as_of, now),
    )
    return f"{words} · {one.problem}" if one.problem else words


def _steps(one: MirrorView) -> list[int]:
    return sorted({*QUOTAS, one.quota // MIB})
