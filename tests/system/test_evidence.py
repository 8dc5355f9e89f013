"""A real order between real nodes; its evidence is verified by a program that has no home."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from bazaar.demo.processes import Person
from bazaar.rpc.schema.accounts import AccountLimit
from bazaar.rpc.schema.arbiters import ArbiterOfferSet
from bazaar.rpc.schema.disputes import BundleView, EvidenceBundle
from bazaar.rpc.schema.listings import ListingPublish
from bazaar.rpc.schema.moves import OrderAccept, OrderConfirm, OrderFund, OrderShip
from bazaar.rpc.schema.orders import OrderList
from bazaar.rpc.schema.placing import OrderPlace, OrderPlaced
from bazaar.rpc.schema.profile import ProfileSet
from bazaar.rpc.schema.search import Search, SearchView

COMMAND_SECONDS = 60
LAMP = {"title": "Rewiring of a lamp", "type": "service", "price": "20.00 EUR"}


@pytest.fixture
def folder() -> Generator[Path]:
    """A short path, so that sockets fit."""
    path = Path(tempfile.mkdtemp(prefix="bazaar-test-"))
    yield path
    rmtree(path)


@pytest.fixture
def people(folder: Path) -> Generator[list[Person]]:
    names = ("seller", "buyer", "arbiter", "backup")
    people = [Person(name.title(), folder / name) for name in names]
    try:
        with ThreadPoolExecutor(len(people)) as pool:
            list(pool.map(Person.make, people))
            people[0].start()
            for done in [pool.submit(p.start, people[0].address) for p in people[1:]]:
                done.result()
        yield people
    finally:
        for person in people:
            person.end()
        for person in people:
            person.stop()


@pytest.mark.timeout(240)
def test_evidence_of_a_sale_holds_for_a_stranger(
    folder: Path, people: list[Person]
) -> None:
    order = _sell(people)
    for number, person in enumerate(people):
        file = folder / f"{number}.bazaar"
        made: BundleView = person.ask(EvidenceBundle(id=order, file=str(file)))
        assert (made.valid, made.state, made.problems) == (True, "closed", ())
        assert file.stat().st_mode & 0o777 == 0o600
        code, said = _verify(folder, file)
        assert (code, said["valid"], said["state"]) == (0, True, "closed")
        assert said["order_id"] == order
        types = [one["type"] for one in said["timeline"]]
        assert types[0] == "Offer"
        assert {"Accept", "SeatAck", "FundAck", "Ship", "Agree", "Settled"} <= set(
            types
        )
    damaged = bytearray((folder / "1.bazaar").read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (folder / "1.bazaar").write_bytes(damaged)
    code, said = _verify(folder, folder / "1.bazaar")
    assert (code, said["valid"]) == (1, False)
    again = _bazaar(people[0].home, "evidence", order, str(folder / "0.bazaar"))
    assert again.returncode == 1
    assert "exists" in again.stderr


def _sell(people: list[Person]) -> str:
    seller, buyer, *seats = people
    for seat in seats:
        seat.ask(ArbiterOfferSet(fee="1 %"))
    names = [seat.peer_id for seat in seats]
    seller.ask(ListingPublish(listings=({**LAMP, "arbiters": names},)))
    seller.ask(ProfileSet(values={"arbiters": ",".join(names)}))
    seller.ask(AccountLimit(peer=buyer.peer_id, amount="20.00 EUR"))
    found: SearchView = buyer.until(Search(words="lamp"), lambda f: f.total, "the lamp")
    wanted = found.results[0].listing_id
    placed: OrderPlaced = buyer.ask(OrderPlace(listing=wanted, accept_days=30))
    seller.until(OrderList(role="seller"), bool, "the order")
    order = placed.order_id
    seller.ask(OrderAccept(id=order))
    buyer.wait(order, "agreed")
    buyer.ask(OrderFund(id=order))
    seller.wait(order, "funded")
    seller.ask(OrderShip(id=order, text="on its way"))
    buyer.wait(order, "shipped")
    buyer.ask(OrderConfirm(id=order))
    for person in people:
        person.wait(order, "closed")
    return order


def _verify(folder: Path, file: Path) -> tuple[int, dict[str, Any]]:
    """On a machine that never saw the order."""
    home = folder / "nowhere"
    done = _bazaar(home, "verify", str(file), "--json")
    assert not home.exists()
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout)


def _bazaar(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "bazaar", "--home", str(home), *words],
        capture_output=True,
        timeout=COMMAND_SECONDS,
        check=False,
        text=True,
        env={k: v for k, v in os.environ.items() if not k.startswith("BAZAAR_")},
    )
