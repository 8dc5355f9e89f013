"""Search times of the catalogue beside the bare driver's newest-20 walk of the same index.

Run: python tests/bench/store_search.py [--listings 20000] [--queries 200]
Each row is a ratio to the anchor of the same run, which is portable; the times are not.
"""

import argparse
import hashlib
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from nacl.signing import SigningKey

from bazaar.app.ports import SearchQuery
from bazaar.domain.card import Card, cut
from bazaar.domain.countries import COUNTRIES, country_bits
from bazaar.domain.envelope import seal
from bazaar.domain.head import head_of
from store.catalogue import search
from store.catalogue.heads import apply_head
from store.catalogue.schema import prepare
from store.engine import READER_PRAGMAS, WRITER_PRAGMAS, open_handle, sqlite_engine

NETWORK: Final = bytes(32)
CARDS_PER_STORE: Final = 1000
VOCABULARY: Final = 20_000
NOW: Final = 1_700_000_000
SYLLABLES: Final = (
    "ba",
    "be",
    "ko",
    "la",
    "li",
    "mo",
    "na",
    "ne",
    "pi",
    "ra",
    "ro",
    "su",
    "ta",
    "ti",
)


def tell(line: str) -> None:
    """Write one line of the report."""
    sys.stdout.write(line + "\n")


def vocabulary(rng: random.Random) -> list[str]:
    """Distinct words, the commonest first."""
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        words["".join(rng.choices(SYLLABLES, k=rng.randrange(2, 6)))] = None
    return list(words)


def cards(rng: random.Random, words: Sequence[str], count: int) -> list[Card]:
    """Cards with Zipf titles and tags."""

    def word() -> str:
        return words[min(int(rng.paretovariate(0.9)), len(words)) - 1]

    return [
        Card(
            slug=f"item-{number}",
            listing=hashlib.sha256(rng.randbytes(8)).digest(),
            seq=1,
            title=" ".join(word() for _ in range(6)),
            unit="EUR",
            price_from=int(rng.lognormvariate(8, 1.5)),
            type=1,
            state=1,
            categories=(f"category {int(rng.paretovariate(0.9)) % 400}",),
            countries=country_bits(rng.sample(COUNTRIES, 4)),
            flags=0,
            thumbnail=None,
            tags=tuple({word() for _ in range(4)}),
            changed=NOW - rng.randrange(10**6),
        )
        for number in range(count)
    ]


def fill(path: Path, listings: int, rng: random.Random, words: Sequence[str]) -> float:
    """Publish ``listings`` cards; returns CPU seconds spent in the catalogue."""
    prepare(path)
    spent = 0.0
    engine = sqlite_engine(path, WRITER_PRAGMAS).execution_options(write=True)
    with engine.connect() as connection:
        for number in range(listings // CARDS_PER_STORE):
            key = SigningKey(hashlib.sha256(str(number).encode()).digest())
            made = cards(rng, words, CARDS_PER_STORE)
            body = head_of(key.verify_key.encode(), 1, NOW, made, bytes(32))
            head, pages = seal(body, key, NETWORK), len(cut(made))
            start = time.process_time()
            with connection.begin():
                apply_head(connection, head, pages, made, NOW)
            spent += time.process_time() - start
    return spent


def times(ask: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Best of two CPU times of each question, in ms, ascending."""
    found: list[float] = []
    for question in questions:
        best = float("inf")
        for _ in range(2):
            start = time.process_time()
            ask(question)
            best = min(best, time.process_time() - start)
        found.append(best * 1e3)
    return sorted(found)


def row(name: str, found: Sequence[float], anchor: float) -> str:
    """One line: median and p99 in ms, and the median's ratio to the anchor."""
    middle, late = statistics.median(found), found[len(found) * 99 // 100]
    return f"{name:40} {middle:9.3f} {late:9.3f} {middle / anchor:9.1f}"


def main() -> None:
    """Fill a catalogue and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listings", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=200)
    args = parser.parse_args()
    rng = random.Random(1)
    words = vocabulary(rng)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.db"
        spent = fill(path, args.listings, rng, words)
        tell(f"filled: {spent / args.listings * 1e6:.0f} us CPU per card")
        tell(f"file: {path.stat().st_size / args.listings:.0f} B per card")
        measure(path, words, rng, args.queries)


def measure(path: Path, words: Sequence[str], rng: random.Random, queries: int) -> None:
    """Print the table of one catalogue."""
    questions = [
        " ".join(rng.sample(words[:2000], rng.randrange(1, 3))) for _ in range(queries)
    ]
    handle = open_handle(str(path))
    newest = "SELECT rowid FROM fts WHERE fts MATCH ? ORDER BY rowid DESC LIMIT 20"
    bare = times(lambda said: handle.execute(newest, (said,)).fetchall(), questions)
    anchor = statistics.median(bare)
    tell(f"{'query':40} {'p50 ms':>9} {'p99 ms':>9} {'x anchor':>9}")
    tell(row("anchor: driver, newest 20 ids", bare, anchor))
    with sqlite_engine(path, READER_PRAGMAS).connect() as connection:
        for name, query in CASES.items():
            found = times(
                lambda said, query=query: search.search(
                    connection, query._replace(words=said)
                ),
                questions,
            )
            tell(row(name, found, anchor))
        typed = times(lambda said: search.complete(connection, said[:3], 8), questions)
        tell(row("complete a word", typed, anchor))
    handle.close()


CASES: Final = {
    "words, newest": SearchQuery(sort="newest"),
    "words, relevance": SearchQuery(),
    "words + category, relevance": SearchQuery(category="category 1"),
    "words + price + region, price": SearchQuery(
        unit="EUR", price_to=3000, region="DE", sort="price"
    ),
}

if __name__ == "__main__":
    main()
