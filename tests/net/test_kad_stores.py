"""What a node keeps for the DHT, at each limit and one beyond."""

import pytest
from libp2p.kad_dht.pb.kademlia_pb2 import Record
from libp2p.kad_dht.peer_routing import PeerRouting
from libp2p.kad_dht.routing_table import RoutingTable

from bazaar.domain.errors import RefusedError
from net._vendor import ID, PeerInfo
from net.dht import kad_stores
from net.dht.kad_stores import Providers, Values
from net.limits import MAX_RECORDS_PER_AUTHOR
from net.peer_ids import peer_id
from tests.net.nodes import Make, Start

FIRST, SECOND = peer_id(b"1" * 32), peer_id(b"2" * 32)


class Brought:
    """Records in a store, and who brings the next."""

    def __init__(self, values: Values, sender: list[ID]) -> None:
        self.values = values
        self.sender = sender

    def put(self, sender: ID, *numbers: int) -> None:
        self.sender[:] = [sender]
        for number in numbers:
            key = b"%d" % number
            self.values.put_record(key, Record(key=key, value=b"v"))


@pytest.fixture
async def brought(make: Make, start: Start) -> Brought:
    host = (await start(make())).host.libp2p()
    sender = [FIRST]
    return Brought(Values(host, lambda: sender[0]), sender)


@pytest.fixture
async def providers(make: Make, start: Start) -> Providers:
    host = (await start(make())).host.libp2p()
    table = RoutingTable(host.get_id(), host)
    return Providers(host, PeerRouting(host, table))


async def test_a_sender_has_two_hundred_records(brought: Brought) -> None:
    brought.put(FIRST, *range(MAX_RECORDS_PER_AUTHOR))
    brought.put(FIRST, 0)
    with pytest.raises(RefusedError):
        brought.put(FIRST, MAX_RECORDS_PER_AUTHOR)
    brought.put(SECOND, MAX_RECORDS_PER_AUTHOR, 0)
    brought.put(FIRST, MAX_RECORDS_PER_AUTHOR + 1)
    assert len(brought.values.store) == MAX_RECORDS_PER_AUTHOR + 2


async def test_the_record_put_longest_ago_makes_room(
    brought: Brought, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kad_stores, "MAX_RECORDS", 3)
    brought.put(FIRST, 1, 2, 3, 1)
    assert list(brought.values.store) == [b"2", b"3", b"1"]
    brought.put(SECOND, 4)
    assert list(brought.values.store) == [b"3", b"1", b"4"]
    assert brought.values._counts == {FIRST: 2, SECOND: 1}


async def test_what_nobody_put_for_a_day_is_forgotten(brought: Brought) -> None:
    brought.put(FIRST, 1, 2)
    record, _ = brought.values.store[b"1"]
    brought.values.store[b"1"] = (record, 0.0)
    assert brought.values.cleanup_expired() == 1
    assert list(brought.values.store) == [b"2"]
    assert brought.values._counts == {FIRST: 1}


async def test_a_provider_has_two_hundred_tokens(providers: Providers) -> None:
    provide(providers, FIRST, MAX_RECORDS_PER_AUTHOR + 1)
    assert len(providers.providers) == MAX_RECORDS_PER_AUTHOR
    provide(providers, SECOND, 1)
    assert providers.size() == MAX_RECORDS_PER_AUTHOR + 1
    providers.providers.pop(b"0")
    providers.cleanup_expired()
    providers.add_provider(b"another", PeerInfo(FIRST, []))
    assert b"another" in providers.providers


async def test_there_is_room_for_so_many_provider_records(
    providers: Providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kad_stores, "MAX_PROVIDER_RECORDS", 3)
    provide(providers, FIRST, 2)
    provide(providers, SECOND, 2)
    assert providers.size() == 3
    provide(providers, FIRST, 2)
    provide(providers, providers.local_peer_id, 2)
    assert providers.size() == 5


def provide(providers: Providers, peer: ID, count: int) -> None:
    for number in range(count):
        providers.add_provider(b"%d" % number, PeerInfo(peer, []))
