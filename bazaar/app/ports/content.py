"""Files by their hash, and pictures."""

from typing import Final, NamedTuple, Protocol


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

    def drop(self, digest: bytes) -> None:
        """Overwrite and delete; one that is not here is fine. May raise OSError."""
        ...


class GoodsStore(Protocol):
    """Digital goods on disk by name; every method may raise OSError."""

    def has(self, name: str) -> bool: ...
    def write(self, name: str, offset: int, data: bytes) -> None: ...
    def read(self, name: str, offset: int, length: int) -> bytes: ...
    def finish(self, name: str, as_name: str) -> None: ...
    def discard(self, name: str) -> None: ...
    def copy_out(self, name: str, folder: str, as_name: str) -> str:
        """Copy a whole file into ``folder`` under a name that is free; its path."""
        ...


class KeptPictures(Protocol):
    """Pictures of mirrored stores, each store's apart; ``put`` may raise OSError."""

    def put(self, store: bytes, data: bytes) -> bytes: ...
    def get(self, digest: bytes, without: frozenset[bytes]) -> bytes | None:
        """A picture that is kept of any store but those in ``without``."""
        ...

    def held(self, store: bytes) -> dict[bytes, int]:
        """Bytes of each picture kept of a store, by SHA-256."""
        ...

    def drop(self, store: bytes, digest: bytes) -> None: ...
    def drop_all(self, store: bytes) -> None: ...


class SegmentStore(Protocol):
    """Packed segments by SHA-256; ``put`` may raise OSError."""

    def put(self, data: bytes) -> bytes: ...
    def get(self, digest: bytes) -> bytes | None: ...
    def part(self, digest: bytes, offset: int, length: int) -> bytes | None: ...
    def held(self) -> dict[bytes, int]:
        """Bytes of each, by hash."""
        ...

    def drop(self, digest: bytes) -> None: ...


class Cleaned(NamedTuple):
    """An own picture after re-encoding: no metadata, within the limits."""

    data: bytes
    width: int
    height: int


class Edit(NamedTuple):
    """What its owner does to a picture before it is published.

    Attributes:
        turn: Degrees clockwise: 0, 90, 180 or 270.
        crop: Left, top, right, bottom in thousandths of the turned picture.
    """

    turn: int = 0
    crop: tuple[int, int, int, int] = (0, 0, 1000, 1000)


AS_IT_IS: Final = Edit()


class Pictures(Protocol):
    """Decodes foreign bytes in a limited child process only."""

    async def clean(self, data: bytes, edit: Edit = AS_IT_IS) -> Cleaned:
        """Re-encode a picture for publication. Raises MalformedMessageError in words."""
        ...

    async def thumbnail(self, digest: bytes, data: bytes, size: int) -> str:
        """Path of our own JPEG of ``size`` (200, 400 or 1200) px; MalformedMessageError."""
        ...

    def cached(self, digest: bytes, size: int) -> str | None: ...
    def forget(self, digest: bytes) -> None:
        """Delete what was made of a picture; may raise OSError."""
        ...
