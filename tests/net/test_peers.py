"""Requests between two real nodes."""

import pytest
import trio

from bazaar.domain.errors import (
    PeerUnreachableError,
    RefusedError,
    ReplyCode,
)
from tests.net.nodes import BODY, PUT, Make, Pair, Start


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
