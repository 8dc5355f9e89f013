"""Hole punching dials what the rules allow, and nothing that a peer makes up."""

import pytest
import trio

from net.limits import MAX_PUNCH_ADDRESSES
from net.peer_ids import peer_text
from net.peers import Libp2pNetwork
from net.reach.punch import Puncher
from net.rules import PUBLIC_RULES
from tests.net.nodes import Make, Start

OPEN = "/ip4/8.8.{}.8/tcp/4001"
TARGET = bytes(range(32))


@pytest.fixture
async def node(make: Make, start: Start) -> Libp2pNetwork:
    return await start(make())


@pytest.mark.parametrize(
    ("told", "dialled"),
    [
        (("/ip4/192.168.1.1/tcp/4001", "/ip4/127.0.0.1/tcp/4001"), 0),
        (("/ip4/8.8.8.8/tcp/22", "/ip4/8.8.8.8/tcp/5432"), 0),
        (("/dns4/example.org/tcp/4001", "/ip4/8.8.8.8/udp/4001/quic-v1"), 0),
        ((OPEN.format(1) + "/p2p/{relay}/p2p-circuit",), 0),
        ((OPEN.format(1), OPEN.format(1)), 1),
        (tuple(OPEN.format(n) for n in range(MAX_PUNCH_ADDRESSES)), 4),
        (tuple(OPEN.format(n) for n in range(MAX_PUNCH_ADDRESSES + 1)), 4),
    ],
)
async def test_only_public_addresses_are_dialled(
    node: Libp2pNetwork,
    told: tuple[str, ...],
    dialled: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    puncher = Puncher(node.host, PUBLIC_RULES, node.standing.counters, list)
    tried: list[str] = []

    async def dial(
        peer: bytes, target: str, others: trio.CancelScope, *, as_client: bool
    ) -> None:
        del peer, others, as_client
        await trio.lowlevel.checkpoint()
        tried.append(target)

    monkeypatch.setattr(puncher, "_dial", dial)
    spelt = tuple(one.format(relay=peer_text(node.host.key)) for one in told)
    await puncher._dial_all(TARGET, spelt, as_client=True)
    assert len(tried) == dialled


async def test_the_own_words_name_the_listening_port(node: Libp2pNetwork) -> None:
    here = node.addresses()[0]
    puncher = Puncher(node.host, PUBLIC_RULES, node.standing.counters, lambda: [here])
    assert puncher._own().addresses == (here.split("/p2p/")[0],)
    assert puncher._source("ip4") == ("127.0.0.1", int(here.split("/")[4]))
    assert puncher._source("ip6") is None
