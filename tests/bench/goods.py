"""A made-up market of any size: Zipf words, 530 bytes of text a listing, stores of 20.

Envelopes of bodies carry no true signature: the catalogue is given what was verified before.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

import msgspec
from nacl.signing import SigningKey

from bazaar.compose.home import SystemClock
from bazaar.domain.amounts.countries import COUNTRIES
from bazaar.domain.listings.card import Card, card_of, cut, page_id
from bazaar.domain.listings.listing import (
    Listing,
    ShippingKind,
    ShippingOption,
    ShippingService,
    ShipsFrom,
)
from bazaar.domain.stores.head import head_of
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire.bodies import encode_body
from bazaar.domain.wire.envelope import Envelope, Signed, seal
from bazaar.domain.wire.kinds import Kind
from tests.domain.samples import lamp

CARDS_OF_A_STORE: Final = 20
VOCABULARY: Final = 60_000
TITLE_WORDS: Final = 6
TAGS: Final = 4
DESCRIPTION_WORDS: Final = 62
CATEGORIES: Final = 400
COMMONEST: Final = 20
NOW: Final = SystemClock().now()
SYLLABLES: Final = [
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
]

_encoder = msgspec.msgpack.Encoder()


class Shop(NamedTuple):
    """One store: its head, page hashes and cards, and its bodies by listing id."""

    head: Signed[StoreHead]
    pages: Sequence[bytes]
    cards: Sequence[Card]
    bodies: dict[bytes, bytes]


class Words:
    """A vocabulary, the commonest first, and draws from it."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        made: dict[str, None] = {}
        while len(made) < VOCABULARY:
            made["".join(self.rng.choices(SYLLABLES, k=self.rng.randrange(2, 7)))] = (
                None
            )
        self.all = list(made)
        self._weights = list(accumulate(1 / (rank + 2.7) for rank in range(VOCABULARY)))

    def draw(self, count: int) -> list[str]:
        """``count`` words as frequent as in real text."""
        return self.rng.choices(self.all, cum_weights=self._weights, k=count)


def shops(
    words: Words, listings: int, network: bytes, *, bodies: bool
) -> Iterator[Shop]:
    """Stores of 20 listings each, ``listings`` in all."""
    for number in range(listings // CARDS_OF_A_STORE):
        key = SigningKey(hashlib.sha256(number.to_bytes(8)).digest())
        author = key.verify_key.encode()
        made = [
            _listing(words, author, n, bodies=bodies) for n in range(CARDS_OF_A_STORE)
        ]
        cards = [card_of(one) for one in made]
        head = seal(head_of(author, 1, NOW, cards, bytes(32)), key, network)
        kept = {one.id: one.envelope for one in made} if bodies else {}
        yield Shop(head, [page_id(page) for page in cut(cards)], cards, kept)


def questions(words: Words, cards: Sequence[Card], count: int, terms: int) -> list[str]:
    """Words of real titles and tags; a tenth hold one of the 20 commonest words."""
    rng = words.rng
    asked: list[str] = []
    for number in range(count):
        card = rng.choice(cards)
        said = list(dict.fromkeys((*card.title.split(), *card.tags)))
        picked = rng.sample(said, min(terms, len(said)))
        if number % 10 == 0:
            picked[0] = rng.choice(words.all[:COMMONEST])
        asked.append(" ".join(picked))
    return asked


def _listing(
    words: Words, author: bytes, number: int, *, bodies: bool
) -> Signed[Listing]:
    rng = words.rng
    said = words.draw(TITLE_WORDS + TAGS + (DESCRIPTION_WORDS if bodies else 0))
    body = lamp(
        by=author,
        slug=f"item-{number}",
        issued=NOW - rng.randrange(10**6),
        title=" ".join(said[:TITLE_WORDS]),
        short="",
        description=" ".join(said[TITLE_WORDS + TAGS :]),
        tags=tuple(dict.fromkeys(said[TITLE_WORDS : TITLE_WORDS + TAGS])),
        categories=(f"category {int(rng.paretovariate(0.9)) % CATEGORIES}",),
        unit="EUR",
        price=1 + int(rng.lognormvariate(8, 1.5)),
        condition=rng.randrange(6),
        shipping=(_shipping(rng),),
        ships_from=ShipsFrom(rng.choice(COUNTRIES), f"{rng.randrange(10**5):05}"),
    )
    encoded = encode_body(body)
    envelope = _encoder.encode(
        Envelope(int(Kind.LISTING), 1, author, encoded, bytes(64))
    )
    return Signed(hashlib.sha256(encoded).digest(), author, body, envelope)


def _shipping(rng: random.Random) -> ShippingOption:
    service = ShippingService("Post", 500, 100, "a week")
    countries = tuple(sorted(rng.sample(COUNTRIES, 4)))
    return ShippingOption("Parcel", int(ShippingKind.POST), countries, (service,))
