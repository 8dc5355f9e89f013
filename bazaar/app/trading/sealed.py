"""What only one reader may see: the postal address and delivery data of a trade (13)."""

import hashlib
import secrets
from typing import Final

import msgspec
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from bazaar.domain.delivery.delivery import (
    ADDRESS_FIELDS,
    AddressBlock,
    SealedAddress,
    SealedDelivery,
)
from bazaar.domain.errors import InputError, MalformedMessageError
from bazaar.domain.trading.messages import MAX_DELIVERY_BYTES
from bazaar.domain.wire.marks import check_marks

ADDRESS_TAG: Final = b"bazaar/1 address\0"
DELIVERY_TAG: Final = b"bazaar/1 delivery\0"
SALT_BYTES: Final = 16
SEAL_BYTES: Final = 48


def new_box() -> PrivateKey:
    """A random key of one trade; never derived, so that it can be forgotten for good."""
    return PrivateKey(secrets.token_bytes(32))


def address_block(fields: dict[str, str]) -> AddressBlock:
    """The ten texts of an address file. Raises InputError naming an unknown field."""
    names = AddressBlock.__struct_fields__
    unknown = set(fields) - set(names)
    if unknown or len(names) != ADDRESS_FIELDS:
        raise InputError(
            "address", f"{min(unknown)} is not an address field: {', '.join(names)}"
        )
    block = AddressBlock(**{name: fields.get(name, "") for name in names})
    try:
        msgspec.msgpack.decode(msgspec.msgpack.encode(block), type=AddressBlock)
        check_marks(block)
    except ValueError as error:
        raise InputError("address", str(error)) from error
    return block


def address_hash(address: SealedAddress) -> bytes:
    """What the contract holds of an address; 32 bytes."""
    block = msgspec.msgpack.encode(address.block)
    return hashlib.sha256(ADDRESS_TAG + address.salt + block).digest()


def sealed_address(block: AddressBlock, note: str, contact: str) -> SealedAddress:
    """An address with a fresh salt. Raises InputError if note or contact is too long."""
    address = SealedAddress(secrets.token_bytes(SALT_BYTES), block, note, contact)
    try:
        msgspec.msgpack.decode(msgspec.msgpack.encode(address), type=SealedAddress)
        check_marks(address)
    except ValueError as error:
        raise InputError("memo", str(error)) from error
    return address


def seal_for(reader: bytes, opened: SealedAddress | SealedDelivery) -> bytes:
    """Sealed to a trade-box key or a seat's box key ``reader``; its hash stays the same."""
    return SealedBox(PublicKey(reader)).encrypt(msgspec.msgpack.encode(opened))


def open_address(sealed: bytes, key: bytes, expected: bytes | None) -> SealedAddress:
    """The address that the contract's hash ``expected`` promises. Raises MalformedMessageError."""
    try:
        plain = SealedBox(PrivateKey(key)).decrypt(sealed)
        address = msgspec.msgpack.decode(plain, type=SealedAddress)
        check_marks(address)
    except (CryptoError, ValueError) as error:
        raise MalformedMessageError("the address does not open") from error
    if address_hash(address) != expected:
        raise MalformedMessageError("this is not the address that the order promised")
    return address


def new_delivery(text: str) -> SealedDelivery:
    """Tracking, link or code with a fresh salt. Raises InputError if it is too long."""
    delivery = SealedDelivery(secrets.token_bytes(SALT_BYTES), text)
    try:
        check_marks(delivery)
        plain = msgspec.msgpack.encode(delivery)
        msgspec.msgpack.decode(plain, type=SealedDelivery)
    except ValueError as error:
        raise InputError("text", str(error)) from error
    if len(plain) + SEAL_BYTES > MAX_DELIVERY_BYTES:
        raise InputError("text", "the note and the names of the files are too long")
    return delivery


def delivery_hash(delivery: SealedDelivery) -> bytes:
    """What a Ship shows of its sealed data; 32 bytes."""
    return hashlib.sha256(
        DELIVERY_TAG + delivery.salt + delivery.data.encode()
    ).digest()


def open_delivery(sealed: bytes, key: bytes, expected: bytes) -> SealedDelivery | None:
    """The delivery; None if it does not open or is not the one promised."""
    try:
        plain = SealedBox(PrivateKey(key)).decrypt(sealed)
        delivery = msgspec.msgpack.decode(plain, type=SealedDelivery)
        check_marks(delivery)
    except (CryptoError, ValueError):
        return None
    return delivery if delivery_hash(delivery) == expected else None
