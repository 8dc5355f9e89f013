"""The network page, asking the network, and links: typed, opened, shared."""

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from bazaar.rpc.schema.links import LinkMake, LinkOpen, LinkTarget
from bazaar.rpc.schema.search import AskedView, FoundStore, Search, SearchAsk
from gui.app.opening import Opening, is_link
from gui.app.window import Window
from gui.pages.browse.ask_strip import FEW, AskStrip, told
from gui.pages.browse.query import Query
from gui.pages.listing.view import ListingPage
from gui.pages.network.view import NetworkPage
from gui.widgets.share import Share
from tests.gui.fake_door import FakeDoor
from tests.gui.fake_node import FakeNode

TARGET = LinkTarget(
    kind="store",
    peer_id="peer",
    item="item",
    words="red lamp",
    category="",
    connected=1,
    known=True,
)
FOUND = AskedView(
    asked=2,
    providers=3,
    stores=(
        FoundStore(peer_id="a", name="Ana", listings=3, through="Mia"),
        FoundStore(peer_id="b", name="Ben", listings=1, through=""),
    ),
)


class Ways:
    """Where one was led, and what was said on the way."""

    def __init__(self) -> None:
        self.door = FakeDoor()
        self.went: list[tuple[str, str]] = []
        self.said: list[tuple[str, str]] = []
        Opening(self.door, self._go, self._say).open(" bazaar:x ")

    def _go(self, page: str, argument: str) -> None:
        self.went.append((page, argument))

    def _say(self, words: str, role: str) -> None:
        self.said.append((words, role))


def opened(target: LinkTarget) -> list[tuple[str, str]]:
    """Where an answer to an opened link leads."""
    ways = Ways()
    assert ways.door.last(LinkOpen).call == LinkOpen(link="bazaar:x")
    ways.door.answer(LinkOpen, target)
    return ways.went


def test_a_link_leads_to_its_page() -> None:
    assert opened(TARGET) == [("store", "peer")]
    assert opened(replace(TARGET, kind="arbiter")) == [("store", "peer")]
    assert opened(replace(TARGET, kind="listing")) == [("listing", "item")]
    assert opened(replace(TARGET, kind="listing", known=False)) == [("store", "peer")]
    assert opened(replace(TARGET, kind="order")) == [("order", "item")]
    assert opened(replace(TARGET, kind="search")) == [("browse", "red lamp")]
    assert opened(replace(TARGET, kind="join")) == [("network", "")]


def test_a_link_that_cannot_be_opened_is_explained() -> None:
    ways = Ways()
    ways.door.refuse(LinkOpen, "this is no link of the market")
    assert ways.said[-1] == ("this is no link of the market", "error")
    assert is_link(" Bazaar:store/x")
    assert not is_link("lamp")


def test_a_typed_link_is_opened_on_enter_and_never_searched(
    window: Window, node: FakeNode, qtbot: QtBot
) -> None:
    link = "bazaar:store/" + "x" * 300
    window.top.search.setFocus()
    QTest.keyClicks(window.top.search, link)
    QTest.keyClick(window.top.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: LinkOpen(link=link) in node.asked)
    words = [one.words for one in node.asked if isinstance(one, Search)]
    assert not any(one.startswith("bazaar") for one in words)


def test_what_asking_brought_is_said_with_its_origin() -> None:
    assert told(FOUND) == (
        "2 peers answered. New here: Ana (through Mia), Ben (found in the directory)."
    )
    assert told(replace(FOUND, stores=())) == (
        "2 peers answered. Nobody knows a shop that is new here."
    )


def test_the_network_is_offered_where_little_was_found(qtbot: QtBot) -> None:
    door, again = FakeDoor(), list[str]()
    strip = AskStrip(door, lambda: again.append("again"))
    qtbot.addWidget(strip)
    strip.show_query(Query(words="lamp"), FEW + 1)
    assert strip.isHidden()
    strip.show_query(Query(), 0)
    assert strip.isHidden()
    strip.show_query(Query(words="lamp"), FEW)
    assert not strip.isHidden()
    strip.button.click()
    assert door.last(SearchAsk).call == SearchAsk(words="lamp")
    assert not strip.button.isEnabled()
    door.answer(SearchAsk, FOUND)
    assert again == ["again"]
    strip.show_query(Query(words="lamp"), FEW)  # its answer stays in sight
    assert strip.button.isHidden()
    strip.show_query(Query(words="chair"), 0)
    assert not strip.button.isHidden()


def test_the_network_page_shows_what_the_node_says(
    window: Window, qtbot: QtBot
) -> None:
    window.go("network")
    page = window.page()
    assert isinstance(page, NetworkPage)
    qtbot.waitUntil(lambda: page.peers.rowCount() > 0)
    shown = texts(page)
    for words in (
        "Waiting for delivery",
        "2 messages, the oldest from",
        "1 lies in a mailbox.",
        "41 peers to start from",
        "Shops of others",
        "requests were refused",
    ):
        assert words in shown
    assert "profile set" not in shown


def test_a_listing_is_shared_by_link_and_code(window: Window, qtbot: QtBot) -> None:
    window.go("listing", "1a1a1a")
    page = window.page()
    assert isinstance(page, ListingPage)
    share = Share(page, window.door, LinkMake(kind="listing", item="1a1a1a"))
    qtbot.waitUntil(lambda: share.link.text() == "bazaar:store/x")
    assert share.copy.isEnabled()
    share.reject()


def texts(page: NetworkPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel))
