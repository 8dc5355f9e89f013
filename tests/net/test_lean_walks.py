"""Questions of walks and their answers: small, and good for entries that were long silent."""

from functools import partial

import pytest
from libp2p.kad_dht.pb.kademlia_pb2 import Message

from bazaar.domain.errors import PeerUnreachableError
from net._vendor import Multiaddr
from net.dht import one_request
from net.limits import MAX_TOLD_ADDRESSES
from tests.net.dht import Build, build
from tests.net.nodes import Make, Start


@pytest.fixture
def dht(make: Make, start: Start) -> Build:
    return partial(build, make, start)


async def test_an_answer_tells_where_nodes_are_with_the_record_of_the_nearest_alone(
    dht: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes = await dht(5)
    answers: list[Message] = []
    answered = one_request.lean

    def noting(answer: bytes) -> bytes:
        sent = answered(answer)
        answers.append(Message.FromString(sent))
        return sent

    monkeypatch.setattr(one_request, "lean", noting)
    wanted = nodes[2]
    for node in nodes[1:]:
        await node.network.host.disconnect(wanted.key)
    found = await nodes[0].lookups.client.nearer(nodes[1].id, wanted.id.to_bytes())
    assert found[0] == wanted.id
    (answer,) = answers
    assert [row.HasField("signedRecord") for row in answer.closerPeers] == [
        True,
        *[False] * (len(found) - 1),
    ]
    assert all(0 < len(row.addrs) <= MAX_TOLD_ADDRESSES for row in answer.closerPeers)
    assert not answer.HasField("senderRecord")


async def test_an_entry_is_still_dialled_when_its_addresses_are_forgotten(
    dht: Build,
) -> None:
    asking, other, third = await dht(3)
    await asking.network.host.disconnect(other.key)
    asking.kad.host.get_peerstore().clear_addrs(other.id)
    found = await asking.lookups.client.nearer(other.id, third.id.to_bytes())
    assert third.id in found


async def test_an_entry_that_cannot_be_connected_to_leaves_the_table(
    dht: Build,
) -> None:
    asking, other, third = await dht(3)
    await asking.network.host.disconnect(other.key)
    peerstore = asking.kad.host.get_peerstore()
    peerstore.clear_addrs(other.id)
    peerstore.add_addrs(other.id, [Multiaddr("/ip4/127.0.0.1/tcp/1")], 3_600)
    with pytest.raises(PeerUnreachableError):
        await asking.lookups.client.nearer(other.id, third.id.to_bytes())
    assert other.id not in asking.kad.routing_table.get_peer_ids()


async def test_who_answers_is_an_entry_again(dht: Build) -> None:
    asking, other, third = await dht(3)
    asking.kad.routing_table.remove_peer(other.id)
    await asking.lookups.client.nearer(other.id, third.id.to_bytes())
    assert other.id in asking.kad.routing_table.get_peer_ids()
