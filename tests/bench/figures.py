"""How every benchmark prints: one line per figure, its percentiles and its goal."""

import statistics
import sys
from collections.abc import Sequence

MS = 1000.0
US = 1_000_000.0


def tell(line: str) -> None:
    """Print one line of the report."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def heading(title: str, machine: str = "") -> None:
    """Print what follows and under which load."""
    tell(f"\n{title}{f'  ({machine})' if machine else ''}")


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of all do not exceed."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share))]


def spread(
    what: str, values: Sequence[float], unit: str = "ms", goal: str = ""
) -> None:
    """Print p50, p95, least and most of ``values``, which are in ``unit`` already."""
    told = (
        f"  {what:38} p50 {statistics.median(values):9.2f}"
        f"  p95 {percentile(values, 0.95):9.2f}"
        f"  min {min(values):9.2f}  max {max(values):9.2f} {unit}  n {len(values)}"
    )
    tell(told + (f"  goal {goal}" if goal else ""))


def ratio(what: str, subject: float, anchor: float, goal: str = "") -> None:
    """Print a subject beside its anchor; both in microseconds of CPU."""
    told = f"  {what:38} {subject:9.1f} us  anchor {anchor:8.1f} us  ratio {subject / anchor:6.2f}"
    tell(told + (f"  goal {goal}" if goal else ""))
