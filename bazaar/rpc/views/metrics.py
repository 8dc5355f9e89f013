"""A node's figures as Prometheus text (exposition format 0.0.4); told only to whom asks."""

import os
import resource
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from bazaar.rpc.schema.node import StatusView

_MEMORY: Final = Path("/proc/self/statm")
_DESCRIPTORS: Final = Path("/proc/self/fd")
_STARTED: Final = time.time()


class Process(NamedTuple):
    """What the process uses; memory in bytes, None where the system does not tell."""

    started: float
    cpu_seconds: float
    memory: int | None
    descriptors: int | None


class Figure(NamedTuple):
    """One metric: its name, kind, meaning, and a value per set of labels."""

    name: str
    kind: str
    help: str
    values: tuple[tuple[Mapping[str, str], float], ...]


def process() -> Process:
    """What this process uses now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return Process(_STARTED, used.ru_utime + used.ru_stime, _memory(), _descriptors())


def prometheus(status: StatusView, used: Process) -> str:
    """All figures, a family after the other; ends with a line end."""
    return "".join(
        line for one in (*_of_node(status), *_of_process(used)) for line in _lines(one)
    )


def _of_node(status: StatusView) -> tuple[Figure, ...]:
    about = {"version": status.version, "network": status.network}
    counts = tuple(({"name": name}, n) for name, n in status.counters.items())
    return (
        Figure("bazaar_info", "gauge", "The program.", ((about, 1),)),
        _gauge("bazaar_peers", "Live connections.", status.peers),
        _gauge("bazaar_outbox", "Messages not yet acknowledged.", status.outbox),
        _gauge("bazaar_in_mailboxes", "Of them, in a mailbox.", status.in_mailboxes),
        _gauge("bazaar_listings", "Listings searchable.", status.catalogue.listings),
        _gauge("bazaar_stores", "Stores searchable.", status.catalogue.stores),
        _gauge(
            "bazaar_synced_timestamp_seconds", "Last word of a peer.", status.synced
        ),
        _gauge("bazaar_warnings", "Sentences for the owner.", len(status.warnings)),
        Figure("bazaar_events_total", "counter", "Limits met and the like.", counts),
    )


def _of_process(used: Process) -> tuple[Figure, ...]:
    nothing: Mapping[str, str] = {}
    cpu = ((nothing, used.cpu_seconds),)
    return (
        Figure("process_cpu_seconds_total", "counter", "CPU used.", cpu),
        _gauge("process_start_time_seconds", "Start of the node.", used.started),
        _gauge("process_resident_memory_bytes", "Memory used.", used.memory),
        _gauge("process_open_fds", "Open descriptors.", used.descriptors),
    )


def _gauge(name: str, words: str, value: float | None) -> Figure:
    return Figure(name, "gauge", words, () if value is None else (({}, value),))


def _lines(figure: Figure) -> list[str]:
    if not figure.values:
        return []
    return [
        f"# HELP {figure.name} {figure.help}\n",
        f"# TYPE {figure.name} {figure.kind}\n",
        *(f"{figure.name}{_labels(by)} {value}\n" for by, value in figure.values),
    ]


def _labels(labels: Mapping[str, str]) -> str:
    said = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
    return f"{{{said}}}" if said else ""


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _memory() -> int | None:
    try:
        return int(_MEMORY.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return None


def _descriptors() -> int | None:
    try:
        return len(list(_DESCRIPTORS.iterdir()))
    except OSError:
        return None
