"""The first node of a market dies in the middle of everything; the market goes on."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bazaar.demo.processes import Person
from bazaar.rpc.schema.accounts import AccountLimit
from bazaar.rpc.schema.arbiters import ArbiterOfferSet
from bazaar.rpc.schema.listings import ListingPublish
from bazaar.rpc.schema.moves import OrderAccept, OrderConfirm, OrderFund, OrderShip
from bazaar.rpc.schema.node import Peers, Status
from bazaar.rpc.schema.orders import OrderList
from bazaar.rpc.schema.placing import OrderPlace
from bazaar.rpc.schema.profile import ProfileSet
from bazaar.rpc.schema.search import Search

pytestmark = pytest.mark.long

NAMES = ("first", "seller", "buyer", "arbiter", "backup", "guest")
STEP_SECONDS = 120.0
LAMP = {
    "title": "Rewiring of a lamp",
    "type": "service",
    "price": "20.00 EUR",
    "deadlines": {"ship_days": 30, "inspect_days": 30},
}


@pytest.fixture
def people(tmp_path: Path) -> Generator[dict[str, Person]]:
    made = {name: Person(name, tmp_path / name) for name in NAMES}
    try:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(Person.make, made.values()))
        yield made
    finally:
        for person in made.values():
            person.end()
        for person in made.values():
            person.stop()


def opened(people: dict[str, Person]) -> str:
    """Everybody joins by the first node alone; the lamp is for sale and seen by the buyer."""
    first, *others = people.values()
    first.start()
    for one in others:
        one.start(first.address)
    seats = [people["arbiter"], people["backup"]]
    for seat in seats:
        seat.ask(ArbiterOfferSet(fee="1 %"))
    seller, buyer = people["seller"], people["buyer"]
    ids = [seat.peer_id for seat in seats]
    seller.ask(ProfileSet(values={"arbiters": ",".join(ids)}))
    seller.ask(ListingPublish(listings=({**LAMP, "arbiters": ids},)))
    seller.ask(AccountLimit(peer=buyer.peer_id, amount="100.00 EUR"))
    found = buyer.until(
        Search(words="lamp"), lambda view: view.total, "the lamp", STEP_SECONDS
    )
    for one in others:  # whoever knows another one needs the first no more
        one.until(
            Status(),
            lambda status: status.counters["peerbook.peers"] > 1,
            "peers to remember",
            STEP_SECONDS,
        )
    return found.results[0].listing_id


@pytest.mark.timeout(600)
def test_a_trade_and_a_publication_outlive_the_first_node(
    people: dict[str, Person],
) -> None:
    lamp = opened(people)
    seller, buyer, guest = people["seller"], people["buyer"], people["guest"]
    order = buyer.ask(OrderPlace(listing=lamp, accept_days=30)).order_id
    with ThreadPoolExecutor(1) as pool:
        chair = {**LAMP, "title": "Caning of a chair"}
        publishing = pool.submit(seller.ask, ListingPublish(listings=(chair,)))
        people["first"].kill()
        publishing.result()

    def is_there(rows: tuple[object, ...]) -> bool:
        return any(getattr(row, "order_id", "") == order for row in rows)

    seller.until(OrderList(role="seller"), is_there, "the order", STEP_SECONDS)
    seller.ask(OrderAccept(id=order))
    buyer.wait(order, "agreed", STEP_SECONDS)
    buyer.ask(OrderFund(id=order))
    seller.wait(order, "funded", STEP_SECONDS)
    seller.ask(OrderShip(id=order, text="on its way"))
    buyer.wait(order, "shipped", STEP_SECONDS)
    buyer.ask(OrderConfirm(id=order))
    for person in (seller, buyer):
        person.wait(order, "closed", STEP_SECONDS)
    for person in (buyer, guest):
        person.until(
            Search(words="chair"), lambda view: view.total, "the chair", STEP_SECONDS
        )
    guest.kill()
    guest.start()  # nobody tells it of anybody
    guest.until(Peers(), lambda rows: rows != (), "a peer", STEP_SECONDS)
    table = {**LAMP, "title": "Waxing of a table"}
    seller.ask(ListingPublish(listings=(table,)))
    guest.until(
        Search(words="table"), lambda view: view.total, "the table", STEP_SECONDS
    )
