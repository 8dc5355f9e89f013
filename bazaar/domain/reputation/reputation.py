"""Independent Voices: what ratings are worth to one viewer, never to everybody (PROTOCOL.md 11.5).

Value, count and stars of a trade prove nothing where a trade between two own identities
costs nothing. What counts are voices that the viewer reaches through trades in which
others took a risk, over paths that share nobody, and each pair of people once.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bazaar.domain.amounts.money import SCALES
from bazaar.domain.reputation.rating import Rating
from bazaar.domain.reputation.slots import Slot
from bazaar.domain.trading.messages import Role
from bazaar.domain.wire.envelope import Signed

DAY_SECONDS: Final = 86_400
HALF_LIFE_DAYS: Final = 180
USUAL_VALUE: Final = 20.0
"""Major units of which a trade proves something; by unit where that is another sum."""

USUAL_VALUES: Final[Mapping[str, float]] = {"HOUR": 1.0, "KWH": 50.0}
DECIMALS_OF_OTHERS: Final = 2
FULL_TRADE: Final = 11.0
OTHER_SIDE: Final = 0.5
"""What a rating by a seller or of an arbiter weighs beside a buyer's of a seller."""

LEAK: Final = 0.5
PASSED_ON: Final = 0.7
ROUNDS: Final = 14
ONE_VOICE: Final = 0.001
"""Trust that makes one voice; fixed per release, never per node."""

VIEWER_SHARE: Final = 0.5
MAX_DEPTH: Final = 6
MAX_PATHS: Final = 10
BAD: Final = 0.4
DECIMALS: Final = 3

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


class Voice(NamedTuple):
    """What one rating under its author's name says.

    Attributes:
        role: Of the ratee.
        overall: 1..5.
        value: Value class of the trade.
    """

    author: bytes
    ratee: bytes
    slot: bytes
    role: int
    overall: int
    at: int
    value: int
    unit: str


def voice_of(rating: Rating, slot: Signed[Slot]) -> Voice:
    """What a checked rating says for the slot that it carries."""
    size = slot.body
    return Voice(
        rating.by,
        rating.ratee,
        slot.id,
        rating.ratee_role,
        rating.overall,
        rating.at,
        size.value_class,
        size.unit,
    )


class View(NamedTuple):
    """From where and when it is looked.

    Attributes:
        seeds: Whom the viewer follows, and the arbiters he chose.
        excluded: Keys whose ratings weigh nothing: those under a proof.
    """

    viewer: bytes
    seeds: frozenset[bytes]
    now: int
    excluded: frozenset[bytes] = frozenset()


class Score(NamedTuple):
    """What one key is to the viewer.

    Attributes:
        score, lower: 0..1; with nobody reached both are the prior's.
        mass: Voices by trust alone, for order in lists.
        paths: Disjoint ways to people who rated, and to those who rated well and badly.
        reached: Raters whose word weighs at all.
        since: When the first of them rated, or None.
        ways: Who stands on each way, from the viewer to the rater.
    """

    score: float
    lower: float
    mass: float
    paths: int
    good: int
    against: int
    reached: frozenset[bytes]
    since: int | None
    ways: tuple[tuple[bytes, ...], ...]


class Market:
    """Every pair that rated, as one viewer weighs it."""

    def __init__(self, voices: Iterable[Voice], view: View) -> None:
        self._view = view
        told = _counted(voices, view)
        keys = {key for one in told for key in (one.author, one.ratee)}
        self._keys: list[bytes] = sorted(keys | view.seeds | {view.viewer})
        self._place = {key: at for at, key in enumerate(self._keys)}
        self._pairs: _Pairs = _pairs(told, self._place, view.now)
        self._first = _first_at(told)
        self.weights: Floats = self._weights()
        self._edges = self._trusting()

    @property
    def keys(self) -> list[bytes]:
        """Everybody, ascending; ``weights`` are in this order."""
        return self._keys

    def mass_of_all(self) -> dict[bytes, float]:
        """N of every key that was rated, rounded; one pass for all."""
        pairs, count = self._pairs, len(self._keys)
        weighed = self.weights[pairs.source] * pairs.strength
        mass: list[float] = np.bincount(pairs.target, weighed, count).tolist()
        rated = set(self._named(pairs.target))
        return {
            key: _rounded(one)
            for key, one in zip(self._keys, mass, strict=True)
            if key in rated
        }

    def _named(self, places: Numbers) -> list[bytes]:
        numbers: list[int] = places.tolist()
        return [self._keys[at] for at in numbers]

    def trust(self) -> Floats:
        """pi: how trust spreads from the viewer and its seeds, in the order of ``keys``."""
        pairs, count = self._pairs, len(self._keys)
        given = np.bincount(pairs.source, pairs.trust, count)
        passed = PASSED_ON * pairs.trust / (LEAK + given[pairs.source])
        share = self._seed_shares(count)
        total, wave = share.copy(), share
        for _ in range(ROUNDS):
            wave = np.bincount(pairs.target, wave[pairs.source] * passed, count)
            total += wave
        return total

    def _seed_shares(self, count: int) -> Floats:
        share = np.zeros(count)
        share[self._place[self._view.viewer]] = VIEWER_SHARE
        seeds = self._view.seeds - {self._view.viewer}
        for seed in sorted(seeds):
            share[self._place[seed]] = (1 - VIEWER_SHARE) / len(seeds)
        return share

    def _weights(self) -> Floats:
        return np.minimum(1.0, self.trust() / ONE_VOICE)

    def _trusting(self) -> dict[bytes, list[bytes]]:
        """Whom each key trusts, ascending; the viewer also whom it follows."""
        edges: dict[bytes, list[bytes]] = {}
        pairs = self._pairs
        trusted = pairs.trust > 0
        sources = self._named(pairs.source[trusted])
        targets = self._named(pairs.target[trusted])
        for source, target in zip(sources, targets, strict=True):
            edges.setdefault(source, []).append(target)
        viewer = self._view.viewer
        known = {*edges.get(viewer, ()), *self._view.seeds} - {viewer}
        edges[viewer] = sorted(known)
        return edges

    def score(self, ratee: bytes) -> Score:
        """What ``ratee`` is to the viewer; the prior if nobody rated it."""
        rows = np.flatnonzero(self._pairs.target == self._place.get(ratee, -1))
        sources: Numbers = self._pairs.source[rows]
        raters = set(self._named(sources))
        strength = self.weights[self._pairs.source[rows]] * self._pairs.strength[rows]
        mass = float(strength.sum())
        quality = (
            float((strength * self._pairs.good[rows]).sum()) / mass if mass else 0.5
        )
        bad = set(self._named(sources[self._pairs.good[rows] < BAD]))
        ways = disjoint_paths(self._edges, self._view.viewer, raters, ratee)
        well = disjoint_paths(self._edges, self._view.viewer, raters - bad, ratee)
        badly = disjoint_paths(self._edges, self._view.viewer, bad, ratee)
        voices = min(mass, len(ways))
        score, lower = _beta(voices, quality)
        reached = frozenset(key for key in raters if self.weights[self._place[key]] > 0)
        since = [self._first[key, ratee] for key in reached]
        return Score(
            score,
            lower,
            _rounded(mass),
            len(ways),
            len(well),
            len(badly),
            reached,
            min(since, default=None),
            ways,
        )


class _Pairs(NamedTuple):
    """Sums over the trades of one pair each."""

    source: Numbers
    target: Numbers
    strength: Floats
    good: Floats
    trust: Floats


def _counted(voices: Iterable[Voice], view: View) -> list[Voice]:
    """Each rating once, in one order whatever came first."""
    excluded = view.excluded
    return sorted(
        {
            one
            for one in voices
            if one.author != one.ratee and one.author not in excluded
        }
    )


def _pairs(told: Sequence[Voice], place: Mapping[bytes, int], now: int) -> _Pairs:
    count = len(place)
    source = np.array([place[one.author] for one in told], np.int64)
    target = np.array([place[one.ratee] for one in told], np.int64)
    weight = _evidence(told, now)
    stars = (np.array([one.overall for one in told], float) - 1) / 4
    pair, at = np.unique(source * count + target, return_inverse=True)
    evidence = np.bincount(at, weight, len(pair))
    good = np.bincount(at, weight * stars, len(pair)) / np.maximum(evidence, 1e-300)
    strength = 1 - np.exp(-evidence)
    trust = strength * np.maximum(0.0, 2 * good - 1)
    source, target = np.divmod(pair, count)
    return _Pairs(source, target, strength, good, trust)


def _evidence(told: Sequence[Voice], now: int) -> Floats:
    """What each rating weighs; those of one slot share one trade's weight."""
    slots: dict[bytes, int] = {}
    for one in told:
        slots[one.slot] = slots.get(one.slot, 0) + 1
    sizes = {one.unit: _usual(one.unit) for one in told}
    value = np.array([2.0**one.value / sizes[one.unit] for one in told], float)
    days = np.array([max(0, now - one.at) for one in told], float) / DAY_SECONDS
    side = np.array(
        [1.0 if one.role == Role.SELLER else OTHER_SIDE for one in told], float
    )
    shared = np.array([slots[one.slot] for one in told], float)
    size = np.minimum(1.0, np.log1p(value) / np.log(FULL_TRADE))
    return size * np.exp2(-days / HALF_LIFE_DAYS) * side / shared


def _usual(unit: str) -> float:
    """The usual value of a unit, in its minor units; a unit not known here has cents."""
    scale = SCALES.get(unit, DECIMALS_OF_OTHERS)
    return float(USUAL_VALUES.get(unit, USUAL_VALUE) * 10.0**scale)


def _first_at(told: Iterable[Voice]) -> dict[tuple[bytes, bytes], int]:
    first: dict[tuple[bytes, bytes], int] = {}
    for one in told:
        pair = (one.author, one.ratee)
        first[pair] = min(first.get(pair, one.at), one.at)
    return first


def _beta(voices: float, quality: float) -> tuple[float, float]:
    """Mean and lower bound of what ``voices`` of ``quality`` leave to expect."""
    a, b = 1 + voices * quality, 1 + voices * (1 - quality)
    mean = a / (a + b)
    spread = (a * b / ((a + b) ** 2 * (a + b + 1))) ** 0.5
    return _rounded(mean), _rounded(mean - spread)


def _rounded(value: float) -> float:
    return round(float(value), DECIMALS)


# ------------------------------------------------------------------ disjoint paths


def disjoint_paths(
    edges: Mapping[bytes, Sequence[bytes]],
    viewer: bytes,
    raters: Collection[bytes],
    ratee: bytes,
) -> tuple[tuple[bytes, ...], ...]:
    """Ways from ``viewer`` to ``raters`` that share nobody, at most ten, shortest first.

    Greedy, so it may find fewer than there are and never more. Nobody is vouched for by
    a way over himself.
    """
    wanted = set(raters) - {ratee}
    found: list[tuple[bytes, ...]] = []
    if viewer in wanted:
        wanted.discard(viewer)
        found.append((viewer,))
    used = {ratee}
    while wanted and len(found) < MAX_PATHS:
        way = _shortest(edges, viewer, wanted, used)
        if way is None:
            break
        found.append(way)
        used |= set(way[1:])
        wanted -= used
    return tuple(found)


def _shortest(
    edges: Mapping[bytes, Sequence[bytes]],
    viewer: bytes,
    wanted: Collection[bytes],
    used: Collection[bytes],
) -> tuple[bytes, ...] | None:
    before: dict[bytes, bytes | None] = {viewer: None}
    queue: deque[tuple[bytes, int]] = deque([(viewer, 0)])
    while queue:
        here, depth = queue.popleft()
        if here in wanted:
            return _back(before, here)
        if depth == MAX_DEPTH:
            continue
        for there in edges.get(here, ()):
            if there not in before and there not in used:
                before[there] = here
                queue.append((there, depth + 1))
    return None


def _back(before: Mapping[bytes, bytes | None], end: bytes) -> tuple[bytes, ...]:
    way: list[bytes] = []
    here: bytes | None = end
    while here is not None:
        way.append(here)
        here = before[here]
    return tuple(reversed(way))
