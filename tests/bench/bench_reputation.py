"""Weighing ratings for one viewer: 100,000 of them, and the ways to one seller; CPU time."""

import random
import time
from itertools import pairwise
from typing import Final

from bazaar.domain.reputation.reputation import Market, View, Voice
from bazaar.domain.trading.messages import Role
from tests.bench.figures import MS, heading, percentile, tell

USERS: Final = 5_000
SELLERS: Final = 800
RATINGS: Final = 100_000
FOLLOWED: Final = 5
BOUGHT: Final = 10
ASKED: Final = 60
RUNS: Final = 5
NOW: Final = 1_800_000_000
SEED: Final = 1


def key(number: int) -> bytes:
    return number.to_bytes(32, "big")


def ratings(chance: random.Random) -> list[Voice]:
    """People buy from few sellers again; half of the ratings are by sellers."""
    told: list[Voice] = []
    for number in range(RATINGS // 2):
        buyer = SELLERS + chance.randrange(USERS - SELLERS)
        seller = int(SELLERS * chance.random() ** 2)
        at = NOW - chance.randrange(400 * 86_400)
        stars = 5 if chance.random() < 0.85 else chance.randint(1, 4)
        for author, ratee, role, given in (
            (buyer, seller, Role.SELLER, stars),
            (seller, buyer, Role.BUYER, 5),
        ):
            slot = key(2 * number + (role is Role.BUYER))
            value = chance.randint(9, 13)
            told.append(
                Voice(key(author), key(ratee), slot, role, given, at, value, "EUR")
            )
    return told


def test_weighing() -> None:
    chance = random.Random(SEED)
    told = ratings(chance)
    viewer = key(USERS)
    for seller in chance.sample(range(SELLERS), BOUGHT):
        told.append(
            Voice(viewer, key(seller), key(seller), Role.SELLER, 5, NOW, 11, "EUR")
        )
    seeds = frozenset(key(SELLERS + n) for n in range(FOLLOWED))
    view = View(viewer, seeds, NOW)
    heading(f"Reputation of {SELLERS} sellers from {RATINGS:,} ratings")
    marks = [time.process_time()]
    market = Market(told, view)
    marks.append(time.process_time())
    for _ in range(RUNS - 1):
        market = Market(told, view)
        marks.append(time.process_time())
    whole = sorted(b - a for a, b in pairwise(marks))
    tell(
        f"all pairs and all trust: {whole[RUNS // 2] * MS:.0f} ms, the middle of {RUNS}"
    )
    start = time.process_time()
    trust = market.trust()
    tell(
        f"trust alone: {(time.process_time() - start) * MS:.1f} ms for {len(trust)} keys"
    )
    spans: list[float] = []
    reached = 0
    for seller in chance.sample(range(SELLERS), ASKED):
        start = time.process_time()
        reached += market.score(key(seller)).paths >= 3
        spans.append(time.process_time() - start)
    tell(
        f"one seller with its ways: p95 {percentile(spans, 0.95) * MS:.0f} ms; "
        f"{reached} of {ASKED} have three ways or more"
    )
    assert reached > ASKED // 2
