"""Taking heads of 20 cards in, beside bare verification and bare insert; and the loop's lag meanwhile.

Subject: signature, pages, cards, rows, index, word counts, through the writer thread. Anchor: the
signature alone, and the very rows that the subject wrote, by the bare driver in as many transactions.
"""

import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import pysqlite3
import trio
from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError
from sqlalchemy import event

from bazaar.app.catalogue.head_news import FETCHERS
from bazaar.app.ports import Catalogue
from bazaar.compose.home import SystemClock
from bazaar.compose.node import SWITCH_SECONDS
from bazaar.domain.listings.card import cut
from bazaar.domain.stores.head import cards_of
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire.envelope import verify_as
from store.catalogue.catalogue import open_catalogue
from store.catalogue.change import Arrival
from store.catalogue.heads import apply_heads
from store.catalogue.schema import prepare
from store.catalogue.word_counts import counts_of
from store.engine import WRITER_PRAGMAS, open_handle, sqlite_engine
from tests.bench.figures import MS, US, heading, percentile, tell
from tests.bench.goods import CARDS_OF_A_STORE, NOW, Words, shops
from tests.bench.processes import load

HEADS: Final = 500
ROUNDS: Final = 5
BATCH_HEADS: Final = 100
NETWORK: Final = bytes(32)
COUNTS: Final = ("INTO term", "UPDATE category", "mark", "FROM term")
TICK_SECONDS: Final = 0.005
IDLE_SECONDS: Final = 3.0
LAG_HEADS: Final = 3000


class Arrived(NamedTuple):
    """What comes over the wire."""

    head: bytes
    pages: tuple[bytes, ...]


def arrived(seed: int, heads: int) -> list[Arrived]:
    """Stores as their owners serve them."""
    made = shops(Words(seed), heads * CARDS_OF_A_STORE, NETWORK, bodies=False)
    return [Arrived(one.head.envelope, cut(one.cards)) for one in made]


async def test_ingest(tmp_path: Path) -> None:
    heading(f"{HEADS} heads of {CARDS_OF_A_STORE} cards, {ROUNDS} rounds", load())
    ratios: list[float] = []
    ours: list[float] = []
    for number in range(ROUNDS):
        stores = arrived(number, HEADS)
        rows = _written(tmp_path / f"rows{number}.db", stores)
        subject = await _subject(tmp_path / f"subject{number}.db", stores)
        verifying = _verifying(stores)
        inserting = _inserting(tmp_path / f"anchor{number}.db", rows)
        anchor = verifying + inserting
        tell(
            f"  subject {subject:6.1f} us CPU a card; anchor {anchor:6.1f}"
            f" (verify {verifying:.1f}, insert {inserting:.1f}); ratio {subject / anchor:.2f}"
        )
        ratios.append(subject / anchor)
        ours.append(subject)
    median = statistics.median(ours)
    tell(
        f"  medians: {median:.1f} us, {US / median:,.0f} cards a second of one core  goal > 10,000"
    )
    tell(
        f"  ratio {statistics.median(ratios):.2f}, {min(ratios):.2f} to {max(ratios):.2f}  goal < 1.3"
    )


async def test_lag_of_the_loop(tmp_path: Path) -> None:
    heading("Lag of the node's loop, which verifies and decodes meanwhile", load())
    stores = arrived(7, LAG_HEADS)
    sys.setswitchinterval(SWITCH_SECONDS)  # as the node does
    idle = await _lag_while(trio.sleep, IDLE_SECONDS)
    async with open_catalogue(tmp_path / "lag.db", SystemClock()) as catalogue:
        began = time.perf_counter()
        busy = await _lag_while(_take_all, catalogue, stores)
        seconds = time.perf_counter() - began
    for what, lag in (("idle", idle), ("ingest at full speed", busy)):
        tell(
            f"  {what:22} p50 {percentile(lag, 0.5):6.2f} p99 {percentile(lag, 0.99):6.2f} max {max(lag):6.2f} ms"
        )
    tell(
        f"  p99 above idle: {percentile(busy, 0.99) - percentile(idle, 0.99):.2f} ms  goal < 10"
    )
    tell(f"  {LAG_HEADS * CARDS_OF_A_STORE / seconds:,.0f} cards a second by the clock")


async def _subject(path: Path, stores: Sequence[Arrived]) -> float:
    """CPU microseconds a card on the app's own path."""
    async with open_catalogue(path, SystemClock()) as catalogue:
        began = time.process_time()
        await _take_all(catalogue, stores)
        spent = time.process_time() - began
    return spent / len(stores) / CARDS_OF_A_STORE * US


async def _take_all(catalogue: Catalogue, stores: Sequence[Arrived]) -> None:
    rest = iter(stores)

    async def fetcher() -> None:
        for one in rest:
            head = verify_as(StoreHead, one.head, NETWORK)
            cards = cards_of(head.body, one.pages)
            await catalogue.apply_head(head, one.pages, cards, NOW)

    async with trio.open_nursery() as nursery:
        for _ in range(FETCHERS):
            nursery.start_soon(fetcher)


def _written(path: Path, stores: Sequence[Arrived]) -> list[list[tuple[str, Any]]]:
    """The statements of each batch but those that count words, as the driver got them."""
    prepare(path)
    batches: list[list[tuple[str, Any]]] = []
    engine = sqlite_engine(path, WRITER_PRAGMAS).execution_options(write=True)

    @event.listens_for(engine, "before_cursor_execute")
    def note(*args: Any) -> None:
        statement = str(args[2])
        if statement.startswith("INSERT") and not any(
            one in statement for one in COUNTS
        ):
            batches[-1].append((statement, args[3]))

    with engine.connect() as connection:
        for some in _cut(stores):
            batches.append([])
            with connection.begin():
                apply_heads(connection, [_arrival(one) for one in some])
                counts_of(connection).keep()
                counts_of(connection).write(connection, hurry=True)
    del note
    return batches


def _cut(stores: Sequence[Arrived]) -> list[Sequence[Arrived]]:
    return [stores[at : at + BATCH_HEADS] for at in range(0, len(stores), BATCH_HEADS)]


def _arrival(one: Arrived) -> Arrival:
    head = verify_as(StoreHead, one.head, NETWORK)
    return Arrival(head, len(one.pages), cards_of(head.body, one.pages), NOW)


def _verifying(stores: Sequence[Arrived]) -> float:
    """CPU microseconds a card of one signature for each head."""
    heads = [verify_as(StoreHead, one.head, NETWORK) for one in stores]
    signed = [(one.envelope[-64:] + one.envelope[:-64], one.author) for one in heads]
    began = time.process_time()
    for message, author in signed:
        with suppress(BadSignatureError):  # other bytes than were signed cost the same
            crypto_sign_open(message, author)
    return (time.process_time() - began) / len(stores) / CARDS_OF_A_STORE * US


def _inserting(path: Path, batches: Sequence[Sequence[tuple[str, Any]]]) -> float:
    """CPU microseconds a card of the same rows through the bare driver."""
    prepare(path)
    handle = open_handle(str(path))
    for pragma in WRITER_PRAGMAS:
        handle.execute("PRAGMA " + pragma).close()
    began = time.process_time()
    for statements in batches:
        handle.execute("BEGIN IMMEDIATE")
        for sql, rows in statements:
            _put(handle, sql, rows)
        handle.execute("COMMIT")
    spent = time.process_time() - began
    handle.close()
    return spent / HEADS / CARDS_OF_A_STORE * US


def _put(handle: pysqlite3.Connection, sql: str, rows: Any) -> None:
    if isinstance(rows, list):
        handle.executemany(sql, cast("list[tuple[object, ...]]", rows))
    else:
        handle.execute(sql, rows).fetchall()


async def _lag_while(work: Any, *args: Any) -> list[float]:
    """By how many ms a tick of 5 ms was late, while ``work`` ran."""
    late: list[float] = []

    async def tick() -> None:
        while True:
            due = time.perf_counter() + TICK_SECONDS
            await trio.sleep(TICK_SECONDS)
            late.append((time.perf_counter() - due) * MS)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(tick)
        await work(*args)
        nursery.cancel_scope.cancel()
    return late
