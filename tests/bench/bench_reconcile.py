"""Figures of reconciliation: a difference of 1 % among 100,000 heads, bytes and rounds."""

import random
import time
from typing import Final

from bazaar.domain.exchange.coding import encode
from bazaar.domain.exchange.stores import MAX_HEADS_BY_ID, HeadsById
from bazaar.domain.stores.head import head_of
from bazaar.domain.stores.head_set import HeadSet, head_key
from bazaar.domain.stores.reconcile import (
    answer,
    decode_sync,
    encode_sync,
    opening,
    short,
)
from tests.bench.figures import MS, heading, tell
from tests.bench.processes import load
from tests.domain.samples import NOW, SELLER, signed
from tests.store.samples import card

HEADS: Final = 100_000
DIFFERENT: Final = HEADS // 100
SECONDS_BETWEEN: Final = 25
"""So many heads in about 29 days, the life of a head."""

CARDS_OF_A_STORE: Final = 20
GOAL_ROUNDS: Final = 5
GOAL_SHARE: Final = 0.1


def test_reconcile() -> None:
    chance = random.Random(3)
    keys = [
        head_key(NOW + SECONDS_BETWEEN * number, chance.randbytes(32))
        for number in range(HEADS)
    ]
    began = time.process_time()
    whole = HeadSet(keys)
    whole.fingerprint(0, len(whole))
    heading(f"Reconcile {HEADS} heads, {DIFFERENT} of them different", load())
    tell(f"  building the set and its sums {(time.process_time() - began) * MS:.0f} ms")
    cards = [card(f"lamp-{number}") for number in range(CARDS_OF_A_STORE)]
    made = head_of(SELLER.key, 1, NOW, cards, bytes(32))
    head, store = len(signed(made).envelope), made.size
    tell(f"  a head has {head} bytes, the cards of its store {store}")
    _compare("the newest are missing", whole, HeadSet(keys[:-DIFFERENT]), head, store)
    spread = frozenset(chance.sample(range(HEADS), DIFFERENT))
    rest = HeadSet(key for number, key in enumerate(keys) if number not in spread)
    _compare("missing all over", whole, rest, head, store)


def _compare(what: str, whole: HeadSet, part: HeadSet, head: int, store: int) -> None:
    """The one who lacks them asks; then the one who has them."""
    for who, asker, other in (
        ("he who lacks them asks", part, whole),
        ("he who has them asks", whole, part),
    ):
        began = time.process_time()
        size, rounds, found = 0, 0, set[bytes]()
        message, turn = opening(asker), other
        while message.ranges:
            data = encode_sync(message)
            size, rounds = size + len(data), rounds + (turn is other)
            said = answer(turn, decode_sync(data))
            found |= set(said.lacks)
            message, turn = said.message, asker if turn is other else other
        spent = (time.process_time() - began) * MS
        missing = {short(key) for key in whole.part(0, len(whole)) if key not in part}
        assert found == missing
        batch = len(encode(HeadsById(tuple(sorted(found)[:MAX_HEADS_BY_ID]))))
        asked = size + batch * -(-len(found) // MAX_HEADS_BY_ID)
        heads, cards = (
            asked / (head * len(found)),
            asked / ((head + store) * len(found)),
        )
        tell(
            f"  {what}, {who}: {rounds} rounds (goal {GOAL_ROUNDS}), {size} bytes, "
            f"with the requests for heads {asked}: {heads:.1%} of the heads, "
            f"{cards:.2%} of heads and cards (goal {GOAL_SHARE:.0%}); {spent:.0f} ms of CPU"
        )
