"""A purchase by hand: two windows of the app against real nodes, driven by clicks and keys."""

import tempfile
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import rmtree
from typing import Any, NamedTuple

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from bazaar.demo.processes import Person
from bazaar.rpc.schema.accounts import AccountLimit
from bazaar.rpc.schema.arbiters import ArbiterOfferSet
from bazaar.rpc.schema.disputes import OrderFile
from bazaar.rpc.schema.listings import ListingPublish
from bazaar.rpc.schema.moves import OrderAccept, OrderFund, OrderShip
from bazaar.rpc.schema.orders import OrderList, OrderShow, OrderView
from bazaar.rpc.schema.placing import OrderPlace
from bazaar.rpc.schema.ratings import Ratings
from bazaar.rpc.schema.search import Search
from gui.app.main import application
from gui.app.theme import theme
from gui.app.window import Window
from gui.pages.browse.view import BrowsePage
from gui.pages.checkout.view import CheckoutPage
from gui.pages.listing.view import ListingPage
from gui.pages.order.evidence import Exhibit
from gui.pages.order.view import OrderPage
from gui.pages.orders.view import OrdersPage
from gui.rpc.link import UP, Link
from gui.widgets.dialogs import Question

LONG_MS = 30_000
"""How long a step may take on a busy machine; a quiet one needs a second."""

CREDIT = "100.00 EUR"
ADDRESS = {
    "name": "Amina Haddad",
    "street": "Rue des Lilas 4",
    "postal_code": "69004",
    "city": "Lyon",
    "country": "FR",
}

pytestmark = [
    pytest.mark.timeout(180),
    pytest.mark.qt_log_ignore("does not support propagateSizeHints", extend=True),
]


class Desk(NamedTuple):
    """Somebody with a node and a window."""

    person: Person
    window: Window
    qtbot: QtBot

    def page(self, kind: type[Any]) -> Any:
        found = self.window.page()
        assert isinstance(found, kind)
        return found

    def until(self, is_so: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(is_so()), timeout=LONG_MS)

    def click(self, words: str, within: QWidget | None = None) -> None:
        """Press what shows ``words``, once it is there and can be pressed."""
        top = within or self.window
        self.until(lambda: pressable(top, words))
        QTest.mouseClick(pressable(top, words)[-1], Qt.MouseButton.LeftButton)

    def open_order(self, role: str) -> OrderPage:
        """Go to the only order by clicks."""
        self.click("Orders", self.window.side)
        orders: OrdersPage = self.page(OrdersPage)
        if role == "seller":
            self.click("Sales", orders)
        self.until(lambda: orders.orders.rowCount() == 1)
        first = orders.list.visualRect(orders.orders.index(0, 0)).center()
        QTest.mouseClick(orders.list.viewport(), Qt.MouseButton.LeftButton, pos=first)
        return self.page(OrderPage)

    def confirmed(self, words: str) -> None:
        """Press a move that is asked again, and say yes."""
        order: OrderPage = self.page(OrderPage)
        self.click(words, order.act_bar)
        self.until(lambda: order.findChildren(Question))
        QTest.mouseClick(order.findChildren(Question)[-1].go, Qt.MouseButton.LeftButton)

    def reaches(self, words: str) -> None:
        order: OrderPage = self.page(OrderPage)
        self.until(lambda: order.chip.accessibleName() == words)


def pressable(top: QWidget, words: str) -> list[QAbstractButton]:
    return [
        button
        for button in top.findChildren(QAbstractButton)
        if words in button.accessibleName()
        and button.isVisible()
        and button.isEnabled()
    ]


@pytest.fixture(scope="module")
def market() -> Generator[list[Person]]:
    """A seller with one listing and a buyer with credit; two arbiters beside them."""
    folder = Path(tempfile.mkdtemp(prefix="bazaar-test-"))
    people = [
        Person(name, folder / name.lower())
        for name in ("Brandt", "Amina", "Ilse", "Tomasz")
    ]
    try:
        _open(people, folder)
        yield people
    finally:
        for person in people:
            person.end()
        for person in people:
            person.stop()
        rmtree(folder)


def _open(people: list[Person], folder: Path) -> None:
    seller, buyer, *arbiters = people
    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(Person.make, people))
        seller.start()
        started = [pool.submit(one.start, seller.address) for one in people[1:]]
        for done in started:
            done.result()
    for arbiter in arbiters:
        arbiter.ask(ArbiterOfferSet(fee="1 %"))
    seller.ask(ListingPublish(listings=(_lamp(arbiters, folder),)))
    seller.ask(AccountLimit(peer=buyer.peer_id, amount=CREDIT))
    buyer.until(Search(words="lamp"), lambda found: found.total, "the lamp")


def _lamp(arbiters: list[Person], folder: Path) -> dict[str, Any]:
    picture = folder / "lamp.png"
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGreen)
    assert image.save(str(picture))
    service = {"name": "Parcel", "first": "4.00 EUR", "additional": "1.00 EUR"}
    post = {"title": "Post", "kind": "post", "countries": ["ZZ"], "services": [service]}
    return {
        "title": "Brass desk lamp",
        "type": "physical",
        "price": "20.00 EUR",
        "description": "Rewired, with a **new** switch.",
        "images": [str(picture)],
        "options": [{"name": "Shade", "variants": ["green", "white"]}],
        "skus": [
            {"options": {"Shade": "green"}, "stock": 3},
            {"options": {"Shade": "white"}, "surcharge": "5.00 EUR", "stock": 2},
        ],
        "shipping": [post],
        "arbiters": [arbiter.peer_id for arbiter in arbiters],
        "deadlines": {"ship_days": 30, "inspect_days": 30},
    }


@pytest.fixture
def desks(market: list[Person], qtbot: QtBot) -> Generator[tuple[Desk, Desk]]:
    """The windows of seller and buyer."""
    application(["bazaar"])
    theme().choose("light")
    links = [Link(person.home) for person in market[:2]]
    made: list[Desk] = []
    for person, link in zip(market[:2], links, strict=True):
        window = Window(link)
        qtbot.addWidget(window)
        link.connect_now()
        window.go("browse")
        window.show()
        desk = Desk(person, window, qtbot)
        desk.until(lambda link=link: link.state == UP)
        desk.until(lambda window=window: window.status is not None)
        made.append(desk)
    yield made[0], made[1]
    for link in links:
        link.close()


def test_a_stranger_buys_a_lamp_and_rates_it(desks: tuple[Desk, Desk]) -> None:
    seller, buyer = desks
    _search_and_open(buyer)
    _check_out(buyer)
    seller.until(lambda: seller.window.side.pages()[1].accessibleName() != "Orders")
    seller.open_order("seller")
    seller.click("Take the order", seller.page(OrderPage).act_bar)
    buyer.reaches("Agreed")
    buyer.confirmed("Hold 29.00 EUR")
    buyer.reaches("To be sent")
    _ship(seller)
    buyer.reaches("Sent")
    buyer.confirmed("Got it, release 29.00 EUR")
    for desk in desks:
        desk.reaches("Settled")
    _rate(buyer)
    found = seller.person.ask(Ratings(peer=seller.person.peer_id))
    assert [(one.stars, one.text) for one in found.items] == [(5, "Shines like new.")]


def _search_and_open(buyer: Desk) -> None:
    QTest.keyClicks(buyer.window.top.search, "brass lamp")
    browse: BrowsePage = buyer.page(BrowsePage)
    buyer.until(lambda: browse.state.query.words == "brass lamp")
    buyer.until(lambda: browse.state.cards and not browse.state.loading)
    first = browse.grid.visualRect(browse.grid.cards.index(0, 0)).center()
    QTest.mouseClick(browse.grid.viewport(), Qt.MouseButton.LeftButton, pos=first)
    listing: ListingPage = buyer.page(ListingPage)
    buyer.until(lambda: listing.state.view is not None)
    listing.options.choices["Shade"].choose("white")
    buyer.click("Buy", listing)


def _check_out(buyer: Desk) -> None:
    checkout: CheckoutPage = buyer.page(CheckoutPage)
    buyer.click("Continue with the address", checkout)
    checkout.accept.choose("14")
    for name, words in ADDRESS.items():
        QTest.keyClicks(checkout.address.line(name), words)
    buyer.click("Order for 29.00 EUR", checkout)
    buyer.until(lambda: isinstance(buyer.window.page(), OrderPage))
    buyer.reaches("Offered")


def _ship(seller: Desk) -> None:
    order: OrderPage = seller.page(OrderPage)
    seller.click("I have sent it", order.act_bar)
    seller.click("Tell the buyer", order.act_bar)
    seller.reaches("Sent")
    view = order.state.view
    assert view is not None
    assert view.address["city"] == ADDRESS["city"]


def _rate(buyer: Desk) -> None:
    order: OrderPage = buyer.page(OrderPage)
    buyer.click("Rate", order.act_bar)
    form: Any = order.act_bar.form
    form.text.setPlainText("Shines like new.")
    buyer.click("Publish the rating", order.act_bar)
    buyer.until(lambda: order.state.view is not None and order.state.view.rated)


def test_a_paper_is_evidence_that_the_arbiter_can_save(
    market: list[Person], desks: tuple[Desk, Desk], tmp_path: Path
) -> None:
    seller, buyer, arbiter, _ = market
    _, desk = desks
    order = _shipped_again(seller, buyer)
    desk.window.go("order", order)
    desk.reaches("Sent")
    page: OrderPage = desk.page(OrderPage)
    desk.click("Something is wrong", page.act_bar)
    paper = tmp_path / "letter.pdf"
    paper.write_bytes(b"%PDF-1.7 not a picture")
    form: Any = page.act_bar.form
    form.reason.choose("goods")
    form.text.setPlainText("The switch came in two pieces.")
    form.files.add([str(paper)])
    desk.click("Open the dispute", page.act_bar)
    desk.reaches("Disputed")
    desk.until(lambda: page.findChildren(Exhibit))
    (exhibit,) = page.findChildren(Exhibit)
    desk.until(lambda: desk.window.pictures.lacks(exhibit.wanted))
    case: OrderView = arbiter.until(
        OrderShow(id=order), lambda view: bool(view.evidence), "the evidence"
    )
    kept = arbiter.ask(OrderFile(id=order, hash=case.evidence[0].hash))
    assert "not a picture" in kept.problem
    assert Path(kept.path).read_bytes() == paper.read_bytes()


def _shipped_again(seller: Person, buyer: Person) -> str:
    found = buyer.ask(Search(words="lamp")).results[0].listing_id
    wish = OrderPlace(
        listing=found,
        option={"Shade": "green"},
        shipping="Post/Parcel",
        address=ADDRESS,
        accept_days=14,
    )
    order: str = buyer.ask(wish).order_id
    seller.until(
        OrderList(role="seller"),
        lambda rows: any(row.order_id == order for row in rows),
        "the order",
    )
    seller.ask(OrderAccept(id=order))
    buyer.wait(order, "agreed")
    buyer.ask(OrderFund(id=order))
    seller.wait(order, "funded")
    seller.ask(OrderShip(id=order, text="on its way"))
    return order
