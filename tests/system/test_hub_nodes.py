"""Nodes as processes: an order paid over a hub that both sides know, and what each then owes."""

import tempfile
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import rmtree

import pytest

from bazaar.demo.processes import Person
from bazaar.rpc.schema.accounts import (
    AccountHub,
    AccountLimit,
    AccountList,
    AccountStatement,
    AccountView,
    StatementView,
)
from bazaar.rpc.schema.listings import ListingPublish
from bazaar.rpc.schema.moves import OrderAccept, OrderConfirm, OrderFund, OrderShip
from bazaar.rpc.schema.orders import OrderList, OrderShow
from bazaar.rpc.schema.placing import OrderPlace, OrderPlaced
from bazaar.rpc.schema.search import Search, SearchView

SERVICE = {
    "title": "Rewiring of a lamp",
    "type": "service",
    "price": "20.00 EUR",
    "deadlines": {"ship_days": 30, "inspect_days": 30},
}
PRICE = "20.00 EUR"
MINOR = 2000


@pytest.fixture
def people() -> Generator[list[Person]]:
    """The hub, a seller and a buyer, whose nodes run and know each other."""
    folder = Path(tempfile.mkdtemp(prefix="bazaar-hub-"))
    found = [Person(name.title(), folder / name) for name in ("hub", "seller", "buyer")]
    first, *others = found
    try:
        with ThreadPoolExecutor(len(found)) as pool:
            list(pool.map(Person.make, found))
            first.start()
            for done in [pool.submit(one.start, first.address) for one in others]:
                done.result()
        yield found
    finally:
        for person in found:
            person.end()
        for person in found:
            person.stop()
        rmtree(folder)


@pytest.mark.timeout(240)
def test_an_order_is_paid_over_a_hub(people: list[Person]) -> None:
    hub, seller, buyer = people
    seller.ask(ListingPublish(listings=(SERVICE,)))
    hub.ask(AccountHub(amount="100.00 EUR"))
    hub.ask(AccountLimit(peer=buyer.peer_id, amount=PRICE))
    seller.ask(AccountLimit(peer=hub.peer_id, amount=PRICE))
    for debtor in (buyer, hub):
        debtor.until(AccountList(), _has_credit, "credit")
    found: SearchView = buyer.until(Search(words="lamp"), lambda f: f.total, "the lamp")
    wanted = found.results[0].listing_id
    placed: OrderPlaced = buyer.ask(
        OrderPlace(listing=wanted, direct=True, accept_days=30)
    )
    order = placed.order_id
    assert buyer.ask(OrderShow(id=order)).hub == hub.peer_id, (
        "found without being named"
    )
    seller.until(OrderList(role="seller"), bool, "the order")
    seller.ask(OrderAccept(id=order))
    buyer.wait(order, "agreed")
    buyer.ask(OrderFund(id=order))
    seller.wait(order, "funded")
    assert {hold.purpose for one in hub.ask(AccountList()) for hold in one.holds} == {
        "carried"
    }
    seller.ask(OrderShip(id=order, text="done"))
    buyer.wait(order, "shipped")
    buyer.ask(OrderConfirm(id=order))
    for person in (seller, buyer):
        person.wait(order, "closed")
    seller.until(AccountList(), lambda found: _owed(found) == MINOR, "the hub's debt")
    hub.until(AccountList(), _is_even, "both debts")
    assert _owed(buyer.ask(AccountList())) == -MINOR
    told: StatementView = seller.ask(AccountStatement(peer=hub.peer_id))
    assert told.entries[-1].order_id == order
    assert told.entries[-1].change.minor == MINOR


def _has_credit(accounts: tuple[AccountView, ...]) -> bool:
    return any(account.limit_got.minor for account in accounts)


def _owed(accounts: tuple[AccountView, ...]) -> int:
    return sum(account.balance.minor for account in accounts)


def _is_even(accounts: tuple[AccountView, ...]) -> bool:
    """The hub is owed what it owes, and nothing is held any more."""
    moved = all(abs(account.balance.minor) == MINOR for account in accounts)
    return moved and _owed(accounts) == 0 and not any(one.holds for one in accounts)
