"""The few phases of a trade and of its parts (7.6); everything else is a field."""

from enum import StrEnum
from typing import Final


class Phase(StrEnum):
    """A trade's phase, or once funded the phase of a part."""

    NONE = "none"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    AGREED = "agreed"
    FUNDED = "funded"
    ABORTED = "aborted"
    WAITING = "waiting"
    SHIPPED = "shipped"
    DISPUTED = "disputed"
    RULED = "ruled"
    PAYABLE = "payable"
    PAID = "paid"
    CLOSED = "closed"


PART_PHASES: Final = (
    Phase.WAITING,
    Phase.SHIPPED,
    Phase.DISPUTED,
    Phase.RULED,
    Phase.PAYABLE,
    Phase.PAID,
)
"""Phases of a part from the least to the most advanced."""

DECIDED: Final = frozenset({Phase.PAYABLE, Phase.PAID})
ENDED: Final = frozenset({Phase.CLOSED, Phase.ABORTED})


def least_advanced(phases: list[Phase]) -> Phase:
    """The phase that a trade with parts in ``phases`` shows."""
    return min(phases, key=PART_PHASES.index)
