"""One step in the course of an order; plain values."""

from typing import NamedTuple


class Step(NamedTuple):
    """One step; ``state`` is done, now, next or bad."""

    state: str
    title: str
    detail: str = ""
    when: str = ""
