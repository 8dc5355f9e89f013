"""The network page says how others reach one, tests it, and takes three decisions."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace
from PySide6.QtWidgets import QWidget

from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.mailboxes import MailboxChoose, MailboxFind, MailboxLeave
from bazaar.rpc.schema.node import NetworkReach, NetworkReachView
from bazaar.rpc.schema.profile import ProfileSet
from gui.app.window import Window
from gui.pages.network.view import NetworkPage
from gui.texts import tr
from gui.widgets.button import Button
from gui.widgets.text import Text
from tests.gui.fake_node import FakeNode
from tests.rpc_samples import ANA, MIA

Calm = Callable[[], None]


def opened(window: Window, calm: Calm) -> NetworkPage:
    window.go("network", "")
    calm()
    page = window.page()
    assert isinstance(page, NetworkPage)
    return page


def answering(node: FakeNode, **fields: Any) -> None:
    """Let the node say otherwise of its reach."""
    before = node.answers

    def answers(call: Call) -> object:
        answer = before(call)
        is_reach = isinstance(answer, NetworkReachView)
        return replace(answer, **fields) if is_reach else answer

    node.answers = answers


def test_the_reason_is_said_and_a_test_asks_others(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    ways = opened(window, calm).ways
    assert ways.reason.text().startswith("3 other networks could not dial")
    assert ways.checked.text() == "Tested 4 minutes ago."
    assert ways.serves.isChecked()
    assert ways.serving.text() == "Begins once others can call you directly."
    ways.test.click()
    calm()
    assert [one.test for one in node.asked if isinstance(one, NetworkReach)][-1]
    assert ways.test.isEnabled()


def test_the_three_decisions_are_settings_of_the_node(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    ways = opened(window, calm).ways
    ways.serves.click()
    ways.hides.click()
    ways.opens.click()
    calm()
    told = [one.values for one in node.asked if isinstance(one, ProfileSet)]
    assert {"serves_relay": "no"} in told
    assert {"relay_only": "yes"} in told
    assert {"opens_port": "yes"} in told


def test_what_came_of_asking_the_router_is_said(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    ways = opened(window, calm).ways
    assert not ways.opens.isChecked()
    assert ways.opening.text() == tr("reach.opens_note")
    said = "The router refused to open port 4001 (another machine has this port; code 718)."
    answering(node, opens_port=True, port=said)
    ways.refresh()
    calm()
    assert ways.opens.isChecked()
    assert ways.opening.text() == said
    answering(node, opens_port=True, port="")
    ways.refresh()
    calm()
    assert ways.opening.text() == tr("reach.opens_never")


def test_who_hides_has_nothing_to_test(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    answering(
        node, relay_only=True, relay_only_next=False, is_relay=True, relayed_for=2
    )
    ways = opened(window, calm).ways
    assert not ways.test.isEnabled()
    assert ways.hiding.text() == "Changes at the next start of your node."
    assert ways.serving.text() == "2 nodes are reached through yours."


def test_each_own_address_says_who_reaches_it(window: Window, calm: Calm) -> None:
    page = opened(window, calm)
    shown = [one.text() for one in page.findChildren(Text)]
    assert tr("network.who_anybody") in shown
    assert tr("network.who_local") in shown


def test_mailboxes_are_chosen_left_and_taken_back(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    card = opened(window, calm).mailboxes
    assert card.state.text() == tr("mailbox.too_few", n=1, enough=2)
    card.peer.setText("  mia ")
    card.peer.returnPressed.emit()
    calm()
    assert MailboxChoose(peer="mia") in node.asked
    assert card.peer.text() == ""
    leave = button(card, tr("mailbox.leave"))
    leave.click()
    calm()
    assert MailboxLeave(peer=ANA) in node.asked


def test_volunteers_are_looked_for_and_one_is_chosen(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    card = opened(window, calm).mailboxes
    card.look.click()
    calm()
    button(card, tr("mailbox.choose")).click()
    calm()
    assert MailboxFind() in node.asked
    assert MailboxChoose(peer=MIA) in node.asked


def test_what_the_node_does_for_others_are_three_switches(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    card = opened(window, calm).mailboxes
    assert card.search.isChecked()
    assert not card.contacts.isEnabled()
    card.mail.click()
    card.search.click()
    calm()
    told = [one.values for one in node.asked if isinstance(one, ProfileSet)]
    assert {"serves_mail": "yes"} in told
    assert {"serves_search": "no"} in told


def button(inside: QWidget, words: str) -> Button:
    """The first button of these words."""
    return next(
        one for one in inside.findChildren(Button) if one.accessibleName() == words
    )
