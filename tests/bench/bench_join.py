"""A fresh join from one well-stocked peer over a shaped link: first search, whole catalogue (G16).

``JOIN_LISTINGS`` says how many, 100,000 unless it is set. The CPU limit is what the same
segments cost here when they lie on the disk: inflate, verify, index.
"""

import os
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import trio

from bazaar.app.catalogue.segments import Segments
from bazaar.compose.home import SystemClock
from bazaar.domain.stores.segment import SegmentRow, unpack
from bazaar.domain.wire.networks import network
from bazaar.rpc.client import Client
from bazaar.rpc.schema.node import Status, StatusView
from bazaar.rpc.schema.search import Search, SearchView
from store.book.book import open_book
from store.catalogue.catalogue import SqlCatalogue, open_catalogue
from store.segments import FileSegments
from tests.bench.figures import heading, tell
from tests.bench.filling import AT_ONCE, put
from tests.bench.goods import Shop, Words, shops
from tests.bench.processes import NETWORK, load, made, start

LISTINGS: Final = int(os.environ.get("JOIN_LISTINGS", "100000"))
LINK_BYTES_PER_SECOND: Final = 20_000_000 / 8
STEP_BYTES: Final = 32 * 1024
LATENCY_SECONDS: Final = 0.02
LOOK_SECONDS: Final = 1.0
PATIENCE_SECONDS: Final = 3_600.0
WHOLE: Final = 0.999
MIB: Final = 2**20
ON: Final = network(NETWORK)


class Tools(NamedTuple):
    """As much of a node as makes segments."""

    book: Any
    catalogue: SqlCatalogue
    segments: FileSegments

    def now(self) -> int:
        return SystemClock().now()


class Stock(NamedTuple):
    rows: tuple[SegmentRow, ...]
    cpu_seconds: float

    @property
    def bytes(self) -> int:
        return sum(row.size for row in self.rows)


def test_fresh_join(tmp_path: Path) -> None:
    heading(f"A fresh join with {LISTINGS:,} cards from one peer", load())
    stocked, fresh = made(tmp_path / "stocked", "Stock"), made(tmp_path / "new", "New")
    stock = trio.run(_stock, stocked)
    link = stock.bytes / LINK_BYTES_PER_SECOND
    cpu = trio.run(_limit, stocked, tmp_path, stock)
    tell(
        f"  {len(stock.rows)} segments, {stock.bytes / MIB:.1f} MiB, made in"
        f" {stock.cpu_seconds:.1f} s of CPU; link {link:.1f} s, CPU limit {cpu:.1f} s"
    )
    node = start(stocked)
    try:
        with _shaped(node.address) as address:
            newcomer = start(fresh, address)
            try:
                first, whole = _joined(newcomer.client)
                spent = newcomer.cost().cpu_seconds
                served = node.cost().cpu_seconds - node.born.cpu_seconds
                for one in (node, newcomer):
                    one.note_samples()
            finally:
                newcomer.stop()
    finally:
        node.stop()
    limit = max(link, cpu)
    tell(f"  first search that finds something: {first:.2f} s  goal < 5")
    tell(
        f"  complete: {whole:.1f} s, {whole / limit:.2f} x the limit  goal <= 1.5;"
        f" the newcomer used {spent:.1f} s of CPU, who served it {served:.1f}; {load()}"
    )


async def _stock(home: Path) -> Stock:
    """Fill the catalogue of a home and make its segments."""
    words, waiting = Words(11), list[Shop]()
    async with open_catalogue(home / "catalogue.db", SystemClock()) as catalogue:
        for shop in shops(words, LISTINGS, ON.id, bodies=False):
            waiting.append(shop)
            if len(waiting) == AT_ONCE:
                await put(catalogue, waiting)
                waiting = []
        await put(catalogue, waiting)
        with open_book(home / "book.db") as book:
            tools = Tools(book, catalogue, FileSegments(home / "segments"))
            segments = Segments(cast("Any", tools))
            began = time.process_time()
            await segments.make()
            return Stock(segments._made.rows, time.process_time() - began)


async def _limit(home: Path, folder: Path, stock: Stock) -> float:
    """CPU seconds of taking the same segments in from the disk."""
    kept = FileSegments(home / "segments")
    async with open_catalogue(folder / "limit.db", SystemClock()) as catalogue:
        began = time.process_time()
        await catalogue.reserve(LISTINGS)
        for row in stock.rows:
            data = kept.get(row.hash)
            assert data is not None
            opened = await trio.to_thread.run_sync(unpack, data, ON.id)
            await catalogue.apply_segment(opened.stores, SystemClock().now())
        return time.process_time() - began


def _joined(client: Client) -> tuple[float, float]:
    """Seconds until a search finds something, and until all is here."""
    began = time.perf_counter()
    first = 0.0
    while time.perf_counter() - began < PATIENCE_SECONDS:
        if not first:
            found: SearchView = client.call(Search(words="category", limit=20))
            some: SearchView = client.call(Search(sort="newest", limit=20))
            if found.total or some.total:
                first = time.perf_counter() - began
        status: StatusView = client.call(Status())
        if status.catalogue.listings >= WHOLE * LISTINGS:
            return first, time.perf_counter() - began
        time.sleep(LOOK_SECONDS)
    raise AssertionError("it never was complete")


@contextmanager
def _shaped(address: str) -> Generator[str]:
    """An address that leads to ``address`` over a link of the given rate."""
    _, _, _, _, port, *rest = address.split("/")
    ready, ended = threading.Event(), list[trio.CancelScope]()
    where: list[int] = []

    async def serve() -> None:
        with trio.CancelScope() as scope:
            ended.append(scope)
            listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
            where.append(listeners[0].socket.getsockname()[1])
            where.append(0)
            ready.set()

            async def relay(stream: trio.SocketStream) -> None:
                await _relay(stream, int(port))

            await trio.serve_listeners(relay, listeners)

    token: list[trio.lowlevel.TrioToken] = []

    async def main() -> None:
        token.append(trio.lowlevel.current_trio_token())
        await serve()

    thread = threading.Thread(target=trio.run, args=(main,))
    thread.start()
    ready.wait()
    try:
        yield f"/ip4/127.0.0.1/tcp/{where[0]}/{'/'.join(rest)}"
    finally:
        token[0].run_sync_soon(ended[0].cancel)
        thread.join()


async def _relay(near: trio.SocketStream, port: int) -> None:
    far = await trio.open_tcp_stream("127.0.0.1", port)
    async with near, far, trio.open_nursery() as nursery:
        nursery.start_soon(_pass, near, far, nursery)
        nursery.start_soon(_pass, far, near, nursery)


async def _pass(
    one: trio.SocketStream, other: trio.SocketStream, nursery: trio.Nursery
) -> None:
    """Bytes no faster than the link; what comes waits for its latency once."""
    free = trio.current_time() + LATENCY_SECONDS
    try:
        while data := await one.receive_some(STEP_BYTES):
            free = max(free, trio.current_time()) + len(data) / LINK_BYTES_PER_SECOND
            await trio.sleep_until(free)
            await other.send_all(data)
    except (trio.BrokenResourceError, trio.ClosedResourceError):
        pass
    nursery.cancel_scope.cancel()
