"""Own tokens are left where they were last time, until many there are gone or it was long ago."""

from functools import partial

import pytest

from net._vendor import ID
from net.dht.lookups import Lookups
from net.dht.tokens import Places
from net.limits import WALKLESS_PROVIDES
from tests.net.dht import Build, Node, build
from tests.net.nodes import Make, Start

TOKEN = b"c:lamps"


@pytest.fixture
def dht(make: Make, start: Start) -> Build:
    return partial(build, make, start)


class Walks(Lookups):
    """Real lookups, whose walks are counted."""

    def __init__(self, node: Node) -> None:
        super().__init__(node.id, node.kad, node.lookups.client)
        self.count = 0

    async def closest(self, key: bytes) -> list[ID]:
        self.count += 1
        return await super().closest(key)


async def test_a_walk_is_good_for_four_times(dht: Build) -> None:
    nodes = await dht(5)
    walks, places = Walks(nodes[0]), Places()
    for _ in range(WALKLESS_PROVIDES):
        went = await places.provide(walks, nodes[0].key, TOKEN)
        assert went == (4, 3)
        assert walks.count == 1
    assert await nodes[4].directory.find_providers(TOKEN) == [nodes[0].key]
    await places.provide(walks, nodes[0].key, TOKEN)
    assert walks.count == 2


async def test_others_are_looked_for_when_more_than_a_quarter_is_gone(
    dht: Build,
) -> None:
    nodes = await dht(5)
    walks, places = Walks(nodes[0]), Places()
    await places.provide(walks, nodes[0].key, TOKEN)
    nodes[1].kad.turn(is_server=False)
    await places.provide(walks, nodes[0].key, TOKEN)
    assert walks.count == 1
    nodes[2].kad.turn(is_server=False)
    await places.provide(walks, nodes[0].key, TOKEN)
    assert walks.count == 2


async def test_a_token_that_was_taken_back_is_looked_for_anew(dht: Build) -> None:
    nodes = await dht(3)
    walks, places = Walks(nodes[0]), Places()
    await places.provide(walks, nodes[0].key, TOKEN)
    places.forget(TOKEN)
    await places.provide(walks, nodes[0].key, TOKEN)
    assert walks.count == 2
