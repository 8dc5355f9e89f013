"""The main window: frame, pages and history, alive with or without a node."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.node import ClockCheck, ClockView, Event, StatusView, Stop
from bazaar.rpc.schema.orders import OrderRow
from gui.app.banners import Banners
from gui.app.history import History
from gui.app.keys import bind
from gui.app.memory import recall, remember
from gui.app.news import News
from gui.app.opening import Opening, is_link
from gui.app.parting import ASK, STOP, Parting
from gui.app.pulse import Pulse
from gui.app.rooms import ROOMS
from gui.app.safety import Safety
from gui.app.side_bar import SideBar
from gui.app.status_bar import StatusBar
from gui.app.suggestions import Suggestions
from gui.app.theme import theme
from gui.app.tokens import NARROW_PX
from gui.app.top_bar import TopBar
from gui.models.pictures import Pictures
from gui.pages.browse.saved import saved_number
from gui.pages.page import Page, Place
from gui.rpc.link import DOWN, SKEW, UP, Link
from gui.texts import tr
from gui.widgets.boxes import column, framed, row
from gui.widgets.toast import Toasts

OLD: Final = "old"
AWAY_MS: Final = 1_500
"""A node may be away this long before the window says so."""


class Window(QMainWindow):
    """Everything that is always there; it is the ``Shell`` of its pages.

    Attributes:
        asks: Closing asks whether the node shall go on, unless that is decided.
    """

    def __init__(self, link: Link) -> None:
        super().__init__()
        self.door = link
        self.home = link.home
        self.pictures = Pictures(link)
        self.status: StatusView | None = None
        self.memory = recall(link.home)
        self.history = History()
        self.pages: dict[str, Page] = {}
        self.pulse = Pulse(link)
        self.news = News()
        self.asks = False
        self._parted = ""
        self._build()
        self._connect()
        self.setWindowTitle("Bazaar")
        self.resize(1280, 800)
        self.setMinimumSize(960, 640)

    def _build(self) -> None:
        self.side = SideBar(self.go)
        self.top = TopBar(
            self.back,
            self.forward,
            self.again,
            lambda: self.go("notices"),
            lambda: self.go("cart"),
        )
        self.foot = StatusBar(lambda: self.go("network"), lambda: self.go("accounts"))
        self.banners = Banners()
        self.stack = QStackedWidget()
        right = column(self.top, self.banners, gap=0)
        right.addWidget(self.stack, 1)
        upper = row(self.side, gap=0)
        upper.addLayout(right, 1)
        whole = column(gap=0)
        whole.addLayout(upper, 1)
        whole.addWidget(self.foot)
        self.frame = framed(whole)
        self.frame.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.frame.setFocus()
        self.outer = QStackedWidget()
        self.outer.addWidget(self.frame)
        self.setCentralWidget(self.outer)
        self.toasts = Toasts(self.frame)

    def _connect(self) -> None:
        self._away = QTimer(self)
        self._away.setSingleShot(True)
        self._away.setInterval(AWAY_MS)
        self._away.timeout.connect(self._say_away)
        self.safety = Safety(self, self)
        self.door.gate = self.safety.holds
        self.door.state_changed.connect(self._on_state)
        self.door.heard.connect(self._on_event)
        self.pulse.status.connect(self._on_status)
        self.pulse.accounts.connect(self.foot.show_accounts)
        self.pulse.orders.connect(self._on_orders)
        self.opening = Opening(self.door, self.go, self.note)
        self.top.searched.connect(self._search)
        self.top.entered.connect(self._enter)
        self.suggestions = Suggestions(self.top.search, self.door)
        self.suggestions.taken.connect(self._search)
        bind(self)

    def go(self, page: str, argument: str = "") -> None:
        """Show a page; see ``pages.page.Shell``."""
        place = Place(page, argument)
        self.history.visit(place)
        self._show(place)

    def show_words(self, words: str) -> None:
        """Show in the search box what is looked for now, without a search."""
        self.history.replace(Place("browse", words))
        self.top.show_words(words)

    def back(self) -> None:
        """Go to the place before."""
        if (place := self.history.back()) is not None:
            self._show(place)

    def forward(self) -> None:
        """Go to the place after."""
        if (place := self.history.forward()) is not None:
            self._show(place)

    def again(self) -> None:
        """Read the present page again."""
        if (page := self.page()) is not None:
            page.refresh()

    def page(self) -> Page | None:
        """Return the page in sight."""
        present = self.history.present
        return self.pages.get(present.page) if present else None

    def note(self, words: str, role: str = "accent") -> None:
        """Show a toast."""
        self.toasts.show_note(words, role)

    def note_undo(self, words: str, undo: Callable[[], object]) -> None:
        """Show a toast that can take the act back."""
        self.toasts.show_note(words, "accent").offer(tr("toast.undo"), undo)

    def note_act(self, words: str, button: str, act: Callable[[], object]) -> None:
        """Show a toast that leads on."""
        self.toasts.show_note(words, "ok").offer(button, act)

    def choose_closing(self, choice: str) -> None:
        """Decide what happens to the node when the window closes: ask, keep or stop."""
        self.memory = replace(self.memory, at_close=choice)
        remember(self.home, self.memory)

    def choose_country(self, code: str) -> None:
        """Show prices delivered to a country of two letters, and remember it."""
        self.memory = replace(self.memory, country=code)
        remember(self.home, self.memory)

    @property
    def has_unchecked_words(self) -> bool:
        """Whether the words were shown but never asked again."""
        return self.memory.unchecked

    def remember_words(self) -> None:
        """Its person has the words on paper."""
        self.memory = replace(self.memory, unchecked=False)
        remember(self.home, self.memory)
        self.banners.unsay("words")

    def choose_theme(self, choice: str) -> None:
        """Change the look and remember it."""
        theme().choose(choice)
        self.memory = replace(self.memory, theme=choice)
        remember(self.door.home, self.memory)

    def now(self) -> int:
        """Return the time, seconds."""
        return int(time.time())

    def cover(self, widget: QWidget | None) -> None:
        """Show ``widget`` instead of everything, as at the first start; None ends that."""
        if widget is not None and self.outer.indexOf(widget) < 0:
            self.outer.addWidget(widget)
        self.outer.setCurrentWidget(widget or self.frame)

    def _show(self, place: Place) -> None:
        page = self.pages.get(place.page)
        if page is None:
            page = self.pages[place.page] = ROOMS[place.page](self)
            self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)
        if not self.top.search.hasFocus():
            page.setFocus()
        self.side.show_page(place.page)
        self.top.back.setEnabled(self.history.can_back)
        self.top.forward.setEnabled(self.history.can_forward)
        has_words = place.page == "browse" and saved_number(place.argument) is None
        self.top.show_words(place.argument if has_words else "")
        page.open(place.argument)

    def _enter(self, words: str) -> None:
        """Search, or go where a link leads."""
        if is_link(words):
            self.opening.open(words)
        else:
            self._search(words)

    def _search(self, words: str) -> None:
        if is_link(words):
            return  # it is opened once it is whole
        place = Place("browse", words)
        present = self.history.present
        if present is not None and present.page == "browse":
            self.history.replace(place)
        else:
            self.history.visit(place)
        self._show(place)

    def _on_state(self, state: str) -> None:
        if state == UP:
            self._away.stop()
            self.banners.unsay("node")
            self.pulse.start()
            self.again()
        elif state == DOWN:
            self.pulse.stop()
            self._away.start()
        elif state == SKEW:
            self.banners.unsay("node")

    def _say_away(self) -> None:
        self.status = None
        self.foot.show_status(None, self.now())
        self.banners.say("node", tr("banner.restarting"))

    def _on_event(self, event: Event) -> None:
        self.pulse.heard(event)
        if (page := self.page()) is not None:
            page.heard(event)

    def _on_orders(self, rows: tuple[OrderRow, ...]) -> None:
        waiting = sum(row.your_turn for row in rows)
        self.side.show_waiting(waiting)
        for one in self.news.read(rows):
            if self.history.present != Place("order", one.order):
                note = self.toasts.show_note(one.words, one.role)
                note.offer(tr("news.show"), self._shower(one.order))

    def _shower(self, order: str) -> Callable[[], None]:
        return lambda: self.go("order", order)

    def _on_status(self, status: StatusView) -> None:
        self.status = status
        self.side.show_status(status)
        self.side.show_unread(status.unread)
        self.top.bell.set_count(status.notices)
        self.top.cart.set_count(status.cart)
        self.pictures.uncover(uncovered=status.show_mature)
        self.foot.show_status(status, self.now())
        self.top.show_network(status.network, test=status.test_network)
        others = [one for one in status.problems if one != status.clock]
        if others:
            self.banners.say("problems", _sentences(others))
        else:
            self.banners.unsay("problems")
        self._ask_for_clock(status)
        self._ask_for_backup(status)

    def _ask_for_clock(self, status: StatusView) -> None:
        """A doubted clock stops what is automatic until its person says that it is right."""
        if not status.clock:
            self.banners.unsay("clock")
            return
        act = (tr("clock.confirm"), self._confirm_clock)
        self.banners.say("clock", _sentences([status.clock]), action=act)

    def _confirm_clock(self) -> None:
        self.door.call(ClockCheck(confirm=True), self._clock_told, self._clock_failed)

    def _clock_told(self, view: ClockView) -> None:
        if not view.words:
            self.banners.unsay("clock")
            self.note(tr("clock.confirmed"), "ok")

    def _clock_failed(self, problem: Problem) -> None:
        self.note(problem.words, "error")

    def _ask_for_backup(self, status: StatusView) -> None:
        """The backup card stays until done, from the first thing on that can be lost."""
        if not status.backup_due:
            self.banners.unsay("backup")
            return

        def act() -> None:
            self.go("settings", "backup")

        words = tr("backup.due_old" if status.backup_due == OLD else "backup.due")
        self.banners.say("backup", words, "accent", action=(tr("backup.make"), act))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.side.set_narrow(narrow=event.size().width() < NARROW_PX)

    def closeEvent(self, event: QCloseEvent) -> None:
        choice = self._parted or self.memory.at_close
        if self.asks and choice == ASK and self.door.state == UP:
            event.ignore()
            Parting(self, self._draft_words(), self._part).open()
            return
        if choice == STOP and self.door.state == UP:
            self.door.call(Stop(), lambda _: None, lambda _: None)
        for page in self.pages.values():
            page.leave()
        self.pictures.settle()
        event.accept()

    def _part(self, choice: str, always: bool) -> None:  # noqa: FBT001 - from a tick
        if always:
            self.choose_closing(choice)
        self._parted = choice
        self.close()

    def _draft_words(self) -> str:
        titles = [page.unsaved_title() for page in self.pages.values()]
        title = next((title for title in titles if title is not None), None)
        return "" if title is None else tr("parting.draft", title=title)


def _sentences(problems: Sequence[str]) -> str:
    return " ".join(f"{one[:1].upper()}{one[1:]}." for one in problems)
