"""Heads by gossip: all hear them, and who forwards what he should have refused pays."""

import threading
from collections.abc import Callable, Sequence
from typing import cast

import pytest
import trio
from libp2p.abc import IHost
from libp2p.pubsub.pb import rpc_pb2
from libp2p.utils import encode_varint_prefixed

from bazaar.app.ports import Gossip
from bazaar.domain.errors import BadSignatureError, MalformedMessageError, PeerError
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire.envelope import verify_as
from net.exchange.frames import TooLargeError
from net.gossip.gossip import HeadGossip
from net.gossip.head_pubsub import PROTOCOLS, HeadPubsub, Router
from net.gossip.heads import HeadFacts, UntimelyHeadError
from net.gossip.shards import SHARDS, TOPIC, shard_of, topic_of
from net.limits import (
    FORWARDS_BURST,
    MAX_GOSSIP_BYTES,
    RATE_WINDOW_SECONDS,
    SPLIT_PER_SECOND,
    STEADY_SECONDS,
)
from net.peer_ids import peer_id
from net.peers import Libp2pNetwork
from tests.forged_numbers import TOO_GREAT, numbered
from tests.net.heads import check_head, head, signer
from tests.net.nodes import NETWORK, Make, Start, until

Told = list[tuple[bytes, bytes]]
Push = Callable[..., bool]
JUST_ENOUGH = int(SPLIT_PER_SECOND * STEADY_SECONDS)
"""Heads in a node's first minute at which it splits, and still listens to all shards."""

OVERHEAD_BYTES = 160
"""Author, number, topic and signature of a message, and what frames them."""


class Listener:
    """A node that gossips and writes down what it hears."""

    def __init__(self, network: Libp2pNetwork, number: int) -> None:
        self.network = network
        self.signer = signer(number)
        self.told: Told = []
        self.gossip = HeadGossip(network, check_head)
        self.gossip.on_head(self._hear)

    @property
    def key(self) -> bytes:
        return self.network.host.key

    @property
    def pubsub(self) -> HeadPubsub:
        assert self.gossip._pubsub is not None
        return self.gossip._pubsub

    @property
    def heard(self) -> list[bytes]:
        return [value for _, value in self.told]

    def gossip_messages(self) -> list[rpc_pb2.Message]:
        """What came lately and may be asked for again."""
        return list(cast("Router", self.pubsub.router).mcache.msgs.values())

    def score(self, other: "Listener") -> float:
        return self.network.standing.score(other.key)

    def _hear(self, sender: bytes, value: bytes) -> None:
        self.told.append((sender, value))


async def line(make: Make, start: Start, count: int) -> list[Listener]:
    """Nodes that each know the one before only."""
    nodes = [Listener(make(), number) for number in range(1, count + 1)]
    for node in nodes:
        await start(node.network)
    for node, before in zip(nodes[1:], nodes, strict=False):
        await node.network.connect(before.network.addresses()[0])
    links = 2 * (count - 1)
    await until(lambda: sum(node.gossip.neighbours() for node in nodes) == links)
    return nodes


async def test_a_head_reaches_the_end_of_a_line(make: Make, start: Start) -> None:
    nodes = await line(make, start, 6)
    newest = head(nodes[0].signer)
    port: Gossip = nodes[0].gossip
    await port.publish_head(newest)
    await until(lambda: all(node.heard == [newest] for node in nodes[1:]))
    assert nodes[0].heard == []
    assert [node.told[0][0] for node in nodes[1:]] == [node.key for node in nodes[:-1]]


async def test_what_is_published_alone_is_sent_to_the_first_neighbour(
    make: Make, start: Start
) -> None:
    alone, later = Listener(make(), 1), Listener(make(), 2)
    await start(alone.network)
    await start(later.network)
    newest = head(alone.signer, 2)
    await alone.gossip.publish_head(head(alone.signer, 1))
    await alone.gossip.publish_head(newest)
    await later.network.connect(alone.network.addresses()[0])
    await until(lambda: later.heard == [newest])


async def test_a_restarted_host_gossips_again(make: Make, start: Start) -> None:
    first, second = Listener(make(), 1), Listener(make(), 2)
    die = trio.Event()

    async def fragile(host: IHost, *, task_status: trio.TaskStatus[None]) -> None:
        del host
        task_status.started()
        await die.wait()
        if not first.network.counters().get("host.restarts"):
            raise RuntimeError("a bug of the library")

    first.network.attach(fragile)
    for node in (first, second):
        await start(node.network)
    await second.network.connect(first.network.addresses()[0])
    die.set()
    await until(lambda: not second.network.host.is_connected(first.key))
    await until(first.network.addresses)
    await first.network.connect(second.network.addresses()[0])
    newest = head(second.signer)
    await second.gossip.publish_head(newest)
    await until(lambda: first.heard == [newest])


async def test_no_thread_outlives_the_host(make: Make) -> None:
    before = set(threading.enumerate())
    async with trio.open_nursery() as nursery:
        node = Listener(make(), 1)
        await nursery.start(node.network.run)
        assert set(threading.enumerate()) > before
        nursery.cancel_scope.cancel()
    assert set(threading.enumerate()) <= before


UNFIT: dict[str, tuple[bytes, type[Exception]]] = {
    "garbage": (b"garbage", MalformedMessageError),
    "too long": (bytes(MAX_GOSSIP_BYTES + 1), TooLargeError),
    "of another author": (head(signer(9)), MalformedMessageError),
    "of another network": (head(signer(1), network=b"o" * 32), BadSignatureError),
    "expired": (head(signer(1), issued=1_000), UntimelyHeadError),
    "dated ahead": (head(signer(1), issued=2**40), UntimelyHeadError),
}
COSTS: dict[type[Exception], int] = {UntimelyHeadError: 2}


async def test_an_unfit_head_goes_nowhere_and_costs_the_sender(
    make: Make, start: Start
) -> None:
    sender, victim, other = await line(make, start, 3)
    total = 0.0
    for value, error in UNFIT.values():
        with pytest.raises(error):
            await sender.gossip.publish_head(value)
        await sender.pubsub.publish(TOPIC, value)
        total += COSTS.get(error, 20)
        await until(lambda: victim.score(sender) < 1 - total)  # noqa: B023 - waited for at once
    assert victim.score(sender) == pytest.approx(-total, abs=1)
    good = head(sender.signer, 7)
    await sender.pubsub.publish(TOPIC, good)
    await until(lambda: other.heard)
    assert victim.heard == other.heard == [good]
    assert other.score(victim) == 0


async def test_a_bad_wrapper_costs_and_silences_nobody(
    make: Make, start: Start
) -> None:
    """The head inside is good: had its refusal been remembered, its author would be silenced."""
    attacker, victim = await line(make, start, 2)
    author = Listener(make(), 3)
    await start(author.network)
    newest = head(author.signer)
    own = head(attacker.signer)
    await send(attacker, victim, [wrapped(author.key, newest)])
    await until(lambda: victim.score(attacker) == pytest.approx(-20, abs=1))
    await send(attacker, victim, [wrapped(attacker.key, own, topics=["other", TOPIC])])
    await until(lambda: victim.score(attacker) == pytest.approx(-40, abs=1))
    await author.network.connect(victim.network.addresses()[0])
    await author.gossip.publish_head(newest)
    await until(lambda: victim.heard == [newest])


async def test_an_author_may_send_three_at_once(make: Make, start: Start) -> None:
    author, neighbour, other = await line(make, start, 3)
    heads = [head(author.signer, seq) for seq in range(1, 5)]
    for value in heads:
        await author.pubsub.publish(TOPIC, value)
    counters = neighbour.network.counters
    await until(lambda: counters().get("gossip.too_fast"))
    await until(lambda: len(other.heard) == 3)
    assert neighbour.heard == other.heard == heads[:3]
    assert neighbour.score(author) == pytest.approx(-1, abs=0.5)
    assert other.score(neighbour) == 0


async def test_an_old_head_is_no_news_and_a_second_of_one_seq_is_told_only_here(
    make: Make, start: Start
) -> None:
    author, neighbour, other = await line(make, start, 3)
    newest, fork = head(author.signer, 5), head(author.signer, 5, lasts=60)
    for value in (newest, head(author.signer, 4), fork):
        await author.pubsub.publish(TOPIC, value)
    await until(lambda: neighbour.heard == [newest, fork])
    assert neighbour.network.counters()["gossip.old"] == 1
    await until(lambda: other.heard == [newest])
    assert neighbour.score(author) == 0


async def test_a_forwarder_may_send_so_much(make: Make, start: Start) -> None:
    attacker, victim = await line(make, start, 2)
    message = wrapped(attacker.key, head(attacker.signer))
    await attacker.pubsub.publish(TOPIC, head(attacker.signer))
    await until(lambda: victim.heard)
    seen = wrapped(attacker.key, b"", number=attacker.pubsub.counter)
    left = int(FORWARDS_BURST) - 1
    await send(attacker, victim, [seen] * left)
    await until(lambda: victim.network.standing.score(attacker.key) == 0)
    await send(attacker, victim, [message] * 40)
    count = victim.network.counters
    await until(lambda: count().get("score.too_fast", 0) >= 20)


async def test_a_head_travels_without_what_its_receiver_knows(
    make: Make, start: Start
) -> None:
    author, neighbour, other = await line(make, start, 3)
    sent: list[rpc_pb2.RPC] = []
    for node in (author, neighbour):
        for queue in node.pubsub.peer_queues.values():
            queue.push = _noting(queue.push, sent)
    newest = head(author.signer)
    await author.gossip.publish_head(newest)
    await until(lambda: neighbour.heard == other.heard == [newest])
    carriers = [rpc for rpc in sent if rpc.publish]
    assert len(carriers) == 2
    for rpc in carriers:
        assert not rpc.HasField("senderRecord")
        assert not rpc.publish[0].HasField("key")
        assert rpc.ByteSize() < len(newest) + OVERHEAD_BYTES


def _noting(push: Push, sent: list[rpc_pb2.RPC]) -> Push:
    def noting(rpc: rpc_pb2.RPC, priority: bool = False) -> bool:
        sent.append(rpc)
        return push(rpc, priority)

    return noting


async def split(nodes: Sequence[Listener]) -> None:
    """Have each of ``nodes`` find that the market is too large for one topic."""
    for node in nodes:
        shards = node.gossip._shards
        assert shards is not None
        for _ in range(JUST_ENOUGH):
            shards.heard(node.key, trio.current_time())
        await node.gossip._look(node.pubsub, shards)
        assert shards.is_split


async def test_in_a_split_market_a_head_travels_in_the_shard_of_its_store(
    make: Make, start: Start
) -> None:
    nodes = await line(make, start, 3)
    await split(nodes)
    shard = topic_of(shard_of(nodes[0].key))
    await until(
        lambda: (
            sum(map(len, (one.pubsub.peer_topics.get(shard, ()) for one in nodes))) == 4
        )
    )
    newest = head(nodes[0].signer)
    await nodes[0].gossip.publish_head(newest)
    await until(lambda: all(node.heard == [newest] for node in nodes[1:]))
    (kept,) = nodes[2].gossip_messages()
    assert list(kept.topicIDs) == [shard]


async def test_without_a_neighbour_in_the_shard_a_head_travels_as_before(
    make: Make, start: Start
) -> None:
    author, other = await line(make, start, 2)
    await split([author])
    newest = head(author.signer)
    await author.gossip.publish_head(newest)
    await until(lambda: other.heard == [newest])
    (kept,) = other.gossip_messages()
    assert list(kept.topicIDs) == [TOPIC]


async def test_a_newcomer_does_as_its_neighbours_and_all_return_when_it_is_quiet(
    make: Make, start: Start
) -> None:
    old, new = await line(make, start, 2)
    await split([old])
    await until(lambda: new.pubsub.split_share() == 1)
    shards = new.gossip._shards
    assert shards is not None
    await new.gossip._look(new.pubsub, shards)
    assert shards.is_split
    assert len(new.pubsub.topic_ids) == 1 + SHARDS
    later = trio.current_time() + 3 * RATE_WINDOW_SECONDS
    for node in (old, new):
        shards = node.gossip._shards
        assert shards is not None
        shards.look(later, 1.0)
        await node.pubsub.listen(shards.topics((), later, is_everything=True))
        assert set(node.pubsub.topic_ids) == {TOPIC}


async def test_a_head_in_the_shard_of_another_is_a_breach(
    make: Make, start: Start
) -> None:
    author, neighbour = await line(make, start, 2)
    await split([neighbour])
    wrong = topic_of((shard_of(author.key) + 1) % SHARDS)
    await send(
        author, neighbour, [wrapped(author.key, head(author.signer), topics=[wrong])]
    )
    await until(lambda: neighbour.score(author) < 0)
    assert neighbour.heard == []


@pytest.mark.parametrize("number", TOO_GREAT.values(), ids=TOO_GREAT)
async def test_a_head_beyond_the_greatest_sequence_is_garbage(
    make: Make, start: Start, number: bytes
) -> None:
    author, neighbour = await line(make, start, 2)
    good = verify_as(StoreHead, head(author.signer), NETWORK).body
    after = head(author.signer, 2)
    bad = numbered(good, number, author.signer, NETWORK)
    await author.pubsub.publish(TOPIC, bad)
    await until(lambda: neighbour.network.counters().get("score.garbage"))
    await author.pubsub.publish(TOPIC, after)
    await until(lambda: neighbour.heard == [after])


async def test_a_hearer_that_fails_stops_nothing(make: Make, start: Start) -> None:
    author, neighbour, other = await line(make, start, 3)

    def fail(sender: bytes, value: bytes) -> None:
        raise ValueError

    neighbour.gossip._callbacks.insert(0, fail)
    newest = head(author.signer)
    await author.gossip.publish_head(newest)
    await until(lambda: neighbour.heard == other.heard == [newest])


async def test_a_check_that_fails_ends_no_host(make: Make, start: Start) -> None:
    def fail(value: bytes) -> HeadFacts:
        raise RuntimeError(len(value))

    author, broken = Listener(make(), 1), make()
    HeadGossip(broken, fail)
    await start(author.network)
    await start(broken)
    await author.network.connect(broken.addresses()[0])
    await author.gossip.publish_head(head(author.signer))
    await until(lambda: broken.standing.score(author.key) < 0)
    assert "host.restarts" not in broken.counters()


async def test_what_is_no_head_of_this_node_is_not_published(
    make: Make, start: Start
) -> None:
    with pytest.raises(PeerError):
        await Listener(make(), 1).gossip.publish_head(head(signer(2)))


def wrapped(
    author: bytes, data: bytes, *, topics: Sequence[str] = (TOPIC,), number: int = 1
) -> rpc_pb2.Message:
    """A gossip message that names ``author`` and has nobody's signature."""
    return rpc_pb2.Message(
        data=data,
        topicIDs=topics,
        from_id=peer_id(author).to_bytes(),
        seqno=number.to_bytes(8, "big"),
        signature=b"s" * 64,
    )


async def send(
    sender: Listener, receiver: Listener, messages: Sequence[rpc_pb2.Message]
) -> None:
    """Write ``messages`` on a gossip stream of their own, as no library would."""
    stream = await sender.network.host.open_stream(receiver.key, PROTOCOLS[0])
    rpc = rpc_pb2.RPC(publish=messages)
    await stream.write(encode_varint_prefixed(rpc.SerializeToString()))
