"""Fuzz every decoder: ``make fuzz``, or ``make fuzz ARGS="SECONDS NAME ..."``.

With atheris installed it chooses inputs by the branches that they reach; without it
they are random mutations. One process for each target, as many at once as there are
cores. What breaks a decoder is printed as bytes, to be put into ``tests/fuzz/finds.py``.
"""

import importlib
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests.fuzz.mutation import mutants

SECONDS: Final = 600
SLOW_SECONDS: Final = 1.0
LIMIT_MIB: Final = 2048
ONE: Final = "--one"


def tell(words: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


class Finds:
    """Counts tries; tells of each place that broke, once."""

    def __init__(self, name: str, decode: Callable[[bytes], bool]) -> None:
        self._name = name
        self._decode = decode
        self._places: set[tuple[str, int | None]] = set()
        self.tries = 0
        self.accepted = 0
        self.slowest = 0.0

    def attempt(self, data: bytes) -> None:
        """Try ``data``."""
        began = time.process_time()
        self.tries += 1
        try:
            self.accepted += self._decode(data)
        except Exception as error:  # noqa: BLE001 - to find any is what this is for
            self._tell(error, data)
        taken = time.process_time() - began
        if taken > max(SLOW_SECONDS, self.slowest):
            tell(f"{self._name}: {taken:.1f} s for {data!r}")
        self.slowest = max(self.slowest, taken)

    def _tell(self, error: Exception, data: bytes) -> None:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = (last.filename, last.lineno)
        if place not in self._places:
            self._places.add(place)
            tell(f"{self._name}: FOUND {error!r} at {place[0]}:{place[1]} by {data!r}")

    def told(self) -> int:
        """Print how it went, in one line; 1 if something was found."""
        tell(
            f"{self._name}: {len(self._places)} found, {self.tries} tries, "
            f"{self.accepted} accepted, slowest {self.slowest * 1000:.0f} ms"
        )
        return int(bool(self._places))


def targets() -> dict[str, Any]:
    """All targets; atheris must see our modules while they are imported."""
    if find_spec("atheris") is None:
        return _targets()
    with importlib.import_module("atheris").instrument_imports(["bazaar", "net"]):
        return _targets()


def _targets() -> dict[str, Any]:
    found: dict[str, Any] = importlib.import_module("tests.fuzz.targets").TARGETS
    return found


def one(name: str, seconds: int) -> int:
    """Fuzz one target in this process; 1 if something was found."""
    target = targets()[name]
    finds = Finds(name, target.try_with)
    end = time.monotonic() + seconds
    if find_spec("atheris"):
        _by_branches(finds, target.seeds(), end)
    for data in mutants(target.seeds(), time.time_ns()):
        if time.monotonic() > end:
            break
        finds.attempt(data)
    return finds.told()


def _by_branches(finds: Finds, seeds: Sequence[bytes], end: float) -> None:
    """Let atheris choose inputs; it never returns, so this process ends here."""
    atheris: Any = importlib.import_module("atheris")

    def attempt(data: bytes) -> None:
        finds.attempt(data)
        if time.monotonic() > end:
            os._exit(finds.told())

    with TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds):
            Path(folder, str(number)).write_bytes(seed)
        limit = f"-rss_limit_mb={LIMIT_MIB}"
        atheris.Setup([sys.argv[0], "-verbosity=0", limit, folder], attempt)
        atheris.Fuzz()


def main(arguments: list[str]) -> int:
    """Fuzz the named targets, or all."""
    if arguments[:1] == [ONE]:
        return one(arguments[1], int(arguments[2]))
    seconds = int(arguments.pop(0)) if arguments and arguments[0].isdigit() else SECONDS
    names = arguments or list(_targets())

    def run(name: str) -> int:
        words = [sys.executable, "-m", "tests.fuzz.run", ONE, name, str(seconds)]
        return subprocess.call(words)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return max(pool.map(run, names))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
