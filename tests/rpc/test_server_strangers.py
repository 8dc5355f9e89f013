"""Whoever does not know the token gets nowhere, and the door stays open for others."""

import json
import os
import socket
import stat
import threading
from pathlib import Path

import pytest
import trio

from bazaar.rpc import auth
from bazaar.rpc.client import Client
from bazaar.rpc.frames import MAX_GREETING_BYTES, Hello, NodeHello, Proof, line
from bazaar.rpc.problems import (
    GarbledError,
    ImpostorError,
    NodeGoneError,
)
from bazaar.rpc.schema.call import PROTOCOL, Done
from bazaar.rpc.schema.node import Stop
from bazaar.rpc.server import MAX_CLIENTS
from tests.rpc.door import House, knock, opened, with_client

HELLO = line(Hello(PROTOCOL, "00" * 32))


async def still_serves(house: House) -> bool:
    answer = await with_client(house, lambda client: client.call(Stop()))
    return answer == Done(words="Stop")


async def rest(stream: trio.SocketStream) -> bytes:
    """All that comes until the node hangs up."""
    try:
        return b"".join([piece async for piece in stream])
    except trio.BrokenResourceError:
        return b""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_the_socket_is_private_in_a_private_folder(house: House) -> None:
    path = Path(house.address)
    assert mode(path) == 0o600
    assert mode(path.parent) == 0o700


@pytest.mark.parametrize(
    "first",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://example.org\r\n\r\n",
        b"POST /rpc HTTP/1.1\r\nHost: evil.example\r\n\r\n" + HELLO,
        b'{"type":"hello","protocol":1}\n',
        b'{"type":"hello","protocol":1,"nonce":"' + b"AB" * 32 + b'"}\n',
        b'{"type":"hello","protocol":1,"nonce":"00"}\n',
        b'{"type":"proof","proof":"' + b"00" * 32 + b'"}\n',
        b'{"id":1,"call":{"type":"stop"}}\n',
        b"[" * (MAX_GREETING_BYTES - 1) + b"\n",
        b"\xff\xfe\n",
        b"\n",
        b"x" * (MAX_GREETING_BYTES + 1),
    ],
)
async def test_what_is_no_hello_ends_it_without_a_word(
    house: House, first: bytes
) -> None:
    async with await knock(house) as stream:
        await stream.send_all(first)
        assert await rest(stream) == b""
    assert await still_serves(house)


async def test_a_hello_at_the_length_limit_is_answered(house: House) -> None:
    async with await knock(house) as stream:
        await stream.send_all(HELLO[:-1].ljust(MAX_GREETING_BYTES) + b"\n")
        assert json.loads(await stream.receive_some())["type"] == "hello"


async def test_a_frame_of_100_megabytes_ends_it_early(house: House) -> None:
    async with await knock(house) as stream:
        with pytest.raises(trio.BrokenResourceError):
            await stream.send_all(b"x" * 100_000_000)
    assert await still_serves(house)


async def test_a_wrong_token_ends_it(house: House) -> None:
    async with await knock(house) as stream:
        await stream.send_all(HELLO)
        hello = json.loads(await stream.receive_some())
        wrong = auth.proof(bytes(32), "client", bytes.fromhex(hello["nonce"]))
        await stream.send_all(line(Proof(wrong)))
        assert await rest(stream) == b""
    assert await still_serves(house)


async def test_the_nodes_own_proof_sent_back_opens_nothing(house: House) -> None:
    async with await knock(house) as first, await knock(house) as second:
        await first.send_all(HELLO)
        theirs = json.loads(await first.receive_some())["nonce"]
        await second.send_all(line(Hello(PROTOCOL, theirs)))
        mirrored = json.loads(await second.receive_some())["proof"]
        await first.send_all(line(Proof(mirrored)))
        assert await rest(first) == b""
    assert await still_serves(house)


async def test_another_protocol_is_answered_and_closed(house: House) -> None:
    async with await knock(house) as stream:
        await stream.send_all(line(Hello(PROTOCOL + 1, "00" * 32)))
        assert json.loads(await rest(stream))["protocol"] == PROTOCOL
    assert await still_serves(house)


async def test_who_says_nothing_is_out_after_two_seconds(
    tmp_path: Path, autojump_clock: trio.testing.MockClock
) -> None:
    async with opened(tmp_path) as house:
        stream = await knock(house)
        async with stream:
            before = trio.current_time()
            assert await rest(stream) == b""
            assert trio.current_time() - before == pytest.approx(2.0)


async def test_who_proves_nothing_is_out_after_five_seconds(
    tmp_path: Path, autojump_clock: trio.testing.MockClock
) -> None:
    async with opened(tmp_path) as house:
        stream = await knock(house)
        async with stream:
            before = trio.current_time()
            await stream.send_all(HELLO)
            await rest(stream)
            assert trio.current_time() - before == pytest.approx(5.0)


async def test_beyond_the_most_clients_one_is_turned_away(house: House) -> None:
    async with trio.open_nursery():
        guests = [await knock(house) for _ in range(MAX_CLIENTS)]
        for guest in guests:
            await guest.send_all(HELLO)
            assert await guest.receive_some()
        async with await knock(house) as late:
            assert await rest(late) == b""
        for guest in guests:
            await guest.aclose()
    assert await still_serves(house)


async def test_another_account_is_turned_away(house: House) -> None:
    house.server._user = os.getuid() + 1
    async with await knock(house) as stream:
        assert await rest(stream) == b""


def pretending(hello: bytes, heard: list[bytes]) -> Client:
    """Greet somebody who answers ``hello`` whatever is said."""
    ours, theirs = socket.socketpair()

    def pretend() -> None:
        with theirs:
            heard.append(theirs.recv(4096))
            theirs.sendall(hello)
            heard.append(theirs.recv(4096))

    thread = threading.Thread(target=pretend)
    thread.start()
    try:
        return Client(ours, bytes(32))
    finally:
        thread.join()


def test_a_client_gives_an_impostor_no_proof() -> None:
    heard: list[bytes] = []
    with pytest.raises(ImpostorError):
        pretending(line(NodeHello(PROTOCOL, "00" * 32, "00" * 32)), heard)
    assert heard[1] == b""


def test_a_client_is_not_fooled_by_its_own_words() -> None:
    with pytest.raises(GarbledError):
        pretending(HELLO, [])


def test_a_node_that_hangs_up_at_once_is_gone() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with pytest.raises(NodeGoneError):
        Client(ours, bytes(32))


def test_a_node_that_says_nothing_and_ends_is_gone() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.shutdown(socket.SHUT_WR)
        with pytest.raises(NodeGoneError, match="hung up"):
            Client(ours, bytes(32))
