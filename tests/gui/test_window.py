"""The window against a node that answers: journeys, states, keys, loss of the node."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from bazaar.rpc.schema.accounts import AccountList
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.disputes import CaseRule, OrderDispute
from bazaar.rpc.schema.listings import ListingPublish, ListingShow
from bazaar.rpc.schema.moves import OrderConfirm
from bazaar.rpc.schema.orders import OrderList, OrderShow
from bazaar.rpc.schema.placing import OrderPlace
from bazaar.rpc.schema.search import Search
from gui.app.window import Window
from gui.pages.browse.presenter import WINDOW
from gui.pages.browse.view import BrowsePage
from gui.pages.checkout.view import CheckoutPage
from gui.pages.editor.view import EditorPage
from gui.pages.listing.view import ListingPage
from gui.pages.order.forms import DisputeForm
from gui.pages.order.split import RuleForm
from gui.pages.order.view import OrderPage
from gui.pages.orders.view import OrdersPage
from gui.pages.page import Place
from gui.pages.settings.view import SettingsPage
from gui.rpc.link import Link
from gui.widgets.dialogs import Question
from gui.widgets.toast import Toast
from tests.gui.deals import orders
from tests.gui.fake_node import FakeNode, RefusedError
from tests.gui.goods import ILSE, TOMAS, cards

Calm = Callable[[], None]
LAMP = next(card for card in cards() if "desk-lamp" in card.slug)
BUYS, SELLS, JUDGES, *_ = orders()


def page(window: Window, kind: type[Any]) -> Any:
    found = window.page()
    assert isinstance(found, kind)
    return found


def asked(node: FakeNode, kind: type[Call]) -> list[Any]:
    return [call for call in node.asked if isinstance(call, kind)]


def refuse(node: FakeNode, kind: type[Call]) -> None:
    answers = node.answers

    def other(call: Call) -> Any:
        if isinstance(call, kind):
            raise RefusedError("internal", "the disk is full")
        return answers(call)

    node.answers = other


def always(node: FakeNode, kind: type[Call], answer: Any) -> None:
    answers = node.answers

    def other(call: Call) -> Any:
        return answer if isinstance(call, kind) else answers(call)

    node.answers = other


def test_from_search_to_a_placed_order(
    window: Window, node: FakeNode, calm: Calm, qtbot: QtBot
) -> None:
    window.go("browse")
    QTest.keyClicks(window.top.search, "desk lamp")
    qtbot.waitUntil(
        lambda: any(call.words == "desk lamp" for call in asked(node, Search))
    )
    calm()
    browse: BrowsePage = page(window, BrowsePage)
    assert [card.slug for card in browse.state.cards] == [LAMP.slug]
    QTest.keyClick(browse.grid, Qt.Key.Key_Right)
    browse.grid.setCurrentIndex(browse.grid.cards.index(0, 0))
    QTest.keyClick(browse.grid, Qt.Key.Key_Return)
    calm()
    listing: ListingPage = page(window, ListingPage)
    QTest.mouseClick(listing.buy, Qt.MouseButton.LeftButton)
    calm()
    checkout: CheckoutPage = page(window, CheckoutPage)
    QTest.mouseClick(checkout.receipt.button, Qt.MouseButton.LeftButton)
    assert checkout.state.missing()
    assert not [call for call in asked(node, OrderPlace) if not call.preview]
    checkout.address.fill(
        {
            "name": "Maren",
            "street": "S 1",
            "postal_code": "9008",
            "city": "Tromsø",
            "country": "no",
        }
    )
    QTest.mouseClick(checkout.receipt.button, Qt.MouseButton.LeftButton)
    calm()
    assert not [call for call in asked(node, OrderPlace) if not call.preview]
    QTest.mouseClick(checkout.receipt.button, Qt.MouseButton.LeftButton)
    calm()
    placed = [call for call in asked(node, OrderPlace) if not call.preview]
    assert len(placed) == 1
    assert placed[0].address["country"] == "NO"
    assert placed[0].option == {"Shade": "Bottle green"}
    page(window, OrderPage)


def test_releasing_money_is_asked_again_and_can_be_left(
    window: Window, node: FakeNode, calm: Calm, qtbot: QtBot
) -> None:
    window.go("order", BUYS)
    calm()
    order: OrderPage = page(window, OrderPage)
    press(order, "release")
    question = order.findChild(Question)
    assert question is not None
    question.reject()
    assert asked(node, OrderConfirm) == []
    press(order, "release")
    question = order.findChildren(Question)[-1]
    QTest.mouseClick(question.go, Qt.MouseButton.LeftButton)
    calm()
    assert asked(node, OrderConfirm)[0].version == orders()[BUYS].version


def press(order: OrderPage, words: str) -> None:
    buttons = [
        one
        for one in order.act_bar.findChildren(type(order._more))
        if words in one.accessibleName()
    ]
    buttons[-1].click()


def test_a_dispute_needs_words_for_what_is_not_as_described(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    window.go("order", BUYS)
    calm()
    order: OrderPage = page(window, OrderPage)
    press(order, "wrong")
    form = order.act_bar.form
    assert isinstance(form, DisputeForm)
    form.reason.choose("goods")
    press(order, "Open the dispute")
    assert asked(node, OrderDispute) == []
    form.text.setPlainText("The shade is broken.")
    press(order, "Open the dispute")
    calm()
    assert asked(node, OrderDispute)[0].reason == "The shade is broken."


def test_an_arbiter_divides_what_is_held(
    window: Window, node: FakeNode, calm: Calm, qtbot: QtBot
) -> None:
    window.go("order", JUDGES)
    calm()
    order: OrderPage = page(window, OrderPage)
    press(order, "Rule")
    form = order.act_bar.form
    assert isinstance(form, RuleForm)
    form.split.buyer.clear()
    QTest.keyClicks(form.split.buyer, "20.00")
    assert form.split.seller.text() == "31.90"
    form.reason.setPlainText("Half and half.")
    press(order, "Sign the ruling")
    order.findChildren(Question)[-1].accept()
    calm()
    ruling = asked(node, CaseRule)[0]
    assert (ruling.buyer, ruling.seller) == ("20.00 EUR", "31.90 EUR")


def test_the_page_in_sight_is_read_again_after_an_event(
    window: Window, node: FakeNode, calm: Calm, qtbot: QtBot
) -> None:
    window.go("orders", "seller")
    calm()
    before = len([call for call in asked(node, OrderList) if call.role == "seller"])
    node.tell("order", order_id=SELLS)
    qtbot.waitUntil(
        lambda: (
            len([call for call in asked(node, OrderList) if call.role == "seller"])
            > before
        )
    )
    calm()


def test_a_listing_is_written_and_published(
    window: Window, node: FakeNode, calm: Calm, tmp_path: Path, qtbot: QtBot
) -> None:
    window.go("editor")
    calm()
    editor: EditorPage = page(window, EditorPage)
    assert not editor.publish.isEnabled()
    form = editor.form
    for field, words in (
        (form.title, "Lamp"),
        (form.price, "26.15"),
        (form.shipping, "4"),
    ):
        QTest.keyClicks(field, words)
    form.category.choose("home")
    picture = tmp_path / "lamp.png"
    window.grab().save(str(picture))
    form.photos.add([str(picture), str(tmp_path / "notes.txt")])
    assert form.photos.paths == [str(picture)]
    assert editor.unsaved()
    assert editor.publish.isEnabled()
    editor.publish.click()
    calm()
    call = asked(node, ListingPublish)[0]
    assert call.listings[0]["images"] == [str(picture)]
    assert call.listings[0]["arbiters"] == [ILSE, TOMAS]
    assert not editor.unsaved()
    page(window, ListingPage)


def test_taking_a_listing_out_can_be_undone(
    window: Window, node: FakeNode, calm: Calm, qtbot: QtBot
) -> None:
    window.go("editor", LAMP.listing_id)
    calm()
    editor: EditorPage = page(window, EditorPage)
    editor.remove.click()
    question = editor.findChild(QDialog)
    assert question is not None
    question.accept()
    calm()
    toast = window.toasts.findChildren(Toast)[-1]
    undo = next(
        one for one in toast.findChildren(type(editor.remove)) if one.text() == "Undo"
    )
    undo.click()
    calm()
    assert asked(node, ListingPublish)[0].listings[0]["slug"] == LAMP.slug


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        (Place("orders", "buyer"), OrderList),
        (Place("listing", "x"), ListingShow),
        (Place("accounts"), AccountList),
        (Place("browse"), Search),
    ],
)
def test_a_page_that_fails_says_why_and_can_be_tried_again(
    window: Window, node: FakeNode, calm: Calm, place: Place, kind: type[Call]
) -> None:
    refuse(node, kind)
    window.go(*place)
    calm()
    shown: Any = window.page()
    assert shown.stage.currentWidget() is shown.stage.failed
    before = len(asked(node, kind))
    shown.stage.failed.button.click()
    calm()
    assert len(asked(node, kind)) > before


def test_an_empty_page_offers_one_action(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    always(node, OrderList, ())
    window.go("orders", "buyer")
    calm()
    shown: Any = window.page()
    assert shown.stage.currentWidget() is shown.stage.empty
    shown.stage.empty.button.click()
    page(window, BrowsePage)
    calm()


def test_keys_lead_through_the_window(window: Window, calm: Calm, qtbot: QtBot) -> None:
    window.go("browse")
    calm()
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    page(window, OrdersPage)
    calm()
    QTest.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    page(window, BrowsePage)
    QTest.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    page(window, OrdersPage)
    calm()


def test_a_node_that_goes_is_said_and_forgotten_when_it_is_back(
    window: Window, node: FakeNode, qtbot: QtBot
) -> None:
    node.close()
    qtbot.waitUntil(lambda: "node" in window.banners.said())
    assert window.status is None
    node.open()
    qtbot.waitUntil(
        lambda: "node" not in window.banners.said() and window.status is not None
    )


def test_the_theme_is_changed_and_remembered(window: Window, calm: Calm) -> None:
    window.go("settings")
    calm()
    settings: SettingsPage = page(window, SettingsPage)
    settings._themes["dark"].click()
    assert window.palette().window().color().name().upper() == "#14171E"
    assert window.memory.theme == "dark"
    settings._themes["light"].click()


def test_a_narrow_window_has_icons_that_keep_their_names(
    window: Window, calm: Calm
) -> None:
    window.go("browse")
    calm()
    window.resize(960, 640)
    first = window.side.pages()[0]
    assert window.side.width() < 100
    assert first.accessibleName() == "Browse"


def test_a_test_network_is_always_marked(window: Window) -> None:
    assert window.top.badge.isVisibleTo(window)
    assert "TEST NETWORK" in window.top.badge.accessibleName()


def test_every_amount_of_the_browse_page_is_called_a_promise(
    window: Window, calm: Calm
) -> None:
    window.go("browse")
    calm()
    browse: BrowsePage = page(window, BrowsePage)
    assert "promises between two people" in browse.head.fresh.accessibleName()


def test_a_newer_node_may_send_states_and_moves_that_we_do_not_know(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    strange = replace(
        orders()[BUYS],
        state="teleported",
        next=("beam",),
        waiting_for="robot",
        rail_state="x",
    )
    always(node, OrderShow, strange)
    window.go("order", BUYS)
    calm()
    order: OrderPage = page(window, OrderPage)
    assert order.chip.accessibleName() == "Teleported"


def test_the_next_start_shows_the_last_first_page_before_the_node_answers(
    window: Window, node: FakeNode, calm: Calm, qtbot: QtBot
) -> None:
    window.go("browse")
    calm()
    window.close()
    node.close()
    again = Window(Link(window.home))
    qtbot.addWidget(again)
    again.go("browse")
    browse: BrowsePage = page(again, BrowsePage)
    assert len(browse.state.cards) == WINDOW
    assert browse.grid.cards.rowCount() == WINDOW
    qtbot.waitUntil(lambda: browse.state.problem is not None)
    assert browse.grid.cards.rowCount() == WINDOW
