"""The host's life: start, clear errors, restart, orderly end."""

import socket
from itertools import pairwise
from typing import cast

import pytest
import trio
from libp2p.abc import IHost
from libp2p.custom_types import TProtocol
from libp2p.network.connection.swarm_connection import SwarmConn

from bazaar.domain.errors import InputError, PeerUnreachableError
from net._vendor import Multiaddr
from net.building import DialGate, check_free, identity, swarm_of
from net.counters import Counters
from net.errors import ListenError, NetworkDownError
from net.limits import DOWN_AFTER_FAILURES, DOWN_WINDOW_SECONDS, RESTART_SECONDS
from net.peer_ids import key_from_text, peer_text
from net.peers import Libp2pNetwork
from net.rules import LOCAL_RULES, PUBLIC_RULES
from net.supervisor import Supervisor, leaves
from tests.net.nodes import BODY, PUT, Make, Pair, Start


async def test_addresses_name_the_peer(make: Make, start: Start) -> None:
    node = await start(make())
    (address,) = node.addresses()
    assert address.endswith(f"/p2p/{peer_text(node.host.key)}")
    assert key_from_text(address.rpartition("/")[2]) == node.host.key


def test_the_key_is_that_of_the_seed() -> None:
    again = [Libp2pNetwork(b"s" * 32, b"n" * 32, [], LOCAL_RULES) for _ in range(2)]
    assert again[0].host.key == again[1].host.key


@pytest.mark.parametrize("length", [31, 33])
def test_a_seed_has_32_bytes(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        identity(b"s" * length)


async def test_a_port_in_use_is_said_in_words(make: Make) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        node = make(listen=[f"/ip4/127.0.0.1/tcp/{port}"])
        with pytest.raises(ListenError, match=rf"tcp/{port}: Address already in use"):
            await node.run()


async def test_a_port_of_another_node_is_in_use(make: Make, start: Start) -> None:
    first = await start(make())
    listened = first.addresses()[0].partition("/p2p/")[0]
    with pytest.raises(ListenError):
        await make(listen=[listened]).run()


@pytest.mark.parametrize(
    "text", ["", "127.0.0.1:1", "/ip4/127.0.0.1/udp/1", "/ip4/1/tcp/x"]
)
def test_what_is_no_address_is_the_users_error(text: str) -> None:
    with pytest.raises(InputError):
        check_free(text)


async def test_a_dead_host_comes_back_on_its_port(make: Make, start: Start) -> None:
    node, other = make(), await start(make())
    lives: list[str] = []

    async def fragile(host: IHost, *, task_status: trio.TaskStatus[None]) -> None:
        lives.append(str(host.get_addrs()[0]))
        task_status.started()
        if len(lives) == 1:
            await die.wait()
            raise RuntimeError("a bug of the library")
        again.set()
        await trio.sleep_forever()

    die, again, gone = trio.Event(), trio.Event(), trio.Event()
    other.host.notices.on_disconnected(lambda _: gone.set())
    node.attach(fragile)
    await start(node)
    await other.connect(node.addresses()[0])
    die.set()
    with trio.fail_after(10):
        await again.wait()
        await gone.wait()
    assert lives[0] == lives[1]
    assert node.counters()["host.restarts"] == 1
    key = node.host.key
    assert await other.request(key, PUT, BODY) == BODY


async def test_between_two_lives_the_network_is_down(make: Make) -> None:
    node = make()
    with pytest.raises(NetworkDownError):
        node.host.libp2p()
    assert node.addresses() == []
    assert node.peers() == []


async def test_the_end_disconnects_every_peer(make: Make, start: Start) -> None:
    stays = await start(make())
    gone = trio.Event()
    stays.host.notices.on_disconnected(lambda _: gone.set())
    async with trio.open_nursery() as nursery:
        leaves_soon = make()
        await nursery.start(leaves_soon.run)
        await leaves_soon.connect(stays.addresses()[0])
        nursery.cancel_scope.cancel()
    with trio.fail_after(5):
        await gone.wait()
    assert not stays.host.is_connected(leaves_soon.host.key)


async def test_only_noise_and_yamux_are_offered(pair: Pair) -> None:
    first, _ = pair
    swarm = swarm_of(first.host.libp2p())
    (conn,) = swarm.get_connections()
    facts = cast("SwarmConn", conn).get_interop_metadata()
    assert facts["security_protocol"] == "/noise"
    assert facts["muxer_protocol"] == "/yamux/1.0.0"
    assert list(swarm.upgrader.security_multistream.transports) == [TProtocol("/noise")]
    assert list(swarm.upgrader.muxer_multistream.transports) == [
        TProtocol("/yamux/1.0.0")
    ]


async def test_no_stream_without_a_connection(make: Make, start: Start) -> None:
    node = await start(make())
    with pytest.raises(PeerUnreachableError):
        await node.host.open_stream(make().host.key, "/x")


@pytest.mark.parametrize(
    ("address", "public", "local"),
    [
        ("/ip4/127.0.0.1/tcp/4001", False, True),
        ("/ip4/192.168.0.1/tcp/4001", False, False),
        ("/ip4/8.8.8.8/tcp/4001", True, True),
        ("/dns4/example.com/tcp/4001", False, False),
    ],
)
async def test_the_librarys_own_dials_obey_our_rules(
    address: str, *, public: bool, local: bool
) -> None:
    assert await DialGate(PUBLIC_RULES).is_allowed(Multiaddr(address)) is public
    assert await DialGate(LOCAL_RULES).is_allowed(Multiaddr(address)) is local


async def test_the_supervisor_waits_longer_each_time(
    autojump_clock: trio.testing.MockClock,
) -> None:
    supervisor, began = Supervisor(Counters()), list[float]()

    async def fail() -> None:
        began.append(trio.current_time())
        raise RuntimeError

    with trio.move_on_after(200):
        await supervisor.run(fail, lambda _: False)
    waits = [later - earlier for earlier, later in pairwise(began)]
    assert waits == pytest.approx([*RESTART_SECONDS, RESTART_SECONDS[-1]])
    del autojump_clock


async def test_the_network_is_down_after_three_failures_in_a_minute(
    autojump_clock: trio.testing.MockClock,
) -> None:
    supervisor, downs = Supervisor(Counters()), list[bool]()

    async def fail() -> None:
        downs.append(supervisor.is_down())
        if len(downs) > DOWN_AFTER_FAILURES:
            await trio.sleep_forever()
        raise RuntimeError

    with trio.move_on_after(DOWN_WINDOW_SECONDS - 1):
        await supervisor.run(fail, lambda _: False)
    assert downs == [False] * DOWN_AFTER_FAILURES + [True]
    await trio.sleep(DOWN_WINDOW_SECONDS)
    assert not supervisor.is_down()
    del autojump_clock


def test_leaves_of_nested_groups() -> None:
    one, two = ValueError(1), OSError(2)
    assert leaves(ExceptionGroup("a", [one, ExceptionGroup("b", [two])])) == [one, two]
