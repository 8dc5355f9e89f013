"""The library's gossip, with every message judged before the library sees it.

The library's own place for this, a validator per topic, remembers a refusal by the
message's id: whoever sends a head too fast, or with a bad wrapper, would silence it
for everybody else for five minutes.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Final

from libp2p.abc import IHost
from libp2p.custom_types import TProtocol
from libp2p.pubsub.gossipsub import GossipSub
from libp2p.pubsub.pb import rpc_pb2
from libp2p.pubsub.pubsub import Pubsub

from net._vendor import ID
from net.gossip.shards import SHARD_TOPICS, TOPIC, TOPICS
from net.limits import (
    GOSSIP_RPC_BYTES,
    GOSSIP_SEEN_SECONDS,
    GOSSIP_WINDOW,
    HEARTBEAT_SECONDS,
    LAZY_DEGREE,
    MAX_TOPICS,
    MESH_DEGREE,
    MESH_DEGREE_HIGH,
    MESH_DEGREE_LOW,
)

PROTOCOLS: Final = (TProtocol("/meshsub/1.1.0"), TProtocol("/meshsub/1.0.0"))

Judge = Callable[[ID, rpc_pb2.Message], bool]


class Router(GossipSub):
    """GossipSub 1.1; peers are scored by us, not by the library."""

    def __init__(self) -> None:
        super().__init__(
            protocols=PROTOCOLS,
            degree=MESH_DEGREE,
            degree_low=MESH_DEGREE_LOW,
            degree_high=MESH_DEGREE_HIGH,
            gossip_window=GOSSIP_WINDOW,
            heartbeat_interval=HEARTBEAT_SECONDS,
            adaptive_gossip_enabled=False,  # it would change degrees and heartbeat
            spam_protection_enabled=False,  # ours counts before the work, not after it
            eclipse_protection_enabled=False,  # it regrafts for ever where all share an address
        )
        self.scorer = None

    def send_rpc(self, peer_id: ID, rpc: rpc_pb2.RPC, priority: bool = False) -> None:  # noqa: FBT001, FBT002 - as the library's
        """Send without what the library adds to all it says: where this node is reached.

        Identify tells that, and the key of a message's author is in its peer id.
        """
        rpc.ClearField("senderRecord")
        for message in rpc.publish:
            message.ClearField("key")
        super().send_rpc(peer_id, rpc, priority)

    def _get_adaptive_gossip_peers_count(self, topic: str, total_peers: int) -> int:
        """How many neighbours outside the mesh are told at a heartbeat what came lately."""
        return LAZY_DEGREE

    async def publish(self, msg_forwarder: ID, pubsub_msg: rpc_pb2.Message) -> None:
        """Forward; without the list of delivery times, which only the adaptive mode empties."""
        await super().publish(msg_forwarder, pubsub_msg)
        self.recent_message_deliveries.clear()


class HeadPubsub(Pubsub):
    """Pubsub of heads, in one topic or in shards; what ``judge`` refuses goes no further."""

    def __init__(self, host: IHost, router: Router, judge: Judge) -> None:
        super().__init__(
            host,
            router,
            strict_signing=True,
            seen_ttl=GOSSIP_SEEN_SECONDS,
            max_subscriptions_per_rpc=MAX_TOPICS,
            max_subscriptions_per_peer=MAX_TOPICS,
            max_inbound_rpc_size=GOSSIP_RPC_BYTES,
            allowed_topics=set(TOPICS),
        )
        self._judge = judge

    async def push_msg(self, msg_forwarder: ID, msg: rpc_pb2.Message) -> None:
        """Take in a message of a peer, or send one of our own."""
        if msg_forwarder == self.my_id or self._judge(msg_forwarder, msg):
            await super().push_msg(msg_forwarder, msg)

    def has_seen(self, msg: rpc_pb2.Message) -> bool:
        """Whether this very message came before, in the last two minutes."""
        return self._is_msg_seen(msg)

    def hearers(self) -> int:
        """How many neighbours listen to heads and can be written to."""
        return sum(peer in self.peers for peer in self.peer_topics.get(TOPIC, ()))

    def listens(self, topic: str) -> bool:
        """Whether any neighbour listens to ``topic``."""
        return bool(self.peer_topics.get(topic))

    def split_share(self) -> float:
        """The share of neighbours that listen to shards."""
        hearers = self.peer_topics.get(TOPIC, set[ID]())
        split = {
            one for topic in SHARD_TOPICS for one in self.peer_topics.get(topic, ())
        }
        return len(hearers & split) / max(1, len(hearers))

    async def listen(self, topics: AbstractSet[str]) -> None:
        """Listen to these and no others; cancelling leaves some of both."""
        for topic in topics - self.topic_ids:
            await self.subscribe(topic)
        for topic in self.topic_ids - topics:
            await self.unsubscribe(topic)

    def notify_subscriptions(self, publish_message: rpc_pb2.Message) -> None:
        """Nothing: ``judge`` has told already, and the library's channel drops when full."""
