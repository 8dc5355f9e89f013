"""Node processes: an order to who is away waits in his mailboxes, whoever of them dies."""

import tempfile
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

import pytest

from bazaar.demo.processes import Person
from bazaar.rpc.schema.accounts import AccountLimit
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.listings import ListingPublish, ListingShow
from bazaar.rpc.schema.moves import OrderAccept, OrderConfirm, OrderFund, OrderShip
from bazaar.rpc.schema.node import Status, StatusView
from bazaar.rpc.schema.orders import OrderList, OrderRow, OrderShow, OrderView
from bazaar.rpc.schema.placing import OrderPlace, OrderPlaced
from bazaar.rpc.schema.profile import ProfileSet
from bazaar.rpc.schema.search import Search
from store.engine import open_handle

LAMP = {
    "title": "Rewiring of a lamp",
    "type": "service",
    "price": "20.00 EUR",
    "deadlines": {"ship_days": 30, "inspect_days": 30},
}
HOSTS = ("host1", "host2", "host3")
WAIT_SECONDS = 60.0
VISIT_SECONDS = 2.0
MAX_TURNS = 12
Town = dict[str, Person]


@contextmanager
def mail_town() -> Generator[Town]:
    """Seller, buyer and three hosts; both name all hosts, and each knows the other."""
    folder = Path(tempfile.mkdtemp(prefix="bazaar-mail-"))
    names = ("seller", "buyer", *HOSTS)
    people = {name: Person(name.title(), folder / name) for name in names}
    try:
        _open(people)
        yield people
    finally:
        for person in people.values():
            person.end()
        for person in people.values():
            person.stop()
        rmtree(folder)


@pytest.fixture
def town() -> Generator[Town]:
    with mail_town() as people:
        yield people


def _open(people: Town) -> None:
    hosts = [people[name] for name in HOSTS]
    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(Person.make, people.values()))
        hosts[0].start()
        others = [one for one in people.values() if one is not hosts[0]]
        for done in [pool.submit(one.start, hosts[0].address) for one in others]:
            done.result()
    for host in hosts:
        host.ask(ProfileSet(values={"serves_mail": "yes"}))
    names = ",".join(host.peer_id for host in hosts)
    for who in ("seller", "buyer"):
        people[who].ask(ProfileSet(values={"mailboxes": names, "sells": "yes"}))
        until(lambda who=who: not status(people[who]).warnings)
    seller, buyer = people["seller"], people["buyer"]
    seller.ask(AccountLimit(peer=buyer.peer_id, amount="100.00 EUR"))
    seller.ask(ListingPublish(listings=(LAMP,), folder=str(seller.home)))


def until(
    condition: Callable[[], object], seconds: float = WAIT_SECONDS, pause: float = 0.05
) -> None:
    """Wait until ``condition`` holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(pause)


def status(person: Person) -> StatusView:
    answer: StatusView = person.ask(Status())
    return answer


def delivery(person: Person, order: str) -> list[str]:
    """What became of every own message to the other party."""
    shown: OrderView = person.ask(OrderShow(id=order))
    return [way for message in shown.messages for way in message.delivery.values()]


def state(person: Person, order: str) -> str:
    rows: tuple[OrderRow, ...] = person.ask(OrderList())
    return next((row.state for row in rows if row.order_id == order), "unknown")


def looked_at(buyer: Person) -> str:
    """The id of the lamp, once the buyer has read it whole."""
    until(lambda: buyer.ask(Search(words="lamp")).total)
    listing: str = buyer.ask(Search(words="lamp")).results[0].listing_id
    buyer.ask(ListingShow(id=listing))
    return listing


def ordered(buyer: Person, listing: str) -> str:
    wanted = OrderPlace(listing=listing, accept_days=30, direct=True)
    placed: OrderPlaced = buyer.ask(wanted)
    return placed.order_id


def mailed(person: Person, order: str) -> bool:
    """Whether every own message about the order has left this house."""
    return "queued" not in delivery(person, order) and not _waits(person)


def lies_in(person: Person, order: str) -> int:
    """In how many mailboxes the offer of an order lies."""
    handle = open_handle(str(person.home / "book.db"))
    try:
        (found,) = handle.execute(
            "SELECT count(*) FROM deposit JOIN outbox ON outbox.no = deposit.outbox WHERE subject = ?",
            (bytes.fromhex(order),),
        ).fetchone()
    finally:
        handle.close()
    return found


def _waits(person: Person) -> int:
    shown = status(person)
    return shown.outbox - shown.in_mailboxes


@pytest.mark.timeout(400)
def test_two_who_are_never_at_home_together_trade(town: Town) -> None:
    seller, buyer, first = town["seller"], town["buyer"], town["host1"]
    listing = looked_at(buyer)
    seller.kill()
    order = ordered(buyer, listing)
    until(lambda: delivery(buyer, order) == ["in_mailbox"])
    until(lambda: mailed(buyer, order))
    buyer.kill()

    seller.start(first.address)
    until(lambda: state(seller, order) == "offered")
    seller.ask(OrderAccept(id=order))
    until(lambda: mailed(seller, order))
    seller.kill()

    turns = Turns(order, first, [buyer, seller])
    turns.until("agreed", buyer, OrderFund(id=order))
    turns.until("waiting", seller, OrderShip(id=order, text="on its way"))
    turns.until("shipped", buyer, OrderConfirm(id=order))
    assert turns.shown.delivery == "on its way"


class Turns:
    """Two people come home in turn; neither ever meets the other."""

    def __init__(self, order: str, first: Person, people: list[Person]) -> None:
        self._order = order
        self._first = first
        self._people = people
        self.shown: OrderView

    def until(self, wanted: str, mover: Person, move: Call | None) -> None:
        """Take turns until ``mover`` sees the order as ``wanted``; it then makes its move."""
        for _ in range(MAX_TURNS):
            person, *others = self._people
            self._people = [*others, person]
            if self._turn(person, wanted, move if person is mover else None) and (
                person is mover
            ):
                return
        raise AssertionError(f"{mover.name} never saw it {wanted}")

    def _turn(self, person: Person, wanted: str, move: Call | None) -> bool:
        person.start(self._first.address)
        end = time.monotonic() + VISIT_SECONDS
        while state(person, self._order) != wanted and time.monotonic() < end:
            time.sleep(0.05)
        is_there = state(person, self._order) == wanted
        if is_there and move is not None:
            person.ask(move)
        until(lambda: mailed(person, self._order))
        self.shown = person.ask(OrderShow(id=self._order))
        person.kill()
        return is_there


@pytest.mark.timeout(200)
def test_two_of_three_mailboxes_die_and_the_order_arrives(town: Town) -> None:
    seller, buyer, last = town["seller"], town["buyer"], town["host3"]
    listing = looked_at(buyer)
    seller.kill()
    order = ordered(buyer, listing)
    until(lambda: lies_in(buyer, order) == len(HOSTS))  # who dies is not known before
    buyer.kill()
    for name in ("host1", "host2"):
        town[name].kill()
    seller.start(last.address)
    until(lambda: state(seller, order) == "offered")
    disk = b"".join(path.read_bytes() for path in last.home.glob("mail.db*"))
    assert disk
    assert b"lamp" not in disk
    assert bytes.fromhex(order) not in disk
