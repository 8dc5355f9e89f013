"""Deadlines of a contract: minimums, extensions, grace and a node's own cut-off (7.4)."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from bazaar.domain.wire.networks import DAY, HOUR, Network

MAX_EXTENSION_SUM_DAYS: Final = 60
MAX_TRADE_DAYS: Final = 180
"""From T0 to T5; the one bound of 7.4 that a local network's scale does not divide (1)."""

ANSWER_WINDOW_SECONDS: Final = 72 * HOUR
LEAST_WINDOW_SECONDS: Final = 24 * HOUR
GREATEST_WINDOW_SECONDS: Final = 168 * HOUR
BACKUP_WAIT_SECONDS: Final = 48 * HOUR
BREAK_SHARE: Final = 24
LEAST_BREAK_SECONDS: Final = 2
"""A shorter silence of the clock's heartbeat says nothing: it is below its own period."""

ACCEPT_DAYS: Final = 3
GREATEST_ACCEPT_DAYS: Final = 30
"""From the Offer to T0: who accepts keeps goods for it so long. Not divided either."""

RULE_DAYS: Final = 10
BACKUP_DAYS: Final = 7
DEFAULT_DAYS: Final = 3
LEAST_GAP_DAYS: Final = (2, 3)
"""Least days of T1 - T0 and T2 - T1; the seats' gaps are ``w`` and three days."""

SEAT_GAP_DAYS: Final = 3
LEAST_DEFAULT_DAYS: Final = 1


class Deadlines(NamedTuple):
    """T0..T5 in seconds since 1970."""

    t0: int
    t1: int
    t2: int
    t3: int
    t4: int
    t5: int

    def later(self, days: int, network: Network) -> "Deadlines":
        """The same with T1..T5 moved by ``days`` of the network."""
        by = network.scaled(days * DAY)
        return Deadlines(self.t0, *(t + by for t in self[1:]))


class Spell(NamedTuple):
    """A stretch of time in which a node was online without a break."""

    start: int
    end: int


def suggested(
    at: int, accept_days: int, ship_days: int, inspect_days: int, network: Network
) -> Deadlines:
    """The deadlines that a buyer's node writes, counted from its clock ``at``."""
    gaps = (accept_days, ship_days, inspect_days, RULE_DAYS, BACKUP_DAYS, DEFAULT_DAYS)
    times: list[int] = []
    for gap in gaps:
        at += network.scaled(gap * DAY)
        times.append(at)
    return Deadlines(*times)


def problem(deadlines: Deadlines, at: int, window: int, network: Network) -> str | None:
    """Name the rule that ``deadlines`` of an Offer signed at ``at`` break, or None."""
    if (
        not network.scaled(LEAST_WINDOW_SECONDS)
        <= window
        <= network.scaled(GREATEST_WINDOW_SECONDS)
    ):
        return "the answer window is out of bounds"
    if deadlines.t0 - at <= network.grace:
        return "T0 leaves no time to answer"
    if deadlines.t0 - at > GREATEST_ACCEPT_DAYS * DAY:
        return "T0 lies too far ahead"
    seat_gap = window + network.scaled(SEAT_GAP_DAYS * DAY)
    least = (
        *(network.scaled(days * DAY) for days in LEAST_GAP_DAYS),
        seat_gap,
        seat_gap,
        network.scaled(LEAST_DEFAULT_DAYS * DAY),
    )
    for index, gap in enumerate(least):
        if deadlines[index + 1] - deadlines[index] < gap:
            return f"T{index + 1} follows T{index} too soon"
    if deadlines.t5 - deadlines.t0 > MAX_TRADE_DAYS * DAY:
        return "the trade may last too long"
    return None


def cut_off(deadline: int, spells: Sequence[Spell], network: Network) -> int:
    """When a node may judge that something did not arrive by ``deadline``.

    ``spells`` are the node's own times online, ascending. A node that was offline at
    any time from the deadline to the cut waits until it was online for g again.
    """
    grace = network.grace
    longest_break = max(grace // BREAK_SHARE, LEAST_BREAK_SECONDS)
    cut = deadline + grace
    offline_since = None
    for spell in spells:
        gone = offline_since is None or spell.start - offline_since > longest_break
        overlaps = spell.start > deadline and (
            offline_since is None or offline_since < cut
        )
        if gone and overlaps:
            cut = max(cut, spell.start + grace)
        offline_since = spell.end
    return cut
