"""Searching in the window: filters, counts, completions, and what is said when nothing is found."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.search import Complete, Search, SearchView
from bazaar.rpc.schema.searches import SearchForget, SearchSave, SearchSeen
from gui.app.window import Window
from gui.pages.browse.category_button import CategoryButton
from gui.pages.browse.saved import PREFIX
from gui.pages.browse.view import ROOMY_PX, BrowsePage
from gui.texts import tr
from tests.gui.fake_node import FakeNode

Calm = Callable[[], None]


@pytest.fixture
def browse(window: Window, calm: Calm) -> BrowsePage:
    window.resize(1280, 800)
    window.go("browse")
    calm()
    page = window.page()
    assert isinstance(page, BrowsePage)
    return page


def last_search(node: FakeNode) -> Search:
    return [one for one in node.asked if type(one) is Search][-1]


def buttons(page: BrowsePage) -> list[CategoryButton]:
    return page.filters.categories.findChildren(CategoryButton)


def test_a_category_narrows_and_its_filter_is_taken_back(
    browse: BrowsePage, node: FakeNode, calm: Calm
) -> None:
    home = next(one for one in buttons(browse) if one.text() == "Home")
    assert home.accessibleName() == "Home 19"
    QTest.mouseClick(home, Qt.MouseButton.LeftButton)
    calm()
    assert last_search(node).category == "home"
    assert browse.head.count.accessibleName() == "19 listings from 4 sellers"
    assert browse.head.toggle.accessibleName() == tr("browse.filters_on", n=1)
    assert browse.filters.clear.isVisible()
    QTest.mouseClick(browse.filters.clear, Qt.MouseButton.LeftButton)
    calm()
    assert last_search(node).category is None
    assert not browse.filters.clear.isVisible()


def test_fields_and_ticks_narrow(
    browse: BrowsePage, node: FakeNode, calm: Calm
) -> None:
    browse.filters.ticks["online"].click()
    calm()
    QTest.keyClicks(browse.filters.most, "30")
    QTest.qWait(200)
    calm()
    asked = last_search(node)
    assert (asked.online, asked.max_price, asked.mature) == (True, "30 EUR", False)
    browse.filters.condition.choose("as_new")
    browse.filters.stars.choose("4.5")
    calm()
    asked = last_search(node)
    assert (asked.condition, asked.min_rating) == ("as-new", 4.5)


def test_filters_make_room_where_the_window_is_small(
    browse: BrowsePage, window: Window
) -> None:
    assert browse.filters.isVisible()
    window.resize(ROOMY_PX, 640)
    assert not browse.filters.isVisible()
    browse.head.toggle.click()
    assert browse.filters.isVisible()
    window.resize(1280, 800)
    assert browse.filters.isVisible()


def test_words_that_nobody_uses_are_named(
    browse: BrowsePage, window: Window, calm: Calm
) -> None:
    window.go("browse", "unheardof")
    calm()
    assert browse.stage.currentWidget() is browse.stage.empty
    assert "unheardof" in browse.stage.empty.words()
    browse.filters.ticks["online"].click()
    calm()
    assert browse.stage.empty.words() == tr("browse.none_filters")


def test_more_than_ten_thousand_is_said_so(browse: BrowsePage) -> None:
    browse.state.recall(
        SearchView(
            total=10_000,
            total_is_exact=False,
            results=browse.state.cards,
            stores=3,
            took_us=1,
        )
    )
    assert browse.head.count.accessibleName() == "10,000+ listings"
    assert "no news" in browse.head.fresh.accessibleName()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_last_word_is_completed(
    browse: BrowsePage, window: Window, node: FakeNode, calm: Calm, qtbot: QtBot
) -> None:
    window.activateWindow()
    window.top.focus_search()
    qtbot.waitUntil(window.top.search.hasFocus)
    QTest.keyClicks(window.top.search, "bra")
    popup = window.suggestions.popup()
    assert popup is not None
    qtbot.waitUntil(popup.isVisible)
    asked = next(one for one in reversed(node.asked) if isinstance(one, Complete))
    assert (asked.prefix, asked.live) == ("bra", True)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    calm()
    assert window.top.search.text() == "brass"
    assert last_search(node).words == "brass"
    assert not popup.isVisible()


def test_one_letter_is_not_completed(
    browse: BrowsePage, window: Window, node: FakeNode, calm: Calm, qtbot: QtBot
) -> None:
    window.activateWindow()
    window.top.focus_search()
    qtbot.waitUntil(window.top.search.hasFocus)
    QTest.keyClicks(window.top.search, "b")
    calm()
    assert not [one for one in node.asked if isinstance(one, Complete)]


def test_a_search_is_saved_and_that_taken_back(
    browse: BrowsePage, window: Window, node: FakeNode, calm: Calm
) -> None:
    assert not browse.head.keep.isVisible()
    window.go("browse", "lamp")
    calm()
    browse.filters.condition.choose("as_new")
    calm()
    QTest.mouseClick(browse.head.keep, Qt.MouseButton.LeftButton)
    calm()
    (saved,) = [one for one in node.asked if isinstance(one, SearchSave)]
    assert (saved.words, saved.condition, saved.title) == (
        "lamp",
        "as-new",
        "lamp · as-new",
    )
    undo = [
        one
        for one in window.findChildren(QAbstractButton)
        if one.accessibleName() == tr("toast.undo")
    ][-1]
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    calm()
    assert SearchForget(number=3) in node.asked


def test_a_saved_search_is_looked_at_from_the_column_and_from_its_notice(
    browse: BrowsePage, window: Window, node: FakeNode, calm: Calm
) -> None:
    (row,) = browse.saved.findChildren(CategoryButton)
    assert row.accessibleName() == "oak chair 2"
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    calm()
    asked = last_search(node)
    assert (asked.words, asked.category, asked.max_price) == (
        "oak chair",
        "home",
        "90 EUR",
    )
    assert SearchSeen(number=3) in node.asked
    assert window.top.search.text() == "oak chair"
    window.go("orders")
    window.go("browse", f"{PREFIX}3")
    calm()
    assert (browse.filters.categories.value, browse.filters.most.text()) == (
        "home",
        "90 EUR",
    )
    assert window.top.search.text() == "oak chair"


def test_a_misspelt_search_offers_what_was_meant(
    browse: BrowsePage, window: Window, node: FakeNode, calm: Calm
) -> None:
    before = node.answers

    def answers(call: Call) -> object:
        found = before(call)
        if type(call) is Search and call.words == "lapm":
            return replace(found, total=0, results=(), meant="lamp")
        return found

    node.answers = answers
    window.go("browse", "lapm")
    calm()
    offer = next(
        one
        for one in browse.stage.empty.findChildren(QAbstractButton)
        if one.accessibleName() == "Search for “lamp”"
    )
    QTest.mouseClick(offer, Qt.MouseButton.LeftButton)
    calm()
    assert last_search(node).words == "lamp"
    assert browse.grid.cards.rowCount() > 0
