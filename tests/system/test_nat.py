"""Two people behind routers that let nobody in: they trade through relays, and meet if they can."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from bazaar.rpc.schema import (
    AccountLimit,
    AccountList,
    AccountView,
    ArbiterOfferSet,
    ListingPublish,
    NetworkReach,
    NetworkReachView,
    OrderAccept,
    OrderConfirm,
    OrderFund,
    OrderList,
    OrderPlace,
    OrderPlaced,
    OrderShip,
    OrderWait,
    Peers,
    PeerView,
    ProfileSet,
    Search,
    SearchView,
)
from tests.system.namespaces import Internet, Owner, ending, internet

RELAYS = ("20.1.0.1", "24.1.0.1")
ROUTERS = ("22.1.0.1", "27.1.0.1")
PRICE = "20.00 EUR"
LAMP = {
    "title": "Rewiring of a lamp",
    "type": "service",
    "price": PRICE,
    "deadlines": {"ship_days": 30, "inspect_days": 30},
}
STATE_SECONDS = 60.0


class Town(NamedTuple):
    """Two relays, which are arbiters too, and two people behind routers."""

    net: Internet
    relays: list[Owner]
    seller: Owner
    buyer: Owner

    @property
    def everybody(self) -> list[Owner]:
        return [*self.relays, self.seller, self.buyer]


@contextmanager
def town(folder: Path, *, symmetric: bool) -> Generator[Town]:
    """Everybody is at home, nobody runs yet."""
    with internet() as net:
        people = [Owner(net.public(host), folder / f"relay-{host}") for host in RELAYS]
        for name, host in zip(("seller", "buyer"), ROUTERS, strict=True):
            _, machine = net.behind_router(host, symmetric=symmetric)
            people.append(Owner(machine, folder / name))
        with ThreadPoolExecutor(len(people)) as pool:
            list(pool.map(Owner.make, people))
        with ending(people):
            yield Town(net, people[:2], *people[2:])


def open_relays(relays: list[Owner]) -> None:
    first, second = relays
    first.start()
    second.start(first.address)
    for relay in relays:
        relay.ask(ProfileSet(values={"serves_relay": "yes"}))
    for relay in relays:
        found = relay.until(NetworkReach(), _is_relay, "was dialled by the other")
        assert found.state == "reachable"


def come(people: list[Owner], relays: list[Owner]) -> None:
    """They start and are reached through both relays."""
    for one in people:
        one.start(*(relay.address for relay in relays))
    for one in people:
        found = one.until(NetworkReach(), _has_relays, "reserved at two relays")
        assert found.state == "relayed"
        assert not found.direct


def _is_relay(reach: NetworkReachView) -> bool:
    return reach.is_relay


def _has_relays(reach: NetworkReachView) -> bool:
    return len(reach.relays) == len(RELAYS)


def publish(seller: Owner, seats: list[Owner]) -> None:
    for seat in seats:
        seat.ask(ArbiterOfferSet(fee="1 %"))
    named = [seat.peer_id for seat in seats]
    seller.ask(ListingPublish(listings=({**LAMP, "arbiters": named},)))
    seller.ask(ProfileSet(values={"arbiters": ",".join(named)}))


def place(buyer: Owner, seller: Owner) -> str:
    found: SearchView = buyer.until(Search(words="lamp"), lambda f: f.total, "the lamp")
    wanted = found.results[0].listing_id
    placed: OrderPlaced = buyer.ask(OrderPlace(listing=wanted, accept_days=30))
    seller.until(OrderList(role="seller"), bool, "the order")
    return placed.order_id


def agree(seller: Owner, buyer: Owner, order: str) -> None:
    seller.ask(OrderAccept(id=order))
    wait(buyer, order, "agreed")
    seller.ask(AccountLimit(peer=buyer.peer_id, amount=PRICE))
    buyer.until(AccountList(), _has_credit, "credit")


def finish(seller: Owner, buyer: Owner, order: str) -> None:
    buyer.ask(OrderFund(id=order))
    wait(seller, order, "funded")
    seller.ask(OrderShip(id=order, text="on its way"))
    wait(buyer, order, "shipped")
    buyer.ask(OrderConfirm(id=order))
    for person in (seller, buyer):
        wait(person, order, "closed")


def wait(person: Owner, order: str, state: str) -> None:
    person.ask(OrderWait(id=order, state=state, timeout=STATE_SECONDS))


def _has_credit(accounts: tuple[AccountView, ...]) -> bool:
    return any(account.limit_got.minor for account in accounts)


def way_to(person: Owner, other: Owner) -> PeerView | None:
    """How ``person`` is connected with the other."""
    rows: tuple[PeerView, ...] = person.ask(Peers())
    return next((row for row in rows if row.peer_id == other.peer_id), None)


@pytest.mark.timeout(300)
def test_two_behind_routers_trade_through_relays_even_if_one_dies(
    tmp_path: Path,
) -> None:
    with town(tmp_path, symmetric=True) as here:
        open_relays(here.relays)
        come([here.seller, here.buyer], here.relays)
        publish(here.seller, here.relays)
        order = place(here.buyer, here.seller)
        way = way_to(here.buyer, here.seller)
        assert way is not None
        assert way.relayed
        agree(here.seller, here.buyer, order)
        used = next(one for one in here.relays if one.peer_id in way.address)
        used.kill()
        finish(here.seller, here.buyer, order)
        way = way_to(here.buyer, here.seller)
        assert way is not None
        assert way.relayed
        assert used.peer_id not in way.address
