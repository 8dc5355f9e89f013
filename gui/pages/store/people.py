"""Whom a shop follows and who follows it, as far as it tells."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.people import Follows, FollowsView, FollowView
from gui.pages.page import Shell
from gui.texts import tr
from gui.widgets.badges import Chip
from gui.widgets.boxes import Surface, clear, column, row, rule, scrolling
from gui.widgets.button import Button
from gui.widgets.person import Person
from gui.widgets.stage import Stage

WIDE_PX = 860


class PeoplePane(Stage):
    """One of the two lists of a shop."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._peer = self._side = ""
        self._rows: QVBoxLayout = column(gap=12)
        content = column(Surface(self._rows), None)
        super().__init__(scrolling(content, WIDE_PX))

    def show_side(self, peer: str, side: str) -> None:
        """Ask a shop for ``following`` or ``followers``; an answer that came late is dropped."""
        self._peer, self._side = peer, side
        self.load()

        def got(view: FollowsView) -> None:
            if (peer, side) == (self._peer, self._side):
                self._show(view.following if side == "following" else view.followers)

        def failed(problem: Problem) -> None:
            if (peer, side) == (self._peer, self._side):
                words = tr("follow.away", why=problem.words)
                self.show_failed(words, lambda: self.show_side(peer, side))

        self._shell.door.call(Follows(peer=peer), got, failed)

    def _show(self, people: tuple[FollowView, ...]) -> None:
        if not people:
            self.show_empty(tr(f"follow.none_{self._side}"))
            return
        clear(self._rows)
        for number, one in enumerate(people):
            if number:
                self._rows.addWidget(rule())
            self._rows.addWidget(self._row(one))
        self.show_content()

    def _row(self, one: FollowView) -> QWidget:
        line = row(gap=12)
        who = Person(one.peer_id, one.name, one.fingerprint, one.colour)
        line.addWidget(who, 1)
        if one.follows_you:
            line.addWidget(Chip(tr("follow.back"), "accent", "user"))
        if one.followed:
            line.addWidget(Chip(tr("follow.on"), "ok", "check"))
        visit = Button(
            tr("listing.visit"),
            lambda: self._shell.go("store", one.peer_id),
            "link",
            "store",
        )
        line.addWidget(visit)
        holder = QWidget()
        line.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(line)
        return holder
