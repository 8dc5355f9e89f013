"""Notices: grouped by what they are about, newest first; each opens its step."""

from itertools import groupby
from typing import ClassVar, Final

from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.notices import (
    NoticeDelete,
    NoticeList,
    NoticeRead,
    NoticesView,
    NoticeView,
)
from gui.pages.browse.saved import PREFIX
from gui.pages.page import Page, Shell
from gui.texts import tr, tr_or
from gui.texts.shown import ago
from gui.widgets.badges import Chip, Glyph
from gui.widgets.boxes import Slot, Surface, box, clear, column, row, rule, scrolling
from gui.widgets.button import Button, IconButton
from gui.widgets.dialogs import Question
from gui.widgets.stage import Stage
from gui.widgets.text import ShortText, Text

LOOKS: Final = {
    "order": ("receipt", "accent"),
    "payment": ("coins", "ok"),
    "shipment": ("truck", "accent"),
    "deadline": ("clock", "waiting"),
    "dispute": ("scale", "dispute"),
    "ruling": ("gavel", "dispute"),
    "case": ("gavel", "dispute"),
    "chat": ("message-square", "accent"),
    "follow": ("user-plus", "accent"),
    "wish": ("heart", "accent"),
    "search": ("search", "accent"),
    "rating": ("star", "waiting"),
    "backup": ("download", "waiting"),
    "network": ("wifi-off", "error"),
}
PEOPLE: Final = frozenset({"chat", "follow", "wish", "search", "rating"})
MACHINE: Final = frozenset({"backup", "network"})
TABS: Final = ("all", "orders", "people", "machine")
PAGES: Final = {"chat": "messages", "peer": "store"}


class NoticesPage(Page):
    """What happened, until one throws it away."""

    topics: ClassVar[frozenset[str]] = frozenset({"notice"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.view: NoticesView | None = None
        self._groups: QVBoxLayout = column(gap=12)
        self._none = Slot()
        tabs = QButtonGroup(self)
        self._tabs = {
            key: Button(tr(f"notices.{key}"), self._show, "tab") for key in TABS
        }
        for tab in self._tabs.values():
            tabs.addButton(tab)
        self._tabs["all"].setChecked(True)
        read = Button(tr("notices.read_all"), lambda: self._do(NoticeRead()), "quiet")
        delete = Button(tr("notices.delete_all"), self._ask_delete, "quiet")
        head = row(Text(tr("notices.title"), "title"), None, read, delete)
        bar = row(*self._tabs.values(), None, gap=4)
        content = column(head, bar, self._none, box(self._groups), None, gap=14)
        self.stage = Stage(scrolling(content, 860))
        self.set_body(self.stage)

    def open(self, argument: str) -> None:
        del argument
        if self.view is None:
            self.stage.load()
        self.refresh()

    def refresh(self) -> None:
        self.shell.door.call(NoticeList(), self._got, self._failed)

    def _got(self, view: NoticesView) -> None:
        self.view = view
        if not view.items:
            self.stage.show_empty(tr("notices.empty"))
            return
        self._show()
        self.stage.show_content()

    def _failed(self, problem: Problem) -> None:
        if self.view is None:
            self.stage.show_failed(problem.words, self.refresh)

    def _show(self) -> None:
        if self.view is None:
            return
        clear(self._groups)
        found = [one for one in self.view.items if self._wanted(one)]
        for items in grouped(found):
            self._groups.addWidget(self._group(items))
        none = Text(tr("notices.none_such"), "body", "muted")
        self._none.put(*([] if found else [none]))

    def _wanted(self, one: NoticeView) -> bool:
        chosen = next(key for key, tab in self._tabs.items() if tab.isChecked())
        return chosen in {"all", side_of(one)}

    def _group(self, items: list[NoticeView]) -> QWidget:
        first = items[0]
        title = first.title or tr("notices.machine_title")
        go = Button(tr("notices.open"), lambda: self._open(first), "link")
        head = row(gap=8)
        head.addWidget(ShortText(title, "heading"), 1)
        head.addWidget(go)
        lines = column(head, gap=8)
        for number, one in enumerate(items):
            if number:
                lines.addWidget(rule())
            lines.addLayout(self._line(one))
        return Surface(lines)

    def _line(self, one: NoticeView) -> QVBoxLayout:
        glyph, ink = LOOKS.get(one.kind, ("info", "muted"))
        kind = tr_or(f"notice.{one.kind}", one.kind)
        when = Text(f"{kind} · {ago(one.at, self.shell.now())}", "meta", "muted")
        words = Text(one.words, "body", "muted" if one.seen else "text", wrap=True)
        line = row(gap=12)
        line.addWidget(Glyph(glyph, "muted" if one.seen else ink, 20))
        line.addLayout(column(words, when, gap=2), 1)
        numbers = (one.notice_id,)
        if not one.seen:
            line.addWidget(Chip(tr("notices.new"), "accent"))
            read = IconButton(
                "check", tr("notices.read"), self._doer(NoticeRead(ids=numbers))
            )
            line.addWidget(read)
        delete = self._doer(NoticeDelete(ids=numbers))
        line.addWidget(IconButton("x", tr("notices.delete"), delete))
        whole = column(gap=0)
        whole.addLayout(line)
        return whole

    def _doer(self, call: Call) -> "Doer":
        return Doer(self, call)

    def _open(self, one: NoticeView) -> None:
        if self.view is not None:
            numbers = tuple(
                other.notice_id
                for other in self.view.items
                if about(other) == about(one) and not other.seen
            )
            if numbers:
                self._do(NoticeRead(ids=numbers))
        if one.opens == "search":
            self.shell.go("browse", PREFIX + one.argument)
        else:
            self.shell.go(PAGES.get(one.opens, one.opens), one.argument)

    def _ask_delete(self) -> None:
        question = Question(
            self,
            tr("notices.delete_ask"),
            tr("notices.delete_words"),
            tr("notices.delete_all"),
        )
        question.accepted.connect(lambda: self._do(NoticeDelete()))
        question.open()

    def _do(self, call: Call) -> None:
        self.shell.door.call(call, lambda _: self.refresh(), self._complain)

    def _complain(self, problem: Problem) -> None:
        self.shell.note(problem.words, "error")


class Doer:
    """Sends one call of a page."""

    def __init__(self, page: NoticesPage, call: Call) -> None:
        self._page = page
        self._call = call

    def __call__(self) -> None:
        """Send it and read the page again."""
        self._page.shell.door.call(
            self._call,
            lambda _: self._page.refresh(),
            lambda problem: self._page.shell.note(problem.words, "error"),
        )


def about(one: NoticeView) -> str:
    """Return what a notice is about: an order, a person, a search, or the node."""
    if one.opens == "search":
        return f"search {one.argument}"
    return one.order_id or one.peer_id


def side_of(one: NoticeView) -> str:
    """Return the tab that a notice belongs to."""
    if one.kind in MACHINE:
        return "machine"
    return "people" if one.kind in PEOPLE else "orders"


def grouped(items: list[NoticeView]) -> list[list[NoticeView]]:
    """Return the notices of each order or person together, the newest group first."""
    newest: dict[str, int] = {}
    for one in items:
        newest[about(one)] = max(newest.get(about(one), 0), one.at)
    ordered = sorted(items, key=lambda one: (-newest[about(one)], about(one), -one.at))
    return [list(found) for _, found in groupby(ordered, about)]
