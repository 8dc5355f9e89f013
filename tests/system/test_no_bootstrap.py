"""A market that lost its first node, and was switched off, finds itself again."""

import contextlib
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from bazaar.demo.processes import STOP_SECONDS, DemoError, Person
from bazaar.rpc.schema.listings import ListingPublish
from bazaar.rpc.schema.node import Peers, PeerView, Status, StatusView, Stop
from bazaar.rpc.schema.search import Search

pytestmark = pytest.mark.long

NAMES = ("first", "anna", "ben")
LAMP = {"title": "Rewiring of a lamp", "type": "service", "price": "20.00 EUR"}


@pytest.fixture
def people(tmp_path: Path) -> Generator[list[Person]]:
    made = [Person(name, tmp_path / name) for name in NAMES]
    try:
        for person in made:
            person.make()
        yield made
    finally:
        for person in made:
            person.end()
        for person in made:
            person.stop()


def knows(person: Person, other: Person) -> None:
    def is_there(rows: tuple[PeerView, ...]) -> bool:
        return other.peer_id in {row.peer_id for row in rows}

    person.until(Peers(), is_there, f"a connection to {other.name}")


def remembers_both(status: StatusView) -> bool:
    return status.counters["peerbook.peers"] >= 2


def switch_off(person: Person) -> None:
    """End a node in good order; it may be started again."""
    with contextlib.suppress(DemoError):  # it may hang up before it answers
        person.ask(Stop())
    end = time.monotonic() + STOP_SECONDS
    while person.is_running and time.monotonic() < end:
        time.sleep(0.02)  # a process tells nobody but its parent, who asks
    assert not person.is_running
    person.kill()


@pytest.mark.timeout(120)
def test_a_market_starts_again_without_the_node_that_it_began_with(
    people: list[Person],
) -> None:
    first, anna, ben = people
    first.start()
    anna.start(first.address)
    ben.start(first.address)
    knows(anna, ben)  # nobody told one of the other but the first node
    for person in (anna, ben):
        person.until(Status(), remembers_both, "two peers to remember")
    places = (anna.address, ben.address)
    first.kill()
    switch_off(ben)
    switch_off(anna)
    anna.start()
    ben.start()
    assert (anna.address, ben.address) == places  # where the other looks for it
    knows(ben, anna)
    anna.ask(ListingPublish(listings=(LAMP,)))
    ben.until(Search(words="lamp"), lambda found: found.total, "the lamp")
