"""One writes, accepts, proposes what an arbiter suggests, and opens what a notice says."""

from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from bazaar.demo.shops import load_shops
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.chat import (
    ChatAccept,
    ChatHandOver,
    ChatMark,
    ChatSend,
    ChatSuggest,
    ChatTyping,
    ChatView,
    Unblock,
)
from bazaar.rpc.schema.keeping import KeepSet
from bazaar.rpc.schema.moves import OrderPropose
from bazaar.rpc.schema.node import Event
from bazaar.rpc.schema.notices import NoticeDelete, NoticeOff, NoticeRead
from bazaar.rpc.schema.profile import ProfileSet, ProfileView
from gui.app.window import Window
from gui.pages.messages.composer import MOST_CHARACTERS
from gui.pages.messages.row import ConversationRow
from gui.pages.messages.view import MessagesPage
from gui.pages.order.view import OrderPage
from gui.pages.page import Place
from gui.pages.settings.view import SettingsPage
from gui.pages.store.view import StorePage
from gui.widgets.text import Text
from tests.gui.deals import orders
from tests.gui.fake_node import FakeNode
from tests.gui.goods import peer
from tests.gui.talks import STRANGER

Calm = Callable[[], None]
C = TypeVar("C", bound=Call)
ANA = peer(load_shops()[0])
BEN = peer(load_shops()[1])
ORDER = next(iter(orders()))


def told(node: FakeNode, kind: type[C]) -> list[C]:
    return [call for call in node.asked if isinstance(call, kind)]


def press(page: QWidget | None, words: str) -> None:
    assert page is not None
    buttons = page.findChildren(QAbstractButton)
    found = [one for one in buttons if one.accessibleName().startswith(words)]
    QTest.mouseClick(
        next(one for one in found if one.isVisible()), Qt.MouseButton.LeftButton
    )


def messages(window: Window, calm: Calm, argument: str) -> MessagesPage:
    window.go("messages", argument)
    calm()
    page = window.page()
    assert isinstance(page, MessagesPage)
    return page


def test_a_message_is_written_and_sent_with_enter(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    page = messages(window, calm, ANA)
    writing = page.shown.composer.writing
    QTest.keyClicks(writing, "hello")
    QTest.keyClick(writing, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(writing, "there")
    QTest.keyClick(writing, Qt.Key.Key_Return)
    calm()
    (sent,) = told(node, ChatSend)
    assert (sent.peer, sent.text) == (ANA, "hello\nthere")
    assert writing.toPlainText() == ""


def test_what_is_in_sight_is_read(window: Window, node: FakeNode, calm: Calm) -> None:
    messages(window, calm, ANA)
    assert told(node, ChatMark) == []
    messages(window, calm, BEN)
    assert [call.peer for call in told(node, ChatMark)] == [BEN]


def test_too_much_cannot_be_sent(window: Window, node: FakeNode, calm: Calm) -> None:
    composer = messages(window, calm, ANA).shown.composer
    assert not composer.button.isEnabled()
    composer.writing.setPlainText("x" * MOST_CHARACTERS)
    assert composer.button.isEnabled()
    composer.writing.setPlainText("x" * (MOST_CHARACTERS + 1))
    assert not composer.button.isEnabled()
    composer.submit()
    calm()
    assert told(node, ChatSend) == []


def test_what_was_begun_stays_with_its_conversation(window: Window, calm: Calm) -> None:
    page = messages(window, calm, ANA)
    page.shown.composer.writing.setPlainText("half a")
    messages(window, calm, STRANGER)
    assert page.shown.composer.writing.toPlainText() == ""
    messages(window, calm, ANA)
    assert page.shown.composer.writing.toPlainText() == "half a"


def test_a_strangers_request_stands_apart_and_is_accepted(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    page = messages(window, calm, "")
    names = [one.accessibleName() for one in page.findChildren(ConversationRow)]
    assert len(names) == 3
    page = messages(window, calm, STRANGER)
    (row,) = page.findChildren(ConversationRow)
    assert row.isChecked()
    press(page, "Accept")
    calm()
    assert [call.peer for call in told(node, ChatAccept)] == [STRANGER]


def test_markup_of_others_is_shown_as_it_is(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    before = node.answers
    hostile = '<img src="/etc/passwd"> <b>bold</b> ![x](file:///etc/passwd)'

    def answers(call: Call) -> object:
        answer = before(call)
        if isinstance(answer, ChatView):
            lines = tuple(replace(one, text=hostile) for one in answer.messages)
            return replace(answer, messages=lines)
        return answer

    node.answers = answers
    page = messages(window, calm, ANA)
    shown = [one for one in page.findChildren(Text) if one.text() == hostile]
    assert shown
    assert {one.textFormat() for one in shown} == {Qt.TextFormat.PlainText}


def order_page(window: Window, calm: Calm) -> OrderPage:
    window.go("order", ORDER)
    calm()
    page = window.page()
    assert isinstance(page, OrderPage)
    return page


def test_one_click_makes_a_suggestion_a_proposal(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    page = order_page(window, calm)
    press(page, "Make this my proposal")
    calm()
    (proposed,) = told(node, OrderPropose)
    assert (proposed.id, proposed.suggestion) == (ORDER, "02" * 32)


def test_a_party_chooses_what_the_arbiters_read(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    page = order_page(window, calm)
    press(page, "Give earlier messages")
    ticks = [
        one for one in page.room.findChildren(QAbstractButton) if one.isCheckable()
    ]
    assert len(ticks) == 2
    ticks[1].setChecked(True)
    press(page, "Give 1 message")
    calm()
    assert [call.messages for call in told(node, ChatHandOver)] == [("00" * 32,)]


def test_a_seat_suggests_a_split(window: Window, node: FakeNode, calm: Calm) -> None:
    before = node.answers

    def answers(call: Call) -> object:
        answer = before(call)
        if isinstance(answer, ChatView):
            seat = replace(answer.conversation, can_give=False, can_suggest=True)
            return replace(answer, conversation=seat)
        return answer

    node.answers = answers
    page = order_page(window, calm)
    press(page, "Suggest a split")
    press(page, "Suggest it")
    calm()
    (call,) = told(node, ChatSuggest)
    assert (call.order, call.part) == (ORDER, 0)
    assert call.buyer is not None


def test_a_notice_opens_its_step_and_is_read(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    assert window.top.bell.accessibleName() == "2 new notices"
    QTest.mouseClick(window.top.bell, Qt.MouseButton.LeftButton)
    calm()
    assert window.history.present == Place("notices")
    press(window.page(), "Delete this notice")
    calm()
    assert told(node, NoticeDelete)[-1].ids == (1,)
    press(window.page(), "Open")
    calm()
    assert told(node, NoticeRead)[-1].ids == (1,)
    assert window.history.present == Place("order", ORDER)


def test_notices_are_filtered(window: Window, calm: Calm) -> None:
    window.go("notices")
    calm()
    press(window.page(), "People")
    calm()
    page = window.page()
    assert page is not None
    texts = [one.text() for one in page.findChildren(Text) if one.isVisible()]
    assert "New messages." in texts
    assert not [text for text in texts if text.startswith("It was sent")]


def test_goods_of_who_is_blocked_are_shown_only_when_asked_for(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    before = node.answers

    def answers(call: Call) -> object:
        answer = before(call)
        if isinstance(answer, ProfileView):
            return replace(answer, blocked=True)
        return answer

    node.answers = answers
    window.go("store", ANA)
    calm()
    page = window.page()
    assert isinstance(page, StorePage)
    assert page.goods.currentWidget() is page.goods.empty
    press(page, "Show anyway")
    assert page.goods.currentWidget() is page.goods.content
    press(page, "Unblock")
    calm()
    assert [call.peer for call in told(node, Unblock)] == [ANA]


def test_settings_choose_marks_kinds_and_blocks(
    window: Window, node: FakeNode, calm: Calm, qtbot: QtBot
) -> None:
    window.go("settings")
    calm()
    page = window.page()
    press(page, "Unblock")
    qtbot.waitUntil(lambda: bool(told(node, Unblock)))
    calm()
    assert isinstance(page, SettingsPage)
    talk = page.talk
    talk.marks.setChecked(False)
    talk.kinds["rating"].setChecked(False)
    calm()
    assert told(node, ProfileSet)[-1].values == {"read_marks": "no"}
    assert told(node, NoticeOff)[-1].kinds == ("rating",)


def test_settings_say_what_is_kept_and_change_it(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    window.go("settings")
    calm()
    page = window.page()
    assert isinstance(page, SettingsPage)
    kept = page.keeping
    assert kept.categories.text() == "lamps"
    assert "9,000 listings of 300 shops are known but not kept" in kept.said.text()
    kept.categories.setText(" books, , old maps")
    kept.regions.setText("at")
    kept.quota.choose("500")
    press(page, "Keep this")
    press(page, "Keep everything")
    calm()
    wanted, everything = told(node, KeepSet)
    assert wanted == KeepSet(("books", "old maps"), ("at",), 500 * 10**6)
    assert everything == KeepSet(categories=(), regions=())


def test_who_writes_is_told_and_shown(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    page = messages(window, calm, ANA)
    thread = page.shown
    thread.composer.writing.setPlainText("put back from before")
    assert told(node, ChatTyping) == []
    thread.composer.writing.setFocus()
    QTest.keyClicks(thread.composer.writing, "hello")
    calm()
    assert told(node, ChatTyping) == [ChatTyping(peer=ANA)]
    assert thread.writes.isHidden()
    event = Event(seq=1, topic="typing", at=0, data={"peer_id": ANA})
    page.heard(event)
    assert not thread.writes.isHidden()
    assert thread.writes.text().endswith("is writing …")
    page.heard(Event(seq=2, topic="typing", at=0, data={"peer_id": BEN}))
    assert thread.writes.text().startswith("Brandt Restores")
    thread.writes.fades.timeout.emit()
    assert thread.writes.isHidden()
