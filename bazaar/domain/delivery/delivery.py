"""Bodies that deliver: the receipt of a recipient, and what is sealed to one reader."""

from enum import IntEnum
from typing import Annotated, Final

from msgspec import Meta

from bazaar.domain.wire.bounds import Body, Id, Key, Salt
from bazaar.domain.wire.kinds import Kind

MAX_ACK_IDS: Final = 64
ADDRESS_FIELDS: Final = 10
MAX_SEALED_ADDRESS_BYTES: Final = 12_000
MAX_DELIVERY_TEXT: Final = 3_900

Field = Annotated[str, Meta(max_length=200, extra={"text": "text"})]


class Ack(Body, frozen=True, tag=int(Kind.ACK)):
    """Signed by the recipient after its commit; ends the sender's retries."""

    by: Key
    ids: Annotated[
        tuple[Id, ...],
        Meta(min_length=1, max_length=MAX_ACK_IDS, extra={"unique": True}),
    ]


class Address(Body, frozen=True, tag=int(Kind.ADDRESS)):
    """The buyer's address, sealed to the seller's trade-box key; outside the trade set."""

    by: Key
    trade: Id
    sealed: Annotated[bytes, Meta(min_length=1, max_length=MAX_SEALED_ADDRESS_BYTES)]


class Disclosed(IntEnum):
    """What a party hands to a seat."""

    ADDRESS = 1
    DELIVERY = 2


class Disclose(Body, frozen=True, tag=int(Kind.DISCLOSE)):
    """A party's explicit act: the address, or one delivery, sealed to a seat's box key."""

    by: Key
    trade: Id
    seat: Key
    what: Annotated[int, Meta(ge=1, le=2)]
    sealed: Annotated[bytes, Meta(min_length=1, max_length=MAX_SEALED_ADDRESS_BYTES)]


class AddressBlock(Body, frozen=True):
    """Exactly ten texts, unused ones empty; its hash stands in the contract."""

    name: Field
    company: Field
    street: Field
    street2: Field
    city: Field
    region: Field
    postal_code: Field
    country: Field
    phone: Field
    email: Field


class SealedAddress(Body, frozen=True):
    """What the seller opens."""

    salt: Salt
    block: AddressBlock
    note: Annotated[str, Meta(max_length=1000, extra={"text": "text"})]
    contact: Annotated[str, Meta(max_length=140, extra={"text": "line"})]


class SealedDelivery(Body, frozen=True):
    """Tracking, link or code, sealed to the buyer's trade-box key inside a Ship."""

    salt: Salt
    data: Annotated[str, Meta(max_length=MAX_DELIVERY_TEXT, extra={"text": "text"})]
