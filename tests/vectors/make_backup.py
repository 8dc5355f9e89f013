"""Vectors of the backup file: header, key, chunks, manifest (PROTOCOL.md 14)."""

import hashlib
import hmac
from typing import Any, Final

from bazaar.domain.keys.identity import Identity
from bazaar.domain.recovery.backup import (
    CHUNK_BYTES,
    HEADER_BYTES,
    SEALED_BYTES,
    Kept,
    Manifest,
    pack_manifest,
    seal_backup,
)

SALT: Final = bytes(range(16))
START: Final = bytes(range(24))
ENTROPY: Final = b"\x01" * 32


def backups() -> dict[str, Any]:
    """One file of three chunks, and twins that are refused."""
    identity = Identity(ENTROPY)
    contents = {"book.db": bytes(2 * CHUNK_BYTES), "config.toml": b'network = "main"\n'}
    blob = b"a picture"
    contents[f"blobs/{hashlib.sha256(blob).hexdigest()}"] = blob
    manifest = Manifest(
        1,
        "main",
        identity.key,
        1_700_000_000,
        tuple(
            Kept(name, len(data), hashlib.sha256(data).digest())
            for name, data in contents.items()
        ),
    )
    plain = pack_manifest(manifest) + b"".join(contents.values())
    data = b"".join(seal_backup(identity.backup_key, SALT, START, [plain]))
    first, second = HEADER_BYTES + SEALED_BYTES, HEADER_BYTES + 2 * SEALED_BYTES
    twins = {
        "other magic": b"BZBAX1" + data[6:],
        "newer": b"BZBAK2" + data[6:],
        "changed salt": data[:7] + b"\xff" + data[8:],
        "changed start": data[:23] + b"\xff" + data[24:],
        "changed byte": data[:100] + bytes((data[100] ^ 1,)) + data[101:],
        "header alone": data[:HEADER_BYTES],
        "cut at a chunk": data[:second],
        "cut in a chunk": data[: second + 5],
        "chunks swapped": data[:HEADER_BYTES]
        + data[first:second]
        + data[HEADER_BYTES:first]
        + data[second:],
        "something follows": data + b"\0",
    }
    return {
        "backup_key": identity.backup_key.hex(),
        "stream_key": hmac.digest(identity.backup_key, SALT, "sha256").hex(),
        "header": data[:HEADER_BYTES].hex(),
        "sealed_sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "manifest": pack_manifest(manifest)[4:].hex(),
        "first_chunk_sha256": hashlib.sha256(data[HEADER_BYTES:first]).hexdigest(),
        "last_chunk": data[second:].hex(),
        "plain": "u32 length || manifest || 131072 zero bytes || "
        + (contents["config.toml"] + blob).hex(),
        "refused": [
            {"why": why, "size": len(twin), "sha256": hashlib.sha256(twin).hexdigest()}
            for why, twin in twins.items()
        ],
    }
