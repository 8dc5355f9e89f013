"""Finding stores: real DHTs on loopback; each cure's test fails without it (network.md 3)."""

from functools import partial
from types import SimpleNamespace

import pytest
import trio
from libp2p.abc import INetStream
from libp2p.kad_dht import value_store
from libp2p.kad_dht.pb.kademlia_pb2 import Message
from libp2p.network.stream.exceptions import StreamEOF, StreamReset
from trio.testing import MockClock

from bazaar.app.ports import Directory as DirectoryPort
from bazaar.domain.errors import (
    BadSignatureError,
    MalformedMessageError,
    PeerUnreachableError,
)
from net._patches import KAD_PROTOCOL
from net._vendor import ID, PeerInfo
from net.buckets import Buckets
from net.dht import directory, kad, kad_client, tokens
from net.dht.directory import Directory
from net.dht.head_records import record_key
from net.dht.kad_table import Turns
from net.dht.tokens import token_key
from net.gossip.heads import UntimelyHeadError
from net.limits import (
    KAD_REQUESTS_BURST,
    KAD_REQUESTS_PER_SECOND,
    MAX_KAD_STREAMS_PER_PEER,
    MAX_LOOKUP_KEY_BYTES,
    MAX_LOOKUPS,
    MAX_RECORD_BYTES,
    MIN_REMOTE_READS,
    OWN_REQUESTS_BURST,
    OWN_REQUESTS_PER_SECOND,
    READS_AT_ONCE,
)
from net.peer_ids import peer_id
from net.rules import LOCAL_RULES
from tests.net.dht import Build, Node, build
from tests.net.heads import DAY, check_head, head, signer
from tests.net.nodes import Make, Start, until

HOUR = 3_600


@pytest.fixture
def dht(make: Make, start: Start) -> Build:
    return partial(build, make, start)


def _record(node: Node, store: bytes) -> bytes | None:
    record = node.kad.value_store.get(record_key(store).encode())
    return None if record is None else record.value


def _plant(node: Node, store: bytes, value: bytes) -> None:
    """Have ``node`` hold a value as if it had been put there."""
    key = record_key(store).encode()
    node.kad.value_store.put_record(key, node.lookups.client.record(key, value))


async def test_a_head_that_was_put_is_found_everywhere(dht: Build) -> None:
    nodes = await dht(6)
    newest = head(nodes[0].signer)
    assert await nodes[0].directory.put_head(nodes[0].key, newest) == 5
    port: DirectoryPort = nodes[-1].directory
    assert await port.find_head(nodes[0].key) == newest
    assert await port.find_head(b"nobody" * 5 + b"at") is None


async def test_an_older_head_does_not_replace_a_newer_one(dht: Build) -> None:
    owner, reader = await dht(2)
    newest = head(owner.signer, 2)
    await owner.directory.put_head(owner.key, newest)
    await owner.directory.put_head(owner.key, head(owner.signer, 1))
    assert await reader.directory.find_head(owner.key) == newest


async def test_c07_lookup_keys_stay_below_what_a_responder_accepts(dht: Build) -> None:
    nodes = await dht(3)
    routing, other = nodes[0].kad.peer_routing, nodes[1].id
    good = record_key(nodes[2].key).encode()
    assert len(good) <= MAX_LOOKUP_KEY_BYTES
    assert await routing._query_peer_for_closest(other, good) != []
    bad = b"/s/" + nodes[2].key.hex().encode()
    assert await routing._query_peer_for_closest(other, bad) == []
    at_limit = b"k" * MAX_LOOKUP_KEY_BYTES
    assert len(await nodes[0].lookups.closest(at_limit)) == 2
    with pytest.raises(ValueError, match="limit 50"):
        await nodes[0].lookups.closest(at_limit + b"k")


async def test_c08_a_head_is_read_from_others_although_an_old_one_is_here(
    dht: Build,
) -> None:
    nodes = await dht(6)
    owner, reader = nodes[0], nodes[1]
    old, new = head(owner.signer, 1), head(owner.signer, 2)
    for node in nodes[1:]:
        _plant(node, owner.key, old)
    _plant(nodes[-1], owner.key, new)
    assert await reader.directory.find_head(owner.key) == new
    assert all(_record(node, owner.key) == new for node in nodes[1:])


async def test_c09_an_equal_head_put_again_lives_on(
    dht: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, replica = await dht(2)
    value, key = head(owner.signer, lasts=30 * DAY), record_key(owner.key).encode()
    clock = SimpleNamespace(hours=0)
    wall = SimpleNamespace(time=lambda: clock.hours * HOUR)
    monkeypatch.setattr(value_store, "time", wall)
    for hours in (0, 12, 24, 36):
        clock.hours = hours
        await owner.lookups.client.put(replica.id, key, value)
    clock.hours = 40
    assert await owner.lookups.client.value(replica.id, key) == value
    clock.hours = 61
    assert await owner.lookups.client.value(replica.id, key) is None


async def test_c10_each_provider_is_found_once(dht: Build) -> None:
    nodes = await dht(6)
    token, many = b"v:many", nodes[1].key
    others = [signer(number).verify_key.encode() for number in range(100, 119)]
    for node in nodes[1:]:
        _provides(node, token, nodes[1].key)
    for number, other in enumerate(others):
        _provides(nodes[1 + number % 5], token, other)
    found = await nodes[0].directory.find_providers(token)
    assert sorted(found) == sorted([many, *others])


async def test_c12_a_new_neighbour_is_in_the_table_at_once(
    make: Make, start: Start
) -> None:
    nodes = [make(), make()]
    first, second = (Directory(node, check_head, LOCAL_RULES) for node in nodes)
    await start(nodes[0])
    await start(nodes[1])
    await nodes[0].connect(nodes[1].addresses()[0])
    with trio.fail_after(2):
        await until(lambda: first.neighbours() == second.neighbours() == 1)


async def test_a_client_of_the_dht_enters_no_table_but_finds(
    dht: Build, make: Make, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, other = await dht(2)
    newest = head(owner.signer)
    await owner.directory.put_head(owner.key, newest)
    network = make(rules=LOCAL_RULES)
    monkeypatch.setattr(network.reach, "serves", lambda: False)
    client = Directory(network, check_head, LOCAL_RULES)
    await start(network)
    await network.connect(owner.network.addresses()[0])
    await until(lambda: client.neighbours() == 2)
    assert await client.find_head(owner.key) == newest
    assert owner.directory.neighbours() == other.directory.neighbours() == 1


async def test_c13_silent_nodes_delay_a_put_once_and_are_left_alone_then(
    dht: Build, make: Make, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kad_client, "KAD_QUERY_SECONDS", 0.7)
    nodes, mute = await dht(4), [make(), make()]
    owner = nodes[0]
    for network in mute:
        network.host.handle(KAD_PROTOCOL, _keep_silent)
        await start(network)
        await network.connect(owner.network.addresses()[0])
    await until(lambda: owner.directory.neighbours() == 5)
    with trio.fail_after(8):
        assert await owner.directory.put_head(owner.key, head(owner.signer)) == 3
    assert owner.directory.neighbours() == 3
    left_out = {peer_id(network.host.key) for network in mute}
    assert not left_out & set(await owner.lookups.closest(b"any key"))


async def test_addresses_of_a_peer_are_found(dht: Build) -> None:
    nodes = await dht(3)
    found = await nodes[1].directory.find_addresses(nodes[2].key)
    assert nodes[2].network.addresses()[0] in found
    assert await nodes[1].directory.find_addresses(b"x" * 32) == []


async def test_a_token_leads_to_its_provider_and_his_address(dht: Build) -> None:
    nodes = await dht(4)
    await nodes[1].directory.provide(b"m:store")
    assert await nodes[3].directory.find_providers(b"m:store") == [nodes[1].key]
    assert nodes[1].key in nodes[3].network.book.keys()  # noqa: SIM118 - not a mapping
    assert await nodes[3].directory.find_providers(b"m:other") == []


async def test_without_a_network_nothing_is_found_and_puts_wait(
    make: Make, start: Start
) -> None:
    network, other = make(), make()
    alone = Directory(network, check_head, LOCAL_RULES)
    Directory(other, check_head, LOCAL_RULES)
    assert await alone.find_head(network.host.key) is None
    assert await alone.find_providers(b"t") == []
    assert await alone.find_addresses(other.host.key) == []
    promised = head(signer(1))
    assert await alone.put_head(network.host.key, promised) == 0
    reader = Directory(make(), check_head, LOCAL_RULES)
    await start(reader._network)
    await start(network)
    await network.connect(reader._network.addresses()[0])
    node = Node(reader._network, reader, signer(3))
    await until(lambda: _record(node, network.host.key) == promised)


HOSTILE: dict[str, tuple[bytes, type[Exception], int]] = {
    "garbage": (b"garbage", MalformedMessageError, 20),
    "too long": (bytes(MAX_RECORD_BYTES + 1), MalformedMessageError, 20),
    "of another store": (head(signer(9)), MalformedMessageError, 20),
    "of another network": (
        head(signer(1), network=b"o" * 32),
        BadSignatureError,
        20,
    ),
    "expired": (head(signer(1), issued=1_000), UntimelyHeadError, 2),
    "dated ahead": (head(signer(1), issued=2**40), UntimelyHeadError, 2),
}


async def test_a_bad_head_is_kept_by_nobody_and_costs_the_sender(dht: Build) -> None:
    owner, replica = await dht(2)
    key, total = record_key(owner.key).encode(), 0
    for value, error, cost in HOSTILE.values():
        with pytest.raises(error):
            await owner.directory.put_head(owner.key, value)
        with pytest.raises(PeerUnreachableError):
            await owner.lookups.client.put(replica.id, key, value)
        total += cost
        score = replica.network.standing.score(owner.key)
        assert score == pytest.approx(-total, abs=1)
    assert replica.kad.value_store.store == {}


async def test_a_bad_head_in_an_answer_is_blamed_and_left_out(dht: Build) -> None:
    owner, liar, reader = await dht(3)
    _plant(liar, owner.key, b"garbage")
    assert await reader.directory.find_head(owner.key) is None
    assert reader.network.standing.score(liar.key) == pytest.approx(-20, abs=1)
    newest = head(owner.signer)
    _plant(owner, owner.key, newest)
    assert await reader.directory.find_head(owner.key) == newest


async def test_other_namespaces_are_refused(dht: Build) -> None:
    owner, replica = await dht(2)
    for key in (b"/pk/x", b"/ipns/x", b"plain"):
        with pytest.raises(PeerUnreachableError):
            await owner.lookups.client.put(replica.id, key, head(owner.signer))
    assert replica.kad.value_store.store == {}


async def test_a_second_request_on_a_stream_and_a_long_one_are_refused(
    dht: Build,
) -> None:
    owner, replica = await dht(2)
    key = record_key(owner.key).encode()
    asked = Message(type=Message.MessageType.GET_VALUE, key=key)
    with pytest.raises(PeerUnreachableError):
        await _ask_twice(owner, replica, asked)
    score = replica.network.standing.score(owner.key)
    assert score == pytest.approx(-1, abs=0.5)
    with pytest.raises(PeerUnreachableError):
        await owner.lookups.client.put(replica.id, key, bytes(9 * 1024))
    assert replica.network.standing.score(owner.key) < score - 10


async def test_a_peer_has_six_streams_at_once_and_each_so_long(
    dht: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kad, "KAD_STREAM_SECONDS", 0.5)
    asker, replica = await dht(2)
    streams = [
        await asker.network.host.open_stream(replica.key, KAD_PROTOCOL)
        for _ in range(MAX_KAD_STREAMS_PER_PEER)
    ]
    await until(lambda: replica.kad._streams[asker.id] == len(streams))
    with pytest.raises(PeerUnreachableError):
        await asker.lookups.client.value(replica.id, b"/s/key")
    assert replica.network.standing.score(asker.key) == pytest.approx(-1, abs=0.5)
    await until(lambda: not replica.kad._streams)
    assert await asker.lookups.client.value(replica.id, b"/s/key") is None
    with pytest.raises((StreamEOF, StreamReset)):
        await streams[0].read(1)


async def test_a_peer_may_ask_so_often(dht: Build) -> None:
    asker, replica = await dht(2)
    replica.kad._rates = Buckets(1e-9, 3, 9)
    for _ in range(3):
        assert await asker.lookups.client.value(replica.id, b"/s/key") is None
    with pytest.raises(PeerUnreachableError):
        await asker.lookups.client.value(replica.id, b"/s/key")


async def test_own_questions_stay_below_the_rate_of_others(
    autojump_clock: MockClock,
) -> None:
    turns, peer, began = Turns(), peer_id(b"p" * 32), trio.current_time()
    for _ in range(int(OWN_REQUESTS_BURST)):
        await turns.wait(peer)
    assert trio.current_time() == began
    await turns.wait(peer)
    assert trio.current_time() > began
    assert OWN_REQUESTS_BURST < KAD_REQUESTS_BURST
    assert OWN_REQUESTS_PER_SECOND < KAD_REQUESTS_PER_SECOND


async def test_five_answers_are_asked_for_where_there_are_so_many(
    dht: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    (node,) = await dht(1)
    everybody = [peer_id(bytes([number]) * 32) for number in range(100, 120)]
    asked: list[ID] = []

    async def closest(key: bytes) -> list[ID]:
        return everybody[: len(key)]

    async def ask(peer: ID, key: bytes) -> bytes:
        asked.append(peer)
        if len(asked) <= READS_AT_ONCE - MIN_REMOTE_READS + 1:
            raise PeerUnreachableError(str(peer))
        return key

    monkeypatch.setattr(node.lookups, "closest", closest)
    answers = await node.lookups.read(bytes(20), ask)
    assert len(answers) == MIN_REMOTE_READS - 1 + READS_AT_ONCE
    assert len(asked) == 2 * READS_AT_ONCE
    assert len(await node.lookups.read(bytes(20), ask)) == READS_AT_ONCE
    assert len(await node.lookups.read(bytes(2), ask)) == 2


async def test_four_lookups_run_at_once_and_each_ends_in_time(
    dht: Build, monkeypatch: pytest.MonkeyPatch, nursery: trio.Nursery
) -> None:
    monkeypatch.setattr(directory, "LOOKUP_SECONDS", 0.5)
    (node,) = await dht(1)
    running: list[bytes] = []

    async def closest(key: bytes) -> list[ID]:
        running.append(key)
        await trio.sleep_forever()
        return []

    monkeypatch.setattr(node.lookups, "closest", closest)
    for number in range(MAX_LOOKUPS):
        nursery.start_soon(node.directory.find_providers, b"%d" % number)
    await until(lambda: len(running) == MAX_LOOKUPS)
    assert await node.directory.find_head(b"s" * 32) is None
    assert len(running) == MAX_LOOKUPS + 1


async def test_at_most_400_providers_are_told(
    dht: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes = await dht(2)
    monkeypatch.setattr(tokens, "MAX_PROVIDERS", 2)
    for number, expected in ((100, 1), (101, 2), (102, 2)):
        _provides(nodes[1], b"t", bytes([number]) * 32)
        assert len(await nodes[0].directory.find_providers(b"t")) == expected


async def _ask_twice(asker: Node, replica: Node, asked: Message) -> None:
    async with asker.lookups.client._asking(replica.id, asked) as stream:
        assert await stream.read(1)
        await stream.write(b"\x02\x08\x01")
        while await stream.read(1_000):
            pass


async def _keep_silent(stream: INetStream) -> None:
    del stream
    await trio.sleep_forever()


def _provides(node: Node, token: bytes, key: bytes) -> None:
    provider = PeerInfo(peer_id(key), [])
    node.kad.provider_store.add_provider(token_key(token), provider)
