"""The market that make simulate grows: small ones of it, and what is computed beside what is followed."""

from functools import partial
from xml.etree import ElementTree as Xml

import numpy as np
import pytest
import trio

from net.gossip.shards import SHARDS
from net.limits import PUBLISH_SECONDS
from net.sim.mail import Letter, Post
from net.sim.market import SimMarket, simulate
from net.sim.population import DAY, Habits, Population
from net.sim.spread import spread
from tests.bench.figures import percentile
from tests.net.heads import check_head, head, signer
from tests.simulation.growth import is_beyond, measured
from tests.simulation.scale import graph, shown

AWAKE = Habits(servers=0.5, server_hours=24, guest_hours=24)
NODES = 2_000


def test_a_small_market_finds_everything_and_its_costs_are_told() -> None:
    row = measured(300)
    assert row.found == 1.0
    assert row.mail > 0.9
    assert row.publish[1] < PUBLISH_SECONDS
    assert 0 < row.head_megabytes < row.megabytes
    assert not is_beyond(row)
    assert row.shards == SHARDS
    assert is_beyond(row._replace(heads_per_second=10.1))
    assert not is_beyond(row._replace(heads_per_second=10.1, shards=SHARDS // 2))
    assert "300" in shown(row)
    again = measured(300)
    assert again._replace(spent=row.spent) == row


def test_the_graph_has_a_line_for_each_cost() -> None:
    row = measured(200)
    rows = [row, row._replace(nodes=2_000, megabytes=900.0)]
    drawn = Xml.fromstring(graph(rows, rows))
    assert len(drawn.findall("{*}polyline")) == 4


async def _followed(people: Population) -> list[float]:
    market = SimMarket(people, 1, check_head)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(market.run)
        newest, author = head(signer(1), issued=market.wall()), market.somebody()
        market.fetching.publish(author, newest, trio.current_time())
        await market.gossip(author).publish_head(newest)
        await trio.sleep(PUBLISH_SECONDS)
        nursery.cancel_scope.cancel()
    return list(market.fetching.ready[newest].values())


def test_what_is_computed_agrees_with_what_is_followed() -> None:
    people = Population(NODES, 1, AWAKE)
    followed = simulate(1, partial(_followed, people))
    computed = spread(people.delays, np.random.default_rng(5)).ready.tolist()
    assert len(followed) == len(computed) == NODES
    for share in (0.5, 0.95):
        ratio = percentile(computed, share) / percentile(followed, share)
        assert 0.75 < ratio < 1.25


@pytest.fixture
def people() -> Population:
    """Half of them serve, always; the others are there for eight hours."""
    return Population(200, 1, Habits(0.5, server_hours=24, guest_hours=8))


def follow(people: Population, mailboxes: list[int]) -> tuple[float, float]:
    """A letter of a server to a guest who has just left; (returned, delivered)."""
    guest = next(one for one in range(200) if not people.is_server[one])
    left = float(DAY - people.phase[guest] + DAY / 3 + 1) % DAY
    sender = int(np.flatnonzero(people.is_server)[0])
    post = Post(people, np.random.default_rng(1))
    return post.follow(Letter(sender, guest, mailboxes), left)


def servers(people: Population) -> list[int]:
    return [int(one) for one in np.flatnonzero(people.is_server)[1:4]]


def test_mail_is_there_at_the_return_with_two_of_three_mailboxes_dead(
    people: Population,
) -> None:
    kept = servers(people)
    people.is_dead[kept[:2]] = True
    returned, delivered = follow(people, kept)
    assert returned == pytest.approx(16 * 3600, abs=60)
    assert returned <= delivered <= returned + 60


def test_without_any_mailbox_the_ladder_delivers_later(people: Population) -> None:
    kept = servers(people)
    people.is_dead[kept] = True
    returned, delivered = follow(people, kept)
    assert returned + 60 < delivered < returned + 3600
