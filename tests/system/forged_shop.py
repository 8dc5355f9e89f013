"""A hostile seller's store: rightly signed heads over pages, listings and pictures that lie."""

import hashlib
import struct
import time
import zlib
from collections.abc import Mapping
from typing import NamedTuple

from msgspec import structs

from bazaar.app.ports import Handler, Request
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.messages import BlobGet, BlobPart
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import (
    EnvelopeList,
    Heads,
    PageGet,
    PageIds,
    Pages,
    StoreRecords,
)
from bazaar.domain.keys.identity import Identity
from bazaar.domain.listings.card import Card, card_of, cut, page_id, root
from bazaar.domain.listings.listing import Listing
from bazaar.domain.stores.head import head_of
from bazaar.domain.stores.records import Profile, StoreHead
from bazaar.domain.wire.envelope import Signed, seal
from bazaar.domain.wire.networks import Network
from tests.domain.samples import LAMP, PROFILE
from tests.forged_numbers import numbered

DAY = 86_400


class Forgery(NamedTuple):
    """What a hostile seller serves; ``pages`` need not hash to ``page_ids``, nor these to the root."""

    head: bytes
    profile: bytes
    page_ids: tuple[bytes, ...]
    pages: tuple[bytes, ...]
    listings: tuple[bytes, ...] = ()

    def serving(self) -> dict[RequestType, Handler]:
        """Handlers that answer with it, whatever is asked."""
        records = StoreRecords(self.head, self.profile, None, None, ())

        async def head_get(_: Request) -> bytes:
            return encode(Heads((records,)))

        async def page_get(request: Request) -> bytes:
            asked = decode(PageGet, request.body)
            return encode(Pages(self.pages) if asked.ids else PageIds(self.page_ids))

        async def listing_get(_: Request) -> bytes:
            return encode(EnvelopeList(self.listings))

        async def recent(_: Request) -> bytes:
            return encode(EnvelopeList((self.head,)))

        return {
            RequestType.HEAD_GET: head_get,
            RequestType.HEADS_RECENT: recent,
            RequestType.PAGE_GET: page_get,
            RequestType.LISTING_GET: listing_get,
        }


def serving_blobs(blobs: Mapping[bytes, bytes]) -> dict[RequestType, Handler]:
    """A handler that gives ``blobs`` by name, whatever they hash to."""

    async def blob_get(request: Request) -> bytes:
        asked = decode(BlobGet, request.body)
        data = blobs[asked.hash]
        part = data[asked.offset : asked.offset + asked.length]
        return encode(BlobPart(len(data), part))

    return {RequestType.BLOB_GET: blob_get}


def honest(number: int, on: Network) -> Forgery:
    """A store of one lamp, without a lie; tests put the lies in."""
    who = Identity(number.to_bytes(32, "big"))
    profile = _profile(who, on)
    listing = lamp(who, on, f"Lamp {number}")
    pages = cut([card_of(listing)])
    head = _head(who, on, [card_of(listing)], profile.id)
    ids = tuple(map(page_id, pages))
    return Forgery(head.envelope, profile.envelope, ids, pages, (listing.envelope,))


def over_page(number: int, on: Network, page: bytes) -> Forgery:
    """A store whose head rightly names ``page``, whatever that is."""
    who = Identity(number.to_bytes(32, "big"))
    profile = _profile(who, on)
    ids = (page_id(page),)
    head = head_of(who.key, 1, int(time.time()), [], profile.id)
    named = structs.replace(head, root=root(ids), count=1, size=len(page))
    sealed = seal(named, who.signing_key, on.id)
    return Forgery(sealed.envelope, profile.envelope, ids, (page,))


def lamp(who: Identity, on: Network, title: str) -> Signed[Listing]:
    """A listing of ``who``."""
    now = int(time.time())
    body = structs.replace(
        LAMP,
        by=who.key,
        title=title,
        issued=now,
        expires=now + DAY,
    )
    return seal(body, who.signing_key, on.id)


def head_dated(number: int, on: Network, *, ahead: int, lasts: int) -> bytes:
    """A rightly signed head of an empty store, issued ``ahead`` seconds from now."""
    who = Identity(number.to_bytes(32, "big"))
    head = head_of(who.key, 1, int(time.time()) + ahead, [], b"p" * 32)
    dated = structs.replace(head, expires=head.issued + lasts)
    return seal(dated, who.signing_key, on.id).envelope


def head_numbered(number: int, on: Network, sequence: bytes) -> bytes:
    """A rightly signed head of an empty store with any MessagePack for its sequence."""
    who = Identity(number.to_bytes(32, "big"))
    head = head_of(who.key, 1, int(time.time()), [], b"p" * 32)
    return numbered(head, sequence, who.signing_key, on.id)


def image_id(data: bytes) -> bytes:
    """The id of a picture: the hash of its bytes."""
    return hashlib.sha256(data).digest()


def png_bomb(side: int = 20_000) -> bytes:
    """A picture of a few dozen KiB that would unfold to ``side`` by ``side`` pixels."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((side // 8 + 1) * side), 1)
    chunks = (b"IHDR" + header, b"IDAT" + rows, b"IEND")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in chunks
    )


def _profile(who: Identity, on: Network) -> Signed[Profile]:
    body = structs.replace(PROFILE, by=who.key, issued=int(time.time()), seats=())
    return seal(body, who.signing_key, on.id)


def _head(
    who: Identity, on: Network, cards: list[Card], profile: bytes
) -> Signed[StoreHead]:
    head = head_of(who.key, 1, int(time.time()), cards, profile)
    return seal(head, who.signing_key, on.id)
