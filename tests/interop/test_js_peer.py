"""js-libp2p, written from PROTOCOL.md alone, trades words with a real node.

Needs Node.js packages: ``make interop`` brings them and runs this.
"""

import time
from collections.abc import AsyncGenerator, Callable, Generator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import trio

from bazaar.domain.errors import ReplyCode
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.keys.peer_ids import key_of
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire.envelope import verify_as
from bazaar.domain.wire.networks import network
from bazaar.rpc.schema.listings import (
    ListingPublish,
    ListingShow,
    ListingView,
    PublishedBatch,
)
from bazaar.rpc.schema.node import Connect
from bazaar.rpc.schema.search import Search, SearchView
from net.dht.directory import Directory
from net.exchange.frames import ANSWER, REFUSAL
from net.gossip.heads import HeadFacts
from net.peers import Libp2pNetwork
from net.rules import LOCAL_RULES
from tests.interop.js_peer import LIBP2P, NODE, JsPeer, js_peer
from tests.node_process import NodeProcess, running

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(
        not (NODE.exists() and LIBP2P.exists()),
        reason="the packages of Node.js are not here: make interop brings them",
    ),
]

NETWORK = "local:interop/8640"
ON = network(NETWORK)
LOOPBACK = "/ip4/127.0.0.1/tcp/0"
WAIT_SECONDS = 15
TOKEN = b"v:" + b"t" * 32
LESSON = {
    "title": "Clock winding lesson",
    "type": "service",
    "price": "40.00 EUR",
    "categories": ["Clocks"],
}


class Meeting(NamedTuple):
    """Our node process and the independent peer, which has dialled it."""

    ours: NodeProcess
    theirs: JsPeer
    dialled: dict[str, Any]

    def ask(self, frame_type: int, **given: Any) -> dict[str, Any]:
        return self.theirs.tell(
            "ask", peer=self.ours.peer_id, type=int(frame_type), **given
        )

    def tell(self, do: str, **given: Any) -> dict[str, Any]:
        return self.theirs.tell(do, peer=self.ours.peer_id, **given)


@pytest.fixture(scope="module")
def meeting(tmp_path_factory: pytest.TempPathFactory) -> Generator[Meeting]:
    folder: Path = tmp_path_factory.mktemp("interop")
    with (
        running(folder, NETWORK, "anna") as ours,
        js_peer(NETWORK, b"\x07" * 32) as theirs,
    ):
        dialled = theirs.tell("dial", address=ours.address)
        theirs.tell("hello", peer=ours.peer_id)
        yield Meeting(ours, theirs, dialled)


def until(condition: Callable[[], object]) -> None:
    """Wait for what no event tells of."""
    end = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def search(node: NodeProcess, words: str) -> SearchView:
    found: SearchView = node.client.call(Search(words=words))
    return found


# ------------------------------------------------------------------ the wire


def test_it_dials_with_noise_and_yamux(meeting: Meeting) -> None:
    assert meeting.dialled["encryption"] == "/noise"
    assert meeting.dialled["multiplexer"] == "/yamux/1.0.0"
    assert meeting.dialled["peer"] == meeting.ours.peer_id


def test_it_pings_us(meeting: Meeting) -> None:
    assert meeting.tell("ping")["ms"] >= 0


def test_it_identifies_us_as_no_part_of_another_network(meeting: Meeting) -> None:
    said = meeting.tell("identified")["protocols"]
    assert {"/bazaar/kad/1.0.0", "/bazaar/exchange/1.0.0", "/meshsub/1.1.0"} <= {*said}
    assert not [protocol for protocol in said if protocol.startswith("/ipfs/kad")]


# ------------------------------------------------------------------ the exchange


def test_it_greets_us_by_hand(meeting: Meeting) -> None:
    answer = meeting.tell("hello")
    assert answer["type"] == ANSWER + RequestType.HELLO
    assert answer["body"] == [[1], {"hex": ON.id.hex()}, 0]


def test_our_profile_verifies_there(meeting: Meeting) -> None:
    answer = meeting.ask(RequestType.HEAD_GET, body=[[]])
    assert answer["type"] == ANSWER + RequestType.HEAD_GET
    profile = answer["body"][0][0][1]
    opened = meeting.theirs.tell("verify", envelope=profile["hex"])
    assert bytes.fromhex(opened["author"]) == key_of(meeting.ours.peer_id)
    assert opened["fields"][2] == "anna"


@pytest.mark.parametrize("sent", ["c1c1c1", "80", "9190"])
def test_what_is_no_put_is_refused_by_a_code(meeting: Meeting, sent: str) -> None:
    answer = meeting.ask(RequestType.PUT, raw=sent)
    assert answer["type"] == REFUSAL
    assert answer["body"] == [ReplyCode.MALFORMED, 0, []]


def test_an_unknown_type_is_refused_by_a_code(meeting: Meeting) -> None:
    answer = meeting.ask(77, body=[])
    assert (answer["type"], answer["body"][0]) == (REFUSAL, ReplyCode.UNKNOWN_VERSION)


def test_an_envelope_of_garbage_is_refused_by_a_code(meeting: Meeting) -> None:
    answer = meeting.ask(RequestType.PUT, body=[[{"hex": "ff" * 80}]])
    assert answer["type"] == REFUSAL
    assert answer["body"] == [ReplyCode.MALFORMED, 0, []]


def test_we_ask_it_what_it_sells(meeting: Meeting) -> None:
    meeting.ours.client.call(Connect(address=meeting.theirs.addresses[0]))
    until(lambda: RequestType.HEAD_GET in meeting.theirs.tell("seen")["asked"])


# ------------------------------------------------------------------ gossip and goods


def test_a_store_made_there_is_heard_found_and_read_here(meeting: Meeting) -> None:
    meeting.tell("subscribed")
    sent = meeting.theirs.tell("publish")
    assert sent["recipients"] == [meeting.ours.peer_id]
    until(lambda: search(meeting.ours, "robots").total == 1)
    (row,) = search(meeting.ours, "robots").results
    assert (row.seller, row.price.minor) == (meeting.theirs.peer, 2500)
    shown: ListingView = meeting.ours.client.call(ListingShow(id=row.listing_id))
    assert shown.description[0].runs == (("plain", "It will walk again."),)


def test_a_listing_published_here_is_heard_and_read_there(meeting: Meeting) -> None:
    meeting.tell("subscribed")
    done: PublishedBatch = meeting.ours.client.call(ListingPublish(listings=(LESSON,)))
    heard = meeting.tell("heard")
    assert heard["from"] == meeting.ours.peer_id
    _, _, _, root, count, *_ = meeting.theirs.tell("verify", envelope=heard["head"])[
        "fields"
    ]
    assert count == 1
    (pages,) = meeting.ask(RequestType.PAGE_GET, body=[root, []])["body"]
    (cards,) = meeting.ask(RequestType.PAGE_GET, body=[root, pages])["body"]
    assert bytes.fromhex(done.listing_id) in bytes.fromhex(cards[0]["hex"])
    asked = [[{"hex": done.listing_id}]]
    ((listing,),) = meeting.ask(RequestType.LISTING_GET, body=asked)["body"]
    opened = meeting.theirs.tell("verify", envelope=listing["hex"])
    assert opened["id"] == done.listing_id
    assert LESSON["title"] in opened["fields"]


# ------------------------------------------------------------------ the DHT


def test_it_gets_our_head_from_the_dht(meeting: Meeting) -> None:
    meeting.tell("kadReady")
    meeting.ours.client.call(ListingPublish(listings=(LESSON,)))
    until(lambda: meeting.tell("getValue")["value"])
    value = meeting.tell("getValue")["value"]
    opened = meeting.theirs.tell("verify", envelope=value)
    assert bytes.fromhex(opened["author"]) == key_of(meeting.ours.peer_id)


def test_we_store_its_head_and_its_provider_record(meeting: Meeting) -> None:
    meeting.tell("kadReady")
    assert meeting.theirs.tell("putValue")["stored"] == [meeting.ours.peer_id]
    told = meeting.theirs.tell("provide", token=TOKEN.hex())["told"]
    assert told == [meeting.ours.peer_id]


class Met(NamedTuple):
    """Our network in this process, connected to a peer that knows nobody else."""

    network: Libp2pNetwork
    directory: Directory
    theirs: JsPeer

    @property
    def id(self) -> str:
        return self.network.addresses()[0].rpartition("/")[2]

    async def tell(self, do: str, **given: Any) -> dict[str, Any]:
        return await trio.to_thread.run_sync(lambda: self.theirs.tell(do, **given))


def facts(envelope: bytes) -> HeadFacts:
    head = verify_as(StoreHead, envelope, ON.id)
    return HeadFacts(head.author, head.body.seq, head.body.issued, head.body.expires)


@pytest.fixture
async def met(nursery: trio.Nursery) -> AsyncGenerator[Met]:
    ours = Libp2pNetwork(b"\x21" * 32, ON.id, [LOOPBACK], LOCAL_RULES)
    directory = Directory(ours, facts, LOCAL_RULES)
    await nursery.start(ours.run)
    with js_peer(NETWORK, b"\x08" * 32) as theirs:
        await ours.connect(theirs.addresses[0])
        with trio.fail_after(WAIT_SECONDS):
            while not directory.neighbours():  # noqa: ASYNC110 - it knows us by identify alone
                await trio.sleep(0.05)
        yield Met(ours, directory, theirs)


async def test_we_dial_identify_and_ping_it(met: Met) -> None:
    (row,) = met.network.peers()
    assert (row.peer_id, row.direction) == (met.theirs.peer, "outbound")
    assert await met.network.is_online(met.theirs.key)


async def test_we_find_it_as_provider_and_it_finds_us(met: Met) -> None:
    await met.tell("kadReady", peer=met.id)
    await met.tell("provide", token=TOKEN.hex())
    assert met.theirs.key in await met.directory.find_providers(TOKEN)
    await met.directory.provide(b"ours")
    found = await met.tell("findProviders", token=b"ours".hex())
    assert met.id in found["found"]


async def test_we_get_a_head_that_it_put(met: Met) -> None:
    await met.tell("kadReady", peer=met.id)
    put = await met.tell("putValue")
    assert not put["problems"]
    assert await met.directory.find_head(met.theirs.key)
