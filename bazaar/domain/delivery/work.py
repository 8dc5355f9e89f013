"""Work that a stranger proves with each deposit in a mailbox (PROTOCOL.md 8.6)."""

import hashlib
from collections.abc import Iterable
from typing import Final, NamedTuple

WORK_TAG: Final = b"bazaar/1 pow\0"
LEAST_BITS: Final = 18
GREATEST_BITS: Final = 22
HOUR_SECONDS: Final = 3600
NONCE_BYTES: Final = 8


class Work(NamedTuple):
    """What the work is bound to: one blob for one recipient at one mailbox in one hour.

    Attributes:
        host, recipient: Keys.
        hour: Unix time // 3600.
        blob: SHA-256 of the sealed blob.
    """

    host: bytes
    recipient: bytes
    hour: int
    blob: bytes

    def zeros(self, nonce: int) -> int:
        """Leading zero bits of the hash that ``nonce`` (u64) makes."""
        tried = hashlib.sha256(self._start() + nonce.to_bytes(NONCE_BYTES, "big"))
        return 256 - int.from_bytes(tried.digest(), "big").bit_length()

    def find(self, bits: int, numbers: Iterable[int]) -> int | None:
        """The first of ``numbers`` that makes ``bits`` zero bits; one of 2**bits does."""
        start, limit = hashlib.sha256(self._start()), 1 << (256 - bits)
        for nonce in numbers:
            tried = start.copy()
            tried.update(nonce.to_bytes(NONCE_BYTES, "big"))
            if int.from_bytes(tried.digest(), "big") < limit:
                return nonce
        return None

    def is_recent(self, now: int) -> bool:
        """Whether the hour is the current or the last one at ``now`` seconds."""
        return now // HOUR_SECONDS - self.hour in {0, 1}

    def _start(self) -> bytes:
        where = self.host + self.recipient + self.hour.to_bytes(4, "big")
        return WORK_TAG + where + self.blob


def bits_wanted(used: int, quota: int) -> int:
    """Difficulty while ``used`` of ``quota`` bytes hold strangers' mail: one bit more per fifth."""
    span = GREATEST_BITS - LEAST_BITS
    return LEAST_BITS + min(span, used * (span + 1) // quota)
