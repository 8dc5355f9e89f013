"""Many real hosts in one process: joined by memory, on a clock that jumps."""

import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from typing import Final, NamedTuple

import trio
from nacl.signing import SigningKey

from bazaar.app.ports import Request
from net.dht.directory import Directory
from net.gossip.gossip import HeadGossip
from net.memory import Memory
from net.peers import Libp2pNetwork
from net.rules import LOCAL_RULES
from tests.net.heads import check_head
from tests.net.nodes import NETWORK, PUT

ONE_WAY_SECONDS: Final = 0.0125
"""From a host to the middle: 50 ms there and back between any two."""

SETTLING_SECONDS: Final = 30.0
"""A heartbeat grafts the mesh each second; walks take a few."""


class Guest(Directory):
    """Of who asks the DHT, but does not serve it, as behind a router."""

    def _serves(self) -> bool:
        return False


class Member(NamedTuple):
    """One real host with all that a node runs on it, and what it heard."""

    network: Libp2pNetwork
    directory: Directory
    gossip: HeadGossip
    signer: SigningKey
    heard: dict[bytes, float]

    @property
    def key(self) -> bytes:
        return self.network.host.key


class Crowd(NamedTuple):
    memory: Memory
    members: list[Member]

    def hearers(self, head: bytes) -> list[float]:
        """When each member heard ``head``."""
        return sorted(one.heard[head] for one in self.members if head in one.heard)


async def echo(request: Request) -> bytes:
    return request.body


def address_of(number: int) -> str:
    """Loopback, so that local rules let everybody dial it; each host in a /24 of its own."""
    return f"127.{1 + number // 250}.{1 + number % 250}.1"


def member(
    memory: Memory, number: int, directory_type: type[Directory] = Directory
) -> Member:
    """A host that is not running yet."""
    seed, host = (number + 1).to_bytes(32, "big"), address_of(number)
    listen = [f"/ip4/{host}/tcp/0"]
    network = Libp2pNetwork(seed, NETWORK, listen, LOCAL_RULES)
    network.host.wire = memory.wire(host)
    network.serve(PUT, echo)
    directory = directory_type(network, check_head, LOCAL_RULES)
    gossip = HeadGossip(network, check_head)
    heard: dict[bytes, float] = {}

    def hear(forwarder: bytes, head: bytes) -> None:
        del forwarder
        heard.setdefault(head, trio.current_time())

    gossip.on_head(hear)
    return Member(network, directory, gossip, SigningKey(seed), heard)


@asynccontextmanager
async def a_crowd(
    count: int, friends: int, seed: int = 1, servers: int | None = None
) -> AsyncGenerator[Crowd]:
    """``count`` hosts, each of which joined through ``friends`` of those before it.

    The first ``servers`` serve the DHT, all of them unless it is given.
    """
    memory, chance = Memory(ONE_WAY_SECONDS), random.Random(seed)
    most = count if servers is None else servers
    members = [
        member(memory, number, Directory if number < most else Guest)
        for number in range(count)
    ]
    async with trio.open_nursery() as nursery:
        for number, one in enumerate(members):
            await nursery.start(one.network.run)
            before = chance.sample(members[:number], min(number, friends))
            async with trio.open_nursery() as joining:
                for other in before:
                    address = other.network.addresses()[0]
                    joining.start_soon(partial(one.network.connect, address))
        await trio.sleep(SETTLING_SECONDS)
        yield Crowd(memory, members)
        nursery.cancel_scope.cancel()
