"""Ratings of one key from many sources: each verified alone, one counted per series (11.3)."""

from collections.abc import Iterable
from typing import Final, NamedTuple

import trio

from bazaar.domain.envelope import Signed, verify_as
from bazaar.domain.errors import BazaarError
from bazaar.domain.rating import Rating
from bazaar.domain.rating_rules import Rated, check_correction, check_rating

PAUSE_AFTER: Final = 16
"""Ratings verified in one go, a few milliseconds; then others may run."""


class Gathered(NamedTuple):
    """Valid ratings of a key, newest first, and how many were refused."""

    ratings: list[Signed[Rating]]
    refused: int


Judged = tuple[Signed[Rating], Rated]


class Found:
    """What sources showed of one ratee.

    Attributes:
        ratings: Valid ones by id.
        refused: How many were not.
    """

    def __init__(self, ratee: bytes, network: bytes) -> None:
        self.ratee = ratee
        self.ratings: dict[bytes, Judged] = {}
        self.refused = 0
        self._network = network

    async def take(self, envelopes: Iterable[bytes]) -> None:
        """Verify and keep; cancelling keeps what was verified so far."""
        for number, envelope in enumerate(envelopes):
            if number % PAUSE_AFTER == 0:
                await trio.lowlevel.checkpoint()
            self.refused += not self._take(envelope)

    def _take(self, envelope: bytes) -> bool:
        try:
            rating = verify_as(Rating, envelope, self._network)
            if rating.id in self.ratings:
                return True
            rated = check_rating(rating, self._network)
        except BazaarError:
            return False
        if rating.body.ratee != self.ratee:
            return False
        self.ratings[rating.id] = (rating, rated)
        return True


def counted(found: Iterable[Judged]) -> list[Signed[Rating]]:
    """One rating per series, newest first: a correction instead of the first.

    Two with one seq count as none; a correction that came too late does not count.
    """
    series: dict[tuple[bytes, bytes, int], list[Signed[Rating]]] = {}
    for rating, rated in found:
        key = (rated.slot.id, rated.rating_key, rating.body.line)
        series.setdefault(key, []).append(rating)
    chosen = [one for held in series.values() if (one := _one_of(held)) is not None]
    return sorted(chosen, key=lambda rating: (-rating.body.at, rating.id))


def _one_of(held: list[Signed[Rating]]) -> Signed[Rating] | None:
    first = [rating for rating in held if rating.body.seq == 0]
    second = [rating for rating in held if rating.body.seq == 1]
    if len(first) > 1 or len(second) > 1:
        return None
    if first and second:
        try:
            check_correction(first[0].body, second[0].body)
        except BazaarError:
            return first[0]
    return (second or first)[0]
