"""What a stream costs and what breaks it: cures C21-C24, each with a test that fails without it."""

import struct
from typing import Any, cast

import pytest
import trio
from libp2p.abc import INetStream
from libp2p.io.trio import TrioTCPStream
from libp2p.stream_muxer.yamux.yamux import Yamux

from net._cheaper import READ_AHEAD_BYTES
from net.building import swarm_of
from net.errors import StreamBrokenError
from net.limits import WINDOW_BYTES
from tests.net.nodes import BODY, PUT, Make, Pair, Start

FRAME = "!BBHII"
HEADER_BYTES = 12
WINDOW_UPDATE = 1
PROTOCOL = "/test/sink"


class Frames:
    """Every frame that is sent in this process."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.headers: list[tuple[int, int, int]] = []
        self.data: list[bytes] = []
        write = Yamux._write_frame

        async def noted(muxed: Yamux, frame: bytes) -> None:
            _, kind, flags, _, length = struct.unpack(FRAME, frame[:HEADER_BYTES])
            self.headers.append((kind, flags, length))
            self.data.append(frame[HEADER_BYTES:])
            await write(muxed, frame)

        patch.setattr(Yamux, "_write_frame", noted)

    def widened(self) -> list[int]:
        """By how much, each time."""
        return [
            length
            for kind, flags, length in self.headers
            if kind == WINDOW_UPDATE and not flags
        ]


async def test_c21_what_lies_in_the_socket_is_read_at_once(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = pair
    asked: list[int | None] = []
    read = TrioTCPStream.read

    async def noted(stream: TrioTCPStream, n: int | None = None) -> bytes:
        asked.append(n)
        return await read(stream, n)

    monkeypatch.setattr(TrioTCPStream, "read", noted)
    await first.request(second.host.key, PUT, BODY)
    assert set(asked) == {READ_AHEAD_BYTES}


async def test_c22_a_small_request_widens_no_window(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = pair
    frames = Frames(monkeypatch)
    await first.request(second.host.key, PUT, BODY)
    assert frames.headers
    assert frames.widened() == []


@pytest.mark.parametrize(("short", "times"), [(1, 0), (0, 1)])
async def test_c22_half_a_window_that_was_read_is_given_back(
    short: int, times: int, make: Make, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    came, size, got = trio.Event(), [WINDOW_BYTES], bytearray()

    async def sink(stream: INetStream) -> None:
        while len(got) < size[0]:
            got.extend(await stream.read(10_000))
        came.set()
        await trio.sleep_forever()

    reader, writer = make(), await start(make())
    reader.host.handle(PROTOCOL, sink)
    await start(reader)
    await writer.connect(reader.addresses()[0])
    frames = Frames(monkeypatch)
    stream = await writer.host.open_stream(reader.host.key, PROTOCOL)
    named = max(len(data) for data in frames.data)  # the window counts this as well
    size[0] = WINDOW_BYTES // 2 - named - short
    await stream.write(bytes(size[0]))
    with trio.fail_after(5):
        await came.wait()
    assert len(frames.widened()) == times
    await stream.reset()


async def test_c22_more_than_a_window_passes(
    make: Make, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    got, ended = bytearray(), trio.Event()

    async def sink(stream: INetStream) -> None:
        while len(got) < 3 * WINDOW_BYTES:
            got.extend(await stream.read(7_001))
        ended.set()

    reader, writer = make(), await start(make())
    reader.host.handle(PROTOCOL, sink)
    await start(reader)
    await writer.connect(reader.addresses()[0])
    frames = Frames(monkeypatch)
    stream = await writer.host.open_stream(reader.host.key, PROTOCOL)
    sent = bytes(range(256)) * (3 * WINDOW_BYTES // 256)
    with trio.fail_after(10):
        await stream.write(sent)
        await ended.wait()
    assert got == sent
    assert 3 <= len(frames.widened()) <= 6


async def test_c23_a_protocol_is_named_with_the_greeting(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = pair
    frames = Frames(monkeypatch)
    await first.request(second.host.key, PUT, BODY)
    said = [data for data in frames.data if b"/multistream/" in data]
    assert any(b"/bazaar/exchange/" in data for data in said)


async def test_c23_a_protocol_that_nobody_speaks_is_refused(pair: Pair) -> None:
    first, second = pair
    with pytest.raises(StreamBrokenError):
        await first.host.open_stream(second.host.key, "/test/unknown")
    assert await first.request(second.host.key, PUT, BODY) == BODY


@pytest.mark.parametrize("turns", range(24))
async def test_c24_a_question_that_is_cancelled_breaks_no_connection(
    turns: int, pair: Pair
) -> None:
    first, second = pair
    before = swarm_of(first.host.libp2p()).get_connections()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(first.request, second.host.key, PUT, BODY)
        for _ in range(turns):
            await trio.lowlevel.checkpoint()
        nursery.cancel_scope.cancel()
    for _ in range(3):
        assert await first.request(second.host.key, PUT, BODY) == BODY
    assert swarm_of(first.host.libp2p()).get_connections() == before


async def test_a_request_goes_out_again_if_its_connection_had_ended(
    pair: Pair,
) -> None:
    first, second = pair
    (conn,) = swarm_of(first.host.libp2p()).get_connections()
    muxed = cast("Any", conn).muxed_conn
    await muxed.secured_conn.close()
    assert await first.request(second.host.key, PUT, BODY) == BODY
