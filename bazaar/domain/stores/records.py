"""Records that a key publishes about itself: profile, contact, arbiter's terms, store head."""

from enum import IntEnum
from typing import Annotated, Final

from msgspec import Meta

from bazaar.domain.wire.bounds import (
    U24,
    U32,
    Amount,
    Body,
    BoxKey,
    Country,
    Id,
    Key,
    Language,
    Short,
    Terms,
    Time,
    Title,
    UnitId,
    Word,
)
from bazaar.domain.wire.kinds import Kind

MAX_SEATS_OFFERED: Final = 30
MAX_CARDS: Final = 10_000
MAX_LANGUAGES: Final = 30
MAX_FOLLOWED: Final = 400
MAX_LISTED: Final = 400
HEAD_SECONDS: Final = 30 * 86_400
OFFER_SECONDS: Final = 180 * 86_400
CLOCK_SECONDS: Final = 600

Languages = Annotated[
    tuple[Language, ...], Meta(max_length=MAX_LANGUAGES, extra={"unique": True})
]
Countries = Annotated[
    tuple[Country, ...], Meta(min_length=1, max_length=250, extra={"unique": True})
]
SeatKeys = Annotated[
    tuple[Key, ...], Meta(max_length=MAX_SEATS_OFFERED, extra={"unique": True})
]
Multiaddress = Annotated[
    str, Meta(min_length=1, max_length=256, pattern=r"^[\x21-\x7e]+\Z")
]


class SocialAccount(Body, frozen=True):
    """A way to reach a person outside Bazaar."""

    type: Word
    value: Annotated[str, Meta(min_length=1, max_length=140, extra={"text": "line"})]


class Profile(Body, frozen=True, tag=int(Kind.PROFILE)):
    """What a key says about itself (6.1)."""

    by: Key
    seq: U32
    issued: Time
    name: Word
    handle: Word | None
    location: Word | None
    about: Terms
    short: Short
    contacts: Annotated[tuple[SocialAccount, ...], Meta(max_length=30)]
    avatar: Id | None
    header: Id | None
    colours: Annotated[tuple[U24, ...], Meta(max_length=5)]
    nsfw: bool
    sells: bool
    arbitrates: bool
    box_key: BoxKey
    prekey: BoxKey
    prekey_until: Time
    seats: SeatKeys
    languages: Languages
    vacation: Short | None


class UnitTerms(Body, frozen=True):
    """An arbiter's fee and ceiling in one unit; a case costs fixed plus basis points."""

    unit: UnitId
    fee_fixed: Amount
    fee_bp: Annotated[int, Meta(ge=0, le=2_000)]
    max_amount: Amount


class ArbiterOffer(Body, frozen=True, tag=int(Kind.ARBITER_OFFER)):
    """A key's standing offer to judge (6.2); frozen into each contract by id."""

    by: Key
    seq: U32
    issued: Time
    expires: Time
    units: Annotated[tuple[UnitTerms, ...], Meta(min_length=1, max_length=10)]
    languages: Languages
    countries: Countries
    terms: Terms
    answer_hours: Annotated[int, Meta(ge=1, le=336)]
    backup: bool
    listings_of: Countries
    box_key: BoxKey


class StoreHead(Body, frozen=True, tag=int(Kind.STORE_HEAD)):
    """The signed root over a store's pages of cards (6.6)."""

    by: Key
    seq: U32
    issued: Time
    expires: Time
    root: Id
    count: U32
    size: U32
    profile: Id
    bitmap: Annotated[bytes, Meta(min_length=32, max_length=32)]


class Contact(Body, frozen=True, tag=int(Kind.CONTACT)):
    """Where a key can be reached (6.7); changes with the network."""

    by: Key
    seq: U32
    issued: Time
    addresses: Annotated[
        tuple[Multiaddress, ...], Meta(max_length=8, extra={"unique": True})
    ]
    relays: Annotated[
        tuple[Multiaddress, ...], Meta(max_length=4, extra={"unique": True})
    ]
    mailboxes: Annotated[tuple[Key, ...], Meta(max_length=3, extra={"unique": True})]
    mirrors: Annotated[tuple[Key, ...], Meta(max_length=8, extra={"unique": True})]

    @property
    def ways(self) -> tuple[str, ...]:
        """Every address at which the key may be found, direct ones first."""
        return (*self.addresses, *self.relays)


class Follow(Body, frozen=True, tag=int(Kind.FOLLOW)):
    """Whom a key follows and lets everybody see that it does (6.7)."""

    by: Key
    seq: U32
    issued: Time
    keys: Annotated[
        tuple[Key, ...], Meta(max_length=MAX_FOLLOWED, extra={"unique": True})
    ]


class ReportReason(IntEnum):
    """Why somebody put a key or a listing on a list."""

    OFFENSIVE = 1
    FRAUD = 2
    ILLEGAL = 3
    OTHER = 4


class Listed(Body, frozen=True):
    """One entry: ``subject`` is a key or a listing's id, ``reason`` a ``ReportReason``."""

    subject: Id
    reason: Annotated[int, Meta(ge=1, le=4)]


class BlockList(Body, frozen=True, tag=int(Kind.BLOCK_LIST)):
    """What its author warns of (6.7); it binds nobody but those who choose to follow it."""

    by: Key
    seq: U32
    issued: Time
    title: Title
    entries: Annotated[tuple[Listed, ...], Meta(max_length=MAX_LISTED)]
