"""Node processes: a large file goes on where a power cut ended it, and arrives as it was."""

import hashlib
import tempfile
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import rmtree

import pytest
from PIL import Image

from bazaar.demo.processes import Person
from bazaar.rpc.schema.accounts import AccountLimit
from bazaar.rpc.schema.files import (
    GoodsView,
    OrderFetch,
    OrderFiles,
    OrderSave,
    SavedView,
)
from bazaar.rpc.schema.listings import ListingPublish, ListingShow
from bazaar.rpc.schema.moves import OrderAccept, OrderDeliver, OrderFund
from bazaar.rpc.schema.orders import OrderList
from bazaar.rpc.schema.placing import OrderPlace, OrderPlaced
from bazaar.rpc.schema.search import Search

BOOK = {
    "title": "A long book",
    "type": "digital",
    "price": "5.00 EUR",
    "images": ["cover.png"],
}
MIB = 1024 * 1024
SIZE = 24 * MIB + 1
WAIT_SECONDS = 60.0


@pytest.fixture
def folder() -> Generator[Path]:
    path = Path(tempfile.mkdtemp(prefix="bazaar-goods-"))
    yield path
    rmtree(path)


@pytest.fixture
def people(folder: Path) -> Generator[tuple[Person, Person]]:
    seller, buyer = Person("Seller", folder / "seller"), Person("Buyer", folder / "b")
    try:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(Person.make, (seller, buyer)))
        seller.start()
        buyer.start(seller.address)
        yield seller, buyer
    finally:
        for person in (seller, buyer):
            person.end()
        for person in (seller, buyer):
            person.stop()


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def bought(seller: Person, buyer: Person, path: Path) -> str:
    """An order of a file, delivered but not fetched."""
    Image.new("RGB", (320, 240), "navy").save(path.parent / "cover.png")
    seller.ask(ListingPublish(listings=(BOOK,), folder=str(path.parent)))
    seller.ask(AccountLimit(peer=buyer.peer_id, amount="50.00 EUR"))
    until(lambda: buyer.ask(Search(words="long book")).total)
    listing: str = buyer.ask(Search(words="long book")).results[0].listing_id
    buyer.ask(ListingShow(id=listing))
    placed: OrderPlaced = buyer.ask(OrderPlace(listing=listing, direct=True))
    order = placed.order_id
    until(lambda: any(row.order_id == order for row in seller.ask(OrderList())))
    seller.ask(OrderAccept(id=order))
    buyer.wait(order, "agreed")
    buyer.ask(OrderFund(id=order))
    seller.wait(order, "funded")
    seller.ask(OrderDeliver(id=order, file=str(path)))
    buyer.wait(order, "shipped")
    return order


def course(buyer: Person, order: str) -> GoodsView:
    (one,) = buyer.ask(OrderFiles(id=order))
    return one


@pytest.mark.timeout(240)
def test_a_download_outlives_the_power(
    people: tuple[Person, Person], folder: Path
) -> None:
    seller, buyer = people
    path = folder / "book.pdf"
    data = hashlib.shake_256(b"a long book").digest(SIZE)
    path.write_bytes(data)
    order = bought(seller, buyer, path)
    path.unlink()
    buyer.ask(OrderFetch(id=order))
    until(lambda: course(buyer, order).held > SIZE // 5)
    buyer.kill()
    buyer.start(seller.address)
    until(lambda: course(buyer, order).state == "here")
    one = course(buyer, order)
    saved: SavedView = buyer.ask(OrderSave(id=order, hash=one.hash, folder=str(folder)))
    assert Path(saved.path).parent == folder
    assert Path(saved.path).name == f"{one.hash[:8]}-book.pdf"
    assert Path(saved.path).read_bytes() == data
