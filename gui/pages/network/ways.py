"""How others reach this node: why, a test, being a relay, hiding behind relays."""

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.node import NetworkReach, NetworkReachView
from bazaar.rpc.schema.profile import ProfileSet
from gui.pages.page import Shell
from gui.texts import tr
from gui.texts.shown import ago
from gui.widgets.boxes import Surface, column, row
from gui.widgets.button import Button
from gui.widgets.text import Text
from gui.widgets.tick import Tick

SERVES, HIDES, OPENS = "serves_relay", "relay_only", "opens_port"


class Ways(QWidget):
    """Reads its own state; ``tested`` is told after each test."""

    def __init__(self, shell: Shell, tested: Callable[[], None]) -> None:
        super().__init__()
        self._shell = shell
        self._tested = tested
        self.reason = Text("", "body", wrap=True)
        self.checked = Text("", "meta", "muted", wrap=True)
        self.test = Button(tr("reach.test"), self._test, "plain", "refresh-cw")
        self.serves = Tick(tr("reach.serves"))
        self.hides = Tick(tr("reach.hides"))
        self.serving = Text("", "meta", "muted", wrap=True)
        self.hiding = Text("", "meta", "muted", wrap=True)
        self.opens = Tick(tr("reach.opens"))
        self.opening = Text("", "meta", "muted", wrap=True)
        self.opens.toggled.connect(self._choose_opens)
        self.serves.toggled.connect(self._choose_serves)
        self.hides.toggled.connect(self._choose_hides)
        asked = row(self.test, self.checked, gap=12)
        asked.setStretch(1, 1)
        inside = column(
            Text(tr("reach.title"), "heading"),
            self.reason,
            asked,
            column(self.opens, self.opening, gap=2),
            column(self.serves, self.serving, gap=2),
            column(self.hides, self.hiding, gap=2),
            gap=12,
        )
        self.setLayout(column(Surface(inside)))

    def refresh(self) -> None:
        """Read it anew."""
        self._shell.door.call(NetworkReach(), self._got, self._refused)

    def _test(self) -> None:
        self.test.setEnabled(False)
        self.checked.setText(tr("reach.testing"))
        call = NetworkReach(test=True)
        self._shell.door.call(call, self._got_test, self._refused)

    def _got_test(self, reach: NetworkReachView) -> None:
        self._got(reach)
        self._tested()

    def _got(self, reach: NetworkReachView) -> None:
        self.test.setEnabled(not reach.relay_only)
        self.reason.setText(reach.reason)
        self.checked.setText(self._checked(reach))
        self.serving.setText(_serving(reach))
        self.hiding.setText(_hiding(reach))
        self.opening.setText(_opening(reach))
        for tick, on in (
            (self.serves, reach.serves_relay),
            (self.hides, reach.relay_only_next),
            (self.opens, reach.opens_port),
        ):
            with QSignalBlocker(tick):
                tick.setChecked(on)

    def _checked(self, reach: NetworkReachView) -> str:
        if reach.relay_only:
            return tr("reach.no_test")
        if not reach.checked:
            return tr("reach.untested")
        return tr("reach.tested", ago=ago(reach.checked, self._shell.now()))

    def _choose_serves(self, on: bool) -> None:  # noqa: FBT001 - from a tick
        self._choose(SERVES, on=on)

    def _choose_hides(self, on: bool) -> None:  # noqa: FBT001 - from a tick
        self._choose(HIDES, on=on)

    def _choose_opens(self, on: bool) -> None:  # noqa: FBT001 - from a tick
        self._choose(OPENS, on=on)

    def _choose(self, name: str, *, on: bool) -> None:
        call = ProfileSet(values={name: "yes" if on else "no"})
        self._shell.door.call(call, lambda _: self.refresh(), self._refused)

    def _refused(self, problem: Problem) -> None:
        self.test.setEnabled(True)
        self.checked.setText("")
        self._shell.note(problem.words, "error")


def _serving(reach: NetworkReachView) -> str:
    if reach.is_relay:
        return tr("reach.serving", n=reach.relayed_for)
    return tr("reach.serves_later" if reach.serves_relay else "reach.serves_note")


def _opening(reach: NetworkReachView) -> str:
    if not reach.opens_port:
        return tr("reach.opens_note")
    return reach.port or tr("reach.opens_never")


def _hiding(reach: NetworkReachView) -> str:
    if reach.relay_only == reach.relay_only_next:
        return tr("reach.hides_note")
    return tr("reach.hides_later")
