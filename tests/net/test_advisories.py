"""Each class of libp2p's published advisories against our node: it lives on, its memory stays.

Where another implementation had the fault, its number names the test; what py-libp2p
itself had is here too, since a new version of it may have it again. Floods of streams
(CVE-2022-23486, -23487, -23492) are in ``test_malformed`` and ``tests/system/test_flood``.
"""

import contextlib
import struct
from pathlib import Path
from typing import Any, cast

import pytest
import trio
from libp2p.crypto.keys import KeyPair
from libp2p.crypto.rsa import create_new_key_pair as rsa_key_pair
from libp2p.identity.identify.pb.identify_pb2 import Identify
from libp2p.kad_dht.pb.kademlia_pb2 import Message
from libp2p.pubsub.pb import rpc_pb2
from libp2p.utils import encode_varint_prefixed

from bazaar.domain.errors import PeerUnreachableError
from net import building
from net._patches import KAD_PROTOCOL
from net._vendor import Multiaddr, consume_envelope, create_signed_peer_record
from net.building import swarm_of
from net.dht.directory import Directory
from net.gossip.gossip import HeadGossip
from net.gossip.head_pubsub import PROTOCOLS
from net.limits import (
    MAX_ADDRESSES_PER_PEER,
    MAX_PROTOCOLS_PER_PEER,
    MAX_REMEMBERED_ADDRESSES,
)
from net.peer_ids import peer_id
from net.peers import Libp2pNetwork
from net.rules import LOCAL_RULES
from tests.net.heads import check_head
from tests.net.nodes import BODY, NETWORK, PUT, Make, Start, until

MIB = 2**20
LONGEST = b"\xff" * 9 + b"\x7f"
"""A varint of 10 bytes."""

LENGTHS = {
    "2^63": b"\x80" * 9 + b"\x01",
    "10 bytes": LONGEST,
    "11 bytes": b"\xff" * 11,
    "2^31": b"\x80\x80\x80\x80\x08",
    "nothing": b"\x00",
}


class Attacked:
    """A node with everything that a running one has, an attacker and an honest peer."""

    def __init__(self, node: Libp2pNetwork, make: Make, start: Start) -> None:
        self.node = node
        self._make, self._start = make, start
        self._before = resident()

    async def peer(self) -> Libp2pNetwork:
        """A new peer, connected."""
        peer = await self._start(self._make())
        await peer.connect(self.node.addresses()[0])
        return peer

    async def is_well(self) -> None:
        """An honest peer is served, nothing was restarted, memory is as before."""
        honest = await self.peer()
        assert await honest.request(self.node.host.key, PUT, BODY) == BODY
        assert "host.restarts" not in self.node.counters()
        assert resident() - self._before < 32 * MIB


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.fixture
async def attacked(make: Make, start: Start) -> Attacked:
    node = make()
    Directory(node, check_head, LOCAL_RULES)
    HeadGossip(node, check_head)
    return Attacked(await start(node), make, start)


async def to_the_wire(peer: Libp2pNetwork, data: bytes) -> None:
    """Write below yamux."""
    (conn,) = swarm_of(peer.host.libp2p()).get_connections()
    await cast("Any", conn).muxed_conn.secured_conn.write(data)


async def throw(peer: Libp2pNetwork, key: bytes, protocol: str, data: bytes) -> None:
    stream = await peer.host.open_stream(key, protocol)
    await stream.write(data)
    await cast("Any", stream).close_write()


def yamux(kind: int, flags: int, stream: int, length: int) -> bytes:
    return struct.pack("!BBHII", 0, kind, flags, stream, length)


@pytest.mark.parametrize("flags", [0, 1, 2])
async def test_ghsa_hmj8_5xmh_5573_a_yamux_frame_of_4_gib(
    attacked: Attacked, flags: int
) -> None:
    peer = await attacked.peer()
    await to_the_wire(peer, yamux(0, flags, 1001, 2**32 - 1) + b"x" * 1000)
    await until(lambda: not attacked.node.peers())
    await attacked.is_well()


async def test_ghsa_vxx9_2994_q338_a_first_yamux_frame_above_the_window(
    attacked: Attacked,
) -> None:
    peer = await attacked.peer()
    await to_the_wire(peer, yamux(0, 1, 1001, 262_145) + b"x" * 1000)
    await until(lambda: not attacked.node.peers())
    await attacked.is_well()


async def test_a_yamux_window_beyond_all_bounds(attacked: Attacked) -> None:
    peer = await attacked.peer()
    await to_the_wire(peer, yamux(1, 1, 1001, 2**32 - 1) * 20)
    await to_the_wire(peer, yamux(1, 0, 1001, 2**32 - 1) * 20)
    await attacked.is_well()


@pytest.mark.parametrize("length", LENGTHS)
async def test_ghsa_xqvc_92cf_94j4_lengths_in_the_dht(
    attacked: Attacked, length: str
) -> None:
    peer = await attacked.peer()
    key = attacked.node.host.key
    await throw(peer, key, KAD_PROTOCOL, LENGTHS[length] + b"x" * 1000)
    await attacked.is_well()


@pytest.mark.parametrize("length", LENGTHS)
async def test_py_libp2p_1349_and_1350_lengths_in_gossip(
    attacked: Attacked, length: str
) -> None:
    peer = await attacked.peer()
    key = attacked.node.host.key
    await throw(peer, key, PROTOCOLS[0], LENGTHS[length] + b"x" * 1000)
    await attacked.is_well()


@pytest.mark.parametrize("length", LENGTHS)
async def test_lengths_in_identify_push_and_multistream(
    attacked: Attacked, length: str
) -> None:
    peer = await attacked.peer()
    (conn,) = swarm_of(peer.host.libp2p()).get_connections()
    raw = await conn.new_stream()
    await raw.write(LENGTHS[length] + b"x" * 1000)
    key = attacked.node.host.key
    await throw(peer, key, "/ipfs/id/push/1.0.0", LENGTHS[length] + b"x" * 1000)
    await attacked.is_well()


async def test_gossip_control_beyond_all_bounds(
    attacked: Attacked,
) -> None:
    """Numbers that overflow a clock, ids without end, peers that are none."""
    peer, topic = await attacked.peer(), "bazaar/heads/1"
    prune = rpc_pb2.ControlPrune(topicID=topic, backoff=2**64 - 1)
    prune.peers.add(peerID=b"\xff" * 500, signedPeerRecord=b"\xff" * 500)
    controls = [
        rpc_pb2.ControlMessage(prune=[prune] * 20),
        rpc_pb2.ControlMessage(graft=[rpc_pb2.ControlGraft(topicID=topic)] * 500),
        rpc_pb2.ControlMessage(
            ihave=[rpc_pb2.ControlIHave(topicID=topic, messageIDs=[b"x" * 40] * 1000)]
        ),
        rpc_pb2.ControlMessage(
            iwant=[rpc_pb2.ControlIWant(messageIDs=[b"x" * 40] * 1000)]
        ),
    ]
    for control in controls:
        packet = rpc_pb2.RPC(control=control).SerializeToString()
        key = attacked.node.host.key
        await throw(peer, key, PROTOCOLS[0], encode_varint_prefixed(packet))
    await attacked.is_well()


@pytest.mark.parametrize("count", [MAX_ADDRESSES_PER_PEER, 10_000])
async def test_c19_addresses_and_protocols_of_a_peer_are_bounded(
    attacked: Attacked, count: int
) -> None:
    peer = await attacked.peer()
    key, store = attacked.node.host.key, attacked.node.host.libp2p().get_peerstore()
    many = [Multiaddr(f"/ip4/8.8.{n // 250}.{n % 250}/tcp/4001") for n in range(count)]
    said = Identify(
        listen_addrs=[one.to_bytes() for one in many],
        protocols=["/last/1", *(f"/some/{number}" for number in range(count))],
    )
    packet = encode_varint_prefixed(said.SerializeToString())
    await throw(peer, key, "/ipfs/id/push/1.0.0", packet)
    who = peer_id(peer.host.key)
    await until(lambda: "/last/1" in store.get_protocols(who))
    assert store.addrs(who) == many[:MAX_ADDRESSES_PER_PEER]
    assert len(store.get_protocols(who)) <= MAX_PROTOCOLS_PER_PEER
    await attacked.is_well()


def record(peer: Libp2pNetwork, count: int) -> bytes:
    """A signed peer record of so many addresses."""
    host = peer.host.libp2p()
    many = [Multiaddr(f"/ip4/8.8.{n // 250}.{n % 250}/tcp/4001") for n in range(count)]
    made = create_signed_peer_record(host.get_id(), many, host.get_private_key())
    return made.marshal_envelope()


@pytest.mark.parametrize(("count", "is_kept"), [(50, True), (600, False)])
async def test_c19_a_record_with_too_many_addresses_in_a_dht_question(
    attacked: Attacked, count: int, *, is_kept: bool
) -> None:
    peer = await attacked.peer()
    asked = Message(type=Message.MessageType.FIND_NODE, key=b"k" * 32)
    asked.senderRecord = record(peer, count)
    packet = encode_varint_prefixed(asked.SerializeToString())
    await throw(peer, attacked.node.host.key, KAD_PROTOCOL, packet)
    await attacked.is_well()
    store = attacked.node.host.libp2p().get_peerstore()
    who = peer_id(peer.host.key)
    if is_kept:
        await until(lambda: len(store.addrs(who)) == count)
    else:
        assert len(store.addrs(who)) <= MAX_REMEMBERED_ADDRESSES


async def test_c19_a_record_with_10_000_addresses_in_gossip_or_an_answer(
    attacked: Attacked,
) -> None:
    peer = await attacked.peer()
    store = attacked.node.host.libp2p().get_peerstore()
    envelope, _ = consume_envelope(record(peer, 10_000), "libp2p-peer-record")
    assert not store.consume_peer_record(envelope, 3_600)
    who = peer_id(peer.host.key)
    many = [Multiaddr(f"/ip4/8.8.{n // 250}.{n % 250}/tcp/4001") for n in range(10_000)]
    store.add_addrs(who, many, 3_600)
    assert len(store.addrs(who)) == MAX_REMEMBERED_ADDRESSES
    await attacked.is_well()


async def test_subscriptions_without_end(attacked: Attacked) -> None:
    peer = await attacked.peer()
    for first in range(0, 5_000, 50):
        names = [f"{number:01000}" for number in range(first, first + 50)]
        subscribed = [
            rpc_pb2.RPC.SubOpts(subscribe=True, topicid=name) for name in names
        ]
        packet = rpc_pb2.RPC(subscriptions=subscribed).SerializeToString()
        try:
            key = attacked.node.host.key
            await throw(peer, key, PROTOCOLS[0], encode_varint_prefixed(packet))
        except PeerUnreachableError:
            break  # banned meanwhile
    await attacked.is_well()


async def test_cve_2023_39533_a_peer_with_an_rsa_key(
    attacked: Attacked, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = rsa_key_pair(2048)

    def rsa(seed: bytes) -> KeyPair:
        del seed
        return keys

    monkeypatch.setattr(building, "create_new_key_pair", rsa)
    stranger = Libp2pNetwork(bytes(32), NETWORK, [], LOCAL_RULES)
    monkeypatch.undo()
    answers: list[bytes] = []
    async with trio.open_nursery() as nursery:
        await nursery.start(stranger.run)
        with contextlib.suppress(Exception):  # whatever ends it on his side
            await stranger.connect(attacked.node.addresses()[0])
            answers.append(await stranger.request(attacked.node.host.key, PUT, BODY))
        nursery.cancel_scope.cancel()
    assert (answers, attacked.node.peers()) == ([], [])
    await attacked.is_well()


async def test_cve_2021_4239_a_bad_noise_record_ends_the_connection(
    attacked: Attacked,
) -> None:
    peer = await attacked.peer()
    (conn,) = swarm_of(peer.host.libp2p()).get_connections()
    noise = cast("Any", conn).muxed_conn.secured_conn.conn.read_writer
    await noise.read_write_closer.write(b"\x00\x40" + b"\xff" * 64)
    await until(lambda: not attacked.node.peers())
    await attacked.is_well()
