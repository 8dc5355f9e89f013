"""Whatever strangers send to a running node: it answers its owner, keeps nothing, serves the honest."""

import contextlib
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
import trio
from libp2p.abc import INetStream
from libp2p.io.exceptions import IOException

from bazaar.domain.delivery.delivery import Ack
from bazaar.domain.errors import PeerUnreachableError, ReplyCode
from bazaar.domain.exchange.coding import encode
from bazaar.domain.exchange.messages import Put
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import HeadGet
from bazaar.domain.keys.identity import Identity
from bazaar.domain.wire.envelope import Envelope, seal
from bazaar.rpc.paths import read_door
from net.exchange import refusals
from net.exchange.frames import REFUSAL
from net.limits import MAX_FRAME_BYTES, MAX_INBOUND_STREAMS_PER_PEER
from tests.system.hostile import EXCHANGE, hello_of
from tests.system.victim import FF, ON, WAIT_SECONDS, Make, Victim

GARBAGE = [
    b"",
    b"\x00" * 64,
    FF,
    b"\xff\xff\xff\xff\x0f",
    b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
    b"\x05hello",
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"\x91" * 2000,
    b"\x0a\xff\xff\xff\x7f",
]


async def try_all(sending: Callable[[bytes], Awaitable[Any]], sent: list[bytes]) -> int:
    """Send each until we are sent away; returns how many went out."""
    for count, data in enumerate(sent):
        try:
            await sending(data)
        except (PeerUnreachableError, IOException, EOFError):
            return count
    return len(sent)


def code(body: bytes) -> ReplyCode:
    return refusals.decode(body).code


# ------------------------------------------------------------------ the wire


async def test_garbage_on_every_protocol(victim: Victim, make: Make) -> None:
    async with make() as peer:
        await peer.greet()
        protocols = await peer.protocols()
    assert len(protocols) >= 7
    taken: dict[str, int] = {}
    async with victim.unharmed("score.garbage", "inbox.resets"):
        for protocol in protocols:
            async with make() as peer:
                await peer.greet()
                taken[protocol] = await try_all(
                    lambda data: peer.throw(protocol, data),  # noqa: B023 - called at once
                    GARBAGE,
                )
    # The helpers of relays hang up on a stranger at once, maybe before his first word.
    ours = [count for name, count in taken.items() if not name.startswith("/libp2p/")]
    assert all(ours), taken


@pytest.mark.parametrize("frame_type", [RequestType.PUT, 77])
async def test_frames_that_are_too_long(
    victim: Victim, make: Make, frame_type: int
) -> None:
    async with victim.unharmed("score.too_large"), make() as peer:
        await peer.greet()
        for length in (2**31, 2**32 - 1, MAX_FRAME_BYTES + 1):
            answer = await peer.answer(length.to_bytes(4, "big") + bytes([frame_type]))
            assert (answer.type, code(answer.body)) == (REFUSAL, ReplyCode.TOO_LARGE)


async def test_a_hello_of_another_network(victim: Victim, make: Make) -> None:
    async with victim.unharmed("inbox.refused_wrong_network"), make() as peer:
        await peer.connect()
        answer = await peer.frame(RequestType.HELLO, hello_of(b"x" * 32))
        assert code(answer.body) == ReplyCode.WRONG_NETWORK
        with trio.fail_after(WAIT_SECONDS):
            while peer.network.host.is_connected(peer.target):  # noqa: ASYNC110 - no event tells of it
                await trio.sleep(0.05)


HELLOS: dict[str, tuple[list[Any], ReplyCode]] = {
    "sixty": ([[1] * 60, ON.id, 0], ReplyCode.MALFORMED),
    "thousands": ([[1] * 5000, ON.id, 0], ReplyCode.TOO_LARGE),
    "none": ([[], ON.id, 0], ReplyCode.MALFORMED),
    "unknown": ([[200, 201], ON.id, 0], ReplyCode.UNKNOWN_VERSION),
    "words": ([["1"], ON.id, 0], ReplyCode.MALFORMED),
}


async def test_hellos_with_odd_versions(victim: Victim, make: Make) -> None:
    async with victim.unharmed("score.garbage", "score.too_large"):
        for name, (body, expected) in HELLOS.items():
            async with make() as peer:
                await peer.connect()
                sent = msgspec.msgpack.encode(body)
                answer = await peer.frame(RequestType.HELLO, sent)
            assert code(answer.body) == expected, name


async def test_hellos_that_are_none(victim: Victim, make: Make) -> None:
    wide = b"\x93\x91\xcc\x01\xc4\x20" + ON.id + b"\x00"  # 1 as two bytes
    async with victim.unharmed("score.garbage"):
        for body in (b"\x91" * 100 + b"\x90", wide, FF[:100]):
            async with make() as peer:
                await peer.connect()
                answer = await peer.frame(RequestType.HELLO, body)
            assert code(answer.body) == ReplyCode.MALFORMED


async def test_a_question_without_a_hello(victim: Victim, make: Make) -> None:
    async with victim.unharmed("inbox.refused_wrong_network"), make() as peer:
        await peer.connect()
        answer = await peer.frame(RequestType.HEAD_GET, encode(HeadGet(())))
        assert code(answer.body) == ReplyCode.WRONG_NETWORK


async def test_bodies_that_are_bottomless(victim: Victim, make: Make) -> None:
    deep, a_map = b"\x91" * 2000 + b"\x90", b"\x91\xdf" + FF[:4]
    async with victim.unharmed("score.garbage"), make() as peer:
        await peer.greet()
        for body in (deep, a_map, b"\xdd" + FF[:4], b"\x91"):
            answer = await peer.frame(RequestType.PUT, body)
            assert code(answer.body) == ReplyCode.MALFORMED


async def test_half_open_streams_and_a_slow_sender(victim: Victim, make: Make) -> None:
    counted = ("score.too_slow", "score.too_fast")
    async with victim.unharmed(*counted), make() as peer, make() as slow:
        await peer.greet()
        await slow.greet()
        streams = [await peer.stream(EXCHANGE), await slow.stream(EXCHANGE)]
        for _ in range(MAX_INBOUND_STREAMS_PER_PEER - 1):
            await peer.stream(EXCHANGE)
        with pytest.raises(PeerUnreachableError):
            await peer.stream(EXCHANGE)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(drip, streams[1])
            await victim.is_served()
            for stream in streams:
                await is_cut_off(stream)


async def is_cut_off(stream: INetStream) -> None:
    with trio.fail_after(WAIT_SECONDS), pytest.raises((IOException, EOFError)):
        await stream.read(1)


async def drip(stream: INetStream) -> None:
    """Three bytes in as many seconds, and then no more."""
    for _ in range(3):
        await stream.write(b"\x00")
        await trio.sleep(1)


async def test_five_hundred_connects(victim: Victim) -> None:
    async def touch() -> None:
        with contextlib.suppress(OSError):
            sockets.append(await trio.open_tcp_stream(*victim.node.where))

    sockets: list[trio.SocketStream] = []
    async with victim.unharmed("admission.pending_full"):
        async with trio.open_nursery() as nursery:
            for _ in range(500):
                nursery.start_soon(touch)
        await victim.status()
        for one in sockets:
            await one.aclose()
        with trio.fail_after(WAIT_SECONDS):
            while (await victim.status()).counters["handshakes.pending"]:  # noqa: ASYNC110 - of another process
                await trio.sleep(0.05)


async def test_garbage_at_the_listener(victim: Victim) -> None:
    async with victim.unharmed():
        for words in GARBAGE:
            raw = await trio.open_tcp_stream(*victim.node.where)
            with contextlib.suppress(trio.BrokenResourceError):
                await raw.send_all(words)
            await raw.aclose()


async def test_a_browser_at_the_owners_door(victim: Victim) -> None:
    door = read_door(victim.home)
    assert door is not None
    async with victim.unharmed():
        for words in GARBAGE:
            with socket.socket(socket.AF_UNIX) as plain:
                plain.connect(door.socket)
                with contextlib.suppress(BrokenPipeError):
                    plain.sendall(words)


# ------------------------------------------------------------------ envelopes


def envelope(who: Identity, **changes: Any) -> bytes:
    """An Ack of ``who`` for nothing, with some parts of its envelope changed."""
    good = msgspec.msgpack.decode(
        seal(Ack(who.key, (b"a" * 32,)), who.signing_key, ON.id).envelope, type=Envelope
    )
    return msgspec.msgpack.encode(msgspec.structs.replace(good, **changes))


STRANGER = Identity(b"\x77" * 32)
ELSEWHERE = seal(Ack(STRANGER.key, (b"a" * 32,)), STRANGER.signing_key, b"x" * 32)


ENVELOPES = {
    "signature": (envelope(STRANGER, signature=b"s" * 64), ReplyCode.BAD_SIGNATURE),
    "author": (envelope(STRANGER, author=bytes(32)), ReplyCode.BAD_SIGNATURE),
    "body": (envelope(STRANGER, body=b"\x90"), ReplyCode.BAD_SIGNATURE),
    "network": (ELSEWHERE.envelope, ReplyCode.BAD_SIGNATURE),
    "kind": (envelope(STRANGER, kind=999), ReplyCode.UNKNOWN_VERSION),
    "proof": (envelope(STRANGER, kind=10), ReplyCode.UNKNOWN_VERSION),
    "version": (envelope(STRANGER, version=2), ReplyCode.UNKNOWN_VERSION),
    "tail": (envelope(STRANGER) + b"\x00", ReplyCode.MALFORMED),
    "long": (b"\x95\xcd\x00\x53" + envelope(STRANGER)[2:], ReplyCode.MALFORMED),
    "garbage": (FF[: 60 * 1024], ReplyCode.MALFORMED),
}


async def test_envelopes_that_are_none(victim: Victim, make: Make) -> None:
    async with victim.unharmed("score.garbage"):
        for name, (data, expected) in ENVELOPES.items():
            async with make() as peer:
                await peer.greet()
                answer = await peer.frame(RequestType.PUT, encode(Put((data,))))
            assert (answer.type, code(answer.body)) == (REFUSAL, expected), name
