"""Vectors of Follow and BlockList (PROTOCOL.md 18, item 2), as those of all other bodies."""

from collections.abc import Iterator
from typing import Any, Final

from msgspec.structs import replace

from bazaar.domain.keys.identity import Identity
from bazaar.domain.stores.records import (
    MAX_FOLLOWED,
    MAX_LISTED,
    BlockList,
    Follow,
    Listed,
)
from bazaar.domain.wire.bounds import MAX_TIME, MAX_U32, Body
from tests.domain.samples import BUYER, SELLER
from tests.vectors.make_bodies import vectors_of

ID: Final = b"\xff" * 32
FOLLOW: Final = Follow(SELLER.key, 0, 0, (BUYER.key,))
BLOCK_LIST: Final = BlockList(SELLER.key, 0, 0, "Frauds", (Listed(BUYER.key, 2),))
STRANGERS: Final = tuple(
    Identity(number.to_bytes(32, "big")).key for number in range(1_000, 1_401)
)


def lists() -> list[dict[str, Any]]:
    """Accepted bodies and their refused twins."""
    return vectors_of((FOLLOW, BLOCK_LIST), _limits(), _beyond())


def _limits() -> Iterator[Body]:
    most = STRANGERS[:MAX_FOLLOWED]
    yield replace(FOLLOW, seq=MAX_U32, issued=MAX_TIME, keys=most)
    yield replace(FOLLOW, keys=())
    entries = tuple(Listed(key, 4) for key in STRANGERS[:MAX_LISTED])
    yield replace(BLOCK_LIST, seq=MAX_U32, title="t" * 140, entries=entries)
    yield replace(BLOCK_LIST, title="t", entries=(Listed(ID, 1),))


def _beyond() -> Iterator[tuple[str, Body]]:
    yield "401 followed", replace(FOLLOW, keys=STRANGERS)
    yield "followed twice", replace(FOLLOW, keys=(BUYER.key,) * 2)
    yield "follows himself", replace(FOLLOW, keys=(BUYER.key, SELLER.key))
    yield "a key of small order", replace(FOLLOW, keys=(b"\x01" + bytes(31),))
    many = tuple(Listed(key, 1) for key in STRANGERS)
    yield "401 entries", replace(BLOCK_LIST, entries=many)
    twice = (Listed(ID, 1), Listed(ID, 2))
    yield "a subject twice", replace(BLOCK_LIST, entries=twice)
    yield "warns of himself", replace(BLOCK_LIST, entries=(Listed(SELLER.key, 1),))
    yield "reason 0", replace(BLOCK_LIST, entries=(Listed(ID, 0),))
    yield "reason 5", replace(BLOCK_LIST, entries=(Listed(ID, 5),))
    yield "no title", replace(BLOCK_LIST, title="")
    yield "title of 141", replace(BLOCK_LIST, title="t" * 141)
    yield "a title that turns direction", replace(BLOCK_LIST, title="a\u202eb")
    yield "a title of two lines", replace(BLOCK_LIST, title="a\nb")
