"""Letters to who is away: left with his mailboxes by our ladder, collected when he returns."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from bazaar.app.delivery.mailboxes import COLLECT_SECONDS
from bazaar.app.delivery.outbox import wait_seconds
from net.sim.population import DAY, Population

LONGEST_SECONDS: Final = 14 * DAY


class Way(NamedTuple):
    """What became of one letter, in seconds after it was written.

    Attributes:
        returned: When the recipient came back.
        delivered: When he had it; infinite if not within two weeks.
    """

    returned: float
    delivered: float


class Letter(NamedTuple):
    """Who writes to whom, and who keeps mail for him."""

    sender: int
    recipient: int
    mailboxes: Sequence[int]


class Post:
    """Follows single letters through days of presence and absence."""

    def __init__(self, population: Population, chance: np.random.Generator) -> None:
        self._population = population
        self._chance = chance

    def follow(self, letter: Letter, written: float) -> Way:
        """One letter to somebody who is away at ``written`` seconds."""
        returned = self._back(letter.recipient, written)
        held: dict[int, float] = {}
        for now in self._tries(letter.sender, written):
            if self._population.is_there(letter.recipient, now):
                found = min(now, self._collected(letter, held, now))
                return Way(returned - written, found - written)
            for host in letter.mailboxes:
                if self._population.is_there(host, now):
                    held.setdefault(host, now)
            if len(held) == len(letter.mailboxes):
                break
        found = self._collected(letter, held, written + LONGEST_SECONDS)
        return Way(returned - written, found - written)

    def _tries(self, sender: int, written: float) -> Sequence[float]:
        """When the outbox tries: by its ladder, and as soon as the sender is back."""
        times, now = list[float](), written
        while now < written + LONGEST_SECONDS:
            now = self._back(sender, now)
            times.append(now)
            now += wait_seconds(int(now - written), self._chance.uniform(-1, 1))
        return times

    def _collected(self, letter: Letter, held: dict[int, float], until: float) -> float:
        """When the recipient, visiting his mailboxes each minute, first finds it."""
        if not held:
            return np.inf
        now = min(held.values())
        while now < until:
            now = self._back(letter.recipient, now)
            if any(
                at <= now and self._population.is_there(host, now)
                for host, at in held.items()
            ):
                return now
            now += COLLECT_SECONDS
        return np.inf

    def _back(self, number: int, now: float) -> float:
        """The first moment from ``now`` at which a node is there; infinite for the dead."""
        if self._population.is_there(number, now):
            return now
        if self._population.is_dead[number]:
            return np.inf
        return now + DAY - (now + float(self._population.phase[number])) % DAY
