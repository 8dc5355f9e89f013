"""Node processes: a shop whose owner lost his power is found, seen and ordered from at a mirror."""

import tempfile
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import rmtree

import pytest
from PIL import Image

from bazaar.demo.processes import Person
from bazaar.rpc.schema.accounts import AccountLimit
from bazaar.rpc.schema.listings import ListingPublish
from bazaar.rpc.schema.mirrors import MirrorKeep, MirrorList, MirrorsView, MirrorView
from bazaar.rpc.schema.moves import OrderAccept, OrderConfirm, OrderFund, OrderShip
from bazaar.rpc.schema.placing import OrderPlace, OrderPlaced
from bazaar.rpc.schema.profile import ProfileSet
from bazaar.rpc.schema.search import (
    Picture,
    PictureView,
    Search,
    SearchView,
    Store,
    StoreView,
)
from tests.system.test_mailboxes import mailed, state, status, until

LAMP = {
    "title": "Rewiring of a lamp",
    "type": "service",
    "price": "20.00 EUR",
    "images": ["lamp.png"],
    "deadlines": {"ship_days": 30, "inspect_days": 30},
}
Town = dict[str, Person]


@pytest.fixture
def town() -> Generator[Town]:
    """Seller, a friend who mirrors him, a mailbox host; the buyer comes later."""
    folder = Path(tempfile.mkdtemp(prefix="bazaar-mirror-"))
    people = {
        name: Person(name.title(), folder / name)
        for name in ("seller", "friend", "host", "buyer")
    }
    try:
        _open(people)
        yield people
    finally:
        for person in people.values():
            person.end()
        for person in people.values():
            person.stop()
        rmtree(folder)


def _open(people: Town) -> None:
    seller, friend, host, buyer = people.values()
    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(Person.make, people.values()))
        friend.start()
        for done in [pool.submit(one.start, friend.address) for one in (seller, host)]:
            done.result()
    for one in (friend, host):
        one.ask(ProfileSet(values={"serves_mail": "yes"}))
    hosts = f"{friend.peer_id},{host.peer_id}"
    seller.ask(ProfileSet(values={"mailboxes": hosts, "sells": "yes"}))
    until(lambda: not status(seller).warnings)
    seller.ask(AccountLimit(peer=buyer.peer_id, amount="100.00 EUR"))
    Image.new("RGB", (320, 240), "#b0703c").save(seller.home / "lamp.png")
    seller.ask(ListingPublish(listings=(LAMP,), folder=str(seller.home)))
    friend.ask(MirrorKeep(peer=seller.peer_id))
    until(lambda: _copy(friend).whole)


def _copy(friend: Person) -> MirrorView:
    found: MirrorsView = friend.ask(MirrorList())
    return found.mirrors[0]


@pytest.mark.timeout(300)
def test_a_trade_with_a_shop_whose_owner_is_away_ends_closed(town: Town) -> None:
    seller, friend, _, buyer = town.values()
    assert (_copy(friend).listings, _copy(friend).pictures) == (1, 1)
    seller.kill()
    buyer.start(friend.address)
    buyer.ask(
        ProfileSet(values={"mailboxes": f"{friend.peer_id},{town['host'].peer_id}"})
    )
    until(lambda: buyer.ask(Search(words="lamp")).total)
    found: SearchView = buyer.ask(Search(words="lamp"))
    card = found.results[0]
    shop: StoreView = buyer.ask(Store(peer=seller.peer_id))
    assert not shop.online
    assert shop.seen > 0
    assert shop.listings == 1
    assert card.thumbnail is not None
    seen: PictureView = buyer.ask(
        Picture(id=card.thumbnail, peer=seller.peer_id, size=200)
    )
    assert seen.path is not None, seen.problem
    placed: OrderPlaced = buyer.ask(
        OrderPlace(listing=card.listing_id, accept_days=30, direct=True)
    )
    order = placed.order_id
    until(lambda: mailed(buyer, order))
    seller.start(friend.address)
    until(lambda: state(seller, order) == "offered")
    seller.ask(OrderAccept(id=order))
    until(lambda: state(buyer, order) == "agreed")
    buyer.ask(OrderFund(id=order))
    until(lambda: state(seller, order) == "waiting")
    seller.ask(OrderShip(id=order, text="on its way"))
    until(lambda: state(buyer, order) == "shipped")
    buyer.ask(OrderConfirm(id=order))
    until(lambda: state(buyer, order) == "closed" == state(seller, order))
