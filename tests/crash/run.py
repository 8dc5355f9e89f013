"""Kill a small market at random moments and look what it lost: make crash ARGS="ROUNDS SEED".

A long run can be had in pieces, each with another seed.

Workers are forked ahead, so that no kill waits for an import; one runner per core, each
with markets of its own.
"""

import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from store.book.book import open_book
from tests.crash.audit import Audit
from tests.crash.life import (
    KEPT,
    LEFT,
    READY,
    TEMPLATE,
    Record,
    found,
    heal,
    records,
    trade,
)

ROUNDS: Final = 10_000
RUNNERS: Final = 2
ROUNDS_OF_A_MARKET: Final = 100
SEEDS_OF_A_RUNNER: Final = 1000
LIFE_SECONDS: Final = (0.03, 0.09)
MOST_TOLD: Final = 8
"""A life ends 30 to 90 ms after it told a random number of messages or acknowledgements."""

START_SHARE: Final = 0.1
"""So many kills come while the nodes are still starting."""

START_SECONDS: Final = 300.0
"""Nodes that told nothing for so long are stuck; a loaded machine may need a minute."""


class Result(NamedTuple):
    """What some rounds brought; restart times of all four nodes together, in seconds."""

    rounds: int
    left: int
    kept: int
    faults: list[str]
    restarts: list[float]


class Life(NamedTuple):
    """A worker that waits for its go."""

    process: int
    go: int
    pipe: int


class Work(NamedTuple):
    """A process of its own that writes its answer to a pipe."""

    process: int
    pipe: int

    def answer(self) -> bytes:
        """Wait for it. Raises RuntimeError if it failed; it has said why."""
        with os.fdopen(self.pipe, "rb") as pipe:
            data = pipe.read()
        if os.waitpid(self.process, 0)[1] != 0:
            raise RuntimeError("a process of the run failed")
        return data


def in_child(work: Callable[[], Any]) -> Work:
    """Do ``work`` in a process of its own; its answer comes encoded."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        failed = 1
        try:
            with os.fdopen(write, "wb") as pipe:
                pipe.write(msgspec.msgpack.encode(work()))
            failed = 0
        except BaseException:  # noqa: BLE001 - the child says what it was, and ends
            traceback.print_exc()
        finally:
            os._exit(failed)
    os.close(write)
    return Work(child, read)


def forked(folder: Path, begun: float) -> Life:
    """A worker on the market in ``folder``, ready to start."""
    go, start = os.pipe()
    pipe, told = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(start)
            if os.read(go, 1):
                trade(folder, begun, told)
        except BaseException:  # noqa: BLE001 - as above
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(go)
    os.close(told)
    return Life(child, start, pipe)


def killed(life: Life, chance: random.Random) -> tuple[list[Record], float | None]:
    """Let it live, kill it; what it told, and how long its nodes took to start."""
    os.write(life.go, b"g")
    begun = time.perf_counter()
    seconds = chance.uniform(*LIFE_SECONDS)
    data, restart = b"", None
    is_early = chance.random() < START_SHARE
    wanted = chance.randrange(MOST_TOLD)
    end = begun + (seconds if is_early else START_SECONDS)
    while (left := end - time.perf_counter()) > 0:
        ready, _, _ = select.select([life.pipe], [], [], left)
        if not ready:
            break
        more = os.read(life.pipe, 65_536)
        if not more:
            break
        data += more
        if restart is None and READY.encode() in data:
            restart = time.perf_counter() - begun
        if not is_early and _told(data) > wanted:
            end = min(end, time.perf_counter() + seconds)
    os.kill(life.process, signal.SIGKILL)
    os.close(life.go)
    os.waitpid(life.process, 0)
    with os.fdopen(life.pipe, "rb") as pipe:
        data += pipe.read()
    if not data and not is_early:
        raise RuntimeError("the nodes did not start")
    return records(data), restart


def _told(data: bytes) -> int:
    return data.count(LEFT.encode()) + data.count(KEPT.encode())


def market(rounds: int, seed: int, template: Path) -> Result:
    """So many kills of one market, and its recovery at the end."""
    folder = Path(tempfile.mkdtemp(prefix="bazaar-crash-"))
    shutil.copytree(template, folder, dirs_exist_ok=True)
    chance, audit, restarts = random.Random(seed), Audit(), list[float]()
    begun = time.time()
    life = forked(folder, begun)
    for number in range(rounds):
        coming = forked(folder, begun) if number + 1 < rounds else None
        told, restart = killed(life, chance)
        restarts += [] if restart is None else [restart]
        audit.hear(told)
        audit.check(folder)
        if coming is not None:
            life = coming
    problems = msgspec.msgpack.decode(
        in_child(lambda: heal(folder, begun)).answer(), type=list[str]
    )
    audit.check(folder)
    faults = audit.faults + [f"not healed: {one}" for one in problems]
    if faults:
        sys.stderr.write(f"kept for a look: {folder}\n")
    else:
        shutil.rmtree(folder)
    return Result(rounds, audit.left, audit.kept, faults, restarts)


def runner(rounds: int, seed: int, template: Path) -> Result:
    """Market after market until all rounds are done."""
    results: list[Result] = []
    while rounds:
        some = min(rounds, ROUNDS_OF_A_MARKET)
        results.append(market(some, SEEDS_OF_A_RUNNER * seed + len(results), template))
        rounds -= some
        _progress(results, seed)
    return joined(results)


def _progress(results: list[Result], seed: int) -> None:
    so_far = joined(results)
    faults = len(so_far.faults)
    words = f"{so_far.left} had left, {so_far.kept} were acknowledged"
    sys.stderr.write(
        f"runner {seed}: {so_far.rounds} kills, {words}, {faults} faults\n"
    )


def joined(results: list[Result]) -> Result:
    """All results as one."""
    faults = [fault for one in results for fault in one.faults]
    restarts = [second for one in results for second in one.restarts]
    return Result(
        sum(one.rounds for one in results),
        sum(one.left for one in results),
        sum(one.kept for one in results),
        faults,
        restarts,
    )


def run(rounds: int, seed: int = 0, runners: int = RUNNERS) -> Result:
    """All rounds, shared among the runners; another ``seed``, other moments."""
    template = Path(tempfile.mkdtemp(prefix="bazaar-crash-"))
    open_book(template / TEMPLATE).close()
    in_child(lambda: found(template)).answer()
    shares = [len(range(number, rounds, runners)) for number in range(runners)]
    works = [
        in_child(partial(runner, share, seed * runners + number, template))
        for number, share in enumerate(shares)
    ]
    answers = [work.answer() for work in works]
    results = [msgspec.msgpack.decode(one, type=Result) for one in answers]
    shutil.rmtree(template)
    return joined(results)


def main() -> int:
    """Run, print one line of figures and the faults; 1 if there are any."""
    words = [int(word) for word in sys.argv[1:]]
    rounds, seed = (*words, *(ROUNDS, 0)[len(words) :])
    begun = time.perf_counter()
    result = run(rounds, seed)
    seconds = time.perf_counter() - begun
    times = sorted(result.restarts)
    half, most = times[len(times) // 2], times[-1]
    faults = len(result.faults)
    sys.stdout.write(
        f"{result.rounds} kills in {seconds:.0f} s ({result.rounds / seconds:.1f}/s): "
        f"{result.left} messages had left, {result.kept} were acknowledged, "
        f"{faults} faults; four nodes restarted in {half * 1000:.0f} ms (median), "
        f"{most * 1000:.0f} ms (longest)\n"
    )
    for fault in result.faults[:50]:
        sys.stdout.write(f"  {fault}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
