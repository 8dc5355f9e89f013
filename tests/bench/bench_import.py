"""Figures of moving in: 5,000 rows with pictures, and 500 articles found by another node."""

import contextlib
import csv
import io
import random
import threading
import time
from collections.abc import Generator
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image

from bazaar.rpc.client import Client, connect
from bazaar.rpc.schema.merchant import (
    BulkView,
    Exported,
    ImportView,
    ListingBulk,
    ListingExport,
    ListingImport,
    ListingUndo,
    TemplatePut,
)
from bazaar.rpc.schema.node import Status
from bazaar.rpc.schema.search import Complete, Search, SearchView, Words
from tests.bench.figures import MS, heading, percentile, spread, tell
from tests.bench.processes import NodeProcess, load, market

ROWS: Final = 5_000
MOVED: Final = 500
PICTURE_PIXELS: Final = (1_000, 800)
PATIENCE_SECONDS: Final = 60.0
LOOK_SECONDS: Final = 0.005
WATCH_SECONDS: Final = 0.05
MESH_SECONDS: Final = 15.0
FOUND_GOAL: Final = "2000 ms"
POST: Final = (
    {
        "title": "Post",
        "kind": "post",
        "countries": ["ZZ"],
        "services": [{"name": "Standard", "first": "4.90 EUR"}],
    },
)
NOUNS: Final = ("vase", "lamp", "bowl", "chair", "rug", "mug", "clock", "shelf")


class Seller(NamedTuple):
    """The node that imports, and its home."""

    node: NodeProcess
    home: Path

    @property
    def client(self) -> Client:
        """Its door."""
        return self.node.client

    @property
    def pid(self) -> int:
        """Of its process."""
        return self.node.process.pid


def test_five_thousand_rows(tmp_path: Path) -> None:
    """Each row a listing with a picture of its own."""
    heading(f"Import of {ROWS:,} rows with {ROWS:,} pictures", load())
    file = _written(tmp_path, ROWS, "x")
    tell(f"  the file has {file.stat().st_size / 1e6:.1f} MB")
    with market(tmp_path, ["Shop"]) as (node,):
        shop = Seller(node, tmp_path / "Shop")
        _template(shop.client)
        before = _resident(shop.pid)
        _imported(shop, file, "dry run", dry_run=True)
        _imported(shop, file, "the pictures and all")
        _imported(shop, file, "a second time, unchanged")
        cheaper = _written(tmp_path, ROWS, "x", price=9)
        _imported(shop, cheaper, "other prices, same pictures")
        tell(f"  memory before all of it {before:.0f} MB")
        _bulk(shop)
        began = time.perf_counter()
        out = tmp_path / "out.zip"
        done: Exported = shop.client.call(ListingExport(file=str(out)))
        tell(f"  export of {done.count:,} as zip {time.perf_counter() - began:.1f} s")


def test_a_shop_moves_in_and_is_found(tmp_path: Path) -> None:
    """From the answer of the import to the first hit of a prefix at another node."""
    heading(f"{MOVED} articles moved in, one found elsewhere by a prefix", load())
    with market(tmp_path, ["Hub", "Shop", "Buyer"]) as (_, node, buyer):
        shop = Seller(node, tmp_path / "Shop")
        _template(shop.client)
        time.sleep(MESH_SECONDS)
        file = _written(tmp_path, MOVED, "moved")
        began = time.perf_counter()
        _imported(shop, file, "import")
        said = time.perf_counter()
        _until_found(buyer.client, "moved vas")
        found = time.perf_counter()
        tell(f"  whole way, file to found       {(found - began):9.1f} s")
        tell(
            f"  published to found             {(found - said) * MS:9.0f} ms  goal {FOUND_GOAL}"
        )


def _until_found(client: Client, text: str) -> None:
    """What the app does while one types: complete the last word, search for it."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        completed: Words = client.call(Complete(prefix=text))
        for words in completed.words[:1]:
            view: SearchView = client.call(Search(words=words))
            if view.results:
                return
        time.sleep(LOOK_SECONDS)
    raise AssertionError("never found")


def _imported(shop: Seller, file: Path, what: str, *, dry_run: bool = False) -> None:
    call = ListingImport(file=str(file), unit="EUR", template="Post", dry_run=dry_run)
    began = time.perf_counter()
    with _watched(shop) as watch:
        view: ImportView = shop.client.call(call)
    took = time.perf_counter() - began
    assert not view.errors, view.errors[:3]
    counts = (len(view.created), len(view.updated), len(view.unchanged))
    tell(
        f"  {what:28} {took:7.1f} s  new/updated/same {counts}"
        f"  peak {watch.peak:.0f} MB"
    )
    if watch.waits:
        most = max(watch.waits)
        tell(
            f"  {'':28} the door answers meanwhile: p50 {percentile(watch.waits, 0.5):.1f}"
            f"  p99 {percentile(watch.waits, 0.99):.1f}  max {most:.1f} ms"
        )


def _bulk(shop: Seller) -> None:
    for call in (
        ListingBulk(edit={"price_percent": "5"}, everything=True),
        ListingUndo(),
    ):
        began = time.perf_counter()
        with _watched(shop) as watch:
            view: BulkView = shop.client.call(call)
        took = time.perf_counter() - began
        name = type(call).__name__
        tell(
            f"  {name:28} {took:7.1f} s  changed {view.changed}  refused {view.refused}"
            f"  peak {watch.peak:.0f} MB"
        )
        spread("the door meanwhile", watch.waits or [0.0])


class _Watch:
    """What a second client sees while the first waits: memory, and how soon it is served."""

    def __init__(self) -> None:
        self.peak = 0.0
        self.waits: list[float] = []


@contextlib.contextmanager
def _watched(shop: Seller) -> Generator[_Watch]:
    watch, ended = _Watch(), threading.Event()

    def look() -> None:
        with connect(shop.home) as client:
            while not ended.wait(WATCH_SECONDS):
                began = time.perf_counter()
                client.call(Status())
                watch.waits.append((time.perf_counter() - began) * MS)
                watch.peak = max(watch.peak, _resident(shop.pid))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield watch
    finally:
        ended.set()
        thread.join()


def _resident(pid: int) -> float:
    """MB that the node's process holds; its picture child is bounded by itself."""
    with Path(f"/proc/{pid}/status").open() as file:
        line = next(line for line in file if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _template(client: Client) -> None:
    client.call(TemplatePut(name="Post", shipping=POST))


def _written(folder: Path, count: int, word: str, price: int = 12) -> Path:
    """A CSV of ``count`` rows and a picture for each."""
    pictures = folder / word
    if not pictures.exists():
        pictures.mkdir()
        _drawn(pictures, count)
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(["title", "price", "stock", "sku", "description", "tags", "images"])
    for number in range(count):
        noun = NOUNS[number % len(NOUNS)]
        words = f"A {noun} of our own hands. " * 20
        title = f"{word} {noun} {number}"
        row = (title, f"{price}.50", 5, f"{word}-{number}", words, f"{noun}, hand made")
        writer.writerow([*row, f"{word}/{number}.jpg"])
    file = folder / f"{word}-{price}.csv"
    file.write_text(sink.getvalue(), encoding="utf-8")
    return file


def _drawn(folder: Path, count: int) -> None:
    """JPEGs of about 60 KB, no two of the same bytes."""
    dice = random.Random(1)
    ground = Image.effect_noise(PICTURE_PIXELS, 20).convert("RGB")
    for number in range(count):
        spot = (dice.randrange(900), dice.randrange(700))
        picture = ground.copy()
        picture.paste((number % 256, number // 256 % 256, 90), (*spot, *_far(spot)))
        picture.save(folder / f"{number}.jpg", "JPEG", quality=70)


def _far(spot: tuple[int, int]) -> tuple[int, int]:
    return spot[0] + 90, spot[1] + 90
