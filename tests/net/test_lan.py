"""Nodes that meet by mDNS, on the loopback interface and a port of their own."""

import socket
from ipaddress import IPv4Network
from pathlib import Path

import pytest
import trio

from bazaar.compose import network as compose
from bazaar.domain.errors import PeerUnreachableError
from bazaar.domain.keys.identity import Identity
from bazaar.domain.wire.networks import network
from net.dialling.addresses import Source, is_near
from net.gossip.heads import HeadFacts
from net.lan.lan import LocalNetwork
from net.lan.lan_links import MDNS_GROUP, Link, Links, near_links, open_socket
from net.lan.lan_packets import announcement, question, read
from net.limits import LAN_ANSWERS_BURST, LAN_PACKETS_BURST, MAX_LAN_PEERS_PER_HOST
from net.peer_ids import peer_text
from net.peers import Libp2pNetwork
from net.rules import LAN_RULES, LOCAL_RULES, PUBLIC_RULES, NetworkRules
from net.wishes import USUAL
from store.peers import open_peers
from tests.net.nodes import BODY, PUT, Make, Start, until

LOOP = Link("127.0.0.1", IPv4Network("127.0.0.0/8"))
ENTROPY_BYTES = 32
RULES = NetworkRules(
    loopback_is_public=True, group_caps=False, dht_server=True, mdns=True
)


@pytest.fixture
def port() -> int:
    """Only the nodes of this test speak there."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def near(node: Libp2pNetwork, port: int) -> LocalNetwork:
    return LocalNetwork(node, lambda: [LOOP], port)


async def test_two_nodes_meet(make: Make, start: Start, port: int) -> None:
    first, second = make(rules=RULES), make(rules=RULES)
    near(first, port)
    near(second, port)
    await start(first)
    await start(second)
    await until(lambda: first.peers() and second.peers())
    assert await first.request(second.host.key, PUT, BODY) == BODY
    assert len(first.host.peers()) == 1
    rows = [*first.book.dump(), *second.book.dump()]
    assert {row.source for row in rows} == {Source.LAN}
    assert {row.teller for row in rows} == {None}


async def test_nodes_of_other_networks_part(
    make: Make, start: Start, port: int
) -> None:
    first, second = make(rules=RULES), make(rules=RULES, network=b"o" * 32)
    found = near(first, port)
    near(second, port)
    parted = trio.Event()
    first.host.notices.on_disconnected(lambda _: parted.set())
    await start(first)
    await start(second)
    with trio.fail_after(5):
        await parted.wait()
    await until(lambda: len(found))
    assert first.peers() == second.peers() == []
    assert len(first.book) == len(second.book) == 0


async def test_a_node_that_goes_takes_leave(
    make: Make, start: Start, port: int
) -> None:
    first, second = make(rules=RULES), make(rules=RULES)
    found = near(first, port)
    near(second, port)
    await start(first)
    async with trio.open_nursery() as nursery:
        await nursery.start(second.run)
        await until(lambda: len(found) and first.peers())
        nursery.cancel_scope.cancel()
    await until(lambda: not len(found))


async def test_a_link_that_is_not_there_harms_nobody(
    make: Make, start: Start, port: int
) -> None:
    gone = Link("10.255.255.254", IPv4Network("10.255.255.0/24"))
    first, second = make(rules=RULES), make(rules=RULES)
    LocalNetwork(first, lambda: [gone, LOOP], port)
    near(second, port)
    await start(first)
    await start(second)
    await until(lambda: first.peers() and second.peers())


async def test_a_connected_peer_is_not_believed_to_be_elsewhere(
    make: Make, start: Start
) -> None:
    first, second = await start(make(rules=RULES)), await start(make(rules=RULES))
    await first.connect(second.addresses()[0])
    before = first.book.dump()
    assert await first.meet(second.host.key, "/ip4/10.0.0.1/tcp/4001")
    assert first.book.dump() == before


@pytest.mark.parametrize(
    "address", ["/ip4/10.0.0.1/tcp/22", "/ip4/10.0.0.1/tcp/6379", "/ip4/8.8.8.8/tcp/22"]
)
async def test_no_service_near_is_dialled(
    make: Make, start: Start, address: str
) -> None:
    node = await start(make(rules=LAN_RULES))
    with pytest.raises(PeerUnreachableError):
        await node.meet(b"z" * 32, address)
    assert "dial.tries" not in node.counters()


async def test_the_budget_is_kept(make: Make, start: Start) -> None:
    node = await start(make(rules=RULES))
    nobody = "/ip4/127.0.0.1/tcp/9999"
    with pytest.raises(PeerUnreachableError):
        await node.meet(b"z" * 32, nobody)
    assert not await node.meet(b"z" * 32, nobody)


class Neighbour:
    """A machine near, which says what it likes."""

    def __init__(self, port: int) -> None:
        self._opened = open_socket(LOOP, port)
        self._to = (MDNS_GROUP, port)

    async def __aenter__(self) -> "Neighbour":
        await self._opened.bind(("", self._to[1]))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._opened.close()

    async def say(self, packet: bytes) -> None:
        await self._opened.sendto(packet, self._to)

    async def hear(self) -> bytes:
        return (await self._opened.recvfrom(9_000))[0]


def lie(number: int) -> bytes:
    peer = peer_text(number.to_bytes(32))
    return announcement(f"n{number}", [f"/ip4/127.0.0.1/tcp/4001/p2p/{peer}"])


async def test_a_hostile_neighbour_is_bounded(
    make: Make, start: Start, port: int
) -> None:
    node = make(rules=RULES)
    found = near(node, port)
    await start(node)
    async with Neighbour(port) as hostile:
        for number in range(int(LAN_PACKETS_BURST) // 2):
            await hostile.say(lie(number + 1))
            await hostile.say(bytes([number]) * number)
        await until(lambda: len(found) == MAX_LAN_PEERS_PER_HOST)
    assert len(node.book) == 0
    assert node.standing.banned() == 0


async def test_questions_are_answered_but_not_without_end(
    make: Make, start: Start, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("net.lan.lan_voice.LAN_EARLY_ROUNDS_SECONDS", ())
    monkeypatch.setattr("net.lan.lan_voice.LAN_ANSWERS_PER_SECOND", 1e-6)
    node = make(rules=RULES)
    found = near(node, port)
    async with Neighbour(port) as curious:
        await start(node)
        for _ in range(int(LAN_ANSWERS_BURST) + 3):
            await curious.say(question())
        await curious.say(lie(1))
        await until(lambda: len(found))  # so every question was heard
        await curious.say(lie(2))
        answers = await answers_before(curious, 2)
    assert answers.count(node.host.key) == 1 + LAN_ANSWERS_BURST


async def answers_before(curious: Neighbour, last: int) -> list[bytes]:
    keys: list[bytes] = []
    while last.to_bytes(32) not in keys:
        keys.extend(one.key for one in read(await curious.hear()).announced)
    return keys


def test_which_addresses_are_near() -> None:
    for host in ("10.0.0.1", "172.16.0.1", "192.168.1.1", "fd00::1"):
        assert is_near(host, PUBLIC_RULES)
    for host in ("8.8.8.8", "169.254.1.1", "192.0.2.1", "100.64.0.1", "127.0.0.1"):
        assert not is_near(host, LAN_RULES)
    assert is_near("127.0.0.1", LOCAL_RULES)


def test_the_loopback_link_is_near_in_local_networks_only() -> None:
    assert LOOP in near_links(LOCAL_RULES)
    assert LOOP not in near_links(LAN_RULES)


@pytest.mark.parametrize(
    ("name", "mdns", "count"),
    [("test", True, 1), ("test", False, 0), ("local:town", True, 0)],
)
def test_mdns_is_on_only_where_it_was_asked_for_and_never_on_this_machine_only(
    name: str,
    count: int,
    *,
    mdns: bool,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    made: list[object] = []

    def record(node: Libp2pNetwork, links: Links) -> None:
        made.append((node, links))

    monkeypatch.setattr(compose, "LocalNetwork", record)
    me = Identity(b"s" * ENTROPY_BYTES)
    with open_peers(tmp_path / "peers.db") as memory:
        outfit = compose.Outfit(no_head, memory, compose.Wanted(mdns, USUAL))
        compose.build_network(me, network(name), (), outfit)
    assert len(made) == count


def no_head(envelope: bytes) -> HeadFacts:
    raise NotImplementedError
