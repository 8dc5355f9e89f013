"""Requests between two real nodes."""

from typing import cast

import pytest
import trio
from libp2p.abc import INetStream
from libp2p.network.stream.net_stream import NetStream

from bazaar.app.ports import Exchange, Request
from bazaar.domain.errors import (
    MalformedMessageError,
    PeerUnreachableError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.exchange.request_types import RequestType
from net.building import swarm_of
from net.exchange.asking import EXCHANGE_PROTOCOL
from net.exchange.presence import PING_PROTOCOL
from tests.net.nodes import BODY, PUT, Make, Pair, Start, until


async def test_a_request_is_answered(pair: Pair) -> None:
    first, second = pair
    assert await first.request(second.host.key, PUT, BODY) == BODY


async def test_requests_go_both_ways_over_one_connection(pair: Pair) -> None:
    first, second = pair
    assert await second.request(first.host.key, PUT, BODY) == BODY
    assert [row.direction for row in first.peers()] == ["outbound"]
    assert [row.direction for row in second.peers()] == ["inbound"]


async def test_a_request_connects_first(make: Make, start: Start) -> None:
    first, second = await start(make()), await start(make())
    key = second.host.key
    assert await first.request(key, PUT, BODY, addresses=second.addresses()) == BODY


async def test_both_sides_are_told_once_that_the_hello_matched(
    make: Make, start: Start
) -> None:
    first, second = await start(make()), await start(make())
    told: list[bytes] = []
    first.on_connected(told.append)
    second.on_connected(told.append)
    await first.connect(second.addresses()[0])
    await second.request(first.host.key, PUT, BODY)
    assert sorted(told) == sorted([first.host.key, second.host.key])


async def test_a_peer_that_is_not_there(make: Make, start: Start) -> None:
    node = await start(make())
    gone = make()
    with pytest.raises(PeerUnreachableError):
        await node.request(gone.host.key, PUT, BODY, addresses=["/ip4/127.0.0.1/tcp/9"])


async def test_another_network_is_refused_and_sent_away(
    make: Make, start: Start
) -> None:
    first, second = await start(make()), await start(make(network=b"o" * 32))
    gone = trio.Event()
    first.host.notices.on_disconnected(lambda _: gone.set())
    with pytest.raises(RefusedError) as refused:
        await first.connect(second.addresses()[0])
    assert refused.value.code is ReplyCode.WRONG_NETWORK
    with trio.fail_after(5):
        await gone.wait()
    assert first.peers() == second.peers() == []


async def test_no_handler_sees_a_peer_without_hello(pair: Pair) -> None:
    first, second = pair
    second._inbox.forget(first.host.key)
    with pytest.raises(RefusedError) as refused:
        await first._asker._once(second.host.key, PUT, BODY)
    assert refused.value.code is ReplyCode.WRONG_NETWORK


async def test_a_peer_that_forgot_the_hello_is_greeted_again(pair: Pair) -> None:
    first, second = pair
    second._inbox.forget(first.host.key)
    assert await first.request(second.host.key, PUT, BODY) == BODY


def test_the_network_fits_the_port(make: Make) -> None:
    exchange: Exchange = make()
    assert exchange.peers() == []


async def test_a_peer_that_vanished_is_disconnected(
    make: Make, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def say_nothing(stream: INetStream) -> None:
        del stream
        await trio.sleep_forever()

    first, frozen = await start(make()), make()
    frozen.host.handle(EXCHANGE_PROTOCOL, say_nothing)
    frozen.host.handle(PING_PROTOCOL, say_nothing)
    await start(frozen)
    monkeypatch.setattr("net.exchange.asking.EXCHANGE_SECONDS", 0.1)
    monkeypatch.setattr("net.exchange.presence.PING_SECONDS", 0.1)
    with pytest.raises(PeerUnreachableError):
        await first.connect(frozen.addresses()[0])
    await until(lambda: not first.host.is_connected(frozen.host.key))
    assert first.counters()["asking.vanished"] >= 1


async def test_who_is_online(pair: Pair) -> None:
    first, second = pair
    assert await first.is_online(second.host.key)
    await first.disconnect(second.host.key)
    assert not await first.is_online(second.host.key)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"\x00\x00\x00\x01\x88\x90", MalformedMessageError),
        (b"\xff\xff\xff\xff\x87", MalformedMessageError),
        (b"\x00\x00\x00\x01\xff\x90", MalformedMessageError),
        (b"\x00\x00", PeerUnreachableError),
        (b"", PeerUnreachableError),
    ],
)
async def test_what_a_hostile_peer_answers(
    make: Make, start: Start, answer: bytes, error: type[Exception]
) -> None:
    async def lie(stream: INetStream) -> None:
        await stream.write(answer)
        await stream.close()

    first, hostile = await start(make()), make()
    hostile.host.handle(EXCHANGE_PROTOCOL, lie)
    await start(hostile)
    with pytest.raises(error):
        await first.connect(hostile.addresses()[0])
    is_blamed = first.standing.score(hostile.host.key) < 0
    assert is_blamed is (error is MalformedMessageError)


async def test_cancelling_a_request_leaves_no_stream(make: Make, start: Start) -> None:
    first, second = make(), make()

    async def wait(request: Request) -> bytes:
        asked.set()
        await trio.sleep_forever()
        return request.body

    asked = trio.Event()
    second.serve(RequestType.DIGEST, wait)
    await start(first)
    await start(second)
    key = await first.connect(second.addresses()[0])
    async with trio.open_nursery() as nursery:
        nursery.start_soon(first.request, key, RequestType.DIGEST, BODY)
        await asked.wait()
        nursery.cancel_scope.cancel()
    assert await first.request(key, PUT, BODY) == BODY
    swarm = swarm_of(first.host.libp2p())
    streams = [s for conn in swarm.get_connections() for s in conn.get_streams()]
    await until(lambda: not [s for s in streams if not cast("NetStream", s).is_closed])
