"""What a mailbox stores: an envelope, padded and sealed so that it tells its reader alone (8.5)."""

import struct
from collections.abc import Iterable
from typing import Final

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from bazaar.domain.errors import MalformedMessageError

KIB: Final = 1024
BLOB_SIZES: Final = (KIB, 4 * KIB, 16 * KIB, 64 * KIB)
"""Bytes of a sealed blob: it has exactly one of these sizes."""

SEAL_BYTES: Final = 48
LENGTH_BYTES: Final = 4
MAX_MAIL_BYTES: Final = BLOB_SIZES[-1] - SEAL_BYTES - LENGTH_BYTES


def seal_mail(envelope: bytes, reader: bytes) -> bytes:
    """``envelope`` (1..MAX_MAIL_BYTES) sealed to the X25519 key ``reader``.

    Raises ValueError for a longer one, MalformedMessageError if the key is none.
    """
    plain = padded(envelope)
    try:
        return SealedBox(PublicKey(reader)).encrypt(plain)
    except (CryptoError, RuntimeError) as error:
        raise MalformedMessageError("the reader's key is none") from error


def open_mail(blob: bytes, keys: Iterable[PrivateKey]) -> bytes:
    """The envelope in ``blob``, opened by the first of ``keys`` that fits.

    Raises MalformedMessageError if none does, or the size or the zeros are wrong.
    """
    if len(blob) not in BLOB_SIZES:
        raise MalformedMessageError(f"a sealed blob never has {len(blob)} bytes")
    for key in keys:
        try:
            plain = SealedBox(key).decrypt(blob)
        except CryptoError:
            continue
        return unpadded(plain)
    raise MalformedMessageError("no key of ours opens this mail")


def padded(envelope: bytes) -> bytes:
    """``u32 length || envelope || zeros``, of the least size that fits."""
    length = LENGTH_BYTES + len(envelope)
    fitting = (size - SEAL_BYTES for size in BLOB_SIZES)
    size = next((size for size in fitting if size >= length), None)
    if size is None or not envelope:
        raise ValueError(f"{len(envelope)} bytes; mail holds 1..{MAX_MAIL_BYTES}")
    return (struct.pack(">I", len(envelope)) + envelope).ljust(size, b"\0")


def unpadded(plain: bytes) -> bytes:
    """What ``padded`` was given. Raises MalformedMessageError for any other form."""
    length = int.from_bytes(plain[:LENGTH_BYTES])
    envelope = plain[LENGTH_BYTES : LENGTH_BYTES + length]
    is_whole = len(envelope) == length and 1 <= length <= MAX_MAIL_BYTES
    if not is_whole or padded(envelope) != plain:
        raise MalformedMessageError("the padding of this mail is wrong")
    return envelope
