"""Dial-backs on loopback: who is dialled, how often, how many make a node reachable."""

import time
from collections.abc import Sequence

import pytest

from bazaar.app.ports import Reached
from bazaar.domain.errors import PeerUnreachableError
from net.limits import REACH_GROUPS, REACH_KEPT_SECONDS
from net.peers import Libp2pNetwork
from net.reach.dial_back import DialBack, Verdict, ask, knock
from net.reach.reach import Word
from net.reach.relay_messages import (
    DIAL_BACK_PROTOCOL,
    HOP_PROTOCOL,
    DialStatus,
    dial_bytes,
    dialled_of,
)
from net.reach.routes import speaks
from net.rules import LOCAL_RULES, PUBLIC_RULES, NetworkRules
from net.varint_messages import read_message, write_message
from net.wishes import Wishes
from tests.net.nodes import NETWORK, Make, Pair, Start, until

PLACE = "/ip4/8.8.8.8/tcp/4001"
NOBODY = "/ip4/127.0.0.1/tcp/1024"


def bare(node: Libp2pNetwork) -> str:
    return node.addresses()[0].split("/p2p/")[0]


async def said(asker: Libp2pNetwork, server: Libp2pNetwork, data: bytes) -> DialStatus:
    stream = await asker.host.open_stream(server.host.key, DIAL_BACK_PROTOCOL)
    await write_message(stream, data)
    status, _ = dialled_of(await read_message(stream))
    await stream.reset()
    return status


async def test_a_node_is_dialled_back_with_a_proof_of_its_key(pair: Pair) -> None:
    first, second = pair
    verdict = await ask(first.host, second.host.key, [bare(first)])
    assert verdict == Verdict(bare(first))
    assert await knock(second.host, bare(first), first.host.key)
    assert not await knock(first.host, bare(second), first.host.key)
    assert len(second.host.peers()) == 1


async def test_who_does_not_answer_there_hears_so(pair: Pair) -> None:
    first, second = pair
    assert await ask(first.host, second.host.key, [NOBODY]) == Verdict("")


@pytest.mark.parametrize(
    "addresses",
    [
        (),
        ("/ip4/127.0.0.2/tcp/4001",),
        ("/ip4/8.8.8.8/tcp/4001",),
        ("/ip4/127.0.0.1/udp/4001",),
    ],
)
async def test_only_the_own_machine_is_dialled(
    pair: Pair, addresses: Sequence[str]
) -> None:
    first, second = pair
    wish = dial_bytes(first.host.key, addresses)
    assert await said(first, second, wish) is DialStatus.DIAL_REFUSED
    assert second.counters()["dialback.forbidden"] == 1
    assert "dialback.tries" not in second.counters()


async def test_nobody_is_dialled_for_somebody_else(pair: Pair) -> None:
    first, second = pair
    wish = dial_bytes(second.host.key, [bare(second)])
    assert await said(first, second, wish) is DialStatus.BAD_REQUEST
    await until(lambda: second.standing.score(first.host.key) < 0)


async def test_a_peer_is_dialled_once_in_ten_seconds(pair: Pair) -> None:
    first, second = pair
    assert await ask(first.host, second.host.key, [bare(first)])
    assert await ask(first.host, second.host.key, [bare(first)]) is None
    assert second.counters()["dialback.rate_limited"] == 1


async def test_nobody_is_dialled_over_a_relay(make: Make, start: Start) -> None:
    relay = await start(make(wishes=Wishes(relays=True)))
    hidden = await start(make(wishes=Wishes(relay_only=True)))
    await hidden.connect(relay.addresses()[0])
    server = await start(make())
    await server.connect(relay.addresses()[0])
    await until(lambda: server.relays() and hidden.relays())
    await hidden.connect(server.relays()[0])
    wish = dial_bytes(hidden.host.key, [bare(server)])
    assert await said(hidden, server, wish) is DialStatus.DIAL_REFUSED


async def test_a_relay_only_node_dials_nobody_back(make: Make, start: Start) -> None:
    hidden = await start(make(wishes=Wishes(relay_only=True)))
    other = await start(make())
    await hidden.connect(other.addresses()[0])
    await until(lambda: speaks(other.host, hidden.host.key, "/ipfs/ping/1.0.0"))
    assert not speaks(other.host, hidden.host.key, DIAL_BACK_PROTOCOL)
    with pytest.raises(PeerUnreachableError):
        await ask(other.host, hidden.host.key, [bare(other)])


def test_a_dial_back_has_limits_of_all_peers_together(make: Make) -> None:
    node = make()
    server = DialBack(node.host, LOCAL_RULES, node.standing.counters)
    assert [server._of_all.take(0.0) for _ in range(5)] == [True] * 4 + [False]


class Elsewhere(Libp2pNetwork):
    """A network whose host says that it listens on a public address; nothing is opened."""

    def __init__(self, rules: NetworkRules = PUBLIC_RULES) -> None:
        super().__init__(bytes(32), NETWORK, ["/ip4/127.0.0.1/tcp/0"], rules)
        self.host.addresses = lambda: [f"{PLACE}/p2p/{self.name}"]

    @property
    def name(self) -> str:
        return "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN"

    def hear(self, number: int, address: str, at: float) -> None:
        self.reach._words[f"group {number}"] = Word(address, at)


@pytest.mark.parametrize(
    ("groups", "is_public"), [(REACH_GROUPS - 1, False), (REACH_GROUPS, True)]
)
def test_so_many_groups_make_a_node_reachable(groups: int, *, is_public: bool) -> None:
    node = Elsewhere()
    now = time.monotonic()
    for number in range(groups):
        node.hear(number, PLACE, now)
    assert node.reach._is_public() is is_public
    assert node.reach.serves()  # a public address counts until it was tried in vain


@pytest.mark.parametrize(("groups", "told"), [(REACH_GROUPS - 1, 1), (REACH_GROUPS, 0)])
def test_an_address_tried_in_vain_is_told_no_more(groups: int, told: int) -> None:
    node = Elsewhere()
    now = time.monotonic()
    for number in range(groups):
        node.hear(number, "", now)
    assert len(node.tellable()) == told
    assert node.reach.needs_relays() is not bool(told)


def test_words_grow_old() -> None:
    node = Elsewhere()
    for number in range(REACH_GROUPS):
        node.hear(number, PLACE, time.monotonic() - REACH_KEPT_SECONDS - 1)
    assert not node.reach._is_public()


async def test_the_dht_follows(make: Make, start: Start) -> None:
    node = await start(make(wishes=Wishes(relays=True, groups=1)))
    assert node.reach.serves()
    assert HOP_PROTOCOL in node.reach._serves
    node.relay_for_others(agreed=False)
    assert HOP_PROTOCOL not in node.reach._serves
    other = await start(make())
    await other.connect(node.addresses()[0])
    await until(lambda: speaks(other.host, node.host.key, "/ipfs/ping/1.0.0"))
    assert not speaks(other.host, node.host.key, HOP_PROTOCOL)
    node.relay_for_others(agreed=True)
    await until(lambda: speaks(other.host, node.host.key, HOP_PROTOCOL))


async def test_a_check_asks_the_connected_and_says_what_came_of_it(pair: Pair) -> None:
    first, second = pair
    await until(lambda: speaks(first.host, second.host.key, DIAL_BACK_PROTOCOL))
    shown = await first.check_reachability()
    assert shown.state is Reached.LOCAL
    assert shown.checked > 0
    (word,) = first.reach._words.values()
    assert word.address == bare(first)


async def test_nobody_connected_is_offline(make: Make, start: Start) -> None:
    node = await start(make())
    shown = await node.check_reachability()
    assert (shown.state, shown.reason) == (Reached.OFFLINE, "No peer is connected.")
