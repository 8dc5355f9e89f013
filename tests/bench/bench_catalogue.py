"""Search among BENCH_LISTINGS (100,000) listings on the app's own path, beside tantivy.

A million listings take about ten minutes to make; BENCH_FOLDER keeps them for the next run:
BENCH_LISTINGS=1000000 pytest tests/bench/bench_catalogue.py -q -s -o faulthandler_timeout=0 --timeout 3000
"""

import os
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
import trio

from bazaar.app.ports import SearchQuery
from bazaar.compose.home import SystemClock
from bazaar.domain.errors import RefusedError
from bazaar.domain.listings.card import Card
from bazaar.domain.wire.networks import network
from bazaar.rpc.schema.search import Facets, Search, SearchView
from store.catalogue.catalogue import SqlCatalogue, open_catalogue
from store.home import open_home
from tests.bench.figures import MS, heading, percentile, spread, tell
from tests.bench.filling import Filled, fill, filled_before, noted
from tests.bench.goods import COMMONEST, Words, questions
from tests.bench.processes import NETWORK, load, made, start

pytest.importorskip("tantivy", reason="tantivy is not installed")
from tests.bench.peer_index import PeerIndex

LISTINGS: Final = int(os.environ.get("BENCH_LISTINGS", "100000"))
QUERIES: Final = 200
MIB: Final = 2**20
SEED: Final = 1
ANY: Final = SearchQuery()

Ask = Callable[[str], Awaitable[int]]


async def test_catalogue(tmp_path: Path) -> None:
    folder = Path(os.environ.get("BENCH_FOLDER", tmp_path))
    words, home, note = Words(SEED), folder / "home", folder / "filled"
    if not note.exists():
        made(home, "Ann")
    with open_home(home) as opened:
        peer = PeerIndex(folder / "tantivy")
        async with open_catalogue(opened.catalogue, SystemClock()) as catalogue:
            if note.exists():
                filled = filled_before(note, words)
            else:
                id_ = network(NETWORK).id
                filled = await fill(catalogue, words, LISTINGS, id_, peer)
                note.write_bytes(noted(filled, words))
            _told(filled, opened.catalogue)
            await Run(catalogue, peer, words, filled.sample).rows()
    _asked(home, words, filled.sample)


def _told(filled: Filled, path: Path) -> None:
    heading(f"{LISTINGS} listings with their bodies", load())
    tell(
        f"  text {filled.text / LISTINGS:.0f} B a listing, envelopes {filled.envelopes / LISTINGS:.0f} B"
    )
    size = sum(file.stat().st_size for file in path.parent.glob(path.name + "*"))
    tell(
        f"  file {size / LISTINGS:.0f} B a listing, {size / filled.text:.2f} times the text  goal < 2"
    )
    tell(
        f"  tantivy's index, without text and rows, {filled.peer / LISTINGS:.0f} B a listing"
    )
    tell(f"  built in {filled.seconds:.0f} s CPU with the generator and tantivy")


class Run:
    """All rows of one catalogue."""

    def __init__(
        self,
        catalogue: SqlCatalogue,
        peer: PeerIndex,
        words: Words,
        cards: Sequence[Card],
    ) -> None:
        self._catalogue, self._peer = catalogue, peer
        self._words, self._cards = words, cards

    async def rows(self) -> None:
        """Measure and print; each row is alternated with the anchor's."""
        await self._warm()
        heading("Search, first 20 and the count, through a reader thread; CPU", load())
        for terms in (1, 2, 3):
            asked = questions(self._words, self._cards, QUERIES, terms)
            await self._beside(f"{terms} words", asked, "p95 < 15, p99 < 30, < 6 x")
        common = self._words.all[:COMMONEST]
        await self._beside(f"the {COMMONEST} commonest words", common, "< 15")
        pairs = [f"{one} {two}" for one, two in pairwise(common)]
        await self._beside("pairs of the commonest", pairs, "reported")
        asked = questions(self._words, self._cards, QUERIES, 2)
        await self._beside(
            "2 words and a category",
            asked,
            "p99 < 25",
            ANY._replace(category="category 1"),
        )
        narrow = ANY._replace(unit="EUR", price_from=500, price_to=4_000, region="DE")
        asked = questions(self._words, self._cards, QUERIES, 1)
        await self._alone("1 word, price range, country", asked, "p99 < 25", narrow)
        for sort in ("newest", "price", "rating"):
            await self._alone(
                f"1 word by {sort}", asked, "p99 < 25", ANY._replace(sort=sort)
            )
        browse = [""] * QUERIES
        await self._alone(
            "browse all, newest", browse, "p99 < 2", ANY._replace(sort="newest")
        )
        await self._alone(
            "browse a category",
            browse,
            "p99 < 2",
            ANY._replace(sort="newest", category="category 2"),
        )
        await self._facets()
        begun = [said[: 1 + number % 4] for number, said in enumerate(asked)]
        await self._timed_row(
            "typeahead, 1 to 4 letters", begun, "p99 < 2", self._complete
        )
        await self._interrupts()

    async def _warm(self) -> None:
        """The first search has the rows of all listings loaded; see what that costs."""
        narrow = ANY._replace(unit="EUR", price_from=500, price_to=4_000)
        began = time.process_time()
        await self._catalogue.search(narrow)
        answered = time.process_time()
        await trio.to_thread.run_sync(self._catalogue._columns.settle)
        loaded = time.process_time()
        tell(f"  first search, by price, cold: {(answered - began) * MS:.1f} ms CPU")
        tell(f"  rows loaded after it: {loaded - answered:.2f} s CPU")

    async def _beside(
        self, what: str, asked: Sequence[str], goal: str, query: SearchQuery = ANY
    ) -> None:
        async def anchor(said: str) -> int:
            return self._peer.ask(said, query.category)

        ours, hits = await _timed(asked, self._search(query))
        theirs, _ = await _timed(asked, anchor)
        _tell_row(what, ours, hits, goal)
        ratio = percentile(ours, 0.99) / percentile(theirs, 0.99)
        spread("    tantivy", theirs)
        tell(f"    p99 {percentile(theirs, 0.99):.2f} ms; ratio of p99 {ratio:.2f}")

    async def _alone(
        self, what: str, asked: Sequence[str], goal: str, query: SearchQuery
    ) -> None:
        await self._timed_row(what, asked, goal, self._search(query))

    async def _timed_row(
        self, what: str, asked: Sequence[str], goal: str, ask: Ask
    ) -> None:
        ours, hits = await _timed(asked, ask)
        _tell_row(what, ours, hits, goal)

    def _search(self, query: SearchQuery) -> Ask:
        async def search(said: str) -> int:
            return (await self._catalogue.search(query._replace(words=said))).total

        return search

    async def _complete(self, said: str) -> int:
        return len(await self._catalogue.complete(said, 8))

    async def _facets(self) -> None:
        async def ours(said: str) -> int:
            return (await self._catalogue.facets(ANY._replace(words=said))).counted

        async def theirs(said: str) -> int:
            return self._peer.facets(said)

        asked = questions(self._words, self._cards, QUERIES, 1)
        await self._timed_row(
            "facets, 1 word, to 10,000 matches", asked, "p99 < 30", ours
        )
        taken, _ = await _timed(asked, theirs)
        spread("    tantivy, categories of all matches", taken)

    async def _interrupts(self) -> None:
        """From the cancelling of a search to the answer of the next one."""
        common = self._words.all[:COMMONEST]
        long = ANY._replace(sort="price")
        waited: list[float] = []
        for said in common:
            began = time.perf_counter()
            with trio.CancelScope() as scope:
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(
                        self._catalogue.facets, long._replace(words=said)
                    )
                    nursery.start_soon(
                        self._catalogue.facets, long._replace(words=said)
                    )
                    await trio.sleep(0.001)
                    began = time.perf_counter()
                    scope.cancel()
            await self._catalogue.complete("ba", 1)
            waited.append((time.perf_counter() - began) * MS)
        spread("two searches given up, then another", waited)


def _tell_row(what: str, taken: list[float], hits: list[int], goal: str) -> None:
    spread(what, taken, "ms", goal)
    tell(
        f"    p99 {percentile(taken, 0.99):.2f} ms, {statistics.median(hits):.0f} hits at p50"
    )


async def _timed(asked: Sequence[str], ask: Ask) -> tuple[list[float], list[int]]:
    """Best of two CPU times of each question, in ms, and its hits; the clock is noise here."""
    taken: list[float] = []
    hits: list[int] = []
    for said in asked:
        best, found = float("inf"), 0
        for _ in range(2):
            began = time.process_time()
            try:
                found = await ask(said)
            except RefusedError:
                tell(f"    refused after 0.5 s of work or 3 s by the clock: {said}")
                continue
            best = min(best, time.process_time() - began)
        taken.append(best * MS)
        hits.append(found)
    return taken, hits


def _asked(home: Path, words: Words, cards: Sequence[Card]) -> None:
    node = start(home)
    heading("The same over the door of a node", load())
    tell(f"  listening after {node.listening * MS:.0f} ms")
    taken: list[float] = []
    inside: list[float] = []
    counted: list[float] = []
    for said in questions(words, cards, QUERIES, 1):
        began = time.perf_counter()
        view: SearchView = node.client.call(Search(words=said))
        taken.append((time.perf_counter() - began) * MS)
        inside.append(view.took_us / MS)
        began = time.perf_counter()
        node.client.call(Facets(words=said))
        counted.append((time.perf_counter() - began) * MS)
    spread("search, call to answer", taken)
    spread("of which in the catalogue", inside)
    spread("facets, call to answer", counted)
    tell(f"  memory {node.cost().resident_bytes / MIB:.1f} MiB")
    node.stop()
