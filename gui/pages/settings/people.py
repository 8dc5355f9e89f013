"""Settings of people: what is covered, whom one follows, lists of warnings."""

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.people import (
    Follows,
    FollowsView,
    FollowView,
    ReportWithdraw,
    Unfollow,
    UsedListView,
    WarningsAllow,
    WarningsDrop,
    WarningsPublish,
    WarningsShow,
    WarningsUse,
    WarningsView,
    WarningView,
)
from bazaar.rpc.schema.profile import ProfileSet, ProfileView
from gui.pages.page import Shell
from gui.texts import tr, tr_or
from gui.texts.shown import moment, short_id
from gui.widgets.badges import Chip
from gui.widgets.boxes import Surface, box, clear, column, row, rule
from gui.widgets.button import Button
from gui.widgets.form import Field, line
from gui.widgets.person import Person
from gui.widgets.text import ShortText, Text
from gui.widgets.tick import Tick

MATURE = "show_mature"
FOLLOWERS = "hide_followers"


class PeopleSettings(QWidget):
    """The mature switch, followed people, the own list and those of others."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.mature = Tick(tr("settings.mature"))
        self.mature.toggled.connect(self._flagger(MATURE))
        self.followers = Tick(tr("settings.followers"))
        self.followers.toggled.connect(self._flagger(FOLLOWERS))
        self._followed: QVBoxLayout = column(gap=10)
        self._own: QVBoxLayout = column(gap=8)
        self._used: QVBoxLayout = column(gap=12)
        self._allowed: QVBoxLayout = column(gap=8)
        self.published = Tick(tr("lists.publish"))
        self.published.toggled.connect(self._publish)
        self.title = line("", 140)
        self.title.editingFinished.connect(self._rename)
        self.peer = line(tr("lists.peer"), 120)
        self.peer.setAccessibleName(tr("lists.peer"))
        self.peer.returnPressed.connect(self._use)
        self.setLayout(column(self._people(), self._warnings(), gap=16))

    def _people(self) -> Surface:
        heading = Text(tr("settings.people"), "heading")
        switches = column(self.mature, self.followers, gap=0)
        return Surface(column(heading, box(self._followed), rule(), switches, gap=12))

    def _warnings(self) -> Surface:
        use = row(gap=8)
        use.addWidget(self.peer, 1)
        use.addWidget(Button(tr("lists.use"), self._use))
        self._name = Field(tr("lists.name"), self.title, tr("lists.name_note"))
        return Surface(
            column(
                Text(tr("lists.title"), "heading"),
                Text(tr("lists.note"), "meta", "muted", wrap=True),
                Text(tr("lists.own"), "strong"),
                box(self._own),
                self.published,
                self._name,
                rule(),
                Text(tr("lists.used"), "strong"),
                box(self._used),
                use,
                box(self._allowed),
                gap=12,
            )
        )

    def show_profile(self, profile: ProfileView) -> None:
        """Show what the own node was told; reads the rest itself."""
        for tick, name in ((self.mature, MATURE), (self.followers, FOLLOWERS)):
            with QSignalBlocker(tick):
                tick.setChecked(profile.settings.get(name) == "yes")
        self._shell.door.call(Follows(), self._got_follows, self._refused)
        self._shell.door.call(WarningsShow(), self._got_warnings, self._refused)

    # ------------------------------------------------------------- people

    def _flagger(self, name: str) -> Callable[[bool], None]:
        def choose(on: bool) -> None:  # noqa: FBT001 - from a tick
            call = ProfileSet(values={name: "yes" if on else "no"})
            self._shell.door.call(call, lambda _: None, self._refused)

        return choose

    def _got_follows(self, found: FollowsView) -> None:
        clear(self._followed)
        for one in found.following:
            self._followed.addWidget(self._person(one))
        if not found.following:
            self._followed.addWidget(Text(tr("settings.nobody"), "body", "muted"))

    def _person(self, one: FollowView) -> QWidget:
        content = row(gap=12)
        who = Person(one.peer_id, one.name, one.fingerprint, one.colour)
        content.addWidget(who, 1)
        if one.private:
            content.addWidget(Chip(tr("settings.private"), "muted", "lock"))
        if one.follows_you:
            content.addWidget(Chip(tr("follow.back"), "accent", "user"))
        undo = Button(tr("follow.undo"), lambda: self._unfollow(one))
        content.addWidget(undo)
        return box(content)

    def _unfollow(self, one: FollowView) -> None:
        def done(_: object) -> None:
            self._shell.note(tr("follow.undone", name=one.name), "ok")
            self._shell.door.call(Follows(), self._got_follows, self._refused)

        self._shell.door.call(Unfollow(peer=one.peer_id), done, self._refused)

    # ------------------------------------------------------------- warnings

    def _got_warnings(self, view: WarningsView) -> None:
        with QSignalBlocker(self.published):
            self.published.setChecked(view.published)
        self._name.setVisible(view.published)
        if not self.title.hasFocus():
            self.title.setText(view.title)
        self._entries(self._own, view.own, "report", tr("warn.withdraw"))
        if not view.own:
            self._own.addWidget(Text(tr("lists.none"), "body", "muted"))
        clear(self._used)
        for one in view.used:
            self._used.addWidget(self._list(one))
        if not view.used:
            self._used.addWidget(Text(tr("lists.none_used"), "body", "muted"))
        self._entries(self._allowed, view.allowed, "allow", tr("lists.unallow"))
        if view.allowed:
            self._allowed.insertWidget(0, Text(tr("lists.allowed"), "strong"))

    def _entries(
        self,
        into: QVBoxLayout,
        entries: tuple[WarningView, ...],
        kind: str,
        undo: str,
    ) -> None:
        clear(into)
        for one in entries:
            name = one.title or f"{tr('lists.unknown')} {short_id(one.subject)}"
            content = row(gap=12)
            content.addWidget(ShortText(name), 1)
            if one.reason:
                words = tr_or(f"report.{one.reason}", one.reason)
                content.addWidget(Chip(words, "error", "flag"))
            button = Button(undo, self._undoer(one.subject, kind), "link")
            button.setAccessibleName(f"{undo}: {name}")
            content.addWidget(button)
            into.addWidget(box(content))

    def _undoer(self, subject: str, kind: str) -> Callable[[], None]:
        call: Call = (
            ReportWithdraw(subject=subject)
            if kind == "report"
            else WarningsAllow(subject=subject, allowed=False)
        )

        def undo() -> None:
            self._shell.door.call(call, self._read_warnings, self._refused)

        return undo

    def _read_warnings(self, _: object) -> None:
        self._shell.door.call(WarningsShow(), self._got_warnings, self._refused)

    def _list(self, one: UsedListView) -> QWidget:
        content = row(gap=12)
        note = tr("lists.count", n=one.count, when=moment(one.fetched))
        words = f"{one.title} · {note}" if one.title else note
        who = Person(one.peer_id, one.name, one.fingerprint, one.colour, words)
        content.addWidget(who, 1)
        drop = Button(
            tr("lists.drop"),
            lambda: self._do(WarningsDrop(peer=one.peer_id), "lists.dropped"),
        )
        content.addWidget(drop)
        return box(content)

    def _publish(self, on: bool) -> None:  # noqa: FBT001 - from a tick
        call = WarningsPublish(published=on, title=self.title.text())
        self._shell.door.call(call, self._got_warnings, self._refused)

    def _rename(self) -> None:
        if self.title.isModified() and self.published.isChecked():
            self.title.setModified(False)
            self._publish(True)  # noqa: FBT003 - as from a tick

    def _use(self) -> None:
        peer = self.peer.text().strip()
        if peer:
            self._do(WarningsUse(peer=peer), "lists.using")

    def _do(self, call: Call, key: str) -> None:
        def done(view: WarningsView) -> None:
            self.peer.clear()
            self._shell.note(tr(key), "ok")
            self._got_warnings(view)

        self._shell.door.call(call, done, self._refused)

    def _refused(self, problem: Problem) -> None:
        self._shell.note(problem.words, "error")
