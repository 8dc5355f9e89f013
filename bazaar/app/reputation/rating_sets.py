"""Ratings of one key from many sources: each verified alone, one counted per series (11.3)."""

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any, Final, NamedTuple

import trio

from bazaar.app.trading.proofs import Contradiction
from bazaar.domain.errors import BazaarError
from bazaar.domain.reputation.rating import Rating, RatingReply
from bazaar.domain.reputation.rating_rules import (
    Rated,
    check_correction,
    check_rating,
    check_reply,
)
from bazaar.domain.wire.envelope import Signed, verify_as

PAUSE_AFTER: Final = 16
"""Ratings verified in one go, a few milliseconds; then others may run."""

Judged = tuple[Signed[Rating], Rated]


class Counted(NamedTuple):
    """One rating that counts.

    Attributes:
        earlier: What it took the place of, or None.
        reply: What the ratee answered, or None.
    """

    rating: Signed[Rating]
    rated: Rated
    earlier: Signed[Rating] | None
    reply: Signed[RatingReply] | None


class Gathered(NamedTuple):
    """Valid ratings of a key, newest first, and how many were refused."""

    counted: tuple[Counted, ...]
    refused: int

    @property
    def ratings(self) -> list[Signed[Rating]]:
        """The ratings alone."""
        return [one.rating for one in self.counted]


class Found:
    """What sources showed of one ratee.

    Attributes:
        ratings: Valid ones by id.
        replies: Valid ones of the ratee by id.
        refused: How many were not.
    """

    def __init__(self, ratee: bytes, network: bytes) -> None:
        self.ratee = ratee
        self.ratings: dict[bytes, Judged] = {}
        self.replies: dict[bytes, Signed[RatingReply]] = {}
        self.refused = 0
        self._network = network

    async def take(self, envelopes: Iterable[bytes]) -> None:
        """Verify and keep; cancelling keeps what was verified so far."""
        for number, envelope in enumerate(envelopes):
            if number % PAUSE_AFTER == 0:
                await trio.lowlevel.checkpoint()
            self.refused += not self._take(envelope)

    async def take_replies(self, envelopes: Iterable[bytes]) -> None:
        """As ``take``; the ratings must have been taken before their replies."""
        for number, envelope in enumerate(envelopes):
            if number % PAUSE_AFTER == 0:
                await trio.lowlevel.checkpoint()
            self.refused += not self._take_reply(envelope)

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

    def _take_reply(self, envelope: bytes) -> bool:
        try:
            reply = verify_as(RatingReply, envelope, self._network)
            judged = self.ratings.get(reply.body.rating)
            if judged is not None:
                check_reply(reply, judged[0])
        except BazaarError:
            return False
        if judged is not None:
            self.replies[reply.id] = reply
        return judged is not None

    def gathered(self) -> Gathered:
        """All that counts."""
        return Gathered(tuple(self._counted()), self.refused)

    def _counted(self) -> Iterator[Counted]:
        answers = _newest_replies(self.replies.values())
        for rating, rated, earlier in _chosen(self.ratings.values()):
            reply = answers.get(rating.id)
            if reply is None and earlier is not None:
                reply = answers.get(earlier.id)
            yield Counted(rating, rated, earlier, reply)

    def contradictions(self) -> Iterator[Contradiction]:
        """Pairs of one author in one place (10, class 3)."""
        series = _series(self.ratings.values()).values()
        groups: list[list[Signed[Any]]] = [[one for one, _ in held] for held in series]
        answered: dict[bytes, list[Signed[Any]]] = {}
        for reply in self.replies.values():
            answered.setdefault(reply.body.rating, []).append(reply)
        for group in (*groups, *answered.values()):
            for one, other in combinations(group, 2):
                if one.author == other.author and one.body.seq == other.body.seq:
                    yield Contradiction(one.author, one.envelope, other.envelope)


def counted(found: Iterable[Judged]) -> list[Signed[Rating]]:
    """One rating per series, newest first: a correction instead of the first.

    Two with one seq count as none; a correction that came too late does not count.
    """
    return [rating for rating, _, _ in _chosen(found)]


_Chosen = tuple[Signed[Rating], Rated, Signed[Rating] | None]


def _chosen(found: Iterable[Judged]) -> list[_Chosen]:
    series = _series(found).values()
    chosen = [one for held in series if (one := _one_of(held)) is not None]
    return sorted(chosen, key=lambda one: (-one[0].body.at, one[0].id))


def _series(found: Iterable[Judged]) -> dict[tuple[bytes, bytes, int], list[Judged]]:
    series: dict[tuple[bytes, bytes, int], list[Judged]] = {}
    for rating, rated in found:
        key = (rated.slot.id, rated.rating_key, rating.body.line)
        series.setdefault(key, []).append((rating, rated))
    return series


def _one_of(held: list[Judged]) -> _Chosen | None:
    first = [one for one in held if one[0].body.seq == 0]
    second = [one for one in held if one[0].body.seq == 1]
    if len(first) > 1 or len(second) > 1:
        return None
    if first and second:
        try:
            check_correction(first[0][0].body, second[0][0].body)
        except BazaarError:
            return (*first[0], None)
        return (*second[0], first[0][0])
    return (*(second or first)[0], None)


def _newest_replies(
    replies: Iterable[Signed[RatingReply]],
) -> dict[bytes, Signed[RatingReply]]:
    """The reply that counts, by rating; two of one seq count as none."""
    places: dict[tuple[bytes, int], list[Signed[RatingReply]]] = {}
    for reply in replies:
        places.setdefault((reply.body.rating, reply.body.seq), []).append(reply)
    return {
        rating: held[0]
        for (rating, _), held in sorted(places.items())
        if len(held) == 1
    }
