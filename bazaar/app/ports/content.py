"""Files by their hash, and pictures."""

from typing import NamedTuple, Protocol


class Blobs(Protocol):
    """Files by SHA-256 on disk."""

    def put(self, data: bytes) -> bytes:
        """Write durably; returns the SHA-256."""
        ...

    def get(self, digest: bytes) -> bytes | None: ...
    def has(self, digest: bytes) -> bool: ...
    def place(self, digest: bytes) -> str:
        """Path of the file that ``get`` reads; for saving a copy, never for opening it."""
        ...


class Cleaned(NamedTuple):
    """An own picture after re-encoding: no metadata, within the limits."""

    data: bytes
    width: int
    height: int


class Pictures(Protocol):
    """Decodes foreign bytes in a limited child process only."""

    async def clean(self, data: bytes) -> Cleaned:
        """Re-encode a picture for publication. Raises MalformedMessageError in words."""
        ...

    async def thumbnail(self, digest: bytes, data: bytes, size: int) -> str:
        """Path of our own JPEG of ``size`` (200, 400 or 1200) px; MalformedMessageError."""
        ...

    def cached(self, digest: bytes, size: int) -> str | None: ...
