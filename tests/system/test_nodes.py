"""Nodes as processes: what must not work says why and breaks nothing; a power cut loses nothing."""

import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

import pytest

from bazaar.demo.processes import Person
from bazaar.rpc.schema.accounts import AccountLimit, AccountList, AccountView
from bazaar.rpc.schema.arbiters import ArbiterOfferSet
from bazaar.rpc.schema.listings import ListingPublish
from bazaar.rpc.schema.moves import OrderAccept, OrderConfirm, OrderFund, OrderShip
from bazaar.rpc.schema.node import Status
from bazaar.rpc.schema.orders import OrderList, OrderShow
from bazaar.rpc.schema.placing import OrderPlace, OrderPlaced
from bazaar.rpc.schema.profile import ProfileSet
from bazaar.rpc.schema.search import Search, SearchView

COMMAND_SECONDS = 60
LAMP = {
    "title": "Rewiring of a lamp",
    "type": "service",
    "price": "20.00 EUR",
    "deadlines": {"ship_days": 30, "inspect_days": 30},
}
PRICE = "20.00 EUR"


@pytest.fixture
def folder() -> Generator[Path]:
    """A short path, so that sockets fit."""
    path = Path(tempfile.mkdtemp(prefix="bazaar-test-"))
    yield path
    rmtree(path)


@contextmanager
def running(people: Iterable[Person]) -> Generator[None]:
    try:
        yield
    finally:
        for person in people:
            person.end()
        for person in people:
            person.stop()


@pytest.fixture
def ana(folder: Path) -> Generator[Person]:
    """Somebody whose node runs."""
    person = Person("Ana", folder / "ana")
    with running([person]):
        person.make()
        person.start()
        yield person


def bazaar(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "bazaar", "--home", str(home), *words],
        capture_output=True,
        timeout=COMMAND_SECONDS,
        check=False,
        text=True,
    )


def test_a_second_node_on_one_home_is_refused(ana: Person) -> None:
    second = bazaar(ana.home, "node", "--listen", "/ip4/127.0.0.1/tcp/0")
    assert second.returncode == 1
    assert "Traceback" not in second.stderr
    assert "another" in second.stderr or "already" in second.stderr
    assert ana.ask(Status()).peer_id == ana.peer_id


def test_what_a_power_cut_left_of_the_door_is_swept_away(ana: Person) -> None:
    ana.kill()
    assert (ana.home / "run" / "node.json").exists()
    assert (ana.home / "run" / "node.sock").exists()
    status = bazaar(ana.home, "status", "--json")
    assert status.returncode == 0, status.stderr
    assert ana.peer_id in status.stdout


def test_a_wrong_token_opens_no_door(ana: Person) -> None:
    token = ana.home / "run" / "token"
    right = token.read_text()
    token.write_text("00" * 32 + "\n")
    refused = bazaar(ana.home, "status")
    assert refused.returncode == 3
    assert "token" in refused.stderr
    assert "Traceback" not in refused.stderr
    token.write_text(right)
    assert ana.ask(Status()).peer_id == ana.peer_id


def test_a_port_in_use_is_named(ana: Person, folder: Path) -> None:
    other = Person("Berta", folder / "berta")
    other.make()
    place, _, _ = ana.address.partition("/p2p/")
    refused = bazaar(other.home, "node", "--listen", place)
    assert refused.returncode == 1
    assert place in refused.stderr
    assert "in use" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert ana.ask(Status()).peer_id == ana.peer_id


@pytest.mark.timeout(300)
def test_a_seller_whose_power_fails_twice_loses_nothing(folder: Path) -> None:
    names = ("bootstrap", "seller", "buyer", "arbiter", "backup")
    people = [Person(name.title(), folder / name) for name in names]
    with running(people):
        _open(people)
        order = _order(*people[1:3])
        _trade_through_power_cuts(people, order)


def _open(people: list[Person]) -> None:
    first, *others = people
    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(Person.make, people))
        first.start()
        for done in [pool.submit(other.start, first.address) for other in others]:
            done.result()
    _, seller, _, arbiter, backup = people
    for seat in (arbiter, backup):
        seat.ask(ArbiterOfferSet(fee="1 %"))
    seats = f"{arbiter.peer_id},{backup.peer_id}"
    seller.ask(ListingPublish(listings=({**LAMP, "arbiters": seats.split(",")},)))
    seller.ask(ProfileSet(values={"arbiters": seats}))


def _order(seller: Person, buyer: Person) -> str:
    found: SearchView = buyer.until(Search(words="lamp"), lambda f: f.total, "the lamp")
    wanted = found.results[0].listing_id
    placed: OrderPlaced = buyer.ask(OrderPlace(listing=wanted, accept_days=30))
    seller.until(OrderList(role="seller"), bool, "the order")
    return placed.order_id


def _trade_through_power_cuts(people: list[Person], order: str) -> None:
    first, seller, buyer, *_ = people
    seller.ask(OrderAccept(id=order))
    _cut_power(seller, first)
    buyer.wait(order, "agreed")
    seller.ask(AccountLimit(peer=buyer.peer_id, amount=PRICE))
    buyer.until(AccountList(), _has_credit, "credit")
    buyer.ask(OrderFund(id=order))
    seller.wait(order, "funded")
    seller.ask(OrderShip(id=order, text="on its way"))
    _cut_power(seller, first)
    buyer.wait(order, "shipped")
    buyer.ask(OrderConfirm(id=order))
    for person in (seller, buyer):
        person.wait(order, "closed")
    assert buyer.ask(OrderShow(id=order)).delivery == "on its way"
    owed = [account.balance.minor for account in seller.ask(AccountList())]
    assert sum(owed) == 2000
    (own,) = seller.ask(OrderList(role="seller"))
    assert own.order_id == order


def _has_credit(accounts: tuple[AccountView, ...]) -> bool:
    return any(account.limit_got.minor for account in accounts)


def _cut_power(person: Person, first: Person) -> None:
    """The node ends without a word; it comes back at another port."""
    person.kill()
    person.start(first.address)
