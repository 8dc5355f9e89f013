"""Calls and events of greeted clients over a real socket."""

import logging
import socket
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trio

from bazaar.rpc import client as clients
from bazaar.rpc.client import Client, connect
from bazaar.rpc.coalescer import RESYNC
from bazaar.rpc.lines import MAX_NESTING
from bazaar.rpc.paths import announce, read_door, renew_token
from bazaar.rpc.problems import CallError, GarbledError, NodeGoneError
from bazaar.rpc.schema.call import MAX_LINE_BYTES, Call, Done
from bazaar.rpc.schema.listings import ListingRemove
from bazaar.rpc.schema.node import Peers, Status, Stop
from bazaar.rpc.schema.search import Store
from bazaar.rpc.server import FIRST_CLIENT_SECONDS, Server
from tests.rpc.door import House, answers, greeted, opened, with_client


async def problem(house: House, call: Call) -> tuple[str, str]:
    def ask(client: Client) -> tuple[str, str]:
        with pytest.raises(CallError) as caught:
            client.call(call)
        assert client.call(Stop()) == Done(words="Stop")
        return caught.value.problem.code, caught.value.problem.words

    return await with_client(house, ask)


@pytest.mark.parametrize(
    ("slug", "code"),
    [
        ("stale", "wrong_state"),
        ("missing", "not_found"),
        ("input", "input"),
        ("peer", "peer_fault"),
        ("silent", "unreachable"),
        ("slow", "deadline"),
        ("group", "wrong_state"),
        ("large", "too_large"),
    ],
)
async def test_an_error_becomes_a_problem(house: House, slug: str, code: str) -> None:
    got, words = await problem(house, ListingRemove(slug=slug))
    assert got == code
    assert words


@pytest.mark.parametrize("slug", ["bug", "groups", "object"])
async def test_a_bug_is_logged_and_kept_from_the_client(
    house: House, slug: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "bazaar.rpc"):
        code, words = await problem(house, ListingRemove(slug=slug))
    assert code == "internal"
    assert "secret" not in words
    (record,) = caplog.records
    assert record.exc_info is not None


async def test_a_wrong_field_is_named(house: House) -> None:
    def ask(client: Client) -> str:
        with pytest.raises(CallError) as caught:
            client.call(ListingRemove(slug="input"))
        return caught.value.problem.field

    assert await with_client(house, ask) == "slug"


async def test_an_answer_of_another_shape_is_garbled(house: House) -> None:
    def ask(client: Client) -> None:
        with pytest.raises(GarbledError):
            client.call(Status())

    await with_client(house, ask)


def raw(client: Client, data: bytes) -> dict[str, Any]:
    client._socket.sendall(data)
    return msgspec.json.decode(client._socket.recv(65_536))


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (b'{"type":"riddle"}', "unknown_call"),
        (b"{}", "input"),
        (b'{"type":"listing.remove"}', "input"),
        (b'{"type":"listing.remove","slug":4}', "input"),
        (b"[]", "input"),
    ],
)
async def test_a_call_that_does_not_decode_has_an_answer(
    house: House, call: bytes, code: str
) -> None:
    def ask(client: Client) -> None:
        reply = raw(client, b'{"id":5,"call":' + call + b"}\n")
        assert (reply["id"], reply["error"]["code"]) == (5, code)
        assert client.call(Stop()) == Done(words="Stop")

    await with_client(house, ask)


async def test_unknown_fields_are_ignored(house: House) -> None:
    def ask(client: Client) -> None:
        reply = raw(client, b'{"id":1,"new":1,"call":{"type":"stop","new":[1]}}\n')
        assert reply["result"] == {"words": "Stop"}

    await with_client(house, ask)


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\n",
        b'{"id":-1,"call":{"type":"stop"}}\n',
        b'{"id":1}\n',
        b'{"id":1,"call":{"a":' + b"[" * MAX_NESTING + b"]" * MAX_NESTING + b"}}\n",
        b'{"id":1,"call":' + b"[" * 1_000_000 + b"\n",
        b"x" * (MAX_LINE_BYTES + 1),
    ],
)
async def test_a_client_that_breaks_the_frame_is_dropped_alone(
    house: House, data: bytes
) -> None:
    def ask(client: Client) -> None:
        try:
            client._socket.sendall(data)
            assert client._socket.recv(1) == b""
        except ConnectionError:
            pass

    await with_client(house, ask)
    assert await with_client(house, lambda client: client.call(Stop())) == Done(
        words="Stop"
    )


async def test_length_at_the_limit_is_answered(house: House) -> None:
    def ask(client: Client) -> None:
        start, end = b'{"id":9,"call":{"type":"stop","x":"', b'"}}'
        filler = b"x" * (MAX_LINE_BYTES - len(start) - len(end))
        client._socket.settimeout(20)
        assert raw(client, start + filler + end + b"\n")["result"]

    await with_client(house, ask)


async def test_nesting_at_the_limit_is_answered(house: House) -> None:
    def ask(client: Client) -> None:
        deep = b"[" * (MAX_NESTING - 2) + b"]" * (MAX_NESTING - 2)
        call = b'{"id":9,"call":{"type":"stop","x":' + deep + b"}}\n"
        assert raw(client, call)["result"]

    await with_client(house, ask)


async def test_a_slow_call_does_not_hold_back_the_next(house: House) -> None:
    def ask(client: Client) -> None:
        hanging = client._session.ask(Store(peer="p"))
        client._socket.sendall(hanging.send)
        assert client.call(Stop()) == Done(words="Stop")

    await with_client(house, ask)
    with trio.fail_after(10):
        await house.server.idle(0)


async def test_a_late_reply_to_an_earlier_call_is_passed_over(house: House) -> None:
    def ask(client: Client) -> None:
        earlier = client._session.ask(ListingRemove(slug="any"))
        client._socket.sendall(earlier.send)
        assert client.call(Stop()) == Done(words="Stop")
        assert client.call(Stop()) == Done(words="Stop")

    await with_client(house, ask)


async def test_a_call_that_hangs_meets_its_deadline(
    tmp_path: Path, autojump_clock: trio.testing.MockClock
) -> None:
    async with opened(tmp_path) as house:
        stream = await greeted(house)
        async with stream:
            await stream.send_all(
                b'{"id":1,"call":{"type":"order.wait","id":"o","state":"x","timeout":1}}\n'
                b'{"id":2,"call":{"type":"store","peer":"p"}}\n'
            )
            got = await stream.receive_some()
            while got.count(b"\n") < 2:
                got += await stream.receive_some()
            assert b'"id":2,"error":{"code":"deadline"' in got


async def test_two_clients_hear_what_they_watch(house: House) -> None:
    first, second = await greeted(house), await greeted(house)
    async with first, second:
        await first.send_all(b'{"id":1,"call":{"type":"watch","topics":["order"]}}\n')
        await second.send_all(b'{"id":1,"call":{"type":"watch"}}\n')
        await first.receive_some()
        await second.receive_some()
        house.server.emit("peers", {"count": 1})
        house.server.emit("order", {"id": "a"})
        assert b'"topic":"order"' in await first.receive_some()
        heard = await second.receive_some()
        assert b'"seq":1,"topic":"peers"' in heard
        assert house.server.clients == 2


async def test_events_before_watching_are_not_told(house: House) -> None:
    stream = await greeted(house)
    async with stream:
        house.server.emit("order")
        await trio.testing.wait_all_tasks_blocked()
        await stream.send_all(b'{"id":1,"call":{"type":"stop"}}\n')
        assert b'"type":"reply"' in await stream.receive_some()


async def test_a_client_that_does_not_read_is_told_to_resync(house: House) -> None:
    stream = await greeted(house)
    async with stream:
        await stream.send_all(b'{"id":1,"call":{"type":"watch","topics":["t1"]}}\n')
        await stream.receive_some()
        (connection,) = house.server._connections
        connection._topics = frozenset()
        for number in range(3000):
            house.server.emit(f"t{number}", {"filler": "x" * 300})
        await trio.testing.wait_all_tasks_blocked(0.05)
        got = b""
        while b"resync" not in got:
            got += await stream.receive_some()
        frames = [msgspec.json.decode(text) for text in got.split(b"\n")[:-1]]
        assert frames[0]["topic"] == RESYNC
        numbers = [frame["seq"] for frame in frames]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


async def test_the_blocking_client_hears_events(house: House) -> None:
    def listen(client: Client) -> list[str]:
        events = client.events(["order"])
        trio.from_thread.run_sync(house.server.emit, "order", {"id": "a"})
        first = next(events)
        trio.from_thread.run_sync(house.server.emit, "order", {"id": "b"})
        trio.from_thread.run_sync(house.server.emit, "order", {"id": "c"})
        return [event.data["id"] for event in (first, next(events), next(events))]

    assert await with_client(house, listen) == ["a", "b", "c"]


async def replies(house: House, lines: list[bytes], count: int) -> dict[int, str]:
    """Code of each reply by its id; empty for an answer."""
    found: dict[int, str] = {}
    async with await greeted(house) as stream:
        for one in lines:
            await stream.send_all(one + b"\n")
        data = b""
        while data.count(b"\n") < count:
            data += await stream.receive_some()
    for text in data.splitlines():
        reply = msgspec.json.decode(text)
        found[reply["id"]] = reply.get("error", {}).get("code", "")
    return found


async def test_a_newer_live_search_ends_the_one_before(house: House) -> None:
    slow = b'{"id":%d,"call":{"type":"%b","words":"slow","live":true}}'
    fast = b'{"id":%d,"call":{"type":"search","words":"lamp","live":%b}}'
    asked = [slow % (1, b"search"), slow % (2, b"search.facets"), fast % (3, b"false")]
    with trio.fail_after(10):
        assert await replies(house, asked, 1) == {3: ""}
        asked.append(fast % (4, b"true"))
        assert await replies(house, asked, 3) == {1: "superseded", 3: "", 4: ""}


async def test_a_client_that_takes_nothing_is_dropped(
    tmp_path: Path, autojump_clock: trio.testing.MockClock
) -> None:
    async with opened(tmp_path) as house:
        stream = await greeted(house)
        async with stream:
            for number in range(100):
                await stream.send_all(
                    b'{"id":%d,"call":{"type":"listing.remove","slug":"big"}}\n'
                    % number
                )
            await house.server.idle(0)


async def test_idle_waits_for_the_first_client_and_then_for_the_last(
    tmp_path: Path, autojump_clock: trio.testing.MockClock
) -> None:
    async with opened(tmp_path) as house, trio.open_nursery() as nursery:
        ended = trio.Event()

        async def wait() -> None:
            await house.server.idle(1.0)
            ended.set()

        nursery.start_soon(wait)
        await trio.sleep(FIRST_CLIENT_SECONDS - 1)
        stream = await greeted(house)
        await trio.sleep(100)
        assert not ended.is_set()
        await stream.aclose()
        before = trio.current_time()
        await ended.wait()
        assert trio.current_time() - before == pytest.approx(1.0)


async def test_idle_gives_up_when_nobody_comes(
    tmp_path: Path, autojump_clock: trio.testing.MockClock
) -> None:
    async with opened(tmp_path) as house:
        before = trio.current_time()
        await house.server.idle(1.0)
        assert trio.current_time() - before == pytest.approx(FIRST_CLIENT_SECONDS)


async def test_a_stale_socket_is_replaced_and_all_is_cleared_at_the_end(
    tmp_path: Path,
) -> None:
    renew_token(tmp_path)
    stale = socket.socket(socket.AF_UNIX)
    stale.bind(str(tmp_path / "run" / "node.sock"))
    stale.close()
    async with opened(tmp_path) as house:
        assert await with_client(house, lambda client: client.call(Stop()))
    assert list((tmp_path / "run").iterdir()) == []


async def test_a_home_with_a_long_path_is_served_elsewhere(tmp_path: Path) -> None:
    home = tmp_path / ("long" * 30)
    async with opened(home) as house:
        assert not house.address.startswith(str(home))
        assert await with_client(house, lambda client: client.call(Stop()))
    assert not Path(house.address).parent.exists()


async def test_without_unix_sockets_it_listens_on_loopback(tmp_path: Path) -> None:
    server = Server(answers, renew_token(tmp_path))
    async with trio.open_nursery() as nursery:
        address: str = await nursery.start(server.serve, None)
        assert address.startswith("tcp:127.0.0.1:")
        announce(tmp_path, address)

        def ask() -> object:
            with connect(tmp_path) as client:
                return client.call(Stop())

        assert await trio.to_thread.run_sync(ask) == Done(words="Stop")
        nursery.cancel_scope.cancel()


async def test_a_taken_socket_is_no_place_to_listen(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        with pytest.raises(OSError, match="in use"):
            await Server(answers, bytes(32)).serve(Path(house.address))


@pytest.mark.parametrize("left", ["nothing", "announcement", "socket"])
def test_no_node_is_gone(tmp_path: Path, left: str) -> None:
    if left != "nothing":
        announce(tmp_path, str(tmp_path / "run" / "node.sock"))
    if left == "socket":
        renew_token(tmp_path)
        announce(tmp_path, str(tmp_path / "run" / "node.sock"))
    with pytest.raises(NodeGoneError):
        connect(tmp_path)


async def test_a_node_that_goes_in_the_middle(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        client = await trio.to_thread.run_sync(connect, house.home)
    with client, pytest.raises(NodeGoneError):
        client.call(Peers())


async def test_a_node_that_does_not_answer_in_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def soon(_: Call) -> float:
        return 0.05

    monkeypatch.setattr(clients, "client_seconds", soon)

    def ask(client: Client) -> None:
        with pytest.raises(NodeGoneError):
            client.call(Store(peer="p"))

    await with_client(house, ask)


async def test_the_announcement_is_there_while_it_serves(house: House) -> None:
    door = read_door(house.home)
    assert door is not None
    assert door.socket == house.address
