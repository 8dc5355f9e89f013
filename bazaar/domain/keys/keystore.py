"""The sealed file of an identity's entropy (PROTOCOL.md 2.4), as bytes in and out."""

import struct
from typing import Annotated, Final, NamedTuple

import msgspec
from msgspec import Meta
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

from bazaar.domain.errors import InputError
from bazaar.domain.wire.bounds import Body, Id, Time

MAGIC: Final = b"BZKEY1\n"
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 24
MAX_OPS: Final = 10
MIN_MEMORY_KIB: Final = 8
MAX_MEMORY_KIB: Final = 1_048_576
MAX_KEYSTORE_BYTES: Final = 256
_KIB: Final = 1024
_COST: Final = struct.Struct(">II")
_HEADER_BYTES: Final = len(MAGIC) + _COST.size + SALT_BYTES + NONCE_BYTES
_KEY_BYTES: Final = 32
_FIELD: Final = "keystore"


class Cost(NamedTuple):
    """Work of the passphrase hash: passes and memory in KiB."""

    ops: int = 3
    memory_kib: int = 262_144


LOCAL_COST: Final = Cost(1, 8_192)
"""For local networks, whose keys guard nothing."""


class Kept(Body, frozen=True):
    """What the file holds: version 1, the entropy and the time it was made."""

    version: Annotated[int, Meta(ge=1, le=1)]
    entropy: Id
    created: Time


class Header(NamedTuple):
    """What stands before the ciphertext, fresh for each sealing."""

    cost: Cost
    salt: bytes
    nonce: bytes


def seal_keystore(
    entropy: bytes, created: int, passphrase: str, header: Header
) -> bytes:
    """The file's bytes; ``header`` holds a fresh salt (16 bytes) and nonce (24 bytes).

    Raises InputError if the cost is out of bounds. Takes the time that the cost says.
    """
    _check_cost(header.cost)
    head = MAGIC + _COST.pack(*header.cost) + header.salt + header.nonce
    plain = msgspec.msgpack.encode(Kept(1, entropy, created))
    key = _key(passphrase, header)
    return head + crypto_aead_xchacha20poly1305_ietf_encrypt(
        plain, head, header.nonce, key
    )


def open_keystore(data: bytes, passphrase: str) -> Kept:
    """What the file ``data`` holds.

    Raises InputError: not a keystore, a cost out of bounds (before any work), a wrong
    passphrase or damaged bytes. Takes the time that the cost says.
    """
    header = keystore_header(data)
    head, sealed = data[:_HEADER_BYTES], data[_HEADER_BYTES:]
    key = _key(passphrase, header)
    try:
        plain = crypto_aead_xchacha20poly1305_ietf_decrypt(
            sealed, head, header.nonce, key
        )
        kept = msgspec.msgpack.decode(plain, type=Kept)
    except (CryptoError, msgspec.DecodeError) as error:
        raise InputError("passphrase", "it does not open this keystore") from error
    return kept


def keystore_header(data: bytes) -> Header:
    """The checked header of ``data``. Raises InputError; does no costly work."""
    if (
        not data.startswith(MAGIC)
        or not _HEADER_BYTES < len(data) <= MAX_KEYSTORE_BYTES
    ):
        raise InputError(_FIELD, "the file is not a keystore")
    cost = Cost(*_COST.unpack_from(data, len(MAGIC)))
    _check_cost(cost)
    start = len(MAGIC) + _COST.size
    return Header(
        cost, data[start : start + SALT_BYTES], data[start + SALT_BYTES : _HEADER_BYTES]
    )


def _check_cost(cost: Cost) -> None:
    if not 1 <= cost.ops <= MAX_OPS:
        raise InputError(_FIELD, f"the passes of its hash must be 1 to {MAX_OPS}")
    if not MIN_MEMORY_KIB <= cost.memory_kib <= MAX_MEMORY_KIB:
        raise InputError(
            _FIELD, f"the memory of its hash must be at most {MAX_MEMORY_KIB} KiB"
        )


def _key(passphrase: str, header: Header) -> bytes:
    return argon2id.kdf(
        _KEY_BYTES,
        passphrase.encode(),
        header.salt,
        opslimit=header.cost.ops,
        memlimit=header.cost.memory_kib * _KIB,
    )
