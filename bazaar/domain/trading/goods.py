"""Digital goods: cut into chunks, sealed to one buyer, checked chunk by chunk (network.md 7.4).

The bytes that travel are sealed: the key goes to the buyer inside the Ship's sealed delivery
data, so that whoever holds the bytes may serve them.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_ABYTES,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)

from bazaar.domain.errors import InputError, MalformedMessageError
from bazaar.domain.trading.messages import GoodsFile

CHUNK_BYTES: Final = 256 * 1024
HASH_BYTES: Final = 32
KEY_BYTES: Final = 32
MAX_NAME: Final = 70
"""Code points of a file's name beside its key."""

NONCE_START: Final = bytes(16)
GOODS_LINE: Final = re.compile(r"([A-Za-z0-9_-]{43}) (.+)")


class Sealed(NamedTuple):
    """What the buyer alone knows of a file: the key of its bytes, and how it was called."""

    key: bytes
    name: str


def chunk_count(size: int) -> int:
    """Chunks of a file of ``size`` bytes."""
    return -(-size // CHUNK_BYTES)


def list_bytes(size: int) -> int:
    """Bytes of the list of chunk hashes; a file of one chunk has none."""
    return HASH_BYTES * chunk_count(size) if size > CHUNK_BYTES else 0


def goods_hash(hashes: Sequence[bytes]) -> bytes:
    """What a Ship names: the hash of the only chunk, else of the list."""
    if len(hashes) == 1:
        return hashes[0]
    return hashlib.sha256(b"".join(hashes)).digest()


def chunk_hashes(file: GoodsFile, listed: bytes) -> tuple[bytes, ...]:
    """The hashes of all chunks. Raises MalformedMessageError if ``listed`` is not its list."""
    if not list_bytes(file.size):
        return (file.hash,)
    if (
        len(listed) != list_bytes(file.size)
        or hashlib.sha256(listed).digest() != file.hash
    ):
        raise MalformedMessageError("this is not the list of the file's chunks")
    return tuple(
        listed[start : start + HASH_BYTES]
        for start in range(0, len(listed), HASH_BYTES)
    )


def chunk_size(size: int, index: int) -> int:
    """Bytes of one chunk; only the last may be short."""
    return min(CHUNK_BYTES, size - index * CHUNK_BYTES)


def turn(chunk: bytes, key: bytes, index: int) -> bytes:
    """Seal or open the ``index``-th chunk: XChaCha20 from block 1, nonce 16 zeros || u64 index.

    Nothing is authenticated here, since every sealed chunk is checked by its hash.
    """
    nonce = NONCE_START + index.to_bytes(8, "big")
    sealed = crypto_aead_xchacha20poly1305_ietf_encrypt(chunk, None, nonce, key)
    return sealed[:-crypto_aead_xchacha20poly1305_ietf_ABYTES]


def delivery_text(note: str, files: Sequence[Sealed]) -> str:
    """What is sealed to the buyer: the note, then one line of key and name for each file.

    Raises InputError for a name that does not fit into a line.
    """
    for one in files:
        if not 1 <= len(one.name) <= MAX_NAME or "\n" in one.name:
            raise InputError("file", f"its name must have 1 to {MAX_NAME} characters")
    return "\n".join((note, *(f"{_text(one.key)} {one.name}" for one in files)))


def delivery_of(text: str, count: int) -> tuple[str, tuple[Sealed, ...]]:
    """Note and files of a delivery with ``count`` goods; no files if a line is not one."""
    if not count:
        return text, ()
    lines = text.split("\n")
    found = [GOODS_LINE.fullmatch(line) for line in lines[-count:]]
    if len(lines) != count + 1 or not all(found):
        return text, ()
    files = [Sealed(_key(one[1]), one[2]) for one in found if one is not None]
    return lines[0], tuple(files)


def _text(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).rstrip(b"=").decode()


def _key(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=")
