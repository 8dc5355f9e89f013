"""A short run of what make storm does with a thousand orders."""

from pathlib import Path

import pytest

from tests.simulation.bustle import Size
from tests.simulation.run import simulated

SMALL = Size(nodes=5, orders=12, placing_seconds=900, seed=3)


@pytest.mark.timeout(400)
def test_everybody_ends_in_the_same_state_on_a_bad_network(tmp_path: Path) -> None:
    bustle = simulated(tmp_path, SMALL)
    assert bustle.problems == []
    assert len(bustle.orders) == SMALL.orders
    assert len(bustle.ends()) >= 2, "courses are drawn by chance: half are complete"
    assert bustle.troubles["restarts"]
    assert bustle.troubles["partitions"]
    assert bustle.wire.counts["lost"]
    assert bustle.wire.counts["repeated"]
