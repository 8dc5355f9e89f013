"""Runs ``bazaar`` and samples what its CPU time goes to: ``BENCH_SAMPLES=FOLDER`` has every
node process of a benchmark started this way.

A signal every 5 ms of CPU of the whole process notes the stack of the main thread, or of
the threads that work while it waits. At the end each stack and its count are a line of a file.
"""

import os
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Final

from bazaar.__main__ import main

STEP_SECONDS: Final = 0.005
WAITING: Final = frozenset({"get_events", "wait", "_bootstrap", "_work", "get"})
"""Names of innermost functions that mean a thread does nothing."""

_stacks: Counter[str] = Counter()


def _sample(signum: int, frame: FrameType | None) -> None:
    del signum
    if frame is not None and frame.f_code.co_name not in WAITING:
        _stacks["main;" + _named(frame)] += 1
        return
    others = [one for one in sys._current_frames().values() if one is not frame]
    busy = [one for one in others if one.f_code.co_name not in WAITING]
    for one in busy[:1]:
        _stacks["thread;" + _named(one)] += 1


def _named(frame: FrameType | None) -> str:
    names: list[str] = []
    while frame is not None:
        code = frame.f_code
        file = "/".join(code.co_filename.rsplit("/", 2)[-2:])
        names.append(f"{file}:{code.co_name}")
        frame = frame.f_back
    return ";".join(reversed(names))


def _end(signum: int, frame: FrameType | None) -> None:
    """What was sampled so far is written at SIGUSR2, so that a kill later loses nothing."""
    del signum, frame
    path = Path(os.environ["BENCH_SAMPLES"]) / f"{os.getpid()}.{time.time():.0f}.txt"
    lines = [f"{stack} {count}" for stack, count in _stacks.most_common()]
    _stacks.clear()
    path.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    signal.signal(signal.SIGPROF, _sample)
    signal.signal(signal.SIGUSR2, _end)
    signal.setitimer(signal.ITIMER_PROF, STEP_SECONDS, STEP_SECONDS)
    sys.exit(main())
