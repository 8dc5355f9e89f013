"""Identities and records that the tests and the vectors share."""

from typing import Any, Final, TypeVar

import msgspec

from bazaar.domain.keys.identity import Identity
from bazaar.domain.listings.listing import (
    DefaultDeadlines,
    Image,
    Listing,
    Option,
    ShippingOption,
    ShippingService,
    Sku,
    Variant,
)
from bazaar.domain.stores.records import (
    ArbiterOffer,
    Contact,
    Profile,
    StoreHead,
    UnitTerms,
)
from bazaar.domain.wire.bounds import Body
from bazaar.domain.wire.envelope import Signed, seal
from bazaar.domain.wire.networks import network

B = TypeVar("B", bound=Body)

NOW: Final = 1_700_000_000
DAY: Final = 86_400
NET: Final = network("local:test")
SELLER: Final = Identity(b"\x01" * 32)
BUYER: Final = Identity(b"\x02" * 32)
ARBITER: Final = Identity(b"\x03" * 32)
BACKUP: Final = Identity(b"\x04" * 32)

STANDARD: Final = ShippingService("Standard", 400, 100, "2-4 days")
POST: Final = ShippingOption("Post", 1, ("ZZ",), (STANDARD,))
PICKUP: Final = ShippingOption("Pickup", 2, ("DE",), ())
SHADES: Final = Option("Shade", "", (Variant("green", None), Variant("white", 0)))
GREEN: Final = Sku((0,), "LAMP-G", 0, 1, None)
WHITE: Final = Sku((1,), "LAMP-W", 200, 2, 0)

LAMP: Final = Listing(
    by=SELLER.key,
    seq=0,
    slug="desk-lamp",
    issued=NOW,
    expires=NOW + 30 * DAY,
    language="en",
    type=1,
    state=1,
    title="Desk lamp",
    short="",
    description="",
    condition=3,
    nsfw=False,
    unit="EUR",
    price=2615,
    grams=1400,
    processing_time="",
    tags=("lamp",),
    categories=("home",),
    images=(Image(b"i" * 32, 1000, 640, 480, ""),),
    options=(),
    skus=(),
    shipping=(POST,),
    taxes=(),
    coupons=(),
    ships_from=None,
    seats=None,
    rails=("credit",),
    terms="",
    refund_policy="",
    deadlines=DefaultDeadlines(7, 14),
)

PROFILE: Final = Profile(
    by=SELLER.key,
    seq=0,
    issued=NOW,
    name="Anna",
    handle=None,
    location=None,
    about="",
    short="",
    contacts=(),
    avatar=None,
    header=None,
    colours=(),
    nsfw=False,
    sells=True,
    arbitrates=False,
    box_key=SELLER.box_key.public_key.encode(),
    prekey=b"p" * 32,
    prekey_until=NOW + 7 * DAY,
    seats=(ARBITER.key,),
    languages=("en", "de"),
    vacation=None,
)

ARBITER_OFFER: Final = ArbiterOffer(
    by=ARBITER.key,
    seq=0,
    issued=NOW,
    expires=NOW + 30 * DAY,
    units=(UnitTerms("EUR", 50, 100, 100_000),),
    languages=("en",),
    countries=("AT", "DE"),
    terms="",
    answer_hours=24,
    backup=True,
    listings_of=("ZZ",),
    box_key=ARBITER.box_key.public_key.encode(),
)

STORE_HEAD: Final = StoreHead(
    by=SELLER.key,
    seq=1,
    issued=NOW,
    expires=NOW + 30 * DAY,
    root=b"r" * 32,
    count=1,
    size=300,
    profile=b"p" * 32,
    bitmap=bytes(32),
)

CONTACT: Final = Contact(
    by=SELLER.key,
    seq=1,
    issued=NOW,
    addresses=("/ip4/192.0.2.1/tcp/4001",),
    relays=(),
    mailboxes=(ARBITER.key, BACKUP.key),
    mirrors=(),
)


def lamp(**fields: Any) -> Listing:
    """The lamp with other fields."""
    return msgspec.structs.replace(LAMP, **fields)


def signed(body: B, by: Identity = SELLER) -> Signed[B]:
    """``body`` as signed by ``by`` on the test network."""
    return seal(body, by.signing_key, NET.id)
