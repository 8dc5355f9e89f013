"""C13: how long a put into the DHT takes while some nodes are stopped, but not gone."""

import os
import signal
import time
from pathlib import Path
from typing import Final

import pytest
import trio

from bazaar.domain.keys.identity import Identity
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire.envelope import seal, verify_as
from bazaar.domain.wire.networks import network
from net.dht.directory import Directory
from net.gossip.heads import HeadFacts
from net.peers import Libp2pNetwork
from net.rules import LOCAL_RULES
from tests.bench.figures import heading, tell
from tests.bench.processes import NETWORK, load, market

NODES: Final = 8
STOPPED: Final = 2
ON: Final = network(NETWORK).id
OWNER: Final = Identity(b"\x07" * 32)
DAY: Final = 86_400


@pytest.mark.timeout(300)
async def test_put_with_stopped_nodes(tmp_path: Path) -> None:
    with market(tmp_path, [f"Node{n}" for n in range(NODES)]) as nodes:
        exchange = Libp2pNetwork(
            bytes(OWNER.signing_key), ON, ["/ip4/127.0.0.1/tcp/0"], LOCAL_RULES
        )
        directory = Directory(exchange, facts, LOCAL_RULES)
        async with trio.open_nursery() as nursery:
            await nursery.start(exchange.run)
            for node in nodes:
                await exchange.connect(node.address)
            with trio.fail_after(30):
                while directory.neighbours() < NODES:  # noqa: ASYNC110 - the library tells nobody
                    await trio.sleep(0.1)
            heading(f"A head put into the DHT of {NODES} node processes", load())
            await put(directory, "all run", 1)
            for node in nodes[-STOPPED:]:
                os.kill(node.process.pid, signal.SIGSTOP)
            try:
                await put(directory, f"{STOPPED} stopped", 2)
                await put(directory, f"{STOPPED} stopped, once more", 3)
            finally:
                for node in nodes[-STOPPED:]:
                    os.kill(node.process.pid, signal.SIGCONT)
            nursery.cancel_scope.cancel()


async def put(directory: Directory, what: str, seq: int) -> None:
    """Put a new head and print how many keep it and how long that took."""
    now = int(time.time())
    body = StoreHead(
        by=OWNER.key,
        seq=seq,
        issued=now,
        expires=now + DAY,
        root=b"r" * 32,
        count=0,
        size=1,
        profile=b"p" * 32,
        bitmap=bytes(32),
    )
    sealed = seal(body, OWNER.signing_key, ON).envelope
    began = time.perf_counter()
    kept = await directory.put_head(OWNER.key, sealed)
    taken = time.perf_counter() - began
    tell(f"  {what:38} {taken:6.2f} s, goal < 8; kept by {kept}")


def facts(value: bytes) -> HeadFacts:
    """What the composition root passes in."""
    signed = verify_as(StoreHead, value, ON)
    body = signed.body
    return HeadFacts(signed.author, body.seq, body.issued, body.expires)
