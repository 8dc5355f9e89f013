"""Brings window, link and node together: first start, attach, unlock, restart, skew."""

from pathlib import Path
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from gui.app.memory import remember
from gui.app.unlock import UnlockPage
from gui.app.window import Window
from gui.pages.welcome.view import WelcomePage
from gui.rpc.link import SKEW, UP, Link
from gui.rpc.node_process import NodeProcess, made
from gui.rpc.skew import end_old_node
from gui.texts import tr
from gui.widgets.dialogs import Question

FIRST_PAGE: Final = "browse"


class Start(QObject):
    """Owns what lives as long as the window."""

    def __init__(self, home: Path, network: str) -> None:
        super().__init__()
        self.link = Link(home)
        self.window = Window(self.link)
        self.window.asks = True
        self.node = NodeProcess(self.link)
        self.node.locked.connect(self._ask_secret)
        self.node.ended.connect(self._on_ended)
        self.node.gave_up.connect(self._on_gave_up)
        self.node.away.connect(self._on_away)
        self.link.state_changed.connect(self._on_state)
        self._network = network
        self._link = ""
        self._unlock = UnlockPage(self._unlocked)

    def begin(self, link: str = "") -> None:
        """Show the window; the node is looked for at once, the first page is there already.

        ``link`` is opened once the node answers.
        """
        self._link = link
        home = self.link.home
        if made(home):
            self.link.connect_now()
            self._say_unchecked()
            self.window.go(FIRST_PAGE)
        else:
            self.welcome = WelcomePage(self.window, home, self._network)
            self.welcome.made.connect(self._made)
            self.welcome.finished.connect(self._finished)
            self.window.cover(self.welcome)
        self.window.show()

    def _made(self, secret: str) -> None:
        self.node.unlock(secret)
        self.link.connect_now()

    def _finished(self, checked: object) -> None:
        self._remember_unchecked(unchecked=not checked)
        self.window.cover(None)
        self.window.go(FIRST_PAGE)

    def _remember_unchecked(self, *, unchecked: bool) -> None:
        self.window.memory = replace(self.window.memory, unchecked=unchecked)
        remember(self.link.home, self.window.memory)
        self._say_unchecked()

    def _say_unchecked(self) -> None:
        if self.window.memory.unchecked:
            on_paper = (
                tr("banner.on_paper"),
                lambda: self._remember_unchecked(unchecked=False),
            )
            self.window.banners.say("words", tr("banner.unchecked"), action=on_paper)
        else:
            self.window.banners.unsay("words")

    def _on_state(self, state: str) -> None:
        if state == SKEW:
            question = Question(
                self.window, tr("skew.title"), tr("skew.words"), tr("skew.restart")
            )
            question.accepted.connect(self._restart)
            question.open()
        else:
            self.window.cover(self._covering())
        if state == UP and self._link:
            link, self._link = self._link, ""
            self.window.opening.open(link)

    def _covering(self) -> WelcomePage | None:
        welcome = getattr(self, "welcome", None)
        return welcome if self.window.outer.currentWidget() is welcome else None

    def _restart(self) -> None:
        end_old_node(self.link.home)
        self.link.connect_now()

    def _ask_secret(self) -> None:
        self._unlock.ask()
        self.window.cover(self._unlock)

    def _unlocked(self, secret: str) -> None:
        self.node.unlock(secret)

    def _on_ended(self, words: str) -> None:
        self._unlock.complain(words)
        self.window.banners.say("node", tr("banner.ended", words=words), "error")

    def _on_away(self, host: str) -> None:
        command = f"bazaar --home {self.link.home} attach {host}"

        def copy() -> None:
            QGuiApplication.clipboard().setText(command)
            self.window.note(tr("banner.copied"), "ok")

        self.window.banners.say(
            "node",
            tr("banner.away", host=host),
            "error",
            action=(tr("stage.retry"), self.node.retry),
            other=(tr("banner.copy"), copy),
        )

    def _on_gave_up(self, words: str) -> None:
        text = tr("banner.gave_up", words=words, log=self.node.log)
        self.window.banners.say(
            "node", text, "error", action=(tr("stage.retry"), self.node.retry)
        )
