"""Peers tell of peers: signed contacts, bounded, asked for seldom."""

import pytest
import trio

from bazaar.app.discovery.peer_exchange import PAUSE_SECONDS
from bazaar.app.ports import Request
from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import (
    MAX_CONTACT_BYTES,
    MAX_CONTACTS,
    PeersGet,
    PeersTold,
)
from bazaar.domain.stores.records import Contact
from bazaar.domain.wire.kinds import Kind
from tests.app.town import PATIENCE_SECONDS, Person, Town
from tests.fakes import until

ELSEWHERE = "/ip4/8.8.8.8/tcp/4001"


def told_by(person: Person, teller: Person) -> set[bytes]:
    return {key for key, _, by in person.exchange.learned if by == teller.key}


def asked(town: Town, person: Person) -> int:
    return sum(
        one.type == RequestType.PEERS and one.peer == person.key
        for one in town.wire.asked
    )


async def met(person: Person, other: Person) -> None:
    """Wait until ``person`` holds the contact of the other."""
    records = person.node.context.catalogue
    with trio.fail_after(PATIENCE_SECONDS):
        while await records.record(Kind.CONTACT, other.key) is None:  # noqa: ASYNC110 - a catalogue tells nobody
            await trio.sleep(0.005)


async def test_a_newcomer_is_told_of_those_that_another_knows(town: Town) -> None:
    anna, ben = await town.settle_in("anna"), await town.settle_in("ben")
    await met(anna, ben)
    cleo = await town.settle_in("cleo")
    await until(lambda: ben.key in told_by(cleo, anna))
    assert cleo.key not in {key for key, _, by in cleo.exchange.learned if by}


async def test_one_asks_the_same_peer_again_only_after_a_pause(town: Town) -> None:
    anna, ben = await town.settle_in("anna"), await town.settle_in("ben")
    await until(lambda: asked(town, ben) == 1)
    await ben.node.acquaintances.greet(anna.key)
    assert asked(town, ben) == 1
    town.wall.time += PAUSE_SECONDS
    await ben.node.acquaintances.greet(anna.key)
    assert asked(town, ben) == 2


async def test_no_more_is_told_than_was_wanted(town: Town) -> None:
    people = [await town.settle_in(name) for name in ("anna", "ben", "cleo", "dora")]
    for one in people[1:]:
        await met(people[0], one)
    anna, ben = people[:2]
    answer = await anna.node.acquaintances.peers(
        Request(ben.key, RequestType.PEERS, encode(PeersGet(1)))
    )
    assert len(decode(PeersTold, answer).contacts) == 1


async def test_a_contact_that_nobody_signed_is_the_tellers_fault(town: Town) -> None:
    anna, ben = await town.settle_in("anna"), await town.settle_in("ben")
    signed = anna.node.context.sign(
        Contact(anna.key, 9, town.wall.time, (ELSEWHERE,), (), (), ())
    )
    forged = signed.envelope[:-1] + bytes([signed.envelope[-1] ^ 1])

    async def lie(request: Request) -> bytes:
        del request
        return encode(PeersTold((forged,)))

    anna.exchange.serve(RequestType.PEERS, lie)
    town.wall.time += PAUSE_SECONDS
    await ben.node.acquaintances.greet(anna.key)
    assert ben.exchange.faults == [anna.key]
    assert told_by(ben, anna) == set()


async def test_a_followed_shop_is_dialled_at_its_own_addresses(town: Town) -> None:
    anna, ben = await town.settle_in("anna"), await town.settle_in("ben")
    await met(ben, anna)
    ben.node.follows.follow(anna.key, private=True)
    await ben.leave()
    town.wire.asked.clear()
    await town._nursery.start(ben.live)  # it greets nobody: nobody told of anybody
    await until(
        lambda: any(
            one.type == RequestType.HEAD_GET and one.peer == ben.key
            for one in town.wire.asked
        )
    )


def test_bounds_of_request_and_answer() -> None:
    assert decode(PeersGet, encode(PeersGet(MAX_CONTACTS)))
    for wanted in (0, MAX_CONTACTS + 1):
        with pytest.raises(MalformedMessageError):
            decode(PeersGet, encode(PeersGet(wanted)))
    full = PeersTold((b"x" * MAX_CONTACT_BYTES,) * MAX_CONTACTS)
    assert decode(PeersTold, encode(full)) == full
    for contacts in (
        (b"x",) * (MAX_CONTACTS + 1),
        (b"x" * (MAX_CONTACT_BYTES + 1),),
        (b"",),
    ):
        with pytest.raises(MalformedMessageError):
            decode(PeersTold, encode(PeersTold(contacts)))
