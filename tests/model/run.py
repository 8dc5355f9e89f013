"""Run every configuration of the Promela models and print one verdict line per property.

Needs Spin and a C compiler. Ends with 1 when a property fails where it must hold, or when
a deliberately broken rule, or a known finding, is not found.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple

from configurations import CONFIGURATIONS, MESSAGES, Configuration

HERE: Final = Path(__file__).parent
ROLES: Final = ("B", "S", "A1", "A2")
WORKERS: Final = 2
MEMORY_MIB: Final = 6_000
DEEPEST: Final = 2_000_000
LONGEST_SECONDS: Final = 1_800
INSTALL: Final = "Spin or gcc is missing; on Debian: apt-get install spin gcc"
_PROPERTY: Final = re.compile(
    r"^PROPERTY (\d+) judged (\d+) failed (\d+)$", re.MULTILINE
)
_TRACE: Final = re.compile(r"TRACE (\d+) (\d+) (-?\d+) (-?\d+)")
_STATES: Final = re.compile(r"(\d+) states, stored")
_NAME: Final = re.compile(r"^#define (I\d+\w*|[A-Z_]{3,}) (\d+)$", re.MULTILINE)


class Verdict(NamedTuple):
    """What one run said of one property."""

    name: str
    judged: int
    failed: int


class Result(NamedTuple):
    """One finished run; ``complete`` says that every reachable state was visited."""

    configuration: Configuration
    verdicts: tuple[Verdict, ...]
    states: int
    seconds: float
    complete: bool
    words: str


def property_names() -> dict[int, str]:
    """Names of the properties by the numbers that the models count under."""
    text = (HERE / "verdicts.pml").read_text()
    return {int(number): name for name, number in _NAME.findall(text)}


def flags(configuration: Configuration) -> list[str]:
    """The settings of a configuration as Spin's preprocessor takes them."""
    found = [f"-D{name}={value}" for name, value in configuration.settings.items()]
    for setting, names in configuration.messages.items():
        bits = sum(1 << MESSAGES.index(name) for name in names.split())
        found.append(f"-D{setting}={bits}")
    return found


def command(words: Sequence[str], folder: Path) -> str:
    """Run a tool of the verifier and return all it said."""
    done = subprocess.run(
        words,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_SECONDS,
    )
    return done.stdout + done.stderr


def built(configuration: Configuration, folder: Path, *more: str) -> str:
    """Generate and compile the verifier; returns what the tools complained about."""
    for source in HERE.glob("*.pml"):
        shutil.copy(source, folder)
    said = command(
        ("spin", "-a", *flags(configuration), *more, f"{configuration.model}.pml"),
        folder,
    )
    if not (folder / "pan.c").exists():
        return said
    options = ("-O2", "-w", "-DSAFETY", "-DNOREDUCE", f"-DMEMLIM={MEMORY_MIB}")
    return command(("gcc", *options, "-o", "pan", "pan.c"), folder)


def run(configuration: Configuration) -> Result:
    """Visit every reachable state of one configuration."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        said = built(configuration, folder)
        if (folder / "pan").exists():
            said = command(("./pan", "-n", "-E", "-c0", f"-m{DEEPEST}"), folder)
    names = property_names()
    verdicts = tuple(
        Verdict(names[int(number)], int(judged), int(failed))
        for number, judged, failed in _PROPERTY.findall(said)
    )
    states = _STATES.search(said)
    whole = "Search not completed" not in said and "max search depth" not in said
    return Result(
        configuration,
        verdicts,
        int(states[1]) if states else 0,
        time.monotonic() - began,
        whole and states is not None and "error:" not in said,
        said,
    )


def is_as_expected(result: Result) -> bool:
    """Whether exactly the properties named failed, in a complete search."""
    expected = set(result.configuration.fails.split())
    failed = {verdict.name for verdict in result.verdicts if verdict.failed}
    if result.configuration.is_broken:
        return result.complete and expected <= failed
    return result.complete and failed == expected


def lines(result: Result) -> list[str]:
    """The verdict lines of one run."""
    configuration = result.configuration
    head = f"{configuration.name:24}"
    found = [
        f"{head} {verdict.name:11} {_word(verdict, configuration):28} judged {verdict.judged:>10,}"
        for verdict in result.verdicts
    ]
    ending = "exhaustive" if result.complete else "NOT COMPLETE"
    good = "ok" if is_as_expected(result) else "NOT AS EXPECTED"
    found.append(
        f"{head} {good}: {result.states:,} states, {result.seconds:.1f} s, {ending}"
    )
    return found


def _word(verdict: Verdict, configuration: Configuration) -> str:
    if verdict.failed == 0:
        return "holds"
    if configuration.is_broken:
        return "violated, as it must be"
    known = verdict.name in configuration.fails.split()
    return "violated, a known finding" if known else "VIOLATED"


def trail(configuration: Configuration, stop: str) -> str:
    """The commits of a short run that violates ``stop``: time, role, messages."""
    number = next(n for n, name in property_names().items() if name == stop)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        said = built(configuration, folder, f"-DSTOP={number}")
        if not (folder / "pan").exists():
            return said
        command(("./pan", "-n", "-E", "-m20000", "-c1"), folder)
        said = command(("./pan", "-r", "-n"), folder)
    return "\n".join(_told(*map(int, found)) for found in _TRACE.findall(said))


def _told(moment: int, role: int, first: int, last: int) -> str:
    parts = (first,) if first == last else (first, last)
    names = " | ".join(
        " ".join(name for bit, name in enumerate(MESSAGES) if part >> bit & 1)
        for part in parts
    )
    return f"t={moment:2} {ROLES[role]:2} commits {names}"


def say(words: str) -> None:
    """Print one piece of the report at once."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def run_all(chosen: Sequence[Configuration]) -> bool:
    """Run them two at a time; whether all went as expected."""
    good = True
    with ThreadPoolExecutor(WORKERS) as pool:
        for result in pool.map(run, chosen):
            say("\n".join(lines(result)))
            good = good and is_as_expected(result)
            if not result.complete:
                say(result.words[-2000:])
    return good


def main(arguments: Sequence[str]) -> int:
    """Run all, or those whose names are given; ``trail NAME PROPERTY`` prints a trace."""
    if shutil.which("spin") is None or shutil.which("gcc") is None:
        say(INSTALL)
        return 1
    if len(arguments) == 3 and arguments[0] == "trail":
        named = next(c for c in CONFIGURATIONS if c.name == arguments[1])
        say(trail(named, arguments[2]))
        return 0
    chosen = [c for c in CONFIGURATIONS if not arguments or c.name in arguments]
    began = time.monotonic()
    good = run_all(chosen)
    word = "as expected" if good else "NOT AS EXPECTED"
    say(f"{len(chosen)} configurations, {time.monotonic() - began:.0f} s: {word}")
    return 0 if good and chosen else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
