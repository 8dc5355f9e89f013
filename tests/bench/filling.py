"""Fills a catalogue with a made-up market, and tantivy with the same, shop by shop."""

import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple, Protocol

import msgspec
import trio
from sqlalchemy import Connection

from bazaar.domain.listings.card import Card
from bazaar.domain.listings.listing import Listing
from bazaar.domain.wire.envelope import Envelope
from store.catalogue.catalogue import SqlCatalogue
from tests.bench.goods import NOW, Shop, Words, shops

AT_ONCE: Final = 100
"""Shops that wait for the writer together, as in a fresh join."""

SAMPLE: Final = 20
PUT_BODY: Final = "INSERT INTO body(lid, author, z, used) VALUES(?, ?, ?, ?)"

_envelopes = msgspec.msgpack.Decoder(Envelope)
_listings = msgspec.msgpack.Decoder(Listing)


class Peer(Protocol):
    """Another index of the same texts."""

    def add(self, shop: Shop, texts: Sequence[str]) -> None: ...
    def close(self) -> int: ...


class Filled(NamedTuple):
    """What went in: bytes of text, of envelopes, of the peer's index; cards to ask for."""

    text: int
    envelopes: int
    peer: int
    seconds: float
    sample: Sequence[Card]


def noted(filled: Filled, words: Words) -> bytes:
    """What a later run has to know of a market that is kept, the state of its dice included."""
    return msgspec.msgpack.encode((filled, words.rng.getstate()))


def filled_before(note: Path, words: Words) -> Filled:
    """What went in when the market was made; ``words`` goes on as it did then."""
    filled, (version, state, gauss) = msgspec.msgpack.decode(
        note.read_bytes(), type=tuple[Filled, tuple[int, tuple[int, ...], float | None]]
    )
    words.rng.setstate((version, state, gauss))
    return filled


async def fill(
    catalogue: SqlCatalogue, words: Words, listings: int, network: bytes, peer: Peer
) -> Filled:
    """Put ``listings`` with their bodies into both."""
    text = envelopes = 0
    sample: list[Card] = []
    waiting: list[Shop] = []
    began = time.process_time()
    for number, shop in enumerate(shops(words, listings, network, bodies=True)):
        texts = [_text(one) for one in shop.bodies.values()]
        peer.add(shop, texts)
        text += sum(map(len, texts)) + sum(map(_card_text, shop.cards))
        envelopes += sum(map(len, shop.bodies.values()))
        if number % SAMPLE == 0:
            sample += shop.cards
        waiting.append(shop)
        if len(waiting) == AT_ONCE:
            await put(catalogue, waiting)
            waiting = []
    await put(catalogue, waiting)
    await settled(catalogue)
    size = peer.close()
    return Filled(text, envelopes, size, time.process_time() - began, sample)


async def put(catalogue: SqlCatalogue, waiting: Sequence[Shop]) -> None:
    """Bodies first, as if opened before; then all heads at once."""
    rows = [
        (lid, shop.head.author, zlib.compress(envelope), NOW)
        for shop in waiting
        for lid, envelope in shop.bodies.items()
    ]

    def bodies(connection: Connection) -> None:
        connection.exec_driver_sql(PUT_BODY, rows)

    if rows:
        await catalogue._write(bodies, len(rows))
    async with trio.open_nursery() as nursery:
        for shop in waiting:
            nursery.start_soon(
                catalogue.apply_head, shop.head, shop.pages, shop.cards, NOW
            )


async def settled(catalogue: SqlCatalogue) -> None:
    """Have the writer do what it does when idle."""
    done = trio.Event()
    catalogue._writer.upkeep.deleted(1)
    token = trio.lowlevel.current_trio_token()

    def upkeep(connection: Connection) -> None:
        del connection
        token.run_sync_soon(done.set)

    await catalogue._write(upkeep)
    await done.wait()
    await trio.sleep(6)  # the writer merges after 5 s without work
    await catalogue._write(lambda connection: None)


def _text(envelope: bytes) -> str:
    return _listings.decode(_envelopes.decode(envelope).body).description


def _card_text(card: Card) -> int:
    words = (card.title, *card.tags, *card.categories)
    return len(" ".join(words))
