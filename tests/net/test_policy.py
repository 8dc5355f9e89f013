"""Whom the user refuses is answered BLOCKED before the rest of the request is read."""

import struct

import pytest

from bazaar.app.ports import Request
from bazaar.domain.errors import RefusedError, ReplyCode
from bazaar.domain.exchange.request_types import RequestType
from net.exchange import frames, refusals
from net.exchange.asking import EXCHANGE_PROTOCOL
from net.exchange.frames import ANSWER_BYTES, REFUSAL
from tests.net.nodes import Make, Pair, Start

LENGTH = 60_000
EMPTY = b"\x90"


class Refusing:
    """Refuses mail of everybody, and keeps what got through."""

    def __init__(self) -> None:
        self.handled: list[int] = []

    def check(self, peer: bytes, kind: int) -> None:
        assert peer
        if kind == RequestType.MAIL_PUT:
            raise RefusedError(ReplyCode.BLOCKED)

    async def handle(self, request: Request) -> bytes:
        self.handled.append(request.type)
        return EMPTY


@pytest.fixture
def refusing() -> Refusing:
    return Refusing()


@pytest.fixture
async def pair(make: Make, start: Start, refusing: Refusing) -> Pair:
    first, second = make(), make()
    second.police(refusing.check)
    for kind in (RequestType.MAIL_PUT, RequestType.PROOF_GET):
        second.serve(kind, refusing.handle)
    await start(first)
    await start(second)
    await first.connect(second.addresses()[0])
    return first, second


async def test_the_greeting_passes_and_what_is_not_refused(
    pair: Pair, refusing: Refusing
) -> None:
    first, second = pair
    assert await first.request(second.host.key, RequestType.PROOF_GET, EMPTY) == EMPTY
    with pytest.raises(RefusedError) as caught:
        await first.request(second.host.key, RequestType.MAIL_PUT, EMPTY)
    assert caught.value.code is ReplyCode.BLOCKED
    assert refusing.handled == [RequestType.PROOF_GET]


async def test_the_body_is_never_read(pair: Pair, refusing: Refusing) -> None:
    first, second = pair
    stream = await first.host.open_stream(second.host.key, EXCHANGE_PROTOCOL)
    await stream.write(struct.pack(">IB", LENGTH, RequestType.MAIL_PUT))
    length, frame_type = await frames.read_head(stream, ANSWER_BYTES)
    assert frame_type == REFUSAL
    refused = refusals.decode(await frames.read_body(stream, length))
    assert refused.code is ReplyCode.BLOCKED
    await stream.reset()
    assert refusing.handled == []
