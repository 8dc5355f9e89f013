"""Heads as DHT records: their key, and what a replica accepts under it."""

import hashlib
from collections.abc import Callable

from libp2p.records.validator import Validator

from bazaar.domain.errors import MalformedMessageError
from net._vendor import ID
from net.gossip.heads import Heads

NAMESPACE = "s"


def record_key(store: bytes) -> str:
    """Where a store's head lies: 46 or 47 bytes, below the 50 that lookups carry (C7)."""
    digest = ID(hashlib.sha256(store).digest())
    return f"/{NAMESPACE}/{digest.to_base58()}"


class HeadValidator(Validator):
    """Accepts a current head under its author's own key, and prefers the newest."""

    def __init__(self, heads: Heads, blame: Callable[[Exception], None]) -> None:
        """Build it.

        Args:
            heads: Checks values.
            blame: Told why a value was refused.
        """
        self._heads = heads
        self._blame = blame

    def validate(self, key: str, value: bytes) -> None:
        """Refuse by raising, as the library wants it."""
        try:
            self._check(key, value)
        except Exception as error:
            self._blame(error)
            raise

    def select(self, key: str, values: list[bytes]) -> int:
        """Index of the newest, the last among equals (C9)."""
        del key
        return self._heads.newest(values)

    def _check(self, key: str, value: bytes) -> None:
        if record_key(self._heads.current(value).author) != key:
            raise MalformedMessageError("the head of another store")
