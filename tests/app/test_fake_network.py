"""One small suite over the network in memory and the real one: the fake behaves like it."""

from collections.abc import Awaitable, Callable

import pytest
import trio

from bazaar.app.ports import Exchange, Handler, Request
from bazaar.domain.errors import (
    MalformedMessageError,
    PeerUnreachableError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.exchange.request_types import RequestType
from net.peers import Libp2pNetwork
from net.rules import LOCAL_RULES
from tests.fakes import MemoryExchange, Wire, until

NETWORK = b"n" * 32
BODY = b"\x91\x01"
Made = Callable[[Handler], Awaitable[tuple[bytes, Exchange, str]]]


@pytest.fixture(params=["memory", "real"])
def make(request: pytest.FixtureRequest, nursery: trio.Nursery) -> Made:
    """Makes running exchanges that answer puts: (key, exchange, address)."""
    wire = Wire()
    numbers = iter(range(1, 9))

    async def in_memory(handler: Handler) -> tuple[bytes, Exchange, str]:
        key = bytes((next(numbers),)) * 32
        exchange = MemoryExchange(wire, key)
        exchange.serve(RequestType.PUT, handler)
        await trio.lowlevel.checkpoint()
        return key, exchange, key.hex()

    async def real(handler: Handler) -> tuple[bytes, Exchange, str]:
        seed = bytes((next(numbers),)) * 32
        exchange = Libp2pNetwork(seed, NETWORK, ["/ip4/127.0.0.1/tcp/0"], LOCAL_RULES)
        exchange.serve(RequestType.PUT, handler)
        await nursery.start(exchange.run)
        return exchange.host.key, exchange, exchange.addresses()[0]

    return in_memory if request.param == "memory" else real


async def echo(request: Request) -> bytes:
    await trio.lowlevel.checkpoint()
    return request.body


async def test_a_request_brings_who_asks_and_the_answer(make: Made) -> None:
    asked: list[Request] = []

    async def note(request: Request) -> bytes:
        asked.append(request)
        return await echo(request)

    one, asker, _ = await make(echo)
    two, _, address = await make(note)
    assert await asker.connect(address) == two
    assert await asker.request(two, RequestType.PUT, BODY) == BODY
    assert asked == [Request(one, RequestType.PUT, BODY)]
    assert [peer.key for peer in asker.peers()] == [two]


async def test_both_hear_of_a_connection(make: Made) -> None:
    one, asker, _ = await make(echo)
    two, other, address = await make(echo)
    heard: list[bytes] = []
    asker.on_connected(heard.append)
    other.on_connected(heard.append)
    await asker.connect(address)
    await until(lambda: {one, two} <= set(heard))


async def test_a_refusal_travels_with_its_code_and_numbers_but_no_words(
    make: Made,
) -> None:
    async def refuse(request: Request) -> bytes:
        del request
        raise RefusedError(ReplyCode.OUT_OF_STOCK, "secret words", (3,), 7)

    _, asker, _ = await make(echo)
    two, _, address = await make(refuse)
    await asker.connect(address)
    with pytest.raises(RefusedError) as refusal:
        await asker.request(two, RequestType.PUT, BODY)
    error = refusal.value
    assert (error.code, error.numbers, error.retry_after_seconds) == (
        ReplyCode.OUT_OF_STOCK,
        (3,),
        7,
    )
    assert "secret" not in str(error)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MalformedMessageError("x"), ReplyCode.MALFORMED),
        (ZeroDivisionError(), ReplyCode.BUSY),
    ],
)
async def test_what_a_handler_raises_comes_back_as_a_code(
    make: Made, error: Exception, code: ReplyCode
) -> None:
    async def fail(request: Request) -> bytes:
        del request
        raise error

    _, asker, _ = await make(echo)
    two, _, address = await make(fail)
    await asker.connect(address)
    with pytest.raises(RefusedError) as refusal:
        await asker.request(two, RequestType.PUT, BODY)
    assert refusal.value.code is code


async def test_what_is_not_served_is_an_unknown_version(make: Made) -> None:
    _, asker, _ = await make(echo)
    two, _, address = await make(echo)
    await asker.connect(address)
    with pytest.raises(RefusedError) as refusal:
        await asker.request(two, RequestType.RATINGS, BODY)
    assert refusal.value.code is ReplyCode.UNKNOWN_VERSION


async def test_nobody_is_reached_where_nobody_is(make: Made) -> None:
    _, asker, _ = await make(echo)
    with pytest.raises(PeerUnreachableError):
        await asker.request(b"\x00" * 31 + b"\x09", RequestType.PUT, BODY)
