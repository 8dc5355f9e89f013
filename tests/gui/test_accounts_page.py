"""A payment made outside counts once its other side has confirmed it."""

from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit

from bazaar.rpc.schema.accounts import (
    AccountHub,
    AccountLimit,
    AccountList,
    AccountSettle,
    AccountStatement,
    AccountUnsettle,
    AccountView,
)
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.clearing import ClearingView, ClearList, ClearSay, ClearSwitch
from gui.app.window import Window
from gui.pages.accounts.trusting import TrustingCard
from gui.widgets.text import Text
from tests.gui.fake_node import FakeNode
from tests.gui.goods import euro
from tests.gui.market import accounts
from tests.gui.test_by_hand import answering
from tests.rpc_samples import ACCOUNT, CLEARING

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


def showing(node: FakeNode, account: AccountView, circles: ClearingView) -> None:
    before = node.answers

    def answers(call: Call) -> object:
        if isinstance(call, AccountList):
            return (account,)
        return circles if isinstance(call, ClearList) else before(call)

    node.answers = answers


def press(window: Window, name: str) -> None:
    buttons = window.findChildren(QAbstractButton)
    (found,) = (one for one in buttons if one.accessibleName() == name)
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def texts(window: Window) -> str:
    return "\n".join(text.text() for text in window.findChildren(Text))


def test_holds_name_their_order_and_who_stands_beyond(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    showing(node, replace(accounts()[0], holds=ACCOUNT.holds), CLEARING)
    window.go("accounts")
    calm()
    order = ACCOUNT.holds[0].order_id[:8]
    assert f"30.15 EUR held for order {order}: you pay it" in texts(window)
    assert "in an order with Mia" in texts(window)


def test_what_was_noted_is_refused_taken_back_or_noted_anew(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    account = accounts()[0]
    noted = replace(account, said_paid=euro("2.00 EUR"), paid_refused=True)
    showing(node, noted, CLEARING)
    window.go("accounts")
    calm()
    assert "the 2.00 EUR you noted were not paid" in texts(window)
    press(window, "Take it back")
    calm()
    showing(node, account, CLEARING)
    window.go("orders")
    window.go("accounts")
    calm()
    press(window, "Note a payment")
    press(window, "Note it")
    calm()
    back = [call for call in node.asked if isinstance(call, AccountUnsettle)]
    assert [(call.peer, call.unit) for call in back] == [(account.peer_id, "EUR")]
    (call,) = (call for call in node.asked if isinstance(call, AccountSettle))
    assert (call.amount, call.how) == ("76.90 EUR", "cash")


def test_the_history_is_shown_newest_first(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    showing(node, accounts()[0], CLEARING)
    window.go("accounts")
    calm()
    press(window, "History")
    calm()
    assert any(isinstance(call, AccountStatement) for call in node.asked)
    told = texts(window)
    assert told.index("Paid for an order") < told.index("Limit set to 100.00 EUR")


def test_a_circle_is_agreed_to_and_clearing_is_switched(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    showing(node, accounts()[0], CLEARING)
    window.go("accounts")
    calm()
    assert "You owe Mia 12.00 EUR less, Ana owes you 12.00 EUR less." in texts(window)
    press(window, "Agree")
    calm()
    said = [call for call in node.asked if isinstance(call, ClearSay)]
    assert [(one.id, one.agree) for one in said] == [(CLEARING.plans[0].plan_id, True)]
    press(window, "Take no part")
    calm()
    assert [c.on for c in node.asked if isinstance(c, ClearSwitch)] == [False]


def test_who_takes_no_part_is_told_what_it_would_disclose(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    showing(node, accounts()[0], ClearingView(on=False, plans=()))
    window.go("accounts")
    calm()
    assert "Your creditors then learn" in texts(window)
    press(window, "Take part")
    calm()
    assert [c.on for c in node.asked if isinstance(c, ClearSwitch)] == [True]


def test_an_amount_to_carry_is_set(window: Window, node: FakeNode, calm: Calm) -> None:
    window.go("accounts")
    calm()
    fields = window.findChildren(QLineEdit)
    (field,) = (one for one in fields if one.placeholderText() == "such as 500 EUR")
    field.setText("250 EUR")
    press(window, "Set this")
    calm()
    asked = [call.amount for call in node.asked if isinstance(call, AccountHub)]
    assert "250 EUR" in asked


def shown_texts(window: Window) -> str:
    return "\n".join(text.text() for text in window.findChildren(Text))


def test_what_holds_an_account_up_is_said_in_words(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    one, two, three = accounts()
    held_up = (
        replace(one, pending=True),
        replace(two, frozen=True, reopening=True),
        replace(three, pending=True, recovering=True),
    )
    answering(node, AccountList, lambda _: held_up)
    window.go("accounts")
    calm()
    said = shown_texts(window)
    assert f"{one.name} has yet to sign your last change" in said
    assert f"it opens once {two.name} asks for it too" in said
    assert f"before {three.name} has shown what you both signed last" in said
    assert f"{three.name} has yet to sign" not in said


def test_who_has_no_account_can_trust_somebody(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    answering(node, AccountList, lambda _: ())
    window.go("accounts")
    calm()
    (card,) = window.findChildren(TrustingCard)
    press(window, "Set this limit")
    calm()
    assert not [call for call in node.asked if isinstance(call, AccountLimit)]
    card.peer.setText("mia")
    card.amount.setText("20 EUR")
    press(window, "Set this limit")
    calm()
    told = [call for call in node.asked if isinstance(call, AccountLimit)]
    assert told == [AccountLimit(peer="mia", amount="20 EUR")]
    assert card.peer.text() == ""
