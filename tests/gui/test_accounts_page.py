"""A payment made outside counts once its other side has confirmed it."""

from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from bazaar.rpc.schema import AccountList, AccountSettle, Call
from gui.app.window import Window
from gui.widgets.text import Text
from tests.gui.fake_node import FakeNode
from tests.gui.goods import euro
from tests.gui.market import accounts

Calm = Callable[[], None]


def confirming(window: Window) -> list[QAbstractButton]:
    buttons = window.findChildren(QAbstractButton)
    return [one for one in buttons if "Confirm that" in one.accessibleName()]


def test_what_the_other_says_was_paid_is_asked_and_confirmed(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    asking = replace(accounts()[0], says_paid=euro("5.00 EUR"))
    before = node.answers

    def answers(call: Call) -> object:
        return (asking,) if isinstance(call, AccountList) else before(call)

    node.answers = answers
    window.go("accounts")
    calm()
    texts = [text.text() for text in window.findChildren(Text)]
    assert any("5.00 EUR were paid outside" in text for text in texts)
    (button,) = confirming(window)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    calm()
    told = [call for call in node.asked if isinstance(call, AccountSettle)]
    assert [(call.peer, call.amount) for call in told] == [(asking.peer_id, "5.00 EUR")]


def test_nothing_is_asked_where_nothing_was_said(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    assert node.asked
    window.go("accounts")
    calm()
    assert confirming(window) == []
