"""A flood from one address does not keep honest peers out (T16); its figures: bench_flood."""

from pathlib import Path

import pytest
import trio

from tests.node_process import NodeProcess
from tests.system.flooded import Attack, honest_dials, memory, public_node, under

pytestmark = pytest.mark.long

ATTACK = Attack(300, 100, 200, groups=1)
DIALS = 10
WAIT_SECONDS = 60
MAX_GROWTH_BYTES = 100 * 2**20


def noticed(node: NodeProcess) -> bool:
    """Whether both sides of the attack met a limit."""
    counters = node.status().counters
    streams = {"score.too_fast", "score.too_slow"} & counters.keys()
    return bool(streams and counters.get("admission.pending_of_group_full"))


async def test_honest_peers_get_through_a_flood(tmp_path: Path) -> None:
    with public_node(tmp_path) as node:
        before = memory(node)
        with under(ATTACK, node):
            dials = await honest_dials(node, DIALS, 0.2)
            with trio.fail_after(WAIT_SECONDS):
                while not noticed(node):  # noqa: ASYNC110 - of another process
                    await trio.sleep(0.1)
        assert (len(dials.seconds), dials.failed) == (DIALS, 0)
        assert memory(node, "VmHWM") - before < MAX_GROWTH_BYTES
        assert "host.restarts" not in node.status().counters
