"""Many orders on a bad network and a clock that jumps: make storm ARGS="ORDERS [NODES]"."""

import gc
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import trio
from trio.testing import MockClock

from store.book.book import open_book
from tests.simulation.bustle import Bustle, Size
from tests.simulation.steady import held

ORDERS: Final = 1_000
NODES: Final = 20
SECONDS_OF_AN_ORDER: Final = 10
"""Orders are placed so often in the market's own time."""

GARBAGE_AT: Final = (100_000, 20, 50)
"""Twenty nodes are millions of objects that live long: to look through them rarely is enough."""

Tell = Callable[[str], object]


async def simulate(folder: Path, size: Size, tell: Tell) -> Bustle:
    """One run on files in ``folder``; nodes are stopped at its end, their books stay open to it."""
    template = folder / "template.db"
    open_book(template).close()
    async with trio.open_nursery() as nursery:
        bustle = Bustle(folder, template, nursery)
        bustle.tell = tell
        with held(trio.lowlevel.current_clock()).threads():
            await bustle.run(size)
        bustle.problems = bustle.unsettled() + bustle.disagreements()
        for trader in bustle.traders:
            await trader.leave()
        nursery.cancel_scope.cancel()
    return bustle


def simulated(folder: Path, size: Size, tell: Tell = lambda _words: None) -> Bustle:
    """The same on a mock clock; ``tell`` hears how far it is."""
    clock = MockClock(autojump_threshold=0)
    return trio.run(simulate, folder, size, tell, clock=clock)


def main() -> int:
    """Run and print what came of it; 1 if the nodes do not agree."""
    words = [int(word) for word in sys.argv[1:]]
    orders, nodes = (*words, *(ORDERS, NODES)[len(words) :])
    folder = Path(tempfile.mkdtemp(prefix="bazaar-simulation-"))
    gc.set_threshold(*GARBAGE_AT)
    begun, worked = time.perf_counter(), time.process_time()
    try:
        size = Size(nodes, orders, orders * SECONDS_OF_AN_ORDER)
        bustle = simulated(folder, size, sys.stderr.write)
    finally:
        shutil.rmtree(folder)
    seconds, work = time.perf_counter() - begun, time.process_time() - worked
    sys.stdout.write(
        f"{orders} orders among {nodes} nodes in {seconds:.0f} s "
        f"({orders / seconds:.2f}/s, {work:.0f} s of CPU), {bustle.elapsed / 3600:.1f} h of the market: "
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
