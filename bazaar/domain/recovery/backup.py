"""The backup file as bytes (PROTOCOL.md 14): header, key, sealed chunks, and what they hold.

The plain bytes are ``u32 length || manifest || every file of it, in order``; they are cut
into chunks of 64 KiB, and the last one is marked as such.
"""

import hmac
import struct
from collections.abc import Iterable, Iterator
from typing import Annotated, Final

import msgspec
from msgspec import Meta
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_ABYTES,
    crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    crypto_secretstream_xchacha20poly1305_init_pull,
    crypto_secretstream_xchacha20poly1305_pull,
    crypto_secretstream_xchacha20poly1305_push,
    crypto_secretstream_xchacha20poly1305_state,
    crypto_secretstream_xchacha20poly1305_TAG_FINAL,
    crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
)

from bazaar.domain.errors import InputError
from bazaar.domain.wire.bounds import Body, Id, Key, Time

MAGIC: Final = b"BZBAK1\n"
FAMILY: Final = b"BZBAK"
SALT_BYTES: Final = 16
START_BYTES: Final = crypto_secretstream_xchacha20poly1305_HEADERBYTES
HEADER_BYTES: Final = len(MAGIC) + SALT_BYTES + START_BYTES
CHUNK_BYTES: Final = 64 * 1024
SEALED_BYTES: Final = CHUNK_BYTES + crypto_secretstream_xchacha20poly1305_ABYTES
MAX_MANIFEST_BYTES: Final = 16 * 1024 * 1024
MAX_FILES: Final = 100_000
MAX_FILE_BYTES: Final = 2**40
VERSION: Final = 1
BOOK: Final = "book.db"
SETTINGS: Final = "config.toml"
BLOBS: Final = "blobs/"
_LENGTH: Final = struct.Struct(">I")
_FIELD: Final = "file"


class Kept(Body, frozen=True):
    """One file of a backup; its name is ``book.db``, ``config.toml`` or a blob's."""

    name: Annotated[
        str, Meta(pattern=r"^(?:book\.db|config\.toml|blobs/[0-9a-f]{64})\Z")
    ]
    size: Annotated[int, Meta(ge=0, le=MAX_FILE_BYTES)]
    sha256: Id


class Manifest(Body, frozen=True):
    """What a backup holds.

    Attributes:
        version: Of this format; a reader refuses what it does not know.
        network: Name of the network that the identity trades on.
        key: The identity.
        made: When, by its node's clock.
        files: In the order of their bytes; the first is the book.
    """

    version: Annotated[int, Meta(ge=VERSION, le=VERSION)]
    network: Annotated[str, Meta(min_length=1, max_length=64)]
    key: Key
    made: Time
    files: Annotated[
        tuple[Kept, ...],
        Meta(min_length=1, max_length=MAX_FILES, extra={"unique": True}),
    ]


def stream_key(backup_key: bytes, salt: bytes) -> bytes:
    """The key of one file from the identity's ``backup`` key and the file's salt; 32 bytes."""
    return hmac.digest(backup_key, salt, "sha256")


def seal_backup(
    backup_key: bytes, salt: bytes, start: bytes, plain: Iterable[bytes]
) -> Iterator[bytes]:
    """The file, piece by piece; ``salt`` (16 bytes) and ``start`` (24 bytes) are fresh."""
    yield MAGIC + salt + start
    # Both ends of the stream begin in the same state; this one takes a given header.
    state = _state(start, stream_key(backup_key, salt))
    held = b""
    for piece in plain:
        held += piece
        whole = (len(held) - 1) // CHUNK_BYTES * CHUNK_BYTES if held else 0
        for at in range(0, whole, CHUNK_BYTES):
            yield _push(state, held[at : at + CHUNK_BYTES], last=False)
        held = held[whole:]
    yield _push(state, held, last=True)


class Opening:
    """Opens the chunks of one file in order."""

    def __init__(self, backup_key: bytes, header: bytes) -> None:
        """Read the header. Raises InputError for what is no backup, or a newer one."""
        check_header(header)
        salt = header[len(MAGIC) : len(MAGIC) + SALT_BYTES]
        start = header[len(MAGIC) + SALT_BYTES : HEADER_BYTES]
        self._state = _state(start, stream_key(backup_key, salt))
        self._is_first = True
        self.is_done = False

    def take(self, chunk: bytes) -> bytes:
        """The plain bytes of the next chunk.

        Raises InputError: of other words, damaged, or going on after its last chunk.
        """
        if self.is_done:
            raise damaged("something follows its end")
        try:
            plain, tag = crypto_secretstream_xchacha20poly1305_pull(self._state, chunk)
        except (RuntimeError, ValueError) as error:
            raise (
                _foreign() if self._is_first else damaged("a part of it was changed")
            ) from error
        self._is_first = False
        self.is_done = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL
        return plain

    def end(self) -> None:
        """Raise InputError unless the marked last chunk was taken."""
        if not self.is_done:
            raise damaged("its end is missing")


def check_header(header: bytes) -> None:
    """Raise InputError unless a file may start so."""
    if not header.startswith(FAMILY):
        raise InputError(_FIELD, "this is not a backup of Bazaar")
    if len(header) >= len(MAGIC) and not header.startswith(MAGIC):
        raise InputError(
            _FIELD, "this backup was made by a newer Bazaar; please update first"
        )
    if len(header) < HEADER_BYTES:
        raise damaged("its end is missing")


def pack_manifest(manifest: Manifest) -> bytes:
    """The first plain bytes of a backup."""
    data = msgspec.msgpack.encode(manifest)
    return _LENGTH.pack(len(data)) + data


def manifest_bytes(start: bytes) -> int:
    """How many plain bytes the manifest takes with its length; 0 while that is not known.

    Raises InputError above the limit.
    """
    if len(start) < _LENGTH.size:
        return 0
    size = _LENGTH.unpack_from(start)[0]
    if size > MAX_MANIFEST_BYTES:
        raise damaged("its table of contents is too long")
    return _LENGTH.size + size


def unpack_manifest(packed: bytes) -> Manifest:
    """What ``pack_manifest`` packed. Raises InputError."""
    data = packed[_LENGTH.size :]
    try:
        fields = msgspec.msgpack.decode(data, type=list[object])
        if fields and isinstance(fields[0], int) and fields[0] > VERSION:
            raise InputError(
                _FIELD, "this backup was made by a newer Bazaar; please update first"
            )
        manifest = msgspec.msgpack.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise damaged("its table of contents cannot be read") from error
    if manifest.files[0].name != BOOK:
        raise damaged("it holds no book")
    return manifest


def damaged(words: str) -> InputError:
    """The backup cannot be used; nothing of it is."""
    return InputError(_FIELD, f"this backup is damaged: {words}; take another one")


def _foreign() -> InputError:
    return InputError(
        _FIELD,
        "these 24 words do not open this backup: it is of another identity, or damaged "
        "at its beginning",
    )


def _state(start: bytes, key: bytes) -> crypto_secretstream_xchacha20poly1305_state:
    state = crypto_secretstream_xchacha20poly1305_state()
    crypto_secretstream_xchacha20poly1305_init_pull(state, start, key)
    return state


def _push(
    state: crypto_secretstream_xchacha20poly1305_state, plain: bytes, *, last: bool
) -> bytes:
    tag = (
        crypto_secretstream_xchacha20poly1305_TAG_FINAL
        if last
        else crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
    )
    return crypto_secretstream_xchacha20poly1305_push(state, plain, None, tag)
