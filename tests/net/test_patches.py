"""Each cure of py-libp2p has a test that fails without it (network.md 3)."""

import logging
import subprocess
import sys
from importlib.metadata import packages_distributions
from typing import Any, cast

import pytest
import trio
from libp2p.abc import IHost, INetStream
from libp2p.custom_types import TProtocol
from libp2p.kad_dht.kad_dht import DHTMode, KadDHT
from libp2p.network import swarm as swarm_module
from libp2p.network.stream.exceptions import StreamEOF, StreamReset
from libp2p.pubsub.gossipsub import GossipSub
from libp2p.pubsub.pb import rpc_pb2
from libp2p.pubsub.pubsub import Pubsub
from libp2p.records.validator import Validator
from libp2p.tools.anyio_service import background_trio_service
from libp2p.utils import encode_varint_prefixed

from net import _patches
from net._vendor import ID, Multiaddr, PeerInfo
from net.building import swarm_of
from net.peer_ids import peer_text
from net.peers import Libp2pNetwork
from net.rules import PUBLIC_RULES
from net.wishes import Wishes
from tests.net.nodes import BODY, PUT, Make, Pair, Start, until

MESHSUB = [TProtocol("/meshsub/1.1.0"), TProtocol("/meshsub/1.0.0")]
TOPIC = "bazaar/heads/1"


class Gossiping:
    """A Pubsub with gossipsub, attached to a node."""

    def __init__(self, node: Libp2pNetwork) -> None:
        self.pubsub: Pubsub | None = None
        node.attach(self.run)

    async def run(self, host: IHost, *, task_status: trio.TaskStatus[None]) -> None:
        router = GossipSub(
            protocols=MESHSUB,
            degree=6,
            degree_low=4,
            degree_high=12,
            heartbeat_interval=1,
        )
        self.pubsub = Pubsub(host, router, strict_signing=True)
        async with (
            background_trio_service(self.pubsub),
            background_trio_service(router),
        ):
            await self.pubsub.wait_until_ready()
            task_status.started()
            await trio.sleep_forever()


class Routing:
    """A DHT server, attached to a node."""

    def __init__(self, node: Libp2pNetwork) -> None:
        self.dht: KadDHT | None = None
        node.attach(self.run)

    async def run(self, host: IHost, *, task_status: trio.TaskStatus[None]) -> None:
        self.dht = KadDHT(host, DHTMode.SERVER, strict_validation=True)
        self.dht.register_validator("s", AnyValue())
        async with background_trio_service(self.dht):
            task_status.started()
            await trio.sleep_forever()


class AnyValue(Validator):
    def validate(self, key: str, value: bytes) -> None:
        del key, value

    def select(self, key: str, values: list[bytes]) -> int:
        del key
        return len(values) - 1


class Waits:
    """trio, but counting the timers that are started."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(trio, name)

    def move_on_after(self, seconds: float) -> trio.CancelScope:
        self.seconds.append(seconds)
        return trio.move_on_after(seconds)


def lived_on(node: Libp2pNetwork) -> bool:
    return "host.restarts" not in node.counters()


async def send(node: Libp2pNetwork, key: bytes, protocol: str, data: bytes) -> None:
    stream = await node.host.open_stream(key, protocol)
    await stream.write(data)
    await stream.close()


async def until_blamed(node: Libp2pNetwork, times: int = 1) -> None:
    await until(lambda: node.counters().get("host.handler_errors", 0) >= times)


async def test_c01_garbage_on_a_gossip_stream(make: Make, start: Start) -> None:
    attacked, attacker = make(), await start(make())
    Gossiping(attacked)
    await start(attacked)
    key = await attacker.connect(attacked.addresses()[0])
    for number, protocol in enumerate(MESHSUB, 1):
        await send(attacker, key, protocol, b"\x3f" + b"\xff" * 63)
        await until_blamed(attacked, number)
    assert lived_on(attacked)
    assert attacked.standing.score(attacker.host.key) < 0
    assert await attacker.request(key, PUT, BODY) == BODY


@pytest.mark.parametrize(
    "error",
    [
        ValueError(),
        StreamEOF(),
        StreamReset(),
        ExceptionGroup("two", [ValueError(), OSError()]),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_c02_a_handler_that_raises(
    make: Make, start: Start, error: Exception
) -> None:
    async def fail(stream: INetStream) -> None:
        await stream.read(1)
        raise error

    attacked, attacker = make(), await start(make())
    attacked.host.handle("/test/fail", fail)
    await start(attacked)
    key = await attacker.connect(attacked.addresses()[0])
    stream = await attacker.host.open_stream(key, "/test/fail")
    await stream.write(b"x")
    with pytest.raises((StreamReset, StreamEOF)):
        await stream.read(1)
    for _ in range(25):
        assert await attacker.request(key, PUT, BODY) == BODY
    assert lived_on(attacked)


def hostile_messages(attacker: bytes) -> list[rpc_pb2.RPC]:
    """Sixteen gossip messages that no honest peer sends."""
    peer = ID(b"\x00\x24\x08\x01\x12\x20" + attacker).to_bytes()
    keys = [
        b"\xff",
        b"\x08\x01",
        b"\x08\x01\x12\x20" + b"\xff" * 32,
        b"\x08\x63\x12\x00",
    ]
    messages = [
        rpc_pb2.RPC(
            publish=[
                rpc_pb2.Message(
                    from_id=sender,
                    data=b"x",
                    seqno=bytes([number]),
                    topicIDs=[TOPIC],
                    key=key,
                    signature=b"\x00" * size,
                )
            ]
        )
        for sender in (peer, b"\xff\x00")
        for number, (key, size) in enumerate(
            (key, size) for key in keys for size in (0, 64)
        )
    ]
    prune = rpc_pb2.ControlPrune(topicID=TOPIC, backoff=2**64 - 1)
    prune.peers.add(peerID=b"\xff", signedPeerRecord=b"\xff")
    ihave = rpc_pb2.ControlIHave(topicID=TOPIC, messageIDs=[cast("Any", b"\xff")])
    messages[0].control.CopyFrom(rpc_pb2.ControlMessage(prune=[prune], ihave=[ihave]))
    return messages


async def test_c03_hostile_gossip_messages(make: Make, start: Start) -> None:
    attacked, attacker, honest = make(), await start(make()), make()
    listening, speaking = Gossiping(attacked), Gossiping(honest)
    await start(attacked)
    await start(honest)
    key = await attacker.connect(attacked.addresses()[0])
    await honest.connect(attacked.addresses()[0])
    assert listening.pubsub is not None
    assert speaking.pubsub is not None
    subscription = await listening.pubsub.subscribe(TOPIC)
    await speaking.pubsub.subscribe(TOPIC)
    stream = await attacker.host.open_stream(key, MESHSUB[0])
    messages = hostile_messages(attacker.host.key)
    assert len(messages) == 16
    for message in messages:
        await stream.write(encode_varint_prefixed(message.SerializeToString()))
    await until_blamed(attacked)
    topics = speaking.pubsub.peer_topics
    await until(lambda: topics.get(TOPIC))
    await speaking.pubsub.publish(TOPIC, b"honest")
    with trio.fail_after(5):
        heard = await subscription.get()
    assert heard.data == b"honest"
    assert lived_on(attacked)


async def test_c04_an_inbound_slot_is_given_back(make: Make, start: Start) -> None:
    node = await start(make())
    swarm_of(node.host.libp2p())._inbound_limiter.total_tokens = 4
    for _ in range(6):
        caller = make()
        async with trio.open_nursery() as nursery:
            await nursery.start(caller.run)
            assert await caller.connect(node.addresses()[0]) == node.host.key
            nursery.cancel_scope.cancel()
        await until(lambda: not node.host.admission.inbound())


async def test_c05_a_dial_waits_for_no_timer(
    make: Make, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await start(make()), await start(make())
    waits = Waits()
    monkeypatch.setattr(swarm_module, "trio", waits)
    host = second.host.libp2p()
    await first.host.libp2p().connect(
        PeerInfo(host.get_id(), host.get_transport_addrs())
    )
    assert 0.0 in waits.seconds
    assert 0.25 not in waits.seconds


async def test_c06_the_second_address_is_tried(make: Make, start: Start) -> None:
    first, second = await start(make()), await start(make())
    refused = "/ip4/127.0.0.1/tcp/9"
    with trio.fail_after(3):
        await first._dialer.reach(second.host.key, [refused, *second.addresses()])
    assert first.host.is_connected(second.host.key)


async def test_c11_the_dht_has_a_protocol_of_our_own(make: Make, start: Start) -> None:
    first, second = make(), make()
    routes = Routing(first), Routing(second)
    await start(first)
    await start(second)
    key = await first.connect(second.addresses()[0])
    host, peer = first.host.libp2p(), second.host.libp2p().get_id()
    await until(lambda: host.get_peerstore().get_protocols(peer))
    protocols = host.get_peerstore().get_protocols(peer)
    assert "/bazaar/kad/1.0.0" in protocols
    assert not [name for name in protocols if name.startswith("/ipfs/kad")]
    assert routes[0].dht is not None
    assert routes[1].dht is not None
    await routes[0].dht.routing_table.add_peer(
        PeerInfo(peer, [Multiaddr(second.addresses()[0])])
    )
    await routes[0].dht.put_value("/s/key", b"value")
    assert routes[1].dht.value_store.get(b"/s/key") is not None
    del key


async def test_c13_a_silent_peer_costs_three_seconds(make: Make, start: Start) -> None:
    async def say_nothing(stream: INetStream) -> None:
        await trio.sleep_forever()

    asking, silent = make(), make()
    routing = Routing(asking)
    silent.host.handle(_patches.KAD_PROTOCOL, say_nothing)
    await start(asking)
    await start(silent)
    await asking.connect(silent.addresses()[0])
    peer = silent.host.libp2p().get_id()
    assert routing.dht is not None
    assert {getattr(module, "QUERY_TIMEOUT", 3) for module in _patches.KAD_MODULES} == {
        3
    }
    with trio.fail_after(_patches.KAD_QUERY_SECONDS + 2):
        assert (
            await routing.dht.peer_routing._query_peer_for_closest(peer, b"key") == []
        )


async def test_c15_a_close_that_is_cut_short_leaves_no_socket(pair: Pair) -> None:
    first, second = pair
    (connection,) = swarm_of(first.host.libp2p()).get_connections()
    socket = cast("Any", connection).muxed_conn.secured_conn.conn.read_writer
    stream = socket.read_write_closer.stream.stream
    with trio.CancelScope() as scope:
        scope.cancel()
        await first.host.disconnect(second.host.key)
    assert stream.socket.fileno() == -1
    await until(lambda: not first.peers() and not second.peers())


def test_c14_libp2p_is_imported_without_fastecdsa() -> None:
    without = subprocess.run(
        [sys.executable, "-c", "import libp2p"], capture_output=True, check=False
    )
    script = "import net; import libp2p; import libp2p.crypto.ecc as e; e.create_new_key_pair('P-256')"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=False, text=True
    )
    if "fastecdsa" not in packages_distributions():
        assert b"fastecdsa" in without.stderr
        assert "only Ed25519 keys are supported" in done.stderr


def test_the_library_says_nothing_unasked(caplog: pytest.LogCaptureFixture) -> None:
    library = logging.getLogger("libp2p.host.basic_host")
    library.error("eight lines")
    assert caplog.records == []
    library.critical("this one")
    assert [one.message for one in caplog.records] == ["this one"]


def test_applying_twice_changes_nothing() -> None:
    handler = _patches.BasicHost._swarm_stream_handler
    _patches.apply()
    _patches.apply()
    assert _patches.BasicHost._swarm_stream_handler is handler


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_patches, "_applied", set[str]())
    monkeypatch.setattr(_patches, "LIBP2P_VERSION", "0.8.2")
    with pytest.raises(RuntimeError, match=r"libp2p 0\.8\.1 is installed"):
        _patches.apply()


async def test_c20_a_host_tells_what_it_is_told_to_tell(
    make: Make, start: Start
) -> None:
    relay = await start(make(wishes=Wishes(relays=True)))
    hidden = await start(make(wishes=Wishes(relay_only=True)))
    await hidden.connect(relay.addresses()[0])
    await until(hidden.relays)
    (told,) = map(str, hidden.host.libp2p().get_addrs())
    assert told == hidden.relays()[0]
    assert f"/p2p/{peer_text(relay.host.key)}/p2p-circuit/" in told
    private = await start(make(rules=PUBLIC_RULES))
    assert private.addresses()
    assert private.host.libp2p().get_addrs() == []
