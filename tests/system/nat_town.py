"""A small market on an internet in a box: relays that arbitrate, a seller and a buyer."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from bazaar.rpc.schema.accounts import AccountLimit, AccountList, AccountView
from bazaar.rpc.schema.arbiters import ArbiterOfferSet
from bazaar.rpc.schema.listings import ListingPublish
from bazaar.rpc.schema.moves import OrderAccept, OrderConfirm, OrderFund, OrderShip
from bazaar.rpc.schema.node import (
    NetworkReach,
    NetworkReachView,
    Peers,
    PeerView,
    StatusView,
)
from bazaar.rpc.schema.orders import OrderList, OrderWait
from bazaar.rpc.schema.placing import OrderPlace, OrderPlaced
from bazaar.rpc.schema.profile import ProfileSet
from bazaar.rpc.schema.search import Search, SearchView
from tests.system.namespaces import Internet, Machine, Owner, ending, internet

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


class Routers(StrEnum):
    """What stands between the people and the others."""

    NONE = "none"
    KEEP_PORTS = "keep ports"
    SYMMETRIC = "symmetric"


@contextmanager
def town(folder: Path, routers: Routers, relays: int = 2) -> Generator[Town]:
    """Everybody is at home, nobody runs yet."""
    with internet() as net:
        people = [
            Owner(net.public(host), folder / f"relay-{host}")
            for host in RELAYS[:relays]
        ]
        for name, host in zip(("seller", "buyer"), ROUTERS, strict=True):
            people.append(Owner(_machine(net, host, routers), folder / name))
        with ThreadPoolExecutor(len(people)) as pool:
            list(pool.map(Owner.make, people))
        with ending(people):
            yield Town(net, people[:relays], *people[relays:])


def _machine(net: Internet, host: str, routers: Routers) -> Machine:
    if routers is Routers.NONE:
        return net.public(host)
    symmetric = routers is Routers.SYMMETRIC
    return net.behind_router(host, symmetric=symmetric)[1]


def come(here: Town) -> None:
    """All start; relays are dialled by others and believe it, people reserve at each of them."""
    start_relays(here)
    for one in (here.seller, here.buyer):
        one.start(*(relay.address for relay in here.relays))
    relays_are_found(here.relays)
    for one in (here.seller, here.buyer):
        hidden_behind(one, len(here.relays))


def start_relays(here: Town) -> None:
    """They know each other and agree to serve."""
    known: list[str] = []
    for relay in here.relays:
        relay.start(*known)
        relay.ask(ProfileSet(values={"serves_relay": "yes"}))
        known.append(relay.address)


def relays_are_found(relays: list[Owner]) -> None:
    for relay in relays:
        found = relay.until(NetworkReach(), _is_relay, "was dialled by another")
        assert found.state == "reachable"


def hidden_behind(one: Owner, relays: int) -> None:
    """Wait until so many relays pass connections on to it; nobody is told another address."""
    found = one.until(
        NetworkReach(), lambda reach: len(reach.relays) == relays, "has its relays"
    )
    assert found.state == "relayed"
    assert not found.direct


def _is_relay(reach: NetworkReachView) -> bool:
    return reach.is_relay


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


def gave_up(status: StatusView) -> bool:
    """Whether a punch failed."""
    return status.counters.get("punch.failures", 0) > 0


def _has_credit(accounts: tuple[AccountView, ...]) -> bool:
    return any(account.limit_got.minor for account in accounts)


def direct(person: Owner, other: Owner) -> PeerView:
    """The direct connection to the other, once there is one."""
    rows: tuple[PeerView, ...] = person.until(
        Peers(),
        lambda rows: [
            row for row in rows if row.peer_id == other.peer_id and not row.relayed
        ],
        "a hole was punched",
    )
    return next(row for row in rows if row.peer_id == other.peer_id)


def way_to(person: Owner, other: Owner) -> PeerView | None:
    """How ``person`` is connected with the other."""
    rows: tuple[PeerView, ...] = person.ask(Peers())
    return next((row for row in rows if row.peer_id == other.peer_id), None)
