"""What it costs to take in heads of several sizes, beside checking one signature.

Run: python tests/bench/store_ingest.py [--cards 4000]
"""

import argparse
import hashlib
import random
import tempfile
import time
from pathlib import Path
from typing import Final

from nacl.signing import SigningKey
from store_search import NETWORK, NOW, cards, tell, vocabulary

from bazaar.domain.card import cut
from bazaar.domain.envelope import seal, verify
from bazaar.domain.head import head_of
from store.catalogue.heads import apply_head
from store.catalogue.schema import prepare
from store.engine import WRITER_PRAGMAS, sqlite_engine

SIZES: Final = (1, 10, 100, 1000)
VERIFICATIONS: Final = 500


def anchor_us() -> float:
    """CPU microseconds of one verification of a store head."""
    key = SigningKey(bytes(32))
    envelope = seal(
        head_of(key.verify_key.encode(), 1, NOW, [], bytes(32)), key, NETWORK
    ).envelope
    start = time.process_time()
    for _ in range(VERIFICATIONS):
        verify(envelope, NETWORK)
    return (time.process_time() - start) / VERIFICATIONS * 1e6


def ingest_us(size: int, total: int, rng: random.Random, words: list[str]) -> float:
    """CPU microseconds per card when heads of ``size`` cards come one by one."""
    spent = 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.db"
        prepare(path)
        engine = sqlite_engine(path, WRITER_PRAGMAS).execution_options(write=True)
        with engine.connect() as connection:
            for number in range(total // size):
                key = SigningKey(hashlib.sha256(str(number).encode()).digest())
                made = cards(rng, words, size)
                body = head_of(key.verify_key.encode(), 1, NOW, made, bytes(32))
                head, pages = seal(body, key, NETWORK), len(cut(made))
                start = time.process_time()
                with connection.begin():
                    apply_head(connection, head, pages, made, NOW)
                spent += time.process_time() - start
    return spent / total * 1e6


def main() -> None:
    """Print one line per size of head."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=4000)
    total: int = parser.parse_args().cards
    rng = random.Random(1)
    words = vocabulary(rng)
    anchor = anchor_us()
    tell(f"anchor: one head verified {anchor:8.1f} us")
    for size in SIZES:
        cost = ingest_us(size, min(total, size * 400), rng, words)
        tell(
            f"heads of {size:5} cards {cost:8.1f} us per card, {cost / anchor:5.2f} x anchor"
        )


if __name__ == "__main__":
    main()
