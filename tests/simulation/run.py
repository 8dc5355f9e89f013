"""Many orders on a bad network and a clock that jumps: make storm ARGS="ORDERS [NODES]"."""

import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import trio
from trio.testing import MockClock

from store.book.book import open_book
from tests.simulation.bustle import Bustle, Size

ORDERS: Final = 1_000
NODES: Final = 20
SECONDS_OF_AN_ORDER: Final = 60
"""Orders are placed so often in the market's own time."""


async def simulate(folder: Path, size: Size) -> Bustle:
    """One run on files in ``folder``; nodes are stopped at its end, their books stay open to it."""
    template = folder / "template.db"
    open_book(template).close()
    async with trio.open_nursery() as nursery:
        bustle = Bustle(folder, template, nursery)
        await bustle.run(size)
        bustle.problems = bustle.unsettled() + bustle.disagreements()
        for trader in bustle.traders:
            await trader.leave()
        nursery.cancel_scope.cancel()
    return bustle


def simulated(folder: Path, size: Size) -> Bustle:
    """The same on a mock clock."""
    clock = MockClock(autojump_threshold=0)
    return trio.run(simulate, folder, size, clock=clock)


def main() -> int:
    """Run and print what came of it; 1 if the nodes do not agree."""
    words = [int(word) for word in sys.argv[1:]]
    orders, nodes = (*words, *(ORDERS, NODES)[len(words) :])
    folder = Path(tempfile.mkdtemp(prefix="bazaar-simulation-"))
    begun = time.perf_counter()
    try:
        size = Size(nodes, orders, orders * SECONDS_OF_AN_ORDER)
        bustle = simulated(folder, size)
    finally:
        shutil.rmtree(folder)
    seconds = time.perf_counter() - begun
    sys.stdout.write(
        f"{orders} orders among {nodes} nodes in {seconds:.0f} s "
        f"({orders / seconds:.2f}/s), {bustle.elapsed / 3600:.1f} h of the market: "
        f"{len(bustle.problems)} problems\n"
    )
    for name, count in (bustle.ends() + bustle.troubles).items():
        sys.stdout.write(f"  {name}: {count}\n")
    sys.stdout.write(f"  {bustle.wire.counts}\n")
    for problem in bustle.problems[:50]:
        sys.stdout.write(f"  {problem}\n")
    return 1 if bustle.problems else 0


if __name__ == "__main__":
    sys.exit(main())
