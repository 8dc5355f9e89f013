"""Garbage at the listener and on every protocol id; the host lives on and answers."""

import os
import secrets
import struct

import pytest
import trio
from libp2p.network.connection.swarm_connection import SwarmConn

from bazaar.domain.errors import PeerUnreachableError
from net.building import swarm_of
from net.exchange.presence import PING_PROTOCOL
from net.limits import (
    MAX_CONNECTIONS_PER_PEER,
    MAX_INBOUND_STREAMS_PER_PEER,
    PENDING_HANDSHAKES,
    PENDING_HANDSHAKES_PER_GROUP,
)
from net.peers import Libp2pNetwork
from net.rules import PUBLIC_RULES
from tests.net.nodes import BODY, PUT, Make, Pair, Start, until

PROTOCOLS = [
    "/bazaar/exchange/1.0.0",
    "/ipfs/id/1.0.0",
    "/ipfs/id/push/1.0.0",
    PING_PROTOCOL,
]
HELLOS = [
    b"",
    b"\x00" * 64,
    b"\xff" * 64,
    secrets.token_bytes(500),
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"\x13/multistream/1.0.0\n",
    b"\x13/multistream/1.0.0\n\x07/noise\n" + b"\x00\x20" + b"\xff" * 32,
    b"\x13/multistream/1.0.0\n\x07/noise\n" + b"\xff\xff" + b"\xff" * 100,
    b"\x13/multistream/1.0.0\n\x11/plaintext/2.0.0\n",
    b"\xff\xff\xff\xff\x0f" + b"/" * 100,
]
FRAMES = [
    b"",
    b"\x00",
    b"\xff" * 64,
    b"\xff\xff\xff\xff\x0f",
    b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
    struct.pack(">IB", 2**32 - 1, 7),
    b"\x05hello",
    b"\x0a\xff\xff\xff\x7f",
]
YAMUX = [
    struct.pack("!BBHII", 9, 0, 0, 1, 0),
    struct.pack("!BBHII", 0, 9, 0, 1, 0),
    struct.pack("!BBHII", 0, 0, 0, 77, 5) + b"hello",
    struct.pack("!BBHII", 0, 0, 1, 77, 2**32 - 1),
    struct.pack("!BBHII", 0, 0, 1, 0, 2**25) + b"x" * 100,
    struct.pack("!BBHII", 0, 1, 1, 2, 2**32 - 1),
    struct.pack("!BBHII", 0, 3, 0, 0, 77),
    b"\x00" * 5,
]


def where(node: Libp2pNetwork) -> tuple[str, int]:
    _, _, host, _, port, *_ = node.addresses()[0].split("/")
    return host, int(port)


def lived_on(node: Libp2pNetwork) -> bool:
    return "host.restarts" not in node.counters()


async def test_garbage_at_the_listener(make: Make, start: Start) -> None:
    attacked, honest = await start(make()), await start(make())
    for hello in HELLOS:
        socket = await trio.open_tcp_stream(*where(attacked))
        await socket.send_all(hello)
        await socket.aclose()
    assert await honest.connect(attacked.addresses()[0]) == attacked.host.key
    await until(lambda: attacked.host.admission.pending() == 0)
    assert lived_on(attacked)


async def test_silent_sockets_do_not_keep_an_honest_peer_out(
    make: Make, start: Start
) -> None:
    attacked, honest = await start(make(rules=PUBLIC_RULES)), await start(make())
    limit = PENDING_HANDSHAKES_PER_GROUP
    sockets = [await trio.open_tcp_stream(*where(attacked)) for _ in range(limit + 1)]
    await until(lambda: attacked.counters().get("admission.pending_of_group_full"))
    assert attacked.host.admission.pending() == limit
    for socket in sockets:
        await socket.aclose()
    await until(lambda: attacked.host.admission.pending() == 0)
    assert await honest.connect(attacked.addresses()[0]) == attacked.host.key


async def test_pending_handshakes_are_cut_at_their_deadline(
    make: Make, start: Start
) -> None:
    attacked, honest = await start(make()), await start(make())
    attacked.host.admission.deadline_seconds = 0.5
    many = range(PENDING_HANDSHAKES + 10)
    sockets = [await trio.open_tcp_stream(*where(attacked)) for _ in many]
    await until(lambda: attacked.counters().get("admission.pending_full"))
    await until(lambda: attacked.host.admission.pending() == 0)
    assert await honest.connect(attacked.addresses()[0]) == attacked.host.key
    for socket in sockets:
        await socket.aclose()


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_garbage_on_a_protocol(
    pair: Pair, make: Make, start: Start, protocol: str
) -> None:
    (attacker, attacked), honest = pair, await start(make())
    await honest.connect(attacked.addresses()[0])
    for frame in FRAMES:
        try:
            stream = await attacker.host.open_stream(attacked.host.key, protocol)
        except PeerUnreachableError:
            break  # banned for the frames before
        await stream.write(frame)
        await stream.reset()
    assert await honest.request(attacked.host.key, PUT, BODY) == BODY
    assert lived_on(attacked)


@pytest.mark.parametrize("frame", YAMUX)
async def test_garbage_under_yamux(make: Make, start: Start, frame: bytes) -> None:
    attacked, attacker, honest = (
        await start(make()),
        await start(make()),
        await start(make()),
    )
    await attacker.connect(attacked.addresses()[0])
    await honest.connect(attacked.addresses()[0])
    (conn,) = swarm_of(attacker.host.libp2p()).get_connections()
    assert isinstance(conn, SwarmConn)
    await conn.muxed_conn.secured_conn.write(frame)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] - of yamux only
    assert await honest.request(attacked.host.key, PUT, BODY) == BODY
    assert lived_on(attacked)


async def test_half_open_streams_are_capped(pair: Pair) -> None:
    attacker, attacked = pair
    (conn,) = swarm_of(attacker.host.libp2p()).get_connections()
    streams = [await conn.new_stream() for _ in range(MAX_INBOUND_STREAMS_PER_PEER + 4)]
    await until(lambda: attacked.counters().get("score.too_fast", 0) >= 4)
    for stream in streams:
        await stream.reset()
    assert await attacker.request(attacked.host.key, PUT, BODY) == BODY
    assert lived_on(attacked)


async def test_a_peer_has_two_connections(make: Make, start: Start) -> None:
    first, second = await start(make()), await start(make())
    for _ in range(MAX_CONNECTIONS_PER_PEER + 1):
        await first.host.dial(second.addresses()[0], second.host.key)
    await until(lambda: second.host.admission.inbound() == MAX_CONNECTIONS_PER_PEER)
    assert await first.request(second.host.key, PUT, BODY) == BODY


async def test_no_descriptor_is_left_behind(make: Make) -> None:
    def descriptors() -> int:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - Linux has no other door

    async def round_trip() -> None:
        async with trio.open_nursery() as nursery:
            first, second = make(), make()
            await nursery.start(first.run)
            await nursery.start(second.run)
            await first.connect(second.addresses()[0])
            await first.request(second.host.key, PUT, BODY)
            nursery.cancel_scope.cancel()

    await round_trip()
    before = descriptors()
    for _ in range(3):
        await round_trip()
    assert descriptors() <= before
