"""Figures of a catalogue of 100,000 cards on the app's own path: fill, search, ask over the door."""

import hashlib
import itertools
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

from nacl.bindings import crypto_sign_open
from nacl.signing import SigningKey

from bazaar.app.ports import SearchQuery
from bazaar.compose.home import SystemClock
from bazaar.domain.card import cut, page_id
from bazaar.domain.envelope import seal
from bazaar.domain.head import head_of
from bazaar.domain.networks import network
from bazaar.rpc.schema import Search, SearchView
from store.catalogue.catalogue import SqlCatalogue, open_catalogue
from store.engine import open_handle
from store.home import open_home
from tests.bench.figures import MS, US, heading, percentile, ratio, spread, tell
from tests.bench.processes import NETWORK, load, made, start
from tests.bench.store_search import cards, vocabulary

CARDS: Final = 100_000
CARDS_OF_A_STORE: Final = 20
COMMON_WORDS: Final = 2_000
WORST_WORDS: Final = 20
QUERIES: Final = 200
MIB: Final = 2**20
SEED: Final = 1
ANY: Final = SearchQuery()


async def test_catalogue(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    words = vocabulary(rng)
    home = made(tmp_path / "home", "Ann")
    with open_home(home) as opened:
        async with open_catalogue(opened.catalogue, SystemClock()) as catalogue:
            await _filled(catalogue, rng, words)
            await _searched(catalogue, opened.catalogue, rng, words)
    _asked(home, rng, words)


async def _filled(
    catalogue: SqlCatalogue, rng: random.Random, words: list[str]
) -> None:
    heading(f"Taking in {CARDS} cards under heads of {CARDS_OF_A_STORE}", load())
    on, now = network(NETWORK), SystemClock().now()
    key = SigningKey(bytes(32))
    cpu = wall = 0.0
    for number in range(CARDS // CARDS_OF_A_STORE):
        key = SigningKey(hashlib.sha256(number.to_bytes(4)).digest())
        made_cards = cards(rng, words, CARDS_OF_A_STORE)
        body = head_of(key.verify_key.encode(), 1, now, made_cards, bytes(32))
        head, pages = seal(body, key, on.id), [page_id(one) for one in cut(made_cards)]
        began, since = time.process_time(), time.perf_counter()
        await catalogue.apply_head(head, pages, made_cards, now)
        cpu += time.process_time() - began
        wall += time.perf_counter() - since
    signed = key.sign(bytes(500))
    author = key.verify_key.encode()
    began = time.process_time()
    for _ in range(QUERIES):
        crypto_sign_open(bytes(signed), author)
    anchor = (time.process_time() - began) / QUERIES * US
    ratio("CPU per card, beside one signature", cpu / CARDS * US, anchor)
    tell(f"  {CARDS / wall:,.0f} cards a second by the clock, one head at a time")


async def _searched(
    catalogue: SqlCatalogue, path: Path, rng: random.Random, words: list[str]
) -> None:
    heading(f"Search among {CARDS} cards, first 20, through a reader thread", load())
    for count in (1, 2, 3):
        asked = _questions(rng, words, count)
        await _row(
            f"{count} of the {COMMON_WORDS} commonest words", catalogue, asked, "< 5"
        )
    await _row(f"the {WORST_WORDS} commonest words", catalogue, words[:WORST_WORDS])
    asked = _questions(rng, words, 2)
    await _row(
        "2 words and a category",
        catalogue,
        asked,
        query=SearchQuery(category="category 1"),
    )
    handle = open_handle(str(path))
    newest = "SELECT rowid FROM fts WHERE fts MATCH ? ORDER BY rowid DESC LIMIT 20"

    async def bare(said: str) -> int:
        return len(handle.execute(newest, (said,)).fetchall())

    taken, _ = await _timed(_questions(rng, words, 1), bare)
    spread("anchor: bare driver, 1 word, newest ids", taken)
    handle.close()


async def _row(
    what: str,
    catalogue: SqlCatalogue,
    asked: Sequence[str],
    goal: str = "",
    query: SearchQuery = ANY,
) -> None:
    async def search(said: str) -> int:
        return (await catalogue.search(query._replace(words=said))).total

    taken, hits = await _timed(asked, search)
    spread(what, taken, "ms", goal)
    tell(
        f"    p99 {percentile(taken, 0.99):.2f} ms, {statistics.median(hits):.0f} hits at p50"
    )


async def _timed(
    asked: Sequence[str], ask: Callable[[str], Awaitable[int]]
) -> tuple[list[float], list[int]]:
    """Best of two wall times of each question, in ms, and its hits."""
    taken: list[float] = []
    hits: list[int] = []
    for said in asked:
        best, found = float("inf"), 0
        for _ in range(2):
            began = time.perf_counter()
            found = await ask(said)
            best = min(best, time.perf_counter() - began)
        taken.append(best * MS)
        hits.append(found)
    return taken, hits


def _asked(home: Path, rng: random.Random, words: list[str]) -> None:
    node = start(home)
    heading(f"The same over the door of a node with {CARDS} cards", load())
    tell(f"  listening after {node.listening * MS:.0f} ms")
    taken: list[float] = []
    inside: list[float] = []
    for said in itertools.chain.from_iterable(
        _questions(rng, words, count) for count in (1, 2)
    ):
        began = time.perf_counter()
        view: SearchView = node.client.call(Search(words=said))
        taken.append((time.perf_counter() - began) * MS)
        inside.append(view.took_us / MS)
    spread("search, call to answer", taken)
    spread("of which in the catalogue", inside)
    tell(f"  memory {node.cost().resident_bytes / MIB:.1f} MiB")
    node.stop()


def _questions(rng: random.Random, words: list[str], count: int) -> list[str]:
    return [" ".join(rng.sample(words[:COMMON_WORDS], count)) for _ in range(QUERIES)]
