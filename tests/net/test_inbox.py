"""What hostile, slow and greedy peers get from the exchange; others are served meanwhile."""

import struct

import pytest
import trio
from libp2p.abc import INetStream
from libp2p.network.stream.exceptions import StreamError

from bazaar.app.ports import Handler, Request
from bazaar.domain.errors import (
    MalformedMessageError,
    NotFoundError,
    PeerError,
    PeerUnreachableError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.exchange.request_types import RequestType
from net.exchange import frames, hello, refusals
from net.exchange.asking import EXCHANGE_PROTOCOL
from net.exchange.frames import ANSWER_BYTES, REFUSAL, REQUEST_BYTES
from net.exchange.inbox import Inbox
from net.limits import MAX_REQUESTS, MAX_REQUESTS_PER_PEER, RESERVED_REQUESTS
from net.peers import Libp2pNetwork
from net.score import COST, Breach
from tests.net.nodes import BODY, NETWORK, PUT, Make, Pair, Start, echo, until


async def opened(pair: Pair, data: bytes) -> INetStream:
    first, second = pair
    stream = await first.host.open_stream(second.host.key, EXCHANGE_PROTOCOL)
    await stream.write(data)
    return stream


async def refusal(stream: INetStream) -> ReplyCode:
    length, frame_type = await frames.read_head(stream, ANSWER_BYTES)
    assert frame_type == REFUSAL
    return refusals.decode(await frames.read_body(stream, length)).code


async def served(make: Make, start: Start, handler: Handler) -> Pair:
    """Two nodes; the second answers type 8 with ``handler``."""
    first, second = make(), make()
    second.serve(RequestType.DIGEST, handler)
    await start(first)
    await start(second)
    await first.connect(second.addresses()[0])
    return first, second


GARBAGE = [
    struct.pack(">IB", 3, PUT) + b"\x80\x80\x80",
    struct.pack(">IB", 3, PUT) + b"\x91\xcb\x00",
    struct.pack(">IB", 2, PUT) + b"\x91\xc1",
    struct.pack(">IB", 0, PUT),
    struct.pack(">IB", 200, PUT) + b"\x91" * 200,
    struct.pack(">IB", 5, PUT) + b"\xdd\xff\xff\xff\xff",
    struct.pack(">IB", 3, RequestType.HELLO) + b"\x93\x01\x02",
    struct.pack(">IB", 1, RequestType.HELLO) + b"\x90",
]
TOO_LARGE = [
    struct.pack(">IB", REQUEST_BYTES[PUT] + 1, PUT),
    struct.pack(">IB", 2**32 - 1, PUT),
    struct.pack(">IB", 2**32 - 1, 99),
    b"\xff" * 64,
    b"GET / HTTP/1.1\r\n\r\n",
]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        *((data, ReplyCode.MALFORMED) for data in GARBAGE),
        *((data, ReplyCode.TOO_LARGE) for data in TOO_LARGE),
    ],
)
async def test_garbage_is_answered_with_a_code_and_counted(
    pair: Pair, data: bytes, code: ReplyCode
) -> None:
    first, second = pair
    stream = await opened(pair, data)
    assert await refusal(stream) is code
    await stream.reset()
    assert second.standing.score(first.host.key) <= 5 - COST[Breach.GARBAGE]
    assert await first.request(second.host.key, PUT, BODY) == BODY


@pytest.mark.parametrize("data", [b"", b"\x00", struct.pack(">IB", 9, PUT) + b"\x91"])
async def test_a_cut_frame_is_reset_and_costs_nothing(pair: Pair, data: bytes) -> None:
    first, second = pair
    stream = await opened(pair, data)
    await stream.close()
    with pytest.raises((StreamError, EOFError)):
        await stream.read(1)
    assert second.standing.score(first.host.key) == 0
    assert await first.request(second.host.key, PUT, BODY) == BODY


async def test_sixteen_bad_frames_end_in_a_ban(make: Make, start: Start) -> None:
    first, second = await start(make()), await start(make())
    gone = trio.Event()
    first.host.notices.on_disconnected(lambda _: gone.set())
    await first.connect(second.addresses()[0])
    for _ in range(16):
        try:
            stream = await opened((first, second), GARBAGE[0])
            await refusal(stream)
        except Exception:  # noqa: BLE001 - from the ban on anything may fail
            break
    with trio.fail_after(5):
        await gone.wait()
    assert second.counters()["score.banned_now"] == 1
    with pytest.raises((RefusedError, Exception)):
        await first.connect(second.addresses()[0])
    await until(lambda: second.counters().get("score.refused"))


async def test_a_peer_that_says_nothing_is_cut(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("net.exchange.inbox.FIRST_BYTE_SECONDS", 0.05)
    first, second = pair
    stream = await opened(pair, b"")
    with pytest.raises((StreamError, EOFError)), trio.fail_after(5):
        await stream.read(1)
    await until(lambda: second.standing.score(first.host.key) < 0)


async def test_a_peer_that_sends_slowly_is_cut(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("net.exchange.inbox.EXCHANGE_SECONDS", 0.2)
    first, second = pair
    stream = await opened(pair, struct.pack(">IB", 100, PUT) + b"\xdc")
    with pytest.raises((StreamError, EOFError)), trio.fail_after(5):
        await stream.read(1)
    await until(lambda: second.standing.score(first.host.key) < 0)


async def test_a_peer_that_keeps_talking_is_reset(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("net.exchange.inbox.REFUSAL_SECONDS", 0.05)
    first, second = pair
    stream = await opened(pair, frames.encode(PUT, BODY, REQUEST_BYTES))
    length, frame_type = await frames.read_head(stream, ANSWER_BYTES)
    assert (length, frame_type) == (len(BODY), 128 + PUT)
    await until(lambda: len(_streams(second)) == 0)
    assert first.host.is_connected(second.host.key)


def _streams(node: Libp2pNetwork) -> list[object]:
    swarm = node.host.libp2p().get_network()
    found = [s for conn in swarm.get_connections() for s in conn.get_streams()]
    return [s for s in found if s.get_protocol() == EXCHANGE_PROTOCOL]


async def test_a_hundred_requests_leave_no_stream_behind(pair: Pair) -> None:
    first, second = pair
    for _ in range(45):
        await first.request(second.host.key, PUT, BODY)
    await until(lambda: not _streams(first))
    await until(lambda: not _streams(second))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFoundError(), ReplyCode.NOT_FOUND),
        (MalformedMessageError("x"), ReplyCode.MALFORMED),
        (ValueError("a bug"), ReplyCode.BUSY),
        (ExceptionGroup("bugs", [KeyError("a")]), ReplyCode.BUSY),
        (trio.TooSlowError(), ReplyCode.BUSY),
    ],
)
async def test_what_a_handler_raises_is_sent_as_a_code(
    make: Make, start: Start, error: Exception, code: ReplyCode
) -> None:
    async def fail(request: Request) -> bytes:
        raise error

    first, second = await served(make, start, fail)
    with pytest.raises(RefusedError) as refused:
        await first.request(second.host.key, RequestType.DIGEST, BODY)
    assert refused.value.code is code
    assert (second.standing.score(first.host.key) < 0) is isinstance(error, PeerError)
    assert await first.request(second.host.key, PUT, BODY) == BODY


async def test_numbers_and_seconds_travel_with_a_refusal(
    make: Make, start: Start
) -> None:
    async def refuse(request: Request) -> bytes:
        raise RefusedError(ReplyCode.NEED_WORK, "", (18,), 7)

    first, second = await served(make, start, refuse)
    with pytest.raises(RefusedError) as refused:
        await first.request(second.host.key, RequestType.DIGEST, BODY)
    assert refused.value.code is ReplyCode.NEED_WORK
    assert refused.value.numbers == (18,)
    assert refused.value.retry_after_seconds == 7


async def test_an_answer_above_its_cap_is_our_bug(make: Make, start: Start) -> None:
    async def too_much(request: Request) -> bytes:
        return b"\xc6" + b"\x00" * ANSWER_BYTES[128 + RequestType.DIGEST]

    first, second = await served(make, start, too_much)
    with pytest.raises(RefusedError) as refused:
        await first.request(second.host.key, RequestType.DIGEST, BODY)
    assert refused.value.code is ReplyCode.BUSY
    assert second.standing.score(first.host.key) == 0


async def test_a_slow_handler_is_our_fault(
    make: Make, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def sleep(request: Request) -> bytes:
        await trio.sleep_forever()
        return b""

    monkeypatch.setattr("net.exchange.inbox.EXCHANGE_SECONDS", 0.1)
    first, second = await served(make, start, sleep)
    with pytest.raises(RefusedError) as refused:
        await first.request(second.host.key, RequestType.DIGEST, BODY)
    assert refused.value.code is ReplyCode.BUSY
    assert second.standing.score(first.host.key) == 0


async def test_an_unknown_type_is_refused_and_costs_nothing(pair: Pair) -> None:
    first, second = pair
    stream = await opened(pair, struct.pack(">IB", 2, 99) + BODY)
    assert await refusal(stream) is ReplyCode.UNKNOWN_VERSION
    await stream.close()
    assert second.standing.score(first.host.key) == 0


async def test_eight_requests_of_a_peer_run_at_once_and_no_ninth(
    make: Make, start: Start, nursery: trio.Nursery
) -> None:
    running, most = 0, 0
    full, go_on = trio.Event(), trio.Event()

    async def count(request: Request) -> bytes:
        nonlocal running, most
        running += 1
        most = max(most, running)
        if running == MAX_REQUESTS_PER_PEER:
            full.set()
        await go_on.wait()
        running -= 1
        return request.body

    first, second = await served(make, start, count)
    request = frames.encode(RequestType.DIGEST, BODY, REQUEST_BYTES)
    streams = [
        await opened((first, second), request) for _ in range(MAX_REQUESTS_PER_PEER + 1)
    ]
    with trio.fail_after(5):
        await full.wait()
    await trio.testing.wait_all_tasks_blocked()
    assert most == MAX_REQUESTS_PER_PEER
    go_on.set()
    for stream in streams:
        assert (await frames.read_head(stream, ANSWER_BYTES))[
            1
        ] == 128 + RequestType.DIGEST
        await stream.reset()
    assert most == MAX_REQUESTS_PER_PEER
    del nursery


async def at_rest(node: Libp2pNetwork, places: int) -> None:
    """An answered request gives its place back when its stream has ended, a little later."""
    await until(lambda: node._inbox._free == places)


async def test_beyond_all_places_a_stream_is_reset(pair: Pair) -> None:
    first, second = pair
    await at_rest(second, MAX_REQUESTS)
    second._inbox._free = RESERVED_REQUESTS
    with pytest.raises(PeerUnreachableError):
        await first.request(second.host.key, PUT, BODY)
    second._inbox._free = RESERVED_REQUESTS + 1
    assert await first.request(second.host.key, PUT, BODY) == BODY
    assert second.counters()["inbox.full"] == 1


async def test_the_last_places_are_for_parties_of_trades(pair: Pair) -> None:
    first, second = pair
    second._inbox.reserved = lambda key: key == first.host.key
    await at_rest(second, MAX_REQUESTS)
    second._inbox._free = 1
    assert await first.request(second.host.key, PUT, BODY) == BODY
    await at_rest(second, 1)
    second._inbox._free = 0
    with pytest.raises(PeerUnreachableError):
        await first.request(second.host.key, PUT, BODY)


async def test_beyond_its_rate_a_peer_is_told_to_wait(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = pair
    request = frames.encode(PUT, BODY, REQUEST_BYTES)

    async def one() -> int:
        stream = await opened(pair, request)
        length, frame_type = await frames.read_head(stream, ANSWER_BYTES)
        await frames.read_body(stream, length)
        await stream.close()
        return frame_type

    types = [await one() for _ in range(100)]
    assert types[:50] == [128 + PUT] * 50
    assert REFUSAL in types
    assert second.counters()["inbox.refused_rate_limited"] >= 1
    assert second.standing.score(first.host.key) < 0


async def test_our_own_requests_stay_below_the_rate(pair: Pair) -> None:
    first, second = pair
    for _ in range(70):
        assert await first.request(second.host.key, PUT, BODY) == BODY
    assert "inbox.refused_rate_limited" not in second.counters()


def test_a_type_has_one_handler(make: Make) -> None:
    node = make()
    with pytest.raises(ValueError, match="served already"):
        node.serve(PUT, echo)
    with pytest.raises(ValueError, match="served already"):
        node.serve(RequestType.HELLO, echo)


def test_hellos() -> None:
    assert hello.check(hello.own(NETWORK), NETWORK) == 1
    with pytest.raises(RefusedError) as other_network:
        hello.check(hello.own(b"o" * 32), NETWORK)
    assert other_network.value.code is ReplyCode.WRONG_NETWORK
    newer = b"\x93\x92\x02\x03\xc4\x20" + NETWORK + b"\x00"
    with pytest.raises(RefusedError) as too_new:
        hello.check(newer, NETWORK)
    assert too_new.value.code is ReplyCode.UNKNOWN_VERSION


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x90",
        b"\x93\x90\xc4\x20" + NETWORK + b"\x00",
        b"\x93\x99" + b"\x01" * 9 + b"\xc4\x20" + NETWORK + b"\x00",
        b"\x93\x91\x00\xc4\x20" + NETWORK + b"\x00",
        b"\x93\x91\x01\xc4\x1f" + NETWORK[1:] + b"\x00",
        b"\x93\x91\x01\xc4\x21" + NETWORK + b"n\x00",
        b"\x93\x91\x01\xc4\x20" + NETWORK + b"\xcf\x00\x00\x00\x01\x00\x00\x00\x00",
        b"\x93\x91\x01\xc4\x20" + NETWORK + b"\xcc\x00",
        b"\x94\x91\x01\xc4\x20" + NETWORK + b"\x00\x00",
    ],
)
def test_what_is_no_hello(body: bytes) -> None:
    with pytest.raises(MalformedMessageError):
        hello.check(body, NETWORK)


def test_refusals_travel() -> None:
    sent = RefusedError(ReplyCode.OUT_OF_STOCK, "words stay here", tuple(range(20)), 3)
    got = refusals.decode(refusals.encode(sent))
    assert (got.code, got.retry_after_seconds) == (ReplyCode.OUT_OF_STOCK, 3)
    assert got.numbers == tuple(range(16))
    assert "words" not in str(got)


@pytest.mark.parametrize("code", [0, 20, 255])
def test_a_code_that_we_do_not_know_means_busy(code: int) -> None:
    body = b"\x93\xcc" + bytes([code]) + b"\x00\x90"
    assert refusals.decode(body).code is ReplyCode.BUSY


@pytest.mark.parametrize(
    "body", [b"", b"\x93\x01\x00", b"\x93\x01\x00\x91\xff", b"\x92\x01\x00"]
)
def test_what_is_no_refusal(body: bytes) -> None:
    with pytest.raises(MalformedMessageError):
        refusals.decode(body)


def test_nobody_is_a_party_by_default(make: Make) -> None:
    node = make()
    assert not Inbox(NETWORK, node.standing, lambda _: None).reserved(b"k" * 32)
    assert not node._inbox.reserved(b"k" * 32)
    node.reserve([b"k" * 32])
    assert node._inbox.reserved(b"k" * 32)
