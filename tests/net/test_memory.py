"""A transport in memory: as real hosts see it, and real hosts on it."""

import pytest
import trio
from libp2p.io.exceptions import ConnectionClosedError
from libp2p.transport.exceptions import OpenConnectionError
from trio.testing import MockClock

from bazaar.domain.errors import PeerUnreachableError
from net._vendor import Multiaddr
from net.memory import PIPE_BYTES, Memory, Pipe
from tests.net.crowd import a_crowd, member
from tests.net.heads import head
from tests.net.nodes import BODY, PUT

HOSTS = 20


async def test_bytes_come_out_in_order_after_the_delay(
    autojump_clock: MockClock,
) -> None:
    pipe = Pipe(0.5)
    await pipe.send(b"abc")
    await pipe.send(b"de")
    assert [await pipe.receive(2), trio.current_time()] == [b"ab", 0.5]
    assert [await pipe.receive(9), await pipe.receive(None)] == [b"c", b"de"]
    pipe.close()
    assert await pipe.receive(1) == b""


async def test_a_writer_never_waits_for_the_delay_but_for_room(
    autojump_clock: MockClock,
) -> None:
    pipe = Pipe(5.0)
    await pipe.send(bytes(PIPE_BYTES))
    assert trio.current_time() == 0
    with trio.move_on_after(1) as scope:
        await pipe.send(b"one beyond")
    assert scope.cancelled_caught
    assert len(await pipe.receive(None)) == PIPE_BYTES


async def test_what_was_sent_before_the_end_still_arrives(
    autojump_clock: MockClock,
) -> None:
    pipe = Pipe(1.0)
    await pipe.send(b"last")
    pipe.close()
    with pytest.raises(ConnectionClosedError):
        await pipe.send(b"later")
    assert await pipe.receive(None) == b"last"


async def test_a_place_is_taken_by_one_and_free_when_it_leaves() -> None:
    memory = Memory()
    transport = memory.wire("127.1.1.1").transport()
    first, second = (transport.create_listener(_never) for _ in range(2))
    place = Multiaddr("/ip4/127.1.1.1/tcp/4001")
    await first.listen(place)
    with pytest.raises(OpenConnectionError):
        await second.listen(place)
    await first.close()
    await second.listen(place)
    await second.close()
    with pytest.raises(OpenConnectionError):
        await transport.dial(place)


async def test_a_host_that_stops_is_found_gone(
    nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    memory = Memory(0.01)
    one, other = member(memory, 0), member(memory, 1)
    await nursery.start(one.network.run)
    async with trio.open_nursery() as life:
        await life.start(other.network.run)
        address = other.network.addresses()[0]
        assert await one.network.connect(address) == other.key
        assert await one.network.request(other.key, PUT, BODY) == BODY
        life.cancel_scope.cancel()
    await trio.sleep(1)
    assert one.network.peers() == []
    with pytest.raises(PeerUnreachableError):
        await one.network.connect(address)


@pytest.mark.timeout(120)
async def test_twenty_hosts_hear_find_and_answer(autojump_clock: MockClock) -> None:
    """200 of them are in tests/bench/bench_crowd.py."""
    async with a_crowd(HOSTS, friends=2) as crowd:
        first, last = crowd.members[0], crowd.members[-1]
        newest, began = head(first.signer), trio.current_time()
        await first.gossip.publish_head(newest)
        assert await first.directory.put_head(first.key, newest) >= 3
        await trio.sleep(5)
        assert len(crowd.hearers(newest)) == HOSTS - 1
        assert crowd.hearers(newest)[-1] - began < 2  # virtual: links of 50 ms
        assert await last.directory.find_head(first.key) == newest
        await last.network.disconnect(first.key)
        where = await last.directory.find_addresses(first.key)
        assert await last.network.request(first.key, PUT, BODY, addresses=where) == BODY
        assert min(crowd.memory.bytes.values()) > 0


async def _never(end: object) -> None:
    del end
