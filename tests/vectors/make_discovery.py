"""Vectors of mirrors and segments (PROTOCOL.md 18, item 20): tokens, times, segments."""

import hashlib
import zlib
from typing import Any, Final

from nacl.signing import SigningKey

from bazaar.domain.exchange.coding import encode
from bazaar.domain.keys.identity import Identity
from bazaar.domain.listings.card import card_of, cut
from bazaar.domain.stores.head import head_of
from bazaar.domain.stores.mirroring import (
    MirrorTell,
    SeenAnswer,
    SeenGet,
    coarse,
    mirror_token,
)
from bazaar.domain.stores.segment import (
    Segment,
    SegmentGet,
    SegmentList,
    SegmentRow,
    SegmentStore,
)
from bazaar.domain.wire.envelope import seal
from tests.domain.samples import lamp

NETWORK: Final = b"\xa0" * 32
STORE: Final = Identity(b"\x01" * 32)
OTHER: Final = Identity(b"\x02" * 32)
ISSUED: Final = 1_800_000_000
TIMES: Final = (0, 299, 300, 1_800_000_123)


def discovery() -> dict[str, Any]:
    """What mirrors say, and one segment with its twins that are refused."""
    token = mirror_token(STORE.key)
    row = SegmentRow(b"\x05" * 32, 1_000_000, 9_000, ISSUED)
    return {
        "mirror": {
            "store": STORE.key.hex(),
            "token": token.hex(),
            "key": hashlib.sha256(b"bazaar/1 token\0" + token).hexdigest(),
        },
        "coarse": [{"at": at, "told": coarse(at)} for at in TIMES],
        "messages": {
            "mirror.tell": encode(MirrorTell(7, 2, 3, 2**20)).hex(),
            "seen.get": encode(SeenGet((STORE.key,))).hex(),
            "seen": encode(SeenAnswer((ISSUED,))).hex(),
            "segments": encode(SegmentList((row,))).hex(),
            "segment.get": encode(SegmentGet(row.hash, 0, 262_144)).hex(),
        },
        "segments": _segments(),
    }


def _segments() -> list[dict[str, Any]]:
    """Stored without compression, so that every deflate writes the same bytes."""
    first, second = _store(STORE, "lamp"), _store(OTHER, "vase")
    foreign = SegmentStore(first.head, second.pages)
    plain = encode(Segment((first, second)))
    packed = zlib.compress(plain, 0)
    mixed = zlib.compress(encode(Segment((foreign, second))), 0)
    bomb = zlib.compress(bytes(100_000), 9)
    return [
        _case("two stores", packed, [first, second]),
        _case("the first head over foreign pages", mixed, [second]),
        _case("a byte behind the end", packed + b"\0", None),
        _case("cut off", packed[:-1], None),
        _case("inflates to more than 20 times itself", bomb, None),
        _case("empty", zlib.compress(encode(Segment(())), 0), None),
    ]


def _case(what: str, packed: bytes, heads: list[SegmentStore] | None) -> dict[str, Any]:
    held = None if heads is None else [one.head.hex() for one in heads]
    return {"what": what, "packed": packed.hex(), "heads": held}


def _store(owner: Identity, slug: str) -> SegmentStore:
    key = SigningKey(bytes(owner.signing_key))
    listing = seal(lamp(by=owner.key, slug=slug), key, NETWORK)
    cards = [card_of(listing)]
    head = seal(head_of(owner.key, 1, ISSUED, cards, bytes(32)), key, NETWORK)
    return SegmentStore(head.envelope, cut(cards))
