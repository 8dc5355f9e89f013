"""Vectors of PROTOCOL.md 18, item 20: mirrors, times, segments, packed pages, topics."""

import hashlib
import zlib
from typing import Any, Final

from nacl.signing import SigningKey

from bazaar.domain.exchange.coding import encode
from bazaar.domain.exchange.stores import PackedPage, PagePacked
from bazaar.domain.keys.identity import Identity
from bazaar.domain.listings.card import card_of, cut, page_id, root
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
HALF_BYTES: Final = tuple(bytes([16 * number + 15]) + bytes(31) for number in range(16))
TIMES: Final = (0, 299, 300, 1_800_000_123)


def discovery() -> dict[str, Any]:
    """What mirrors say; a segment and a packed page with their twins; where heads travel."""
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
            "page.packed": encode(PagePacked(b"\x06" * 32)).hex(),
            "packed": encode(PackedPage(zlib.compress(b"", 0))).hex(),
        },
        "packed_pages": _packed_pages(),
        "topics": [_topic(STORE.key), _topic(OTHER.key), *map(_topic, HALF_BYTES)],
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


def _packed_pages() -> list[dict[str, Any]]:
    """Answers to ``page.packed``; ``page`` is null where an asker must refuse."""
    listing = seal(lamp(by=STORE.key), SigningKey(bytes(STORE.signing_key)), NETWORK)
    (page,) = cut([card_of(listing)])
    packed = zlib.compress(page, 0)
    twins = [
        ("stored", page, packed, page),
        ("in two blocks", page, _in_blocks(page), page),
        ("a byte behind the end", page, packed + b"\0", None),
        ("cut off", page, packed[:-1], None),
        ("a byte more than the head's size", page[:-1], packed, None),
        ("raw deflate without the frame of zlib", page, packed[2:-4], None),
    ]
    return [_packed_page(*twin) for twin in twins]


def _in_blocks(page: bytes) -> bytes:
    machine = zlib.compressobj(0)
    first = machine.compress(page[:100]) + machine.flush(zlib.Z_FULL_FLUSH)
    return first + machine.compress(page[100:]) + machine.flush()


def _packed_page(
    what: str, named: bytes, packed: bytes, page: bytes | None
) -> dict[str, Any]:
    """``named``: the page of whose size and root the head speaks."""
    only = page_id(named)
    return {
        "what": what,
        "root": root([only]).hex(),
        "size": len(named),
        "answer": encode(PackedPage(packed)).hex(),
        "page": None if page is None else page.hex(),
    }


def _topic(store: bytes) -> dict[str, Any]:
    """Written from the words of PROTOCOL.md 15, not by the code under test."""
    return {"store": store.hex(), "topic": f"bazaar/heads/1/{store.hex()[0]}"}


def _store(owner: Identity, slug: str) -> SegmentStore:
    key = SigningKey(bytes(owner.signing_key))
    listing = seal(lamp(by=owner.key, slug=slug), key, NETWORK)
    cards = [card_of(listing)]
    head = seal(head_of(owner.key, 1, ISSUED, cards, bytes(32)), key, NETWORK)
    return SegmentStore(head.envelope, cut(cards))
