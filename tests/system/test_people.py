"""Node processes: who follows hears of new goods; one cart becomes orders of two sellers."""

import shutil
import tempfile
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bazaar.demo.processes import Person
from bazaar.rpc.schema.cart import (
    CartAdd,
    CartCheckedOut,
    CartCheckout,
    CartOrder,
    CartShow,
    CartView,
)
from bazaar.rpc.schema.listings import ListingPublish
from bazaar.rpc.schema.moves import OrderAccept
from bazaar.rpc.schema.notices import NoticeList, NoticesView
from bazaar.rpc.schema.orders import OrderList as Orders
from bazaar.rpc.schema.orders import OrderRow
from bazaar.rpc.schema.people import (
    FollowPeer,
    Follows,
    FollowsView,
    Report,
    WarningsPublish,
    WarningsUse,
)
from bazaar.rpc.schema.search import Search, SearchView
from tests.system.test_mailboxes import LAMP, Town, until

pytestmark = pytest.mark.long

NAMES = ("buyer", "ana", "ben")


@pytest.fixture
def town() -> Generator[Town]:
    folder = Path(tempfile.mkdtemp(prefix="bazaar-people-"))
    people = {name: Person(name.title(), folder / name) for name in NAMES}
    try:
        with ThreadPoolExecutor(len(people)) as pool:
            list(pool.map(Person.make, people.values()))
        people["buyer"].start()
        for name in ("ana", "ben"):
            people[name].start(people["buyer"].address)
        yield people
    finally:
        for person in people.values():
            person.end()
        for person in people.values():
            person.stop()
        shutil.rmtree(folder)


def publish(person: Person, title: str) -> None:
    slug = title.lower().replace(" ", "-")
    listing = LAMP | {"title": title, "slug": slug}
    person.ask(ListingPublish(listings=(listing,), folder=str(person.home)))


def found(person: Person, words: str) -> SearchView:
    answer: SearchView = person.ask(Search(words=words))
    return answer


def notices(person: Person) -> list[tuple[str, str]]:
    answer: NoticesView = person.ask(NoticeList(kind="follow"))
    return [(one.title, one.words) for one in answer.items]


def orders(person: Person) -> tuple[OrderRow, ...]:
    answer: tuple[OrderRow, ...] = person.ask(Orders())
    return answer


@pytest.mark.timeout(300)
def test_following_buying_of_two_and_warnings(town: Town) -> None:
    publish(town["ana"], "Brass lamp")
    publish(town["ben"], "Tin bell")
    buyer = town["buyer"]
    until(lambda: found(buyer, "brass").total and found(buyer, "bell").total)
    follows_and_hears(*(town[name] for name in NAMES))
    buys_of_two(*(town[name] for name in NAMES))
    minds_warnings(*(town[name] for name in NAMES))


def follows_and_hears(buyer: Person, ana: Person, ben: Person) -> None:
    buyer.ask(FollowPeer(peer=ana.peer_id))
    until(lambda: notices(ana) == [("Buyer", "Follows you now.")])
    publish(ana, "Copper kettle")
    until(lambda: notices(buyer) == [("Ana", "New in the shop: Copper kettle.")])
    around: FollowsView = ben.ask(Follows(peer=ana.peer_id))
    assert [one.name for one in around.followers] == ["Buyer"]
    assert {one.title for one in buyer.ask(Search(followed=True)).results} == {
        "Brass lamp",
        "Copper kettle",
    }


def buys_of_two(buyer: Person, ana: Person, ben: Person) -> None:
    for words in ("brass", "bell"):
        (card,) = found(buyer, words).results
        buyer.ask(CartAdd(listing=card.listing_id, quantity=2))
    buyer.kill()
    buyer.start(ana.address)
    cart: CartView = buyer.ask(CartShow())
    assert [group.name for group in cart.groups] == ["Ana", "Ben"]
    wanted = tuple(CartOrder(seller=one.seller, direct=True) for one in cart.groups)
    done: CartCheckedOut = buyer.ask(CartCheckout(orders=wanted))
    assert [one.problem for one in done.orders] == ["", ""]
    for seller in (ana, ben):
        until(lambda seller=seller: orders(seller))
        seller.ask(OrderAccept(id=orders(seller)[0].order_id))
    until(lambda: {row.state for row in orders(buyer)} & {"offered"} == set())
    assert len(orders(buyer)) == 2
    assert buyer.ask(CartShow()).lines == 0


def minds_warnings(buyer: Person, ana: Person, ben: Person) -> None:
    ben.ask(Report(subject=ana.peer_id, reason="fraud"))
    ben.ask(WarningsPublish(published=True, title="Frauds"))
    (card,) = found(buyer, "kettle").results
    assert card.warning == ""
    buyer.ask(WarningsUse(peer=ben.peer_id))
    (card,) = found(buyer, "kettle").results
    assert card.warning == "", "who is followed is not covered"
    (card,) = found(ben, "kettle").results
    assert (card.warning, card.warned_by) == ("fraud", "Frauds")
