"""Whole nodes are killed in the middle of trades: every trade ends, nothing is lost or said twice."""

import os
import random
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from shutil import rmtree

import pytest

from bazaar.demo.processes import Person
from bazaar.rpc.schema.accounts import AccountLimit, AccountList
from bazaar.rpc.schema.arbiters import ArbiterOfferSet
from bazaar.rpc.schema.listings import ListingPublish
from bazaar.rpc.schema.moves import OrderAccept, OrderConfirm, OrderFund, OrderShip
from bazaar.rpc.schema.orders import OrderList
from bazaar.rpc.schema.placing import OrderPlace
from bazaar.rpc.schema.profile import ProfileSet
from bazaar.rpc.schema.search import Search
from store.engine import open_handle

KILLS = int(os.environ.get("NODE_KILLS", "25"))
AT_ONCE = (2, 3)
"""So many of the four die together; who is left over is whom they find again."""

RESTART_SECONDS = 60.0
"""A node that needs longer is stuck, however busy the machine."""

STEP_SECONDS = 120.0
LIMIT = "1000.00 EUR"
PRICE = 2_000
LAMP = {
    "title": "Rewiring of a lamp",
    "type": "service",
    "price": "20.00 EUR",
    "deadlines": {"ship_days": 30, "inspect_days": 30},
}


class Victims:
    """Seller, buyer and two seats; two or three of them die at every step of every trade."""

    def __init__(self, folder: Path) -> None:
        names = ("seller", "buyer", "arbiter", "backup")
        self.people = [Person(name, folder / name) for name in names]
        self.seller, self.buyer, *self.seats = self.people
        self.lamp = ""
        self.chance = random.Random(1)
        self.restarts: list[float] = []

    def open(self) -> None:
        with ThreadPoolExecutor(len(self.people)) as pool:
            list(pool.map(Person.make, self.people))
        for number, person in enumerate(self.people):
            person.start(*(other.address for other in self.people[:number]))
        for seat in self.seats:
            seat.ask(ArbiterOfferSet(fee="1 %"))
        seats = [seat.peer_id for seat in self.seats]
        self.seller.ask(ProfileSet(values={"arbiters": ",".join(seats)}))
        self.seller.ask(ListingPublish(listings=({**LAMP, "arbiters": seats},)))
        self.seller.ask(AccountLimit(peer=self.buyer.peer_id, amount=LIMIT))
        found = self.buyer.until(Search(words="lamp"), lambda f: f.total, "the lamp")
        self.lamp = found.results[0].listing_id

    def trade(self) -> str:
        """One order to its end, with a kill after each step."""
        seller, buyer = self.seller, self.buyer
        order = buyer.ask(OrderPlace(listing=self.lamp, accept_days=30)).order_id
        self.kill()
        seller.until(OrderList(role="seller"), lambda rows: knows(rows, order), "it")
        seller.ask(OrderAccept(id=order))
        self.kill()
        buyer.wait(order, "agreed", STEP_SECONDS)
        buyer.ask(OrderFund(id=order))
        self.kill()
        seller.wait(order, "funded", STEP_SECONDS)
        seller.ask(OrderShip(id=order, text="on its way"))
        self.kill()
        buyer.wait(order, "shipped", STEP_SECONDS)
        buyer.ask(OrderConfirm(id=order))
        self.kill()
        for person in (seller, buyer):
            person.wait(order, "closed", STEP_SECONDS)
        return order

    def kill(self) -> None:
        """Some nodes end without a word, each at a moment of its own, and come back together."""
        dying = self.chance.sample(self.people, self.chance.randint(*AT_ONCE))
        for victim in dying:
            time.sleep(
                self.chance.uniform(0, 0.09)
            )  # a random moment, waited for by nobody
            victim.kill()
        left = [one.address for one in self.people if one not in dying]
        with ThreadPoolExecutor(len(dying)) as pool:
            self.restarts += pool.map(partial(restarted, left), dying)


def restarted(others: Sequence[str], victim: Person) -> float:
    """Seconds until its node listens again."""
    begun = time.perf_counter()
    victim.start(*others)
    return time.perf_counter() - begun


def knows(rows: Sequence[object], order: str) -> bool:
    return any(getattr(row, "order_id", "") == order for row in rows)


@pytest.fixture
def victims() -> Generator[Victims]:
    folder = Path(tempfile.mkdtemp(prefix="bazaar-kill-"))
    victims = Victims(folder)
    try:
        yield victims
    finally:
        for person in victims.people:
            person.end()
        for person in victims.people:
            person.stop()
        rmtree(folder)


@pytest.mark.timeout(600)
def test_killed_nodes_lose_no_trade(
    victims: Victims, capsys: pytest.CaptureFixture[str]
) -> None:
    victims.open()
    orders: list[str] = []
    while len(victims.restarts) < KILLS:
        orders.append(victims.trade())
    (account,) = (
        one
        for one in victims.seller.ask(AccountList())
        if one.peer_id == victims.buyer.peer_id
    )
    assert account.balance.minor == PRICE * len(orders)
    assert max(victims.restarts) < RESTART_SECONDS
    for person in victims.people:
        person.stop()
    assert_sound(victims)
    times = sorted(victims.restarts)
    with capsys.disabled():
        half, most = times[len(times) // 2], times[-1]
        sys.stdout.write(
            f"\n{len(times)} nodes killed; back in {half:.2f} s, at most {most:.2f} s\n"
        )


def assert_sound(victims: Victims) -> None:
    """Every book is whole, and no place of a chain holds two messages anywhere."""
    places: dict[tuple[bytes, int, int], bytes] = {}
    for person in victims.people:
        handle = open_handle(str(person.home / "book.db"))
        assert handle.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert handle.execute("SELECT count(*) FROM proof").fetchone()[0] == 0
        rows = handle.execute("SELECT trade, role, seq, id FROM message").fetchall()
        handle.close()
        for trade, role, seq, name in rows:
            assert places.setdefault((trade, role, seq), name) == name
