"""Peers that send a byte a second, read nothing, or send what nobody asked to read."""

import contextlib
import os
import struct
from typing import Any, cast

import pytest
import trio
from libp2p.abc import INetStream

from bazaar.domain.exchange.request_types import RequestType
from net import _patches, _yamux
from net.building import swarm_of
from net.exchange import frames, pace
from net.exchange.frames import ANSWER, ANSWER_BYTES
from net.exchange.pace import STEP_BYTES, Paced
from net.exchange.presence import PING_PROTOCOL
from net.limits import (
    FAIR_STREAMS_PER_PEER,
    KIB,
    MAX_INBOUND_STREAMS,
    MAX_INBOUND_STREAMS_PER_PEER,
    MAX_UNREAD_BYTES,
    MAX_UNREAD_BYTES_PER_STREAM,
    WINDOW_BYTES,
)
from net.peers import Libp2pNetwork
from tests.net.nodes import BODY, PUT, Make, Pair, Start, until

SYN, RST = 1, 8
PING = struct.pack("!BBHII", 0, 2, SYN, 0, 1)


def wire(node: Libp2pNetwork) -> Any:
    """The encrypted connection below yamux, to its only peer."""
    (conn,) = swarm_of(node.host.libp2p()).get_connections()
    return cast("Any", conn).muxed_conn.secured_conn


def muxer(node: Libp2pNetwork) -> Any:
    (conn,) = swarm_of(node.host.libp2p()).get_connections()
    return cast("Any", conn).muxed_conn


def frame(flags: int, stream: int, data: bytes) -> bytes:
    return struct.pack("!BBHII", 0, 0, flags, stream, len(data)) + data


async def test_c16_what_nobody_reads_is_bounded(make: Make, start: Start) -> None:
    async def read_nothing(stream: INetStream) -> None:
        del stream
        await trio.sleep_forever()

    attacked, attacker = make(), await start(make())
    attacked.host.handle("/test/deaf", read_nothing)
    await start(attacked)
    await attacker.connect(attacked.addresses()[0])
    stream = await attacker.host.open_stream(attacked.host.key, "/test/deaf")
    number = cast("Any", stream).muxed_stream.stream_id
    data = bytes(KIB * 64)
    for _ in range(MAX_UNREAD_BYTES_PER_STREAM // len(data)):
        await wire(attacker).write(frame(0, number, data))
    await attacker.request(attacked.host.key, PUT, BODY)
    await wire(attacker).write(frame(0, number, b"1"))
    await until(lambda: not attacked.peers())
    await until(lambda: attacked.counters().get("score.too_large"))
    assert "host.restarts" not in attacked.counters()


def test_c16_unread_bytes_at_the_limit_and_beyond() -> None:
    unread = _yamux.AllUnread()
    unread[1] = bytearray()
    unread[1].extend(bytes(MAX_UNREAD_BYTES_PER_STREAM))
    with pytest.raises(_yamux.OverrunError):
        unread[1].extend(b"1")
    assert len(unread[1]) == MAX_UNREAD_BYTES_PER_STREAM
    assert unread.is_overrun


def test_c16_unread_bytes_of_a_connection_at_the_limit_and_beyond() -> None:
    unread = _yamux.AllUnread()
    streams = MAX_UNREAD_BYTES // WINDOW_BYTES
    for number in range(streams):
        unread[number] = bytearray()
        unread[number].extend(bytes(WINDOW_BYTES))
    assert (unread.total(), unread.is_overrun) == (MAX_UNREAD_BYTES, False)
    with pytest.raises(_yamux.OverrunError):
        unread[0].extend(b"1")


async def test_c16_streams_that_are_reset_leave_no_bytes(pair: Pair) -> None:
    attacker, attacked = pair
    for number in range(1001, 1041, 2):
        await wire(attacker).write(frame(SYN, number, bytes(KIB * 64)))
        await wire(attacker).write(frame(RST, number, b""))
    assert await attacker.request(attacked.host.key, PUT, BODY) == BODY
    await until(lambda: muxer(attacked).stream_buffers.total() == 0)
    await until(lambda: len(muxer(attacked).streams) <= FAIR_STREAMS_PER_PEER)


async def test_c17_cut_handshakes_use_nothing_up(make: Make, start: Start) -> None:
    attacked, honest = await start(make()), await start(make())
    assert swarm_of(attacked.host.libp2p())._resource_manager is None
    assert swarm_of(attacked.host.libp2p())._stream_semaphore is None
    attacked.host.admission.deadline_seconds = 0.05
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - Linux has no other door
    for _ in range(20):
        _, _, host, _, port, *_ = attacked.addresses()[0].split("/")
        silent = await trio.open_tcp_stream(host, int(port))
        with trio.fail_after(5):
            assert not await silent.receive_some(1000) or not await rest(silent)
        await silent.aclose()
    await until(lambda: attacked.counters().get("admission.handshakes_cut") == 20)
    assert len(os.listdir("/proc/self/fd")) <= before  # noqa: PTH208 - as above
    assert await honest.connect(attacked.addresses()[0]) == attacked.host.key


async def rest(stream: trio.SocketStream) -> bytes:
    """What comes until the other side closes; nothing more is expected."""
    while await stream.receive_some(1000):
        pass
    return b""


async def test_c18_a_peer_that_reads_nothing_is_cut(
    make: Make, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_yamux, "WRITE_SECONDS", 0.3)
    attacked, deaf, honest = [await start(make()) for _ in range(3)]
    await deaf.connect(attacked.addresses()[0])
    await honest.connect(attacked.addresses()[0])
    stop_reading(deaf)
    await until(lambda: deaf.host.key not in [one.key for one in attacked.peers()])
    assert await honest.request(attacked.host.key, PUT, BODY) == BODY
    await until(lambda: not attacked._inbox._places.get(deaf.host.key))


def stop_reading(deaf: Libp2pNetwork) -> None:
    """From now on ``deaf`` asks for pings, for ever, and takes no answer from its socket."""
    connection = wire(deaf)

    async def never(n: int | None = None) -> bytes:
        del n
        await trio.sleep_forever()
        raise AssertionError

    async def flood() -> None:
        with contextlib.suppress(Exception):  # it is cut off, in one way or another
            while True:
                await connection.write(PING * 1000)

    connection.read = never
    trio.lowlevel.spawn_system_task(flood)


async def test_a_silent_ping_stream_is_cut(
    make: Make, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("net.building.IDLE_STREAM_SECONDS", 0.2)
    first, second = await start(make()), await start(make())
    await first.connect(second.addresses()[0])
    stream = await first.host.open_stream(second.host.key, PING_PROTOCOL)
    with pytest.raises(Exception), trio.fail_after(5):  # noqa: B017, PT011 - the library's, of many kinds
        await stream.read(1)
    await until(lambda: second.counters().get("score.too_slow"))


class Slow:
    """A stream whose other side gives and takes in steps, each after some seconds."""

    def __init__(self, data: bytes, seconds: float) -> None:
        self.data, self.seconds, self.closed = data, seconds, False

    async def read(self, n: int | None = None) -> bytes:
        await trio.sleep(self.seconds)
        some = min(n or STEP_BYTES, STEP_BYTES)
        data, self.data = self.data[:some], self.data[some:]
        return data

    async def write(self, data: bytes) -> None:
        await trio.sleep(self.seconds * max(1, len(data) / STEP_BYTES))
        self.data += data

    async def close_write(self) -> None:
        self.closed = True

    close = reset = close_write


def content(length: int) -> bytes:
    return frames.encode(ANSWER + RequestType.BLOB_GET, bytes(length), ANSWER_BYTES)


async def test_content_may_take_long_at_one_kibibyte_a_second(
    autojump_clock: object,
) -> None:
    whole = content(256 * KIB)
    slow = Slow(b"", 29.9)
    await pace.write(slow, whole)
    assert (slow.data, slow.closed) == (whole, True)
    with trio.fail_after(30) as scope:
        reader = Paced(slow, scope)
        got = b""
        while len(got) < len(whole):
            got += await reader.read(len(whole) - len(got))
    assert got == whole


async def test_content_below_one_kibibyte_a_second_is_cut(
    autojump_clock: object,
) -> None:
    with pytest.raises(trio.TooSlowError):
        await pace.write(Slow(b"", 30.1), content(256 * KIB))
    with pytest.raises(trio.TooSlowError), trio.fail_after(30) as scope:
        await Paced(Slow(bytes(STEP_BYTES * 9), 30.1), scope).read(STEP_BYTES)


async def test_other_frames_have_the_time_of_an_exchange(
    autojump_clock: object,
) -> None:
    answer = frames.encode(ANSWER + PUT, bytes(30 * KIB), ANSWER_BYTES)
    await pace.write(Slow(b"", 9.9), answer)
    with pytest.raises(trio.TooSlowError):
        await pace.write(Slow(b"", 10.1), answer)


async def test_all_streams_at_the_limit_and_beyond(pair: Pair) -> None:
    attacker, attacked = pair
    swarm = swarm_of(attacked.host.libp2p())
    border = _patches._borders[swarm]
    crowd = _crowd(MAX_INBOUND_STREAMS - 2)
    border.streams.update(crowd)
    (conn,) = swarm_of(attacker.host.libp2p()).get_connections()
    streams = [await conn.new_stream() for _ in range(FAIR_STREAMS_PER_PEER + 1)]
    await until(lambda: attacked.counters().get("admission.streams_full"))
    assert attacked.standing.score(attacker.host.key) == 0
    for stream in streams:
        await stream.reset()
    await until(lambda: border.streams.total() <= MAX_INBOUND_STREAMS)
    assert await attacker.request(attacked.host.key, PUT, BODY) == BODY


def _crowd(streams: int) -> dict[Any, int]:
    """As many streams of other peers."""
    each = MAX_INBOUND_STREAMS_PER_PEER
    counts = {f"peer {n}": each for n in range(streams // each)}
    return counts | {"the last": streams % each}
