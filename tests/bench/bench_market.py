"""Figures of real node processes: publish to searchable, and one order message acknowledged."""

import itertools
import time
from pathlib import Path
from typing import Any, Final

from PIL import Image

from bazaar.rpc.client import Client
from bazaar.rpc.schema.listings import ListingPublish, PublishedBatch
from bazaar.rpc.schema.moves import OrderAccept
from bazaar.rpc.schema.node import Status, StatusView
from bazaar.rpc.schema.placing import OrderPlace, OrderPlaced
from bazaar.rpc.schema.search import Search, SearchView
from tests.bench.figures import MS, heading, spread, tell
from tests.bench.processes import NodeProcess, load, market

SELLERS: Final = 4
READERS: Final = 2
ROUNDS: Final = 6
QUIET_SECONDS: Final = 10.5
MESH_SECONDS: Final = 15.0
"""Nodes announce their heads when they start: 10 s of quiet begin after that."""

PATIENCE_SECONDS: Final = 20.0
ORDERS: Final = 20
LOOK_SECONDS: Final = 0.002
PAUSE_SECONDS: Final = 0.5
"""The rate of requests recovers."""

SLOW_MS: Final = 2000.0
PICTURE: Final = "kettle.jpg"
PICTURE_PIXELS: Final = (800, 600)


def test_market(tmp_path: Path) -> None:
    names = [
        "Hub",
        *(f"Seller{n}" for n in range(SELLERS)),
        *(f"Reader{n}" for n in range(READERS)),
    ]
    with market(tmp_path, names) as nodes:
        hub, sellers, readers = nodes[0], nodes[1 : 1 + SELLERS], nodes[1 + SELLERS :]
        _all_met(nodes)
        _drawn(tmp_path)
        time.sleep(MESH_SECONDS)
        _published(sellers, [hub, *readers], tmp_path)
        _acknowledged(sellers[0], readers[0], tmp_path)


def _published(
    sellers: list[NodeProcess], others: list[NodeProcess], folder: Path
) -> None:
    """Each seller is quiet for more than 10 s before each of its listings."""
    heading("Publish to searchable on another node, after 10 s of quiet", load())
    taken: list[float] = []
    said: list[float] = []
    beside = (
        "at the node that all others know",
        *["at a node that met the seller by it"] * READERS,
    )
    each: dict[str, list[float]] = {name: [] for name in beside}
    for number in range(ROUNDS):
        for index, seller in enumerate(sellers):
            word = f"kettle{number}x{index}"
            began = time.perf_counter()
            seller.client.call(_offer(word, folder))
            said.append((time.perf_counter() - began) * MS)
            for name, found in zip(beside, _found(others, word, began), strict=True):
                each[name].append(found)
                taken.append(found)
                if found > SLOW_MS:
                    tell(f"  slow: round {number}, seller {index}, {found:.0f} ms")
            time.sleep(QUIET_SECONDS / SELLERS)
    spread("the call that publishes", said)
    for name, values in each.items():
        spread(name, values)
    spread("all", taken, "ms", "p95 < 2000")


def _found(nodes: list[NodeProcess], word: str, began: float) -> list[float]:
    """Milliseconds until each node's search finds ``word``."""
    waiting = dict(enumerate(nodes))
    found: dict[int, float] = {}
    while waiting:
        passed = time.perf_counter() - began
        assert passed < PATIENCE_SECONDS, f"{word} was not found by {waiting}"
        for index, node in list(waiting.items()):
            view: SearchView = node.client.call(Search(words=word))
            if view.results:
                found[index] = (time.perf_counter() - began) * MS
                del waiting[index]
        time.sleep(LOOK_SECONDS)
    return [found[index] for index in range(len(nodes))]


def _acknowledged(selling: NodeProcess, buying: NodeProcess, folder: Path) -> None:
    """Offer and Accept of orders without seats: from the call to the other's Ack."""
    seller, buyer = selling.client, buying.client
    placed: list[float] = []
    offers: list[float] = []
    accepts: list[float] = []
    goods: PublishedBatch = seller.call(_offer("teapot", folder))
    _found([buying], "teapot", time.perf_counter())
    heading("One order message, sent to acknowledged", load())
    for _ in range(ORDERS):
        began = time.perf_counter()
        order: OrderPlaced = buyer.call(
            OrderPlace(listing=goods.listing_id, direct=True, memo="For a friend")
        )
        placed.append((time.perf_counter() - began) * MS)
        offers.append(_delivered(buyer, began))
        began = time.perf_counter()
        seller.call(OrderAccept(id=order.order_id))
        accepts.append(_delivered(seller, began))
        _delivered(buyer, began)
        time.sleep(PAUSE_SECONDS)
    spread("the call that places an order", placed)
    spread("Offer", offers, "ms", "< 100")
    spread("Accept", accepts, "ms", "< 100")


def _delivered(client: Client, began: float) -> float:
    """Milliseconds until everything this node owed was acknowledged."""
    while True:
        status: StatusView = client.call(Status())
        passed = (time.perf_counter() - began) * MS
        if not status.outbox:
            return passed
        assert passed < PATIENCE_SECONDS * MS, f"{status.outbox} not acknowledged"
        time.sleep(LOOK_SECONDS)


def _all_met(nodes: list[NodeProcess]) -> None:
    for node in nodes:
        for _ in itertools.count():
            status: StatusView = node.client.call(Status())
            if status.peers:
                break
            time.sleep(LOOK_SECONDS)


def _offer(word: str, folder: Path) -> ListingPublish:
    return ListingPublish(listings=(_listing(word),), folder=str(folder))


def _drawn(folder: Path) -> None:
    Image.effect_noise(PICTURE_PIXELS, 60).convert("RGB").save(folder / PICTURE)


def _listing(word: str) -> dict[str, Any]:
    return {
        "title": f"Copper {word}",
        "type": "digital",
        "price": "12.00 EUR",
        "description": "Made by hand and kept dry.",
        "categories": ["kitchen"],
        "tags": [word],
        "images": [PICTURE],
    }
