"""A screen sees the start of a request; what it refuses is never read to its end."""

import struct

import pytest

from bazaar.app.ports import Request, Screen
from bazaar.domain.errors import MalformedMessageError, RefusedError, ReplyCode
from bazaar.domain.exchange.request_types import RequestType
from net.exchange import frames, refusals
from net.exchange.asking import EXCHANGE_PROTOCOL
from net.exchange.frames import ANSWER_BYTES, REFUSAL
from net.peers import Libp2pNetwork
from tests.net.nodes import Make, Pair, Start

SIZE = 8
LENGTH = 60_000
GOOD = b"\x91\xc5" + (LENGTH - 4).to_bytes(2, "big") + b"good" + bytes(LENGTH - 8)


class Door:
    """Counts whom it saw and what was handled."""

    def __init__(self) -> None:
        self.seen: list[tuple[bytes, int]] = []
        self.handled: list[bytes] = []

    def check(self, request: Request, length: int) -> None:
        self.seen.append((request.body, length))
        if request.body.endswith(b"evil"):
            raise MalformedMessageError("evil")
        if not request.body.endswith(b"good"):
            raise RefusedError(ReplyCode.NEED_WORK, numbers=(20, 7))

    async def handle(self, request: Request) -> bytes:
        self.handled.append(request.body)
        return b"\x90"


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
async def guarded(make: Make, start: Start, door: Door) -> Pair:
    first, second = make(), make()
    screen = Screen(SIZE, door.check)
    second.serve(RequestType.MAIL_PUT, door.handle, screen)
    await start(first)
    await start(second)
    await first.connect(second.addresses()[0])
    return first, second


async def spoken(pair: Pair, data: bytes) -> RefusedError:
    """The refusal of a frame of which only ``data`` was ever sent."""
    first, second = pair
    stream = await first.host.open_stream(second.host.key, EXCHANGE_PROTOCOL)
    await stream.write(struct.pack(">IB", LENGTH, RequestType.MAIL_PUT) + data)
    length, frame_type = await frames.read_head(stream, ANSWER_BYTES)
    assert frame_type == REFUSAL
    refused = refusals.decode(await frames.read_body(stream, length))
    await stream.reset()
    return refused


async def test_a_refused_start_is_all_that_is_read(guarded: Pair, door: Door) -> None:
    refused = await spoken(guarded, GOOD[:4] + b"work")
    assert (refused.code, refused.numbers) == (ReplyCode.NEED_WORK, (20, 7))
    assert door.seen == [(GOOD[:4] + b"work", LENGTH)]
    assert door.handled == []


async def test_a_fault_in_the_start_is_counted(guarded: Pair, door: Door) -> None:
    refused = await spoken(guarded, GOOD[:4] + b"evil")
    assert refused.code is ReplyCode.MALFORMED
    assert door.handled == []


async def test_what_passes_is_handled_whole(guarded: Pair, door: Door) -> None:
    client: Libp2pNetwork = guarded[0]
    key = guarded[1].host.key
    assert await client.request(key, RequestType.MAIL_PUT, GOOD) == b"\x90"
    assert door.handled == [GOOD]
    short = b"\x91\xa4good"
    with pytest.raises(RefusedError):
        await client.request(key, RequestType.MAIL_PUT, b"\x91\xa1x")
    assert await client.request(key, RequestType.MAIL_PUT, short) == b"\x90"
    assert door.seen[-1] == (short, len(short))
