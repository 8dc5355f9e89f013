"""An older copy of a buyer's book, restored into real nodes: it goes on and never says a thing twice."""

import random
import time

import pytest

from bazaar.compose.home import unlock
from bazaar.compose.restore import restore
from bazaar.config import Restore
from bazaar.demo.processes import NETWORK, Person
from bazaar.rpc.schema.accounts import AccountList
from bazaar.rpc.schema.backup import BackupMake
from bazaar.rpc.schema.moves import OrderAccept, OrderConfirm, OrderFund, OrderShip
from bazaar.rpc.schema.node import Status
from bazaar.rpc.schema.orders import OrderList
from bazaar.rpc.schema.placing import OrderPlace
from tests.system.test_killed_nodes import (
    PRICE,
    STEP_SECONDS,
    Victims,
    assert_sound,
    knows,
    victims,
)

pytestmark = pytest.mark.long

__all__ = ["victims"]
RECOVERY_SECONDS = 120.0
KILLS = 4


def shipped(market: Victims) -> str:
    """One order up to its shipment, known to both."""
    seller, buyer = market.seller, market.buyer
    order = buyer.ask(OrderPlace(listing=market.lamp, accept_days=30)).order_id
    seller.until(OrderList(role="seller"), lambda rows: knows(rows, order), "it")
    seller.ask(OrderAccept(id=order))
    buyer.wait(order, "agreed", STEP_SECONDS)
    buyer.ask(OrderFund(id=order))
    seller.wait(order, "funded", STEP_SECONDS)
    seller.ask(OrderShip(id=order, text="on its way"))
    buyer.wait(order, "shipped", STEP_SECONDS)
    return order


def restored(market: Victims) -> Person:
    """The buyer's disk dies; what the backup held goes on in a new home."""
    phrase = unlock(market.buyer.home, "").phrase
    market.buyer.kill()
    person = Person("buyer", market.buyer.home.with_name("restored"))
    file = market.buyer.home / "a.backup"
    made = restore(Restore(person.home, file, phrase, ""))
    assert (made.peer_id, made.network) == (market.buyer.peer_id, NETWORK)
    person.peer_id = made.peer_id
    market.people[market.people.index(market.buyer)] = person
    market.buyer = person
    return person


@pytest.mark.timeout(600)
def test_a_restored_older_copy_goes_on_and_never_contradicts_itself(
    victims: Victims,
) -> None:
    victims.open()
    held, chance = shipped(victims), random.Random(3)
    file = victims.buyer.home / "a.backup"
    made = victims.buyer.ask(BackupMake(file=str(file)))
    assert made.size == file.stat().st_size
    victims.buyer.ask(OrderConfirm(id=held))
    for person in (victims.seller, victims.buyer):
        person.wait(held, "closed", STEP_SECONDS)
    lost = shipped(victims)
    buyer = restored(victims)
    others = [one.address for one in victims.people if one is not buyer]
    for _ in range(KILLS):  # between the copy and whatever is signed first
        buyer.start(*others)
        time.sleep(chance.uniform(0, 1.5))  # a random moment, waited for by nobody
        buyer.kill()
    buyer.start(*others)
    buyer.until(
        OrderList(), lambda rows: knows(rows, lost), "the lost order", RECOVERY_SECONDS
    )
    buyer.wait(held, "closed", RECOVERY_SECONDS)
    buyer.until(Status(), lambda s: not s.problems, "all answers", RECOVERY_SECONDS)
    buyer.wait(lost, "shipped", STEP_SECONDS)
    buyer.ask(OrderConfirm(id=lost))
    fresh = shipped(victims)
    buyer.ask(OrderConfirm(id=fresh))
    for person in (victims.seller, buyer):
        for order in (lost, fresh):
            person.wait(order, "closed", STEP_SECONDS)
    (account,) = (
        one for one in buyer.ask(AccountList()) if one.peer_id == victims.seller.peer_id
    )
    assert account.balance.minor == -3 * PRICE
    for person in victims.people:
        person.stop()
    assert_sound(victims)
