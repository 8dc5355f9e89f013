"""Figures of the exchange on loopback; prints, judges nothing."""

import time

import trio

from bazaar.app.ports import Request
from net.peers import Libp2pNetwork
from net.rules import LOCAL_RULES
from tests.bench.figures import MS, heading, spread
from tests.bench.processes import load

PUT, BLOB = 7, 6
LOOPBACK = "/ip4/127.0.0.1/tcp/0"
ROUNDS = 40
PART_BYTES = 256 * 1024


async def test_connect_and_request() -> None:
    heading("Two networks in one process on loopback", load())
    part = b"\x91\xc6" + PART_BYTES.to_bytes(4) + b"x" * PART_BYTES

    async def answer(request: Request) -> bytes:
        return part if request.type == BLOB else request.body

    server = Libp2pNetwork(b"s" * 32, b"n" * 32, [LOOPBACK], LOCAL_RULES)
    server.serve(PUT, answer)
    server.serve(BLOB, answer)
    async with trio.open_nursery() as nursery:
        await nursery.start(server.run)
        client = Libp2pNetwork(b"c" * 32, b"n" * 32, [LOOPBACK], LOCAL_RULES)
        await nursery.start(client.run)
        await _connects(client, server)
        await _requests(client, server, PUT, b"\x91\x01", "request and answer")
        await trio.sleep(3)  # the rate of requests recovers
        await _requests(client, server, BLOB, b"\x91\x01", "256 KiB part")
        nursery.cancel_scope.cancel()


async def _connects(client: Libp2pNetwork, server: Libp2pNetwork) -> None:
    taken: list[float] = []
    for _ in range(10):
        began = time.perf_counter()
        await client.connect(server.addresses()[0])
        taken.append((time.perf_counter() - began) * MS)
        await client.disconnect(server.host.key)
        await trio.sleep(0.5)
    spread("connect and hello", taken, "ms", "< 50")


async def _requests(
    client: Libp2pNetwork,
    server: Libp2pNetwork,
    frame_type: int,
    body: bytes,
    what: str,
) -> None:
    await client.connect(server.addresses()[0])
    taken: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await client.request(server.host.key, frame_type, body)
        taken.append((time.perf_counter() - began) * MS)
    spread(what, taken)
