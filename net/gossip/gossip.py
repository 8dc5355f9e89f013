"""Store heads to everybody: the topic ``bazaar/heads/1``, and its shards in a large market."""

import logging
import random
import time
from collections.abc import Callable
from typing import Final

import trio
from libp2p.abc import IHost
from libp2p.pubsub.pb import rpc_pb2
from libp2p.pubsub.validators import signature_validator
from libp2p.tools.anyio_service import background_trio_service

from bazaar.app.ports import HeadSeen, Listening
from bazaar.domain.errors import BadSignatureError, MalformedMessageError
from net._vendor import ID
from net.exchange.frames import TooLargeError
from net.gossip.announcer import Announcer
from net.gossip.head_pubsub import HeadPubsub, Router
from net.gossip.heads import CheckHead, HeadFacts, Heads
from net.gossip.news import News, Verdict
from net.gossip.shards import SHARDS, TOPIC, Shards, shard_of, topic_of
from net.limits import (
    HEARER_CHECK_SECONDS,
    MAX_GOSSIP_BYTES,
    SHARD_CHECK_SECONDS,
)
from net.peer_ids import key_of, raw_key
from net.peers import Libp2pNetwork
from net.score import Breach

log = logging.getLogger(__name__)

EVERYTHING: Final = Listening(frozenset(), is_everything=True)
MIXING: Final = random.SystemRandom()
"""Who could foretell the choice could hide a shard from a node."""


class HeadGossip:
    """Fits ``bazaar.app.ports.Gossip``; lives and dies with the network it is given."""

    def __init__(
        self,
        network: Libp2pNetwork,
        check_head: CheckHead,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Attach to ``network``, which must not be running yet.

        Args:
            network: Runs gossip in each of its lives.
            check_head: Verifies a head's envelope and says what it is.
            now: Wall seconds, for the dates of heads.
        """
        self._standing = network.standing
        self._key = network.host.key
        self._heads = Heads(check_head, now)
        self._news = News()
        self._announcer = Announcer()
        self._callbacks: list[HeadSeen] = []
        self._pubsub: HeadPubsub | None = None
        self._shards: Shards | None = None
        self._chosen: Callable[[], Listening] = lambda: EVERYTHING
        network.attach(self._live)

    async def publish_head(self, head: bytes) -> None:
        """Send an own head as soon as the last one is 10 s old and a neighbour listens.

        Only the newest that waits is sent. Returns at once; cancelling sends nothing.

        Raises:
            PeerError: no head of this node's own key, or above 300 bytes.
            UntimelyHeadError: it has expired, or is dated ahead.
        """
        await trio.lowlevel.checkpoint()
        if len(head) > MAX_GOSSIP_BYTES:
            raise TooLargeError(f"{len(head)} bytes; limit {MAX_GOSSIP_BYTES}")
        self._heads.checked(self._key, head)
        self._announcer.give(head)

    def on_head(self, callback: HeadSeen) -> None:
        """Call ``callback`` with (forwarder's key, head) for each head that is news.

        Two heads of one author under one seq are both told: they prove equivocation.
        """
        self._callbacks.append(callback)

    def listen_for(self, chosen: Callable[[], Listening]) -> None:
        """Ask ``chosen`` from time to time whose heads to hear once the market is split."""
        self._chosen = chosen

    def neighbours(self) -> int:
        """How many peers listen to heads and can be sent to."""
        return 0 if self._pubsub is None else self._pubsub.hearers()

    def _judge(self, forwarder: ID, message: rpc_pb2.Message) -> bool:
        """Whether to pass a message on; whoever forwards what he must have refused is blamed."""
        sender = raw_key(forwarder)
        if sender is None:
            return False
        if not self._news.may_forward(sender, trio.current_time()):
            self._standing.breach(sender, Breach.TOO_FAST)
            return False
        if self._pubsub is None or self._pubsub.has_seen(message):
            return False
        try:
            facts = self._checked(message)
        except Exception as error:  # noqa: BLE001 - the border: a peer's bytes end nothing but themselves
            self._standing.blame(sender, error)
            return False
        return self._is_news(sender, facts, message.data)

    def _checked(self, message: rpc_pb2.Message) -> HeadFacts:
        if len(message.data) > MAX_GOSSIP_BYTES:
            raise TooLargeError(f"{len(message.data)} bytes; limit {MAX_GOSSIP_BYTES}")
        author = key_of(ID(message.from_id))
        if list(message.topicIDs) not in ([TOPIC], [topic_of(shard_of(author))]):
            raise MalformedMessageError("a message of other topics")
        facts = self._heads.checked(author, message.data)
        if not signature_validator(message):
            raise BadSignatureError("of a gossip message")
        return facts

    def _is_news(self, sender: bytes, facts: HeadFacts, head: bytes) -> bool:
        verdict = self._news.judge(facts, head, trio.current_time())
        self._standing.counters.add(f"gossip.{verdict.name.lower()}")
        if verdict is Verdict.TOO_FAST and sender == facts.author:
            self._standing.breach(sender, Breach.TOO_FAST)
        if verdict is Verdict.NEWS and self._shards is not None:
            self._shards.heard(facts.author, trio.current_time())
        if verdict in {Verdict.NEWS, Verdict.FORK}:
            self._tell(sender, head)
        return verdict is Verdict.NEWS

    def _tell(self, sender: bytes, head: bytes) -> None:
        for callback in self._callbacks:
            try:
                callback(sender, head)
            except Exception:
                log.exception("a hearer of heads failed")

    async def _live(self, host: IHost, *, task_status: trio.TaskStatus[None]) -> None:
        router = Router()
        pubsub = HeadPubsub(host, router, self._judge)
        try:
            async with (
                background_trio_service(pubsub),
                background_trio_service(router),
                trio.open_nursery() as nursery,
            ):
                await pubsub.wait_until_ready()
                await pubsub.subscribe(TOPIC)
                self._pubsub = pubsub
                self._shards = Shards(_order(self._key), trio.current_time())
                for peer in host.get_connected_peers():
                    nursery.start_soon(pubsub.ensure_peer_stream, peer)
                nursery.start_soon(self._announce, pubsub)
                nursery.start_soon(self._follow_market, pubsub, self._shards)
                task_status.started()
        finally:
            self._pubsub = None
            pubsub.seen_messages.stop()

    async def _announce(self, pubsub: HeadPubsub) -> None:
        async def is_heard() -> None:
            while not pubsub.hearers():  # noqa: ASYNC110 - the library tells nobody
                await trio.sleep(HEARER_CHECK_SECONDS)

        async def send(head: bytes) -> None:
            await pubsub.publish(self._topic(pubsub), head)

        await self._announcer.run(is_heard, send)

    def _topic(self, pubsub: HeadPubsub) -> str:
        """The own shard in a split market, where a neighbour listens to it."""
        shards = self._shards
        if (
            shards is None
            or not shards.is_split
            or not pubsub.listens(shards.own_topic)
        ):
            return TOPIC
        return shards.own_topic

    async def _follow_market(self, pubsub: HeadPubsub, shards: Shards) -> None:
        """Listen to what the size of the market and the user's choice ask for."""
        while True:
            await trio.sleep(SHARD_CHECK_SECONDS)
            await self._look(pubsub, shards)

    async def _look(self, pubsub: HeadPubsub, shards: Shards) -> None:
        now, chosen = trio.current_time(), self._chosen()
        shards.look(now, pubsub.split_share())
        await pubsub.listen(
            shards.topics(chosen.stores, now, is_everything=chosen.is_everything)
        )


def _order(me: bytes) -> list[int]:
    """All shards, the own one first, the others as chance has it."""
    own = shard_of(me)
    others = [one for one in range(SHARDS) if one != own]
    MIXING.shuffle(others)
    return [own, *others]
