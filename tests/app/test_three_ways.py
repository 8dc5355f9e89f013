"""Three ways lead to a store, and each leads there alone: DHT, gossip with reconciliation, contacts."""

from enum import Enum, auto
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import trio

from bazaar.app.context import Context
from bazaar.app.node import Node
from bazaar.app.setup import put_first_profile
from bazaar.compose.home import SystemClock
from bazaar.domain.exchange.stores import Find
from bazaar.domain.keys.identity import Identity
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire.envelope import verify_as
from bazaar.domain.wire.networks import network
from net.dht.directory import Directory
from net.dialling.outbound import Outbound
from net.gossip.gossip import HeadGossip
from net.gossip.heads import HeadFacts
from net.peers import Libp2pNetwork
from net.rules import LOCAL_RULES
from store.blobs import FileBlobs
from store.book.book import open_book
from store.catalogue.catalogue import open_catalogue
from store.peers import SqlPeers, open_peers
from tests.app.town import hurry
from tests.fakes import MemoryDirectory, MemoryGossip, PlainPictures, Wire

ON = network("local:ways")
LOOPBACK = "/ip4/127.0.0.1/tcp/0"
GOODS = {
    "title": "Rewiring of a lamp",
    "type": "service",
    "price": "20.00 EUR",
    "categories": ["home"],
}
PATIENCE_SECONDS = 40


class Way(Enum):
    """The one way that is open."""

    DHT = auto()
    GOSSIP = auto()
    CONTACTS = auto()


class Citizen(NamedTuple):
    """A whole node on a real host, with two of the three ways shut."""

    node: Node
    exchange: Libp2pNetwork

    async def sees(self, listing: bytes) -> bool:
        return await self.node.context.catalogue.card(listing) is not None


class Country:
    """Makes citizens of one way."""

    def __init__(self, folder: Path, template: Path, way: Way) -> None:
        self.way = way
        self._folder = folder
        self._template = template
        self._number = 0

    async def live(
        self, *, task_status: trio.TaskStatus[Citizen] = trio.TASK_STATUS_IGNORED
    ) -> None:
        """Run one more citizen until cancelled."""
        self._number += 1
        identity = Identity(bytes([self._number]) * 32)
        home = self._folder / str(self._number)
        home.mkdir()
        (home / "book.db").write_bytes(self._template.read_bytes())
        clock = SystemClock()
        async with open_catalogue(home / "catalogue.db", clock) as catalogue:
            with (
                open_book(home / "book.db") as book,
                open_peers(home / "peers.db") as peers,
            ):
                hurry(book)
                with book.unit() as unit:
                    put_first_profile(unit, identity, ON, "somebody", clock.now())
                exchange, directory, gossip = self._network(identity, peers)
                context = Context(
                    identity,
                    ON,
                    clock,
                    book,
                    catalogue,
                    FileBlobs(home / "blobs"),
                    PlainPictures(),
                    exchange,
                    directory,
                    gossip,
                    unheard,
                )
                citizen = Citizen(Node(context), exchange)
                self._shut(citizen.node)
                async with trio.open_nursery() as nursery:
                    await nursery.start(exchange.run)
                    await nursery.start(citizen.node.run)
                    task_status.started(citizen)

    def _network(
        self, identity: Identity, peers: SqlPeers
    ) -> tuple[Libp2pNetwork, Directory | MemoryDirectory, HeadGossip | MemoryGossip]:
        """What is shut is a stand-in that leads nowhere."""
        seed = bytes(identity.signing_key)
        exchange = Libp2pNetwork(seed, ON.id, [LOOPBACK], LOCAL_RULES)
        directory: Directory | MemoryDirectory = MemoryDirectory(Wire(), identity.key)
        gossip: HeadGossip | MemoryGossip = MemoryGossip(Wire(), identity.key)
        if self.way is Way.DHT:
            directory = Directory(exchange, facts, LOCAL_RULES)
        if self.way is Way.GOSSIP:
            gossip = HeadGossip(exchange, facts)
        if self.way is Way.CONTACTS:
            Outbound(exchange, peers, LOCAL_RULES)
        return exchange, directory, gossip

    def _shut(self, node: Node) -> None:
        node.fresh_join.met = nothing
        node.market.greet = {
            Way.DHT: nothing,
            Way.GOSSIP: node.market.reconciling.greet,
            Way.CONTACTS: node.market.news.greet,
        }[self.way]
        if self.way is not Way.CONTACTS:
            node.acquaintances.greet = nothing


def facts(envelope: bytes) -> HeadFacts:
    head = verify_as(StoreHead, envelope, ON.id)
    return HeadFacts(head.author, head.body.seq, head.body.issued, head.body.expires)


def unheard(topic: str, data: dict[str, Any]) -> None:
    del topic, data


async def nothing(peer: bytes) -> None:
    del peer
    await trio.lowlevel.checkpoint()


@pytest.fixture(params=list(Way))
def country(request: pytest.FixtureRequest, tmp_path: Path, template: Path) -> Country:
    return Country(tmp_path, template, request.param)


@pytest.mark.timeout(120)
async def test_each_way_leads_to_a_store_alone(
    country: Country, nursery: trio.Nursery, tmp_path: Path
) -> None:
    seller, middle, buyer = [await nursery.start(country.live) for _ in range(3)]
    await seller.exchange.connect(middle.exchange.addresses()[0])
    published = await seller.node.shop.publish([GOODS], tmp_path)
    lamp = published[0].listing.id
    if country.way is Way.DHT:
        seller.node.signposting.pace_seconds = 0
        await seller.node.signposting.announce()
    else:
        await known(middle, lamp)
    await buyer.exchange.connect(middle.exchange.addresses()[0])
    with trio.fail_after(PATIENCE_SECONDS):
        while not await buyer.sees(lamp):
            if country.way is Way.DHT:
                await buyer.node.asking.ask(Find("", "home", None))
            await trio.sleep(0.05)


async def known(citizen: Citizen, listing: bytes) -> None:
    with trio.fail_after(PATIENCE_SECONDS):
        while not await citizen.sees(listing):  # noqa: ASYNC110 - a catalogue tells nobody
            await trio.sleep(0.02)
