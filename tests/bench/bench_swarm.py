"""Thirty node processes: a catalogue everywhere, news, nine killed at once, a third silent."""

import contextlib
import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final

from bazaar.rpc.problems import RpcError
from bazaar.rpc.schema.listings import ListingPublish, ListingShow
from bazaar.rpc.schema.node import Status, StatusView
from bazaar.rpc.schema.search import Search, SearchView
from tests.bench.figures import MS, heading, percentile, spread, tell
from tests.bench.processes import NodeProcess, load, made, start

NETWORK: Final = "local:swarm"
"""Time passes as it does everywhere: what is done once a day is not done every ten seconds."""

NODES: Final = int(os.environ.get("SWARM_NODES", "30"))
LISTINGS: Final = int(os.environ.get("SWARM_LISTINGS", "5000"))
SELLERS: Final = NODES * 5 // 6
KILLED: Final = NODES * 3 // 10
STARTING: Final = 4
STOCKING: Final = 4
PATIENCE_SECONDS: Final = 240.0
LOOK_SECONDS: Final = 1.0
NEWS_LOOK_SECONDS: Final = 0.2
"""What looks too often is most of what a node then does."""

NEWS: Final = 12
NEWS_PAUSE_SECONDS: Final = 3.0
FINDS: Final = 300
GONE: Final = 2
"""So often each node tries in vain; it waits for seconds each time."""

EVERYWHERE_SECONDS: Final = 20.0

Told = tuple[float, bool]


def test_swarm(tmp_path: Path) -> None:
    chance = random.Random(5)
    heading(f"{NODES} node processes, {LISTINGS} listings of {SELLERS}", load())
    stock = Path(os.environ.get("SWARM_HOMES", tmp_path / "stock"))
    if not stock.exists():
        _stocked(stock)
    shutil.copytree(stock, tmp_path / "run")
    homes = [tmp_path / "run" / f"n{number}" for number in range(NODES)]
    with ThreadPoolExecutor(NODES) as pool, _swarm(homes, pool) as nodes:
        _everywhere(nodes, pool)
        _noted(nodes)
        _news(nodes, pool, chance)
        _noted(nodes)
        _killed(nodes, pool, chance)


def _noted(nodes: Sequence[NodeProcess]) -> None:
    for node in nodes:
        node.note_samples()


def _stocked(folder: Path) -> None:
    """Homes whose shops are full already; made once if SWARM_HOMES names a folder."""
    began = time.perf_counter()
    each = LISTINGS // SELLERS

    homes = [
        made(folder / f"n{number}", f"N{number}", NETWORK) for number in range(NODES)
    ]

    def stock(number: int) -> None:
        node = start(homes[number])
        numbers = range(number * each, (number + 1) * each)
        files = tuple(map(_listing, numbers))
        node.client.call(ListingPublish(listings=files, folder=str(folder)))
        node.stop()

    with ThreadPoolExecutor(STOCKING) as pool:
        list(pool.map(stock, range(SELLERS)))
    tell(f"  stocking took {time.perf_counter() - began:.0f} s")


def _listing(number: int) -> dict[str, Any]:
    return {
        "title": f"Piano lesson number{number}",
        "slug": f"lesson-{number}",
        "type": "service",
        "price": f"{number % 90 + 10}.00 EUR",
        "description": "An hour at your home or mine, all ages, first one free.",
        "categories": ["lessons", f"kind{number % 20}"],
        "tags": [f"number{number}", "music"],
    }


@contextlib.contextmanager
def _swarm(
    homes: Sequence[Path], pool: ThreadPoolExecutor
) -> Generator[list[NodeProcess]]:
    """All nodes; each but the first knows the first one's address alone."""
    nodes: dict[Path, NodeProcess] = {homes[0]: start(homes[0])}
    hub = nodes[homes[0]].address

    def begin(home: Path) -> None:
        nodes[home] = start(home, hub)

    try:
        for at in range(1, len(homes), STARTING):
            list(pool.map(begin, homes[at : at + STARTING]))
        yield [nodes[home] for home in homes]
    finally:
        for node in nodes.values():
            with contextlib.suppress(OSError):
                os.kill(node.process.pid, signal.SIGCONT)
            node.client.close()
            node.process.kill()
            with node.process:
                node.process.wait()


def _everywhere(nodes: Sequence[NodeProcess], pool: ThreadPoolExecutor) -> None:
    began, spent = time.perf_counter(), sum(one.cost().cpu_seconds for one in nodes)

    def complete(node: NodeProcess) -> float:
        while True:
            view: StatusView = node.client.call(Status())
            passed = time.perf_counter() - began
            if view.catalogue.listings >= LISTINGS:
                return passed
            assert passed < PATIENCE_SECONDS, f"{view.catalogue} of {LISTINGS}"
            time.sleep(LOOK_SECONDS)

    heading(
        "The whole catalogue everywhere, from the moment the last one listens", load()
    )
    taken = list(pool.map(complete, nodes))
    spread("complete at a node", taken, "s", f"max < {EVERYWHERE_SECONDS:.0f}")
    spent = sum(one.cost().cpu_seconds for one in nodes) - spent
    tell(f"  CPU of all nodes meanwhile {spent:.1f} s; {load()}")


def _news(
    nodes: Sequence[NodeProcess], pool: ThreadPoolExecutor, chance: random.Random
) -> None:
    heading("Publish to searchable on all other nodes", load())
    taken: list[float] = []
    for number, seller in enumerate(chance.sample(list(nodes), NEWS)):
        word = f"violin{number}"
        file = _listing(number) | {"slug": f"violin-{number}", "title": f"A {word}"}
        began = time.perf_counter()
        seller.client.call(ListingPublish(listings=(file,), folder="/"))
        others = [one for one in nodes if one is not seller]
        taken += pool.map(partial(_seen, word, began), others)
        time.sleep(NEWS_PAUSE_SECONDS)
    spread("all sightings", [one * MS for one in taken], "ms", "p95 < 2000")


def _seen(word: str, began: float, node: NodeProcess) -> float:
    while True:
        view: SearchView = node.client.call(Search(words=word))
        passed = time.perf_counter() - began
        if view.results:
            return passed
        assert passed < PATIENCE_SECONDS, f"{word} was not found"
        time.sleep(NEWS_LOOK_SECONDS)


def _killed(
    nodes: Sequence[NodeProcess], pool: ThreadPoolExecutor, chance: random.Random
) -> None:
    """The first node, which all others began with, is among those that go."""
    dead = [nodes[0], *chance.sample(list(nodes[1:]), KILLED - 1)]
    for node in dead:
        os.kill(node.process.pid, signal.SIGKILL)
    alive = [one for one in nodes if one not in dead]
    heading(f"Find after {len(dead)} of {len(nodes)} were killed at once", load())
    _find(nodes, alive, pool, chance, "success >= 99 %")
    silent = alive[: len(alive) * 3 // 10]
    for node in silent:
        os.kill(node.process.pid, signal.SIGSTOP)
    awake = [one for one in alive if one not in silent]
    heading(f"Find while {len(silent)} of {len(alive)} are silent", load())
    _find(nodes, awake, pool, chance, "p95 < 6 s")


def _find(
    nodes: Sequence[NodeProcess],
    awake: Sequence[NodeProcess],
    pool: ThreadPoolExecutor,
    chance: random.Random,
    goal: str,
) -> None:
    """Search for any listing; then open those whose owner lives, and those whose does not."""
    each = LISTINGS // SELLERS
    wanted = [
        [chance.randrange(each * SELLERS) for _ in range(FINDS // len(awake) + 1)]
        for _ in awake
    ]
    _say("search for any listing", _asked(pool, _hit, awake, wanted), goal)
    kinds = (("open, owner there", True, FINDS), ("open, owner gone", False, GONE))
    for what, is_there, most in kinds:
        chosen = [
            [one for one in numbers if (nodes[one // each] in awake) == is_there][:most]
            for numbers in wanted
        ]
        opened = _asked(pool, _opened, awake, chosen)
        _say(what, opened, goal if is_there else "reported")


def _asked(
    pool: ThreadPoolExecutor,
    ask: Callable[[NodeProcess, int], Told],
    nodes: Sequence[NodeProcess],
    wanted: Sequence[Sequence[int]],
) -> list[Told]:
    """Each node asks for its own numbers in turn, all nodes at once."""

    def all_of(node: NodeProcess, numbers: Sequence[int]) -> list[Told]:
        return [ask(node, number) for number in numbers]

    return [told for part in pool.map(all_of, nodes, wanted) for told in part]


def _hit(node: NodeProcess, number: int) -> Told:
    def look() -> bool:
        view: SearchView = node.client.call(Search(words=f"number{number}"))
        return bool(view.results)

    return _timed(look)


def _opened(node: NodeProcess, number: int) -> Told:
    def look() -> bool:
        view: SearchView = node.client.call(Search(words=f"number{number}"))
        node.client.call(ListingShow(id=view.results[0].listing_id))
        return True

    return _timed(look)


_faults: Counter[str] = Counter()


def _timed(look: Callable[[], bool]) -> Told:
    began = time.perf_counter()
    try:
        done = look()
    except (RpcError, IndexError) as error:
        done = False
        _faults[str(error)] += 1
    return time.perf_counter() - began, done


def _say(what: str, told: Sequence[Told], goal: str) -> None:
    share = sum(done for _, done in told) / len(told)
    times = [seconds * MS for seconds, _ in told]
    spread(f"{what}, {share:.1%} found", times, "ms", goal)
    faults = ", ".join(f"{n} x {words}" for words, n in _faults.most_common(3))
    _faults.clear()
    tell(f"    p99 {percentile(times, 0.99):.0f} ms{f'; {faults}' if faults else ''}")
