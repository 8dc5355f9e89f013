"""Neighbours of our own choice: found again after a restart, spread over the address space."""

import hashlib
from pathlib import Path

import trio

from bazaar.app.ports import Connected, KnownAddress
from net.dialling.addresses import Source
from net.dialling.outbound import Outbound, choose
from net.dialling.peerbook import PeerBook
from net.limits import DIALS_PER_ROUND, OUTBOUND_PEERS
from net.peers import Libp2pNetwork
from net.rules import LOCAL_RULES, PUBLIC_RULES
from store.peers import SqlPeers, open_peers
from tests.net.nodes import BODY, PUT, Make, Start, until

HONEST, HOSTILE, RESTARTS = 6, 300, 100


def kept(node: Libp2pNetwork, memory: SqlPeers) -> Outbound:
    return Outbound(node, memory, LOCAL_RULES)


async def test_a_restart_needs_no_bootstrap(
    make: Make, start: Start, tmp_path: Path
) -> None:
    bootstrap, friend, first = make(), await start(make()), make()
    with open_peers(tmp_path / "peers.db") as memory:
        kept(first, memory)
        async with trio.open_nursery() as life:
            await life.start(bootstrap.run)
            await life.start(first.run)
            await first.connect(bootstrap.addresses()[0])
            await friend.connect(first.addresses()[0])
            await until(lambda: friend.host.key in {row.key for row in memory.load()})
            life.cancel_scope.cancel()
    with open_peers(tmp_path / "peers.db") as memory:
        again = Libp2pNetwork(
            bytes([3]) * 32, b"n" * 32, ["/ip4/127.0.0.1/tcp/0"], LOCAL_RULES
        )
        kept(again, memory)
        await start(again)
        await until(lambda: [row.key for row in again.peers()] == [friend.host.key])
        assert await again.request(friend.host.key, PUT, BODY) == BODY


async def test_a_node_of_another_network_is_forgotten(
    make: Make, start: Start, tmp_path: Path
) -> None:
    stranger = await start(make(network=b"o" * 32))
    address = stranger.addresses()[0]
    with open_peers(tmp_path / "peers.db") as memory:
        memory.save(
            {
                stranger.host.key: [
                    KnownAddress(stranger.host.key, address, "peer", None)
                ]
            }
        )
        node = make()
        kept(node, memory)
        async with trio.open_nursery() as life:
            await life.start(node.run)
            await until(lambda: not node.book.keys())
            life.cancel_scope.cancel()
        assert memory.load() == []


async def test_relays_that_served_are_known_after_a_restart(
    make: Make, start: Start, tmp_path: Path
) -> None:
    served = [key(1), key(2)]
    with open_peers(tmp_path / "peers.db") as memory:
        node = make()
        kept(node, memory)
        node.reach.reservations.remember(served)
        await start(node)
        await until(lambda: memory.relays() == served)
    with open_peers(tmp_path / "peers.db") as memory:
        again = make()
        kept(again, memory)
        assert again.reach.reservations.known() == served


def key(number: int) -> bytes:
    return hashlib.sha256(number.to_bytes(4)).digest()


def test_no_two_neighbours_share_a_wide_group() -> None:
    book = PeerBook(PUBLIC_RULES)
    book.learn(key(1), ["/ip4/8.8.8.8/tcp/4001"], Source.USER)
    book.learn(key(2), ["/ip4/8.8.99.8/tcp/4001"], Source.USER)
    book.learn(key(3), ["/ip4/8.9.8.8/tcp/4001"], Source.USER)
    assert len(choose(book, [], PUBLIC_RULES, 8)) == 2
    assert len(choose(book, [], LOCAL_RULES, 8)) == 3
    here = Connected(key(4), "", "/ip4/8.9.1.1/tcp/4001", "outbound", 0)
    assert set(choose(book, [here], PUBLIC_RULES, 8)) < {key(1), key(2)}
    came = here._replace(direction="inbound")
    assert len(choose(book, [came], PUBLIC_RULES, 8)) == 2


def test_nobody_is_dialled_twice_or_beyond_what_lacks() -> None:
    book = PeerBook(LOCAL_RULES)
    for number in range(20):
        book.learn(key(number), [f"/ip4/127.0.0.1/tcp/{5100 + number}"], Source.USER)
    here = Connected(key(0), "", "/ip4/127.0.0.1/tcp/5100", "outbound", 0)
    chosen = choose(book, [here], LOCAL_RULES, DIALS_PER_ROUND)
    assert len(chosen) == DIALS_PER_ROUND
    assert key(0) not in chosen
    assert choose(book, [], LOCAL_RULES, 0) == []


def test_those_reached_last_come_first_and_who_failed_waits() -> None:
    book = PeerBook(PUBLIC_RULES)
    for number in range(40):
        book.learn(key(number), [f"/ip4/8.{number + 1}.8.8/tcp/4001"], Source.USER)
    book.worked(key(7), "/ip4/8.8.8.8/tcp/4001", 100)
    book.worked(key(9), "/ip4/8.10.8.8/tcp/4001", 200)
    assert choose(book, [], PUBLIC_RULES, 2) == [key(9), key(7)]
    book.failed(key(9), "/ip4/8.10.8.8/tcp/4001", 4_000_000_000)
    assert choose(book, [], PUBLIC_RULES, 1) == [key(7)]


def test_hundred_restarts_among_hostile_peers_find_an_honest_one() -> None:
    """300 hostile peers of one hoster (two /16) against six honest ones anywhere."""
    book = PeerBook(PUBLIC_RULES)
    for number in range(HOSTILE):
        address = f"/ip4/20.{number % 2}.{number % 250}.{number % 200 + 1}/tcp/4001"
        book.learn(key(1000 + number), [address], Source.PEER, key(1000 + number))
    honest = {key(number) for number in range(HONEST)}
    for number in range(HONEST):
        book.learn(key(number), [f"/ip4/8.{number}.8.8/tcp/4001"], Source.USER)
    for _ in range(RESTARTS):
        assert honest & set(choose(book, [], PUBLIC_RULES, OUTBOUND_PEERS))
